"""The audit as administrators and auditors read it: filtered, exported, its chain verified."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from bot.refused import Refused
from knowledge.access import Actor, masked_record
from knowledge.audit import Filter, Line
from knowledge.clock import CHINA
from knowledge.database import Database
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge

PAGE = 50

EXPORT_MOST = 20_000
"""Lines of one export; more are asked for day by day."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Signs with which a spreadsheet begins a formula; https://owasp.org/www-community/attacks/CSV_Injection"""

HEADER = ("number", "time", "who", "what", "about", "region", "before", "after")


@dataclass(frozen=True)
class Wish:
    """What the reader has typed into the filter; empty is everything."""

    actor: str = ""
    action: str = ""
    day: str = ""

    def filter(self, regions: list[str] | None, before: int | None = None) -> Filter:
        """The same for the books.

        Raises:
            Refused: the day is no date.
        """
        since = until = None
        if self.day:
            try:
                day = datetime.strptime(self.day, "%Y-%m-%d").date()  # noqa: DTZ007  only a date
            except ValueError as no_date:
                raise Refused("day") from no_date
            since = datetime.combine(day, time(), CHINA)
            until = since + timedelta(days=1)
        return Filter(regions, self.actor, self.action, since, until, before)


@dataclass(frozen=True)
class Entry:
    """A line as it is shown: with a name for whom it is about, phone and ID number masked."""

    line: Line
    about: str
    person: UUID | None
    """The rider whom it is about, if it is one."""
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Entries:
    """A page of lines; `next` is where the one after it begins."""

    entries: list[Entry]
    next: int | None


class AuditTrail:
    """Reads the audit. Every function asks the actor first; lines are those of their regions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, actor: Actor, wish: Wish, before: int | None = None) -> Entries:
        """The newest lines, or those before a number.

        Raises:
            Denied: the role may not.
            Refused: the day is no date.
        """
        actor.ask("audit.read")
        async with self._database.begin() as unit:
            lines = await unit.audit.lines(wish.filter(actor.regions, before), PAGE + 1)
            entries = await _entries(unit, lines[:PAGE])
        return Entries(entries, lines[PAGE - 1].id if len(lines) > PAGE else None)

    async def export(self, actor: Actor, wish: Wish) -> str:
        """All lines that the filter lets through, as CSV; that it was made is a line as well.

        Raises:
            Denied: the role may not.
            Refused: the day is no date, or there are too many lines for one file.
        """
        actor.ask("audit.read")
        async with self._database.begin() as unit:
            lines = await unit.audit.lines(wish.filter(actor.regions), EXPORT_MOST + 1)
            if len(lines) > EXPORT_MOST:
                raise Refused("export_long", most=EXPORT_MOST)
            entries = await _entries(unit, lines)
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action="audit.export",
                subject="audit",
                region=actor.region,
                after={"actor": wish.actor, "action": wish.action, "day": wish.day},
            )
        return _csv(entries)

    async def verify(self, actor: Actor) -> int | None:
        """None if the chain holds, else the number of the first seal that doesn't.

        Raises:
            Denied: the role may not.
        """
        actor.ask("audit.read")
        async with self._database.begin() as unit:
            return await unit.audit.verify()


async def _entries(unit: Knowledge, lines: list[Line]) -> list[Entry]:
    persons = {line.person for line in lines if line.person is not None}
    accounts = await unit.accounts.of_persons(persons)
    names = {person: account.name for person, account in accounts.items()}
    for person in persons - set(names):
        names[person] = await _name(unit, person)
    return [
        Entry(
            line=line,
            about=names[line.person] if line.person else line.subject or "",
            person=None if line.person in accounts else line.person,
            before=masked_record(line.before),
            after=masked_record(line.after),
        )
        for line in lines
    ]


async def _name(unit: Knowledge, person: UUID) -> str:
    short = str(person)[:8]
    try:
        return (await unit.people.profile(person)).get("name") or short
    except SecretsError:
        return short


def _csv(entries: list[Entry]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for entry in entries:
        line = entry.line
        cells = (
            line.id,
            line.at.astimezone(CHINA).isoformat(timespec="seconds"),
            line.actor,
            line.action,
            entry.about,
            line.region or "",
            _cell(entry.before),
            _cell(entry.after),
        )
        writer.writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue()


def _cell(record: dict[str, Any] | None) -> str:
    return "" if record is None else json.dumps(record, ensure_ascii=False)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
