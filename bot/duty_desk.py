"""The duty roster as staff see and write it: a week, shifts, absences, a region's office hours."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.accounts import Account
from knowledge.clock import CHINA
from knowledge.database import Database
from knowledge.duty import Office
from knowledge.duty_roster import DAYS, Absence, Days, Roster, Shift
from knowledge.unit import Knowledge
from knowledge.workdays import holiday_of, is_make_up_day

CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
LONGEST_MINUTES = 24 * 60
LONGEST = timedelta(days=400)
"""No shift or absence is longer."""


@dataclass(frozen=True)
class Stretch:
    """Somebody's time on one day of the week that is shown."""

    name: str
    region: str | None
    begins: datetime
    ends: datetime
    absent: bool
    """All the time, or a part of it."""


@dataclass(frozen=True)
class Day:
    """A day of the week that is shown: its holiday, whether it is worked in its place, who."""

    day: date
    holiday: str | None
    make_up: bool
    stretches: Sequence[Stretch]


@dataclass(frozen=True)
class Week:
    """What the page shows."""

    days: Sequence[Day]
    roster: Roster
    on: Sequence[str]
    people: Sequence[Account]
    office: Office
    first: date


class DutyDesk:
    """Reads and writes the roster. Every function asks the actor first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def week(self, actor: Actor, first: str = "") -> Week:
        """A week from a day on (ISO; empty is today), of what the actor's regions see.

        Raises:
            Denied: the role may not.
            Refused: the day is no date.
        """
        actor.ask("duty.read")
        async with self._database.begin() as unit:
            today = unit.now.astimezone(CHINA).date()
            begins = _day(first) if first else today
            roster = await unit.duty.roster()
            near = unit.duty.above(actor.region)
            seen = replace(
                roster,
                shifts=[one for one in roster.shifts if _sees(actor, one.region, near)],
            )
            people = await unit.accounts.within(actor.regions)
            office = await unit.duty.office(actor.region)
        days = [_shown(seen, begins + timedelta(days=offset)) for offset in range(7)]
        there = [one for one in people if one.disabled_at is None]
        return Week(days, seen, seen.on(roster.now, None), there, office, begins)

    async def put_weekly(
        self, actor: Actor, name: str, region: str | None, days: str, begins: str, ends: str
    ) -> None:
        """A shift of every week.

        Raises:
            Denied, NotThere: the role may not, or the region isn't the actor's.
            Refused: nobody of this name, no such days, no time of day, or it is there already.
        """
        if days not in DAYS:
            raise Refused("duty_days")
        known: Days = days
        shift = Shift(name, region, known, _minute(begins), _minute(ends))
        if shift.from_minute == shift.to_minute:
            raise Refused("duty_order")
        await self._put(actor, shift)

    async def put_single(
        self, actor: Actor, name: str, region: str | None, begins: str, ends: str
    ) -> None:
        """One shift, from a time to a time.

        Raises:
            Denied, NotThere: the role may not, or the region isn't the actor's.
            Refused: nobody of this name, no times in their order, or it is there already.
        """
        since, until = _span(begins, ends)
        await self._put(actor, Shift(name, region, begins=since, ends=until))

    async def _put(self, actor: Actor, shift: Shift) -> None:
        actor.ask_about("duty.write", shift.region)
        async with self._database.begin() as unit:
            account = await _account(unit, actor, shift.name)
            if any(replace(one, id=0) == shift for one in (await unit.duty.roster()).shifts):
                raise Refused("duty_already")
            number = await unit.duty.put_shift(shift)
            await _note(unit, actor, account, "duty.put", after=_said(shift, number))

    async def remove_shift(self, actor: Actor, number: int) -> Shift:
        """Take a shift out of the roster; what it was.

        Raises:
            Denied: the role may not.
            NotThere: there is none, or it is another region's.
        """
        actor.ask("duty.write")
        async with self._database.begin() as unit:
            shift = await unit.duty.shift(number)
            if shift is None:
                raise NotThere
            actor.ask_about("duty.write", shift.region)
            account = await unit.accounts.named(shift.name)
            await unit.duty.remove_shift(number)
            await _note(unit, actor, account, "duty.remove", before=_said(shift, number))
            return shift

    async def put_absence(self, actor: Actor, name: str, begins: str, ends: str) -> None:
        """Somebody won't be there.

        Raises:
            Denied: the role may not.
            Refused: nobody of this name, no times in their order, or it is known already.
        """
        actor.ask("duty.write")
        since, until = _span(begins, ends)
        async with self._database.begin() as unit:
            account = await _account(unit, actor, name)
            known = (await unit.duty.roster()).absences
            if any(replace(one, id=0) == Absence(name, since, until) for one in known):
                raise Refused("duty_absent_already")
            await unit.duty.put_absence(Absence(name, since, until))
            after = _times(since, until)
            await _note(unit, actor, account, "duty.absent", after=after)

    async def remove_absence(self, actor: Actor, number: int) -> Absence:
        """Somebody will be there after all; what the absence was.

        Raises:
            Denied: the role may not.
            NotThere: there is no such absence, or it is of another region's staff.
        """
        actor.ask("duty.write")
        async with self._database.begin() as unit:
            absence = await unit.duty.absence(number)
            if absence is None:
                raise NotThere
            account = await unit.accounts.named(absence.name)
            if account is None or not actor.reaches(account.region):
                raise NotThere
            await unit.duty.remove_absence(number)
            before = _times(absence.begins, absence.ends)
            await _note(unit, actor, account, "duty.present", before=before)
            return absence

    async def set_office(
        self, actor: Actor, region: str, hours: str, minutes: Sequence[int | None]
    ) -> None:
        """A region's office hours ("9:00-12:00 13:30-17:30"), and its three spans of minutes.

        Clocks that run are counted anew by the hours, in the background.

        Raises:
            Denied, NotThere: the role may not, or the region isn't the actor's.
            Refused: no hours, or minutes that aren't from 1 to a day.
        """
        actor.ask_about("duty.write", region)
        stretches = _stretches(hours)
        given = [one for one in minutes if one is not None and 1 <= one <= LONGEST_MINUTES]
        if len(given) != 3 or given[0] >= given[1]:
            raise Refused("duty_minutes")
        async with self._database.begin() as unit:
            if unit.region_tree.get(region) is None:
                raise Refused("region", region=region)
            before = await unit.duty.office(region)
            warn, silent, crisis = given
            office = Office(stretches, before.answer_minutes, warn, silent, crisis, region)
            await unit.duty.set_office(region, office)
            await unit.clock_recounts.ask(region)
            await unit.audit.write(
                None, actor=actor.audited_as, action="duty.office", subject=f"office:{region}",
                region=region, before=_office(before), after=_office(office),
            )  # fmt: skip


def _sees(actor: Actor, region: str | None, near: list[str] | None) -> bool:
    """Whether a shift is of the actor's regions, or of one that answers for them."""
    return region is None or actor.reaches(region) or near is None or region in near


def _shown(roster: Roster, day: date) -> Day:
    midnight = datetime.combine(day, time(), CHINA)
    stretches = [
        Stretch(shift.name, shift.region, begins, ends, _absent(roster, shift.name, begins, ends))
        for shift in roster.shifts
        for begins, ends in shift.stretches(midnight, midnight + timedelta(days=1))
        if begins >= midnight
    ]
    stretches.sort(key=lambda one: (one.begins, one.name))
    return Day(day, holiday_of(day), is_make_up_day(day), stretches)


def _absent(roster: Roster, name: str, begins: datetime, ends: datetime) -> bool:
    return any(
        one.name == name and one.begins < ends and one.ends > begins for one in roster.absences
    )


async def _account(unit: Knowledge, actor: Actor, name: str) -> Account:
    account = await unit.accounts.named(name)
    if account is None or account.name != name or not actor.reaches(account.region):
        raise Refused("duty_nobody")
    return account


async def _note(
    unit: Knowledge,
    actor: Actor,
    account: Account | None,
    action: str,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    await unit.audit.write(
        account.person if account else None, actor=actor.audited_as, action=action,
        before=before, after=after, subject=None if account else "duty",
    )  # fmt: skip


def _said(shift: Shift, number: int) -> dict[str, object]:
    said: dict[str, object] = {"id": number, "region": shift.region}
    if shift.days is None:
        return {**said, **_times(shift.begins, shift.ends)}
    return {**said, "days": shift.days, "begins": clock(shift.from_minute),
            "ends": clock(shift.to_minute)}  # fmt: skip


def _times(begins: datetime | None, ends: datetime | None) -> dict[str, object]:
    return {"begins": begins and begins.isoformat(), "ends": ends and ends.isoformat()}


def _office(office: Office) -> dict[str, object]:
    return {
        "hours": hours_of(office),
        "warn": office.warn_minutes,
        "silent": office.silent_minutes,
        "crisis": office.crisis_minutes,
    }


def clock(minute: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def hours_of(office: Office) -> str:
    """Office hours as they are typed."""
    return " ".join(f"{clock(begins)}-{clock(ends)}" for begins, ends in office.stretches)


def _stretches(hours: str) -> tuple[tuple[int, int], ...]:
    found = tuple(
        (_minute(begins), _minute(ends))
        for begins, _, ends in (part.partition("-") for part in hours.replace("：", ":").split())
    )
    bounds = [minute for one in found for minute in one]
    if not found or any(a >= b for a, b in itertools.pairwise(bounds)):
        raise Refused("duty_hours")
    return found


def _minute(text: str) -> int:
    found = CLOCK.fullmatch(text.strip().replace("：", ":"))
    if found is None or (minute := int(found[1]) * 60 + int(found[2])) > LONGEST_MINUTES:
        raise Refused("duty_clock")
    return minute


def _span(begins: str, ends: str) -> tuple[datetime, datetime]:
    try:
        since, until = (
            datetime.fromisoformat(text.strip()).replace(tzinfo=CHINA) for text in (begins, ends)
        )
    except ValueError as no_time:
        raise Refused("duty_time") from no_time
    if not timedelta(0) < until - since <= LONGEST:
        raise Refused("duty_order")
    return since, until


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as no_date:
        raise Refused("day") from no_date
