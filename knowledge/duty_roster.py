"""Who is on duty when: a pure function of shifts, absences and switches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from knowledge.clock import CHINA
from knowledge.workdays import holiday_of, is_working_day

Days = Literal["workdays", "daily", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Days, ...] = get_args(Days)
"""`workdays` are those of the union's offices, make-up days included; a weekday falls out on a
holiday; `daily` never does."""

LOOKED_AHEAD = timedelta(days=60)
"""How far somebody on duty is looked for."""


@dataclass(frozen=True)
class Shift:
    """A single shift (`begins`, `ends`), or one of every week (`days`, minutes of the day).

    `to_minute` below `from_minute`, or past 1440, is the day after. `region` None is everywhere.
    """

    name: str
    region: str | None
    days: Days | None = None
    from_minute: int = 0
    to_minute: int = 0
    begins: datetime | None = None
    ends: datetime | None = None
    id: int = 0

    def stretches(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Its times that touch `since` to `until`."""
        if self.days is None:
            assert self.begins is not None
            assert self.ends is not None
            if self.begins < until and self.ends > since:
                yield self.begins, self.ends
            return
        day = since.astimezone(CHINA).date() - timedelta(days=1)
        length = (self.to_minute - self.from_minute) % 1440 or 1440
        while (midnight := datetime.combine(day, time(), CHINA)) < until:
            begins = midnight + timedelta(minutes=self.from_minute)
            ends = begins + timedelta(minutes=length)
            if worked(self.days, day) and begins < until and ends > since:
                yield begins, ends
            day += timedelta(days=1)


@dataclass(frozen=True)
class Absence:
    """Somebody isn't there, whatever the roster says."""

    name: str
    begins: datetime
    ends: datetime
    id: int = 0


@dataclass(frozen=True)
class Switch:
    """Somebody came or went by hand: it holds until their next shift begins."""

    name: str
    region: str | None
    on: bool
    at: datetime


@dataclass(frozen=True)
class Roster:
    """All that says who is on duty, as it stands `now`."""

    now: datetime
    shifts: Sequence[Shift] = ()
    absences: Sequence[Absence] = ()
    switches: Sequence[Switch] = ()

    def on(self, at: datetime, regions: Collection[str] | None) -> list[str]:
        """Who is on duty for one of these regions (or for everywhere); None is for any."""
        switched = {one.name: one for one in self.switches if self._holds(one, at)}
        found = {
            shift.name
            for shift in self.shifts
            if shift.name not in switched
            and _answers(shift.region, regions)
            and self._covers(shift, at)
            and not self._absent(shift.name, at)
        }
        found |= {one.name for one in switched.values() if one.on and _answers(one.region, regions)}
        return sorted(found)

    def next_on(self, after: datetime, regions: Collection[str] | None) -> datetime | None:
        """When somebody will be on duty by the roster; None if nobody is for a long time."""
        until = after + LOOKED_AHEAD
        starts = {
            begins
            for shift in self.shifts
            for begins, _ in shift.stretches(after, until)
            if begins > after
        }
        starts |= {absence.ends for absence in self.absences if after < absence.ends < until}
        return next((at for at in sorted(starts) if self.on(at, regions)), None)

    def _holds(self, switch: Switch, at: datetime) -> bool:
        """Whether a switch says anything about this moment.

        Who has come by hand is not promised for another day.
        """
        if switch.at > at:
            return False
        if switch.on and at > self.now and _day(at) > _day(self.now):
            return False
        return not any(
            switch.at < begins <= at
            for shift in self.shifts
            if shift.name == switch.name
            for begins, _ in shift.stretches(switch.at, at + timedelta(seconds=1))
        )

    @staticmethod
    def _covers(shift: Shift, at: datetime) -> bool:
        moment = at + timedelta(seconds=1)
        return any(begins <= at < ends for begins, ends in shift.stretches(at, moment))

    def _absent(self, name: str, at: datetime) -> bool:
        return any(one.name == name and one.begins <= at < one.ends for one in self.absences)


def worked(days: Days, day: date) -> bool:
    """Whether a shift of these days is worked on this one."""
    if days == "daily":
        return True
    if days == "workdays":
        return is_working_day(day)
    return DAYS.index(days) - 2 == day.weekday() and holiday_of(day) is None


def _answers(region: str | None, regions: Collection[str] | None) -> bool:
    return region is None or regions is None or region in regions


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
