"""What a step of a handoff changes, if it is legal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from knowledge.handoff_moves import PRIORITIES, SAY_WHY, Event, State, legal
from knowledge.handoff_rows import HandoffRow
from knowledge.regions import RegionTree

KINDS: Mapping[Event, str] = {"calm": "person", "alarm": "crisis"}
"""What a handoff becomes by a step that changes what it is."""


class IllegalStep(Exception):
    """A step that the state doesn't allow; `state` says where the handoff stands."""

    def __init__(self, state: str, staff: str | None) -> None:
        super().__init__(f"the handoff is {state}" + (f" by {staff}" if staff else ""))
        self.state, self.staff = state, staff


class NoteNeeded(Exception):
    """A crisis isn't ended, or called none, without a note of what was done."""


def step_changes(
    row: HandoffRow | None,
    event: Event,
    staff: str | None,
    *,
    to: str | None,
    note: str,
    over: bool,
    now: datetime,
    tree: RegionTree,
) -> dict[str, Any]:
    """The columns that a step changes in a handoff, as it stands in its row.

    `staff` None: the rider's step, or the house's. `to` is whom it is handed on to. `over`: a lead
    acts in what somebody else holds.

    Raises:
        IllegalStep: the state doesn't allow it, or another holds it.
        NoteNeeded: a crisis would end, or be called none, without a note.
    """
    if row is None:
        raise IllegalStep("none", None)
    state: State = row.state  # type: ignore[assignment]  # a check constraint guards it
    crisis = row.kind == "crisis"
    target = legal(state, event, crisis=crisis)
    someone_elses = state == "held" and staff not in (None, row.staff) and not over
    region = _region(row, event, tree)
    if event == "ask" or target is None or (event != "acknowledge" and someone_elses):
        raise IllegalStep(state, row.staff)
    if event in ("escalate", "send_down") and region is None:
        raise IllegalStep(state, row.staff)
    if crisis and event in SAY_WHY and not note.strip():
        raise NoteNeeded
    values: dict[str, Any] = {"state": target}
    if event in ("take", "hand_on"):
        values |= {"staff": to or staff, "taken_at": now, "wrote_at": now}
    elif event == "rest":
        values["wrote_at"] = None
    elif target == "waiting":
        values |= {"staff": None, "ended_at": None, "wrote_at": None}
    elif target in ("returned", "closed"):
        values |= {"ended_at": now, "wrote_at": None}
    elif event in KINDS:
        values |= {"kind": KINDS[event], "priority": PRIORITIES[KINDS[event]]}
        # Who sees it, as one of those whom it came by, still does. Who alarms sees to it.
        values |= {"came_by": row.below} if crisis else {"acknowledged_at": now}
    if crisis and event in ("take", "hand_on", "acknowledge"):
        values["acknowledged_at"] = row.acknowledged_at or now
    if event == "escalate":
        values |= {"region": region, "below": [*row.below, row.region]}
        # The house has asked nobody: those whom it came by may still take it.
        values["came_by"] = [*row.came_by, row.region] if staff is None else []
        values["acknowledged_at"] = None
    elif event == "send_down":
        values |= {"region": region, "below": row.below[:-1], "came_by": []}
    return values


def _region(row: HandoffRow, event: Event, tree: RegionTree) -> str | None:
    """Whose it is after it went up or down; None if there is nobody there."""
    if event == "send_down":
        return row.below[-1] if row.below else None
    region = tree.get(row.region)
    return None if region is None else region.parent
