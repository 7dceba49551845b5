"""What leads see: who is on duty and what waits now, and how fast and well it went over time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from bot.figures import Wish
from bot.inbox_board import concerns
from bot.questions import narrowed
from bot.refused import Refused
from bot.staff import Made, Staff, StaffRefused
from knowledge.access import Actor, NotThere
from knowledge.clock import CHINA
from knowledge.clock_timers import Timer
from knowledge.database import Database
from knowledge.exchange.marks import marked
from knowledge.figures import Span, week_of
from knowledge.lead_figures import Handled, Line, by, by_hour, by_week, line
from knowledge.lead_records import Standing
from knowledge.unit import Knowledge

SOON = timedelta(hours=1)
"""Clocks that break within it stand beside the broken ones."""

TABLES = ("weeks", "regions", "teams", "kinds", "hours", "people")
OPEN_TO_AUDITORS = ("weeks", "regions", "teams", "kinds", "hours")
"""What one person did is for that person and their lead."""

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Now:
    """How it stands at this moment."""

    at: datetime
    on_duty: Sequence[tuple[str, int]]
    """Who is, and how many conversations they have."""
    waiting: Sequence[Standing]
    held: Sequence[Standing]
    clocks: Sequence[Timer]

    @property
    def broken(self) -> int:
        return sum(one.breaks_at is not None and one.breaks_at <= self.at for one in self.clocks)


@dataclass(frozen=True)
class Report:
    """Figures of a time. `asked` and `at_once`: what riders asked the bot, and what it answered."""

    since: date
    until: date
    all: Line
    asked: int
    at_once: int
    tables: Mapping[str, list[Line]]

    @property
    def is_empty(self) -> bool:
        return not self.all.count and not self.asked


class LeadDesk:
    """Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database, staff: Staff | None = None) -> None:
        self._database, self._staff = database, staff or Staff(database)

    async def now(self, actor: Actor) -> Now:
        """Who is on duty, what waits, which clocks are broken or will be within the hour.

        Raises:
            Denied: the role may not.
        """
        actor.ask("leads.read")
        async with self._database.begin() as unit:
            standing = await unit.lead_records.standing(actor.regions)
            load = await unit.lead_records.load()
            names = await _on_duty(unit, actor)
            clocks = await unit.clock_timers.standing(actor.regions, due_before=unit.now + SOON)
            return Now(
                unit.now,
                [(name, load.get(name, 0)) for name in names],
                [one for one in standing if one.staff is None],
                [one for one in standing if one.staff is not None],
                clocks,
            )

    async def listen(self, actor: Actor, number: int) -> str:
        """The page of a conversation that somebody else has; that it was looked at is audited.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
        """
        actor.ask("leads.act")
        async with self._database.begin() as unit:
            found = await unit.lead_records.one(number)
            if found is None or not concerns(actor, *found.offices):
                raise NotThere
            if found.staff != actor.name:
                await unit.audit.write(
                    None,
                    actor=actor.audited_as,
                    action="handoff.listen",
                    after={"staff": found.staff},
                    subject=f"handoff:{number}",
                    region=found.region,
                )
        return f"/console/inbox/{number}"

    async def hand_on(self, actor: Actor, number: int, to: str) -> Made:
        """Give a conversation that waits, or that somebody has, to another; to oneself as well.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: no such colleague there, or it is theirs already or over, or somebody above
                has it.
        """
        actor.ask("leads.act")
        async with self._database.begin() as unit:
            found = await unit.lead_records.one(number)
            if found is None or not concerns(actor, *found.offices):
                raise NotThere
            # What somebody above has is theirs, although those below see it.
            if found.staff is not None and not concerns(actor, found.region):
                raise Refused("lead_above_has_it", staff=found.staff)
            account = await unit.accounts.named(to)
            if account is None or account.disabled_at or account.role == "auditor":
                raise Refused("lead_colleague")
            if not concerns(account.actor(unit), *found.offices):
                raise Refused("lead_colleague")
        try:
            made = await self._staff.hand_on(number, actor.name, account.name, over=True)
        except StaffRefused as why:
            raise Refused("lead_not_handed_on") from why
        async with self._database.begin() as unit:
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action="handoff.hand_on",
                before={"staff": found.staff},
                after={"staff": account.name},
                subject=f"handoff:{number}",
                region=found.region,
            )
        return made

    async def colleagues(self, actor: Actor) -> list[str]:
        """To whom a lead may give a conversation.

        Raises:
            Denied: the role may not.
        """
        actor.ask("leads.read")
        async with self._database.begin() as unit:
            accounts = await unit.accounts.within(actor.regions)
        return [one.name for one in accounts if not one.disabled_at and one.role != "auditor"]

    async def report(self, actor: Actor, wish: Wish) -> Report:
        """The figures of so many weeks, this one included.

        Raises:
            Denied: the role may not.
            Refused: the region isn't one of theirs.
        """
        actor.ask("leads.read")
        this = week_of(self._database.clock.now())
        since = this - timedelta(weeks=wish.weeks - 1)
        return await self._report(actor, wish.region, since, this + timedelta(weeks=1))

    async def month(self, actor: Actor, month: str, region: str) -> Report:
        """The figures of a month, `2026-11`; without one, of the month before this.

        Raises:
            Denied: the role may not.
            Refused: that is no month, or the region isn't one of theirs.
        """
        actor.ask("leads.read")
        first = self.first_of(month)
        following = (first + timedelta(days=32)).replace(day=1)
        return await self._report(actor, region, first, following)

    def first_of(self, month: str) -> date:
        """The first day of a month as typed, or of the month before this.

        Raises:
            Refused: that is no month.
        """
        if not month:
            today = self._database.clock.now().astimezone(CHINA).date()
            return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        found = MONTH.fullmatch(month)
        if found is None:
            raise Refused("month")
        return date(int(found[1]), int(found[2]), 1)

    async def table(self, actor: Actor, wish: Wish, table: str) -> str:
        """One of the tables as CSV; what begins like a formula is marked.

        Raises:
            Denied: the role may not.
            NotThere: there is no such table for this role.
            Refused: the region isn't one of theirs.
        """
        report = await self.report(actor, wish)
        if table not in report.tables:
            raise NotThere
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for one in report.tables[table]:
            writer.writerow([marked(str(cell)) for cell in _cells(one)])
        return out.getvalue()

    async def own(self, actor: Actor, wish: Wish) -> Report:
        """The actor's own figures.

        Raises:
            Denied: the role may not.
        """
        actor.ask("home")
        this = week_of(self._database.clock.now())
        since, until = this - timedelta(weeks=wish.weeks - 1), this + timedelta(weeks=1)
        async with self._database.begin() as unit:
            found = await unit.lead_records.handled(None, _midnight(since), _midnight(until))
        own = [one for one in found if one.staff == actor.name]
        tables = {"weeks": by_week(own, _mondays(since, until)), "kinds": _by_kind(own)}
        return Report(since, until, line("", own), 0, 0, tables)

    async def _report(self, actor: Actor, region: str, since: date, until: date) -> Report:
        regions = narrowed(actor, region) if region else actor.regions
        span = Span(week_of(_midnight(since)), until - timedelta(days=1), regions, None)
        async with self._database.begin() as unit:
            found = await unit.lead_records.handled(regions, _midnight(since), _midnight(until))
            weeks = await unit.figures.by_week(span)
        tables = {
            "weeks": by_week(found, _mondays(since, until)),
            "regions": by(found, lambda one: one.region),
            "teams": by(found, lambda one: one.team),
            "kinds": _by_kind(found),
            "hours": by_hour(found),
        }
        if actor.may("leads.act"):
            tables["people"] = by((one for one in found if one.staff), lambda one: one.staff)
        return Report(
            since,
            until,
            line("", found),
            sum(row.asked for row in weeks),
            sum(row.at_once for row in weeks),
            tables,
        )


HEADER = (
    "name",
    "requests",
    "in time",
    "late",
    "first answer, median working minutes",
    "resolution, median working minutes",
    "reopened",
    "rated",
    "stars",
)


def _cells(one: Line) -> Sequence[object]:
    numbers = (one.first_answer, one.resolution, one.reopened, one.rated, one.stars)
    told = ["" if number is None else number for number in numbers]
    return [one.name, one.count, one.in_time, one.late, *told]


def _by_kind(some: Sequence[Handled]) -> list[Line]:
    return by(some, lambda one: one.kind)


def _mondays(since: date, until: date) -> list[date]:
    first = since - timedelta(days=since.weekday())
    return [first + timedelta(weeks=n) for n in range((until - first).days // 7 + 1)
            if first + timedelta(weeks=n) < until]  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock_time(), CHINA)


async def _on_duty(unit: Knowledge, actor: Actor) -> list[str]:
    """Who is on duty now and is the actor's business."""
    names = [name for name, on in await unit.duty.everybody() if on]
    accounts = {one.name: one for one in await unit.accounts.within(actor.regions)}
    return [name for name in names if actor.region is None or name in accounts]
