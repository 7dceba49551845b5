"""What leads look at, read from the records: who has what now, and what was handled over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from knowledge.case_rows import CaseEventRow, CaseRow
from knowledge.clock_matters import case_events, handoff_events
from knowledge.clocks import Event, Limit, Measure, chosen
from knowledge.decision_limits import WORKING_DAY, decision_limit
from knowledge.duty import Office
from knowledge.handoff_offices import home, offices, reached
from knowledge.handoff_rows import HandoffEventRow, HandoffRatingRow, HandoffRow
from knowledge.lead_figures import Handled

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

FALLBACK: dict[Measure, timedelta] = {
    "first_answer": timedelta(minutes=30),
    "decision": WORKING_DAY * 5,
}
"""For a region and kind that nobody has set a limit for."""


_COLUMNS = (
    "h.id, h.conversation_id, h.kind, h.region, h.staff, h.opened_at, h.below, h.came_by"
    " from handoffs h"
)

_STANDING = f"""
    select {_COLUMNS}
    where h.state in ('waiting', 'held') and {reached("$1")}
    order by h.priority, h.opened_at, h.id
    limit $2
"""

_ONE = f"select {_COLUMNS} where h.id = $1"


@dataclass(frozen=True)
class Standing:
    """A handoff that waits or is held."""

    id: int
    conversation: int
    kind: str
    region: str | None
    staff: str | None
    opened_at: datetime
    offices: tuple[str | None, ...]
    """The regions whose business it is."""


class LeadRecords:
    """Records of one transaction, of the regions that the service names; None is all."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit
        self._offices: dict[str | None, Office] = {}

    async def standing(self, regions: Sequence[str] | None, limit: int = 200) -> list[Standing]:
        """Open handoffs, the most urgent and longest waiting first: those that the inbox shows."""
        own = None if regions is None else list(regions)
        rows = await self._unit.rows(_STANDING, own, limit)
        return [_standing(*row) for row in rows]

    async def one(self, number: int) -> Standing | None:
        """One handoff."""
        rows = await self._unit.rows(_ONE, number)
        return _standing(*rows[0]) if rows else None

    async def load(self) -> dict[str, int]:
        """How many conversations each member of staff has."""
        rows = await self._unit.session.execute(
            select(HandoffRow.staff, func.count())
            .where(HandoffRow.state == "held")
            .group_by(HandoffRow.staff)
        )
        return {str(name): int(count) for name, count in rows.all()}

    async def handled(
        self, regions: Sequence[str] | None, since: datetime, until: datetime
    ) -> list[Handled]:
        """Handoffs and cases that were opened in a time."""
        limits = [one.limit for one in await self._unit.clock_limits.all()]
        return [
            *await self._handoffs(regions, since, until, limits),
            *await self._cases(regions, since, until, limits),
        ]

    async def _handoffs(
        self,
        regions: Sequence[str] | None,
        since: datetime,
        until: datetime,
        limits: Sequence[Limit],
    ) -> list[Handled]:
        within = [HandoffRow.opened_at >= since, HandoffRow.opened_at < until]
        if regions is not None:
            # However far it has gone up since, it was asked for there.
            within.append(func.coalesce(HandoffRow.below[1], HandoffRow.region).in_(regions))
        told: defaultdict[int, list[tuple[datetime, str]]] = defaultdict(list)
        # Whoever had it last has it in the figures.
        held: dict[int, str] = {}
        events = await self._unit.session.execute(
            select(
                HandoffEventRow.handoff_id,
                HandoffEventRow.at,
                HandoffEventRow.event,
                HandoffEventRow.staff,
            )
            .join(HandoffRow, HandoffRow.id == HandoffEventRow.handoff_id)
            .where(*within)
            .order_by(HandoffEventRow.id)
        )
        for number, at, event, staff in events.all():
            told[number].append((at, event))
            if staff is not None:
                held[number] = staff
        rows = await self._unit.session.execute(
            select(HandoffRow, HandoffRatingRow.stars)
            .outerjoin(HandoffRatingRow, HandoffRatingRow.handoff_id == HandoffRow.id)
            .where(*within)
            .order_by(HandoffRow.id)
        )
        found = []
        for row, stars in rows.all():
            happened = handoff_events(told[row.id]) or [Event(row.opened_at, "opened")]
            asked_in = home(row.region, row.below)
            limit = self._limit(limits, "first_answer", row.kind, asked_in)
            office = await self._office(asked_in)
            staff = row.staff or held.get(row.id)
            found.append(
                Handled("handoff", row.kind, asked_in, row.region, staff, tuple(happened),
                        limit, stars, office.hours, self._unit.now)
            )  # fmt: skip
        return found

    async def _cases(
        self,
        regions: Sequence[str] | None,
        since: datetime,
        until: datetime,
        limits: Sequence[Limit],
    ) -> list[Handled]:
        within = [CaseRow.created_at >= since, CaseRow.created_at < until]
        if regions is not None:
            within.append(CaseRow.region.in_(regions))
        rows = await self._unit.session.execute(
            select(CaseEventRow.number, CaseEventRow.at, CaseEventRow.what, CaseEventRow.clock)
            .join(CaseRow, CaseRow.number == CaseEventRow.number)
            .where(*within)
            .order_by(CaseEventRow.id)
        )
        told: defaultdict[str, list[tuple[datetime, str, str | None]]] = defaultdict(list)
        for number, at, what, clock in rows.all():
            told[number].append((at, what, clock))
        cases = await self._unit.session.scalars(
            select(CaseRow).where(*within).order_by(CaseRow.number)
        )
        found = []
        for row in cases:
            events = case_events(told[row.number]) or [Event(row.created_at, "opened")]
            tree = self._unit.region_tree
            kind = self._unit.case_kinds.get(row.kind)
            set_for = decision_limit(limits, kind, row.region, row.office, tree)
            limit = set_for.length if set_for else FALLBACK["decision"]
            office = await self._office(row.office)
            found.append(
                Handled("case", row.kind, row.region, row.office, row.owner, tuple(events), limit,
                        hours=office.hours, as_of=self._unit.now)
            )  # fmt: skip
        return found

    async def _office(self, region: str | None) -> Office:
        if region not in self._offices:
            self._offices[region] = await self._unit.duty.office(region)
        return self._offices[region]

    def _limit(
        self, limits: Sequence[Limit], measure: Measure, kind: str, region: str | None
    ) -> timedelta:
        above = [one.code for one in self._unit.region_tree.upwards(region)]
        found = chosen(limits, measure, kind, above)
        return found.length if found else FALLBACK[measure]


def _standing(
    number: int,
    conversation: int,
    kind: str,
    region: str | None,
    staff: str | None,
    opened_at: datetime,
    below: Sequence[str],
    came_by: Sequence[str],
) -> Standing:
    whose = offices(kind, region, below, came_by)
    return Standing(number, conversation, kind, region, staff, opened_at, whose)
