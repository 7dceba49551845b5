"""Duty: shifts, absences, switches, and a region's office hours and how soon it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.clock import CHINA
from knowledge.clocks import chosen
from knowledge.duty_roster import DAYS, Absence, Roster, Shift, Switch
from knowledge.working_time import WorkingTime

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class StaffRow(Base):
    """A member of staff who came on duty or went by hand, and when."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    on_duty: Mapped[bool]
    changed_at: Mapped[datetime]


class DutyShiftRow(Base):
    """A shift: of every week (`days` and minutes of the day), or a single one."""

    __tablename__ = "duty_shifts"

    id: Mapped[int] = serial()
    name: Mapped[str]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    days: Mapped[str | None]
    from_minute: Mapped[int | None]
    to_minute: Mapped[int | None]
    begins: Mapped[datetime | None]
    ends: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"days in {DAYS!r}", name="days"),
        CheckConstraint(
            "case when days is null then begins < ends"
            " else from_minute is not null and to_minute is not null end",
            name="when",
        ),
        Index("ix_duty_shifts_ends", "ends"),
    )


class DutyAbsenceRow(Base):
    """Somebody isn't there from one time to another."""

    __tablename__ = "duty_absences"

    id: Mapped[int] = serial()
    name: Mapped[str]
    begins: Mapped[datetime]
    ends: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (CheckConstraint("begins < ends", name="when"),)


class OfficeRow(Base):
    """What a region has set for itself and those below it; without a row the one above counts."""

    __tablename__ = "offices"

    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), primary_key=True)
    stretches: Mapped[list[list[int]]] = mapped_column(JSONB)
    warn_minutes: Mapped[int]
    silent_minutes: Mapped[int]
    crisis_minutes: Mapped[int]


@dataclass(frozen=True)
class Office:
    """When a region's office works, and how soon it does what.

    The minutes: until a rider is answered, until staff who fall silent are warned, until they lose
    the conversation (all in working time), until a crisis must be acknowledged (at any hour).
    """

    stretches: tuple[tuple[int, int], ...] = WorkingTime().stretches
    answer_minutes: int = 30
    warn_minutes: int = 10
    silent_minutes: int = 20
    crisis_minutes: int = 3
    region: str | None = None
    """Who has set it so; None: nobody has, it is the house's assumption."""

    @property
    def assumed(self) -> bool:
        return self.region is None

    @property
    def hours(self) -> WorkingTime:
        return WorkingTime(self.stretches)


_ANY = "select name, region, days, from_minute, to_minute, begins, ends, id from duty_shifts"
_SHIFT = f"{_ANY} where id = $1"
_SHIFTS = f"""{_ANY}
    where (ends is null or ends > $1)
        and name not in (select name from accounts where disabled_at is not null)
    order by id
"""  # noqa: S608  only the columns above
_ABSENCES = "select name, begins, ends, id from duty_absences where ends > $1 order by id"
_SWITCHES = """
    select name, region, on_duty, changed_at from staff
    where name not in (select name from accounts where disabled_at is not null)
"""


class Duty:
    """Duty of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit
        self._roster: Roster | None = None

    async def on_duty(self, region: str | None, at: datetime | None = None) -> list[str]:
        """Who is on duty for the region: its own staff, those above it, those of everywhere."""
        roster = await self.roster()
        return roster.on(at or self._unit.now, self.above(region))

    async def next_on(self, region: str | None, after: datetime | None = None) -> datetime | None:
        """When somebody will be on duty for the region by the roster."""
        roster = await self.roster()
        return roster.next_on(after or self._unit.now, self.above(region))

    async def roster(self) -> Roster:
        """Everything that says who is on duty from now on; who is disabled is in it no more.

        One turn asks for it up to three times.
        """
        if self._roster is None:
            unit, since = self._unit, self._unit.now - timedelta(days=8)
            self._roster = Roster(
                unit.now,
                [_shift(*row) for row in await unit.rows(_SHIFTS, since)],
                [Absence(*row) for row in await unit.rows(_ABSENCES, since)],
                [Switch(*row) for row in await unit.rows(_SWITCHES)],
            )
        return self._roster

    def above(self, region: str | None) -> list[str] | None:
        """The regions whose staff answer for one: itself and those above; None is any."""
        return None if region is None else [r.code for r in self._unit.region_tree.upwards(region)]

    async def switch(self, name: str, on: bool, region: str | None = None) -> None:
        """Somebody comes on duty or goes, until their next shift begins."""
        self._roster = None
        values: dict[str, Any] = {"on_duty": on, "changed_at": self._unit.now}
        if region is not None:
            values["region"] = region
        await self._unit.session.execute(
            insert(StaffRow)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=[StaffRow.name], set_=values)
        )

    async def everybody(self) -> list[tuple[str, bool]]:
        """Everybody who ever was on duty or will be, and whether they are."""
        roster = await self.roster()
        names = {one.name for one in roster.shifts} | {one.name for one in roster.switches}
        on = set(roster.on(self._unit.now, None))
        return [(name, name in on) for name in sorted(names)]

    async def put_shift(self, shift: Shift) -> int:
        """Write a shift down; its number."""
        self._roster = None
        weekly = shift.days is not None
        number: int | None = await self._unit.session.scalar(
            insert(DutyShiftRow)
            .values(
                name=shift.name,
                region=shift.region,
                days=shift.days,
                from_minute=shift.from_minute if weekly else None,
                to_minute=shift.to_minute if weekly else None,
                begins=shift.begins,
                ends=shift.ends,
            )
            .returning(DutyShiftRow.id)
        )
        assert number is not None
        return number

    async def shift(self, number: int) -> Shift | None:
        """A shift by its number."""
        rows = await self._unit.rows(_SHIFT, number)
        return _shift(*rows[0]) if rows else None

    async def remove_shift(self, number: int) -> None:
        self._roster = None
        await self._unit.session.execute(delete(DutyShiftRow).where(DutyShiftRow.id == number))

    async def put_absence(self, absence: Absence) -> int:
        """Write an absence down; its number."""
        self._roster = None
        number: int | None = await self._unit.session.scalar(
            insert(DutyAbsenceRow)
            .values(name=absence.name, begins=absence.begins, ends=absence.ends)
            .returning(DutyAbsenceRow.id)
        )
        assert number is not None
        return number

    async def absence(self, number: int) -> Absence | None:
        """An absence by its number."""
        row = await self._unit.session.get(DutyAbsenceRow, number)
        return None if row is None else Absence(row.name, row.begins, row.ends, row.id)

    async def remove_absence(self, number: int) -> None:
        self._roster = None
        await self._unit.session.execute(delete(DutyAbsenceRow).where(DutyAbsenceRow.id == number))

    async def office(self, region: str | None) -> Office:
        """The settings that hold in a region: its own, else the nearest above's, else assumed.

        Until when an answer is promised is the clock's own limit, so that both say the same.
        """
        codes: Sequence[str] = self.above(region) or ()
        nearest = None
        if codes:
            rows = await self._unit.session.scalars(
                select(OfficeRow)
                .where(OfficeRow.region.in_(codes))
                .execution_options(populate_existing=True)
            )
            nearest = min(rows, key=lambda row: codes.index(row.region), default=None)
        limits = [one.limit for one in await self._unit.clock_limits.all()]
        answer = chosen(limits, "first_answer", "person", codes)
        minutes = answer.minutes if answer is not None else Office.answer_minutes
        if nearest is None:
            return Office(answer_minutes=minutes)
        return Office(
            tuple((begins, ends) for begins, ends in nearest.stretches),
            minutes,
            nearest.warn_minutes,
            nearest.silent_minutes,
            nearest.crisis_minutes,
            nearest.region,
        )

    async def set_office(self, region: str, office: Office) -> None:
        """A region's own settings, but for the answer's minutes: a limit of the clocks."""
        values = {
            "stretches": [list(one) for one in office.stretches],
            "warn_minutes": office.warn_minutes,
            "silent_minutes": office.silent_minutes,
            "crisis_minutes": office.crisis_minutes,
        }
        await self._unit.session.execute(
            insert(OfficeRow)
            .values(region=region, **values)
            .on_conflict_do_update(index_elements=[OfficeRow.region], set_=values)
        )


def _shift(
    name: str,
    region: str | None,
    days: str | None,
    from_minute: int | None,
    to_minute: int | None,
    begins: datetime | None,
    ends: datetime | None,
    number: int,
) -> Shift:
    return Shift(
        name,
        region,
        days,  # type: ignore[arg-type]  # a check constraint guards it
        from_minute or 0,
        to_minute or 0,
        begins and begins.astimezone(CHINA),
        ends and ends.astimezone(CHINA),
        number,
    )
