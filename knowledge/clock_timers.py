"""Timers: where each clock of a matter stands, kept with every event, fired once.

Whoever writes an event down keeps the matter's timers in the same transaction. What is due lies in
rows; a look takes them with `SKIP LOCKED`, marks them and puts the notices in one transaction. So
a kill before its end has fired nothing, and of two processes one has the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, case, delete, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from knowledge.clock_rows import ClockTimerRow
from knowledge.clocks import Event, Limit, Measure, Reading, chosen, read
from knowledge.handoff_offices import reached
from knowledge.working_time import ALWAYS, WorkingTime

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Source = Literal["handoff", "case"]

MEASURED: Mapping[Source, tuple[Measure, ...]] = {
    "handoff": ("first_answer", "next_answer"),
    "case": ("decision",),
}
"""Which clocks there are: a conversation is answered, a case is decided."""

_THEIRS = f"""
    case source
        when 'handoff' then exists (
            select from handoffs h
            where h.id = clock_timers.number::bigint and {reached("cast(:theirs as text[])")}
        )
        else region = any(cast(:theirs as text[]))
    end
"""

AT_ONCE = 50
"""Timers that are fired in one transaction."""


@dataclass(frozen=True)
class Matter:
    """Something that clocks run for: a handoff or a case, and what has happened to it.

    `region` is who has it now. `limits` are its own, before those of the table. `hours` are those
    of the region's office.
    """

    source: Source
    number: str
    kind: str
    region: str | None
    subject: str
    events: tuple[Event, ...]
    holder: str | None = None
    limits: Mapping[Measure, Limit] = field(default_factory=dict)
    hours: WorkingTime = field(default_factory=WorkingTime)


@dataclass(frozen=True)
class Timer:
    """A clock that isn't stopped. The times are None while it rests."""

    id: int
    source: Source
    number: str
    measure: Measure
    kind: str
    region: str | None
    subject: str
    holder: str | None
    since: datetime
    minutes: int
    warns_at: datetime | None
    breaks_at: datetime | None
    broken_at: datetime | None


class ClockTimers:
    """Timers of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def keep(self, matter: Matter) -> None:
        """Set the timers of a matter by what has happened to it."""
        limits = [one.limit for one in await self._unit.clock_limits.all()]
        for measure in MEASURED[matter.source]:
            found = self._limit(matter, measure, limits)
            reading = None
            if found is not None:
                length, hours = found
                reading = read(measure, matter.events, length, hours, self._unit.now)
            if reading is None or reading.state == "stopped":
                await self._drop(matter, measure)
            else:
                await self._put(matter, reading)

    async def fire(self) -> list[tuple[Timer, bool]]:
        """Warn and break what is due, with a notice each; (the timer, whether it is broken)."""
        now = self._unit.now
        broken = and_(ClockTimerRow.broken_at.is_(None), ClockTimerRow.breaks_at <= now)
        warned = and_(ClockTimerRow.warned_at.is_(None), ClockTimerRow.warns_at <= now)
        rows = await self._unit.session.scalars(
            select(ClockTimerRow)
            .where(or_(broken, warned))
            .order_by(ClockTimerRow.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        fired: list[tuple[Timer, bool]] = []
        for row in rows:
            is_broken = row.breaks_at is not None and row.breaks_at <= now
            row.warned_at = row.warned_at or now
            row.broken_at = now if is_broken else None
            await self._tell(row, is_broken)
            fired.append((_timer(row), is_broken))
        await self._unit.session.flush()
        return fired

    async def standing(
        self, regions: Sequence[str] | None, *, due_before: datetime, limit: int = 200
    ) -> list[Timer]:
        """Clocks that are broken or break before a time, the earliest first.

        A case's are its office's, a conversation's of those whose business it is.
        """
        query = (
            select(ClockTimerRow)
            .where(ClockTimerRow.breaks_at <= due_before)
            .order_by(ClockTimerRow.breaks_at, ClockTimerRow.id)
            .limit(limit)
        )
        if regions is not None:
            theirs = text(_THEIRS).bindparams(theirs=list(regions))
            query = query.where(theirs)
        return [_timer(row) for row in await self._unit.session.scalars(query)]

    async def of(self, source: Source, number: str) -> list[Timer]:
        """A matter's clocks that aren't stopped."""
        rows = await self._unit.session.scalars(
            select(ClockTimerRow).where(
                ClockTimerRow.source == source, ClockTimerRow.number == number
            )
        )
        return [_timer(row) for row in rows]

    def _limit(
        self, matter: Matter, measure: Measure, limits: Sequence[Limit]
    ) -> tuple[timedelta, WorkingTime] | None:
        found = matter.limits.get(measure)
        if found is None:
            regions = [one.code for one in self._unit.region_tree.upwards(matter.region)]
            found = chosen(limits, measure, matter.kind, regions)
        if found is None:
            return None
        return found.length, ALWAYS if found.always else matter.hours

    async def _put(self, matter: Matter, reading: Reading) -> None:
        values: dict[str, Any] = {
            "kind": matter.kind,
            "region": matter.region,
            "subject": matter.subject,
            "holder": matter.holder,
            "since": reading.since,
            "minutes": int(reading.limit.total_seconds() // 60),
            "warns_at": reading.warns_at,
            "breaks_at": reading.breaks_at,
        }
        # What is late when it is first written down was brought from elsewhere: it stands among
        # the broken ones, but nobody is woken for all of them at once.
        late = reading.breaks_at is not None and reading.breaks_at <= self._unit.now
        mark = self._unit.now if late else None
        statement = insert(ClockTimerRow).values(
            source=matter.source,
            number=matter.number,
            measure=reading.measure,
            warned_at=mark,
            broken_at=mark,
            **values,
        )
        # A new run is warned and broken anew; so is one that was given more time.
        now = self._unit.now
        marks = {
            mark: case(
                (ClockTimerRow.since != statement.excluded.since, statement.excluded[mark]),
                (statement.excluded[due] > now, None),
                else_=getattr(ClockTimerRow, mark),
            )
            for mark, due in (("warned_at", "warns_at"), ("broken_at", "breaks_at"))
        }
        await self._unit.session.execute(
            statement.on_conflict_do_update(
                index_elements=[ClockTimerRow.source, ClockTimerRow.number, ClockTimerRow.measure],
                set_={**values, **marks},
            )
        )

    async def _drop(self, matter: Matter, measure: Measure) -> None:
        await self._unit.session.execute(
            delete(ClockTimerRow).where(
                ClockTimerRow.source == matter.source,
                ClockTimerRow.number == matter.number,
                ClockTimerRow.measure == measure,
            )
        )

    async def _tell(self, row: ClockTimerRow, broken: bool) -> None:
        """A warning goes to the holder, who can still see to it; what is broken to the region."""
        run = f"{row.source}:{row.number}:{row.measure}:{row.since.isoformat()}:{row.minutes}"
        await self._unit.notices.put(
            "clock_broken" if broken else "clock_warning",
            region=row.region,
            subject=row.subject,
            level="warning",
            to=None if broken else row.holder,
            key=f"clock:{run}:{'broken' if broken else 'warned'}",
        )


def _timer(row: ClockTimerRow) -> Timer:
    return Timer(
        row.id,
        row.source,  # type: ignore[arg-type]  # a check constraint guards it
        row.number,
        row.measure,  # type: ignore[arg-type]  # likewise
        row.kind,
        row.region,
        row.subject,
        row.holder,
        row.since,
        row.minutes,
        row.warns_at,
        row.breaks_at,
        row.broken_at,
    )
