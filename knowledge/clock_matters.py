"""Cases and handoffs as matters that clocks run for: what their events mean to a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from knowledge.case_rows import CaseEventRow, CaseRow
from knowledge.clock_timers import Matter
from knowledge.clocks import Event, What
from knowledge.decision_limits import decision_limit

if TYPE_CHECKING:
    from knowledge.handoff_rows import HandoffRow
    from knowledge.handoffs import Handoff
    from knowledge.unit import Knowledge

CASE: Mapping[str, What] = {"start": "opened", "rest": "elsewhere", "run": "came_back",
                            "stop": "decided"}  # fmt: skip
"""What a case's event does to its clock."""

HANDOFF: Mapping[str, What] = {
    "ask": "opened",
    "wrote": "said",
    "answered": "answered",
    "rest": "asked",
    "escalate": "escalated",
    "send_down": "escalated",
    "return": "closed",
    "leave": "closed",
    "close": "closed",
    "reopen": "reopened",
}
"""What a handoff's event does to its clocks; the others (taking it, say) don't move them."""


_HAPPENED = "select at, event from handoff_events where handoff_id = $1 order by id"


class ClockMatters:
    """Matters of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def keep_handoff(self, handoff: Handoff | HandoffRow) -> None:
        """Set a handoff's timers by its events; as it is now."""
        events = await self._unit.rows(_HAPPENED, handoff.id)
        office = await self._unit.duty.office(handoff.region)
        await self._unit.clock_timers.keep(
            Matter(
                "handoff",
                str(handoff.id),
                handoff.kind,
                handoff.region,
                f"/console/inbox/{handoff.id}",
                tuple(handoff_events((at, event) for at, event in events)),
                handoff.staff,
                hours=office.hours,
            )
        )

    async def keep_case(self, number: str) -> None:
        """Set a case's timers by its events."""
        row = await self._unit.session.get(CaseRow, number, populate_existing=True)
        if row is None:
            return
        found = await self._unit.session.execute(
            select(CaseEventRow.at, CaseEventRow.what, CaseEventRow.clock)
            .where(CaseEventRow.number == number)
            .order_by(CaseEventRow.id)
        )
        kind, tree = self._unit.case_kinds.get(row.kind), self._unit.region_tree
        limits = [one.limit for one in await self._unit.clock_limits.all()]
        limit = decision_limit(limits, kind, row.region, row.office, tree)
        office = await self._unit.duty.office(row.office)
        await self._unit.clock_timers.keep(
            Matter(
                "case",
                number,
                row.kind,
                row.office,
                f"/console/cases/{number}",
                tuple(case_events((at, what, clock) for at, what, clock in found.all())),
                row.owner,
                {"decision": limit} if limit else {},
                office.hours,
            )
        )


def case_events(rows: Iterable[tuple[datetime, str, str | None]]) -> list[Event]:
    """A case's events as its clocks see them: of (time, what, what it did to the clock)."""
    events: list[Event] = []
    over = False
    for at, what, clock in rows:
        if what in ("escalated", "returned"):
            events.append(Event(at, "escalated"))
        if clock is not None:
            meant = CASE[clock]
            again = over and meant in ("opened", "came_back")
            events.append(Event(at, "reopened" if again else meant))
            over = meant == "decided"
    return events


def handoff_events(rows: Iterable[tuple[datetime, str]]) -> list[Event]:
    """A handoff's events as its clocks see them: of (time, event)."""
    events: list[Event] = []
    over = answered = False
    for at, event in rows:
        meant = HANDOFF.get(event)
        # Who waits for the rider must have said something: a first answer is owed all the same.
        if meant is None or (meant == "asked" and not answered):
            continue
        answered = meant in ("answered", "asked") or (answered and meant in ("said", "closed"))
        if over and meant == "opened":
            meant = "reopened"
        events.append(Event(at, meant))
        over = meant == "closed" or (over and meant != "reopened")
    return events
