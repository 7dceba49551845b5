"""The staff's list of conversations, and who may look at which.

Every function asks the actor first. A conversation is the business of those who reach its region;
one of no region is everybody's, so that nobody waits unseen; and who has it keeps seeing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.typed_codes import hide_typed
from knowledge.access import Actor, NotThere, masked_record
from knowledge.database import Database
from knowledge.inbox_list import PAGE, Entry, View, after_of
from knowledge.unit import Knowledge

LONGEST_MATTER = 80
"""Characters of what a rider wants that stand in the list."""


Standing = Literal["in_time", "soon", "late"]
"""How a clock stands: running, three quarters over, broken."""


@dataclass(frozen=True)
class Due:
    """The clock of a conversation that breaks first, and how it stands."""

    at: datetime
    standing: Standing


@dataclass(frozen=True)
class Row:
    """A conversation in the list; nothing in it tells who the rider is.

    `since` is since when the rider waits for a person's word, None for who waits for none.
    """

    number: int
    crisis: bool
    rider: str | None
    region: str | None
    sector: str | None
    channel: str
    route: str
    """The service or question of fact that it is about; empty where none is known."""
    matter: str
    """The same in words, where it is no service."""
    words: str
    """The rider's own."""
    state: str
    staff: str | None
    opened_at: datetime
    ended_at: datetime | None
    since: datetime | None
    due: Due | None = None
    seen_to: str | None = None
    """Who said that they see to a cry for help that nobody has taken yet."""
    above: str | None = None
    """The region that it has gone up to."""


@dataclass(frozen=True)
class Board:
    """A page of a view; `further` is where the next one begins, None behind the last."""

    view: View
    rows: list[Row]
    counts: Mapping[View, int]
    further: str | None
    now: datetime


class InboxBoard:
    """The list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, actor: Actor, view: View, after: str = "") -> Board:
        """A page of a view, behind the row that `Board.further` named.

        Raises:
            Denied: the role may not.
        """
        actor.ask("inbox.read")
        async with self._database.begin() as unit:
            me, regions = actor.name, actor.regions
            found = await unit.inbox_list.page(
                view, me=me, regions=regions, after=after_of(after), limit=PAGE + 1
            )
            counts = await unit.inbox_list.counts(me=me, regions=regions)
            further = str(found[PAGE - 1].after) if len(found) > PAGE else None
            return Board(
                view, [row(one, unit.now) for one in found[:PAGE]], counts, further, unit.now
            )

    async def first(self, actor: Actor) -> int | None:
        """The conversation that should be taken next; None if nobody waits.

        Raises:
            Denied: the role may not.
        """
        actor.ask("inbox.write")
        async with self._database.begin() as unit:
            found = await unit.inbox_list.page(
                "waiting", me=actor.name, regions=actor.regions, limit=1
            )
        return found[0].id if found else None


async def found(unit: Knowledge, actor: Actor, what: str, number: int) -> Entry:
    """A conversation by its number in the list.

    Raises:
        Denied: the role may not.
        NotThere: there is none, or it is another region's.
    """
    actor.ask(what)
    entry = await unit.inbox_list.entry(number)
    if entry is None or not (concerns(actor, *entry.offices) or entry.staff == actor.name):
        raise NotThere
    return entry


def concerns(actor: Actor, *regions: str | None) -> bool:
    """Whether a conversation of one of these regions is the actor's business."""
    return any(region is None or actor.reaches(region) for region in regions)


def row(entry: Entry, now: datetime) -> Row:
    """An entry without what tells of a person."""
    route, matter, words = _about(entry)
    return Row(
        number=entry.id,
        crisis=entry.kind == "crisis",
        rider=initial(entry.name) if entry.name else None,
        region=entry.home,
        above=entry.region if entry.region != entry.home else None,
        sector=entry.sector,
        channel=entry.channel,
        route=route,
        matter=short(matter),
        words=short(words),
        state=entry.state,
        staff=entry.staff,
        seen_to=entry.seen_to,
        opened_at=entry.opened_at,
        ended_at=entry.ended_at,
        since=entry.since,
        due=due(entry, now),
    )


def _about(entry: Entry) -> tuple[str, str, str]:
    """(route, matter, the rider's words), of what was kept in parts or as a text."""
    if entry.told is not None:
        return entry.told.route, "", entry.told.words
    lines = [_behind_colon(line) for line in entry.summary.splitlines() if line.strip()]
    return "", lines[0] if lines else "", lines[1] if len(lines) > 1 else ""


def due(entry: Entry, now: datetime) -> Due | None:
    """When the clock that runs breaks; None where none does."""
    if entry.breaks_at is None:
        return None
    if entry.breaks_at <= now:
        return Due(entry.breaks_at, "late")
    soon = entry.warns_at is not None and entry.warns_at <= now
    return Due(entry.breaks_at, "soon" if soon else "in_time")


def initial(name: str) -> str:
    """A name that colleagues at the next desk can't read: its first character."""
    return f"{name[0]}**"


def short(text: str) -> str:
    """What a rider wants as it stands in a list: long numbers masked, not too long."""
    masked = str(masked_record(hide_typed(text)))
    return masked if len(masked) <= LONGEST_MATTER else f"{masked[: LONGEST_MATTER - 1]}…"


def _behind_colon(line: str) -> str:
    head, colon, rest = line.replace("：", ":", 1).partition(":")
    return rest.strip() if colon and len(head) < 20 else line.strip()
