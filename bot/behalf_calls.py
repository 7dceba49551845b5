"""The list of calls and visits that staff have logged, for those of the region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.inbox_board import initial
from knowledge.access import Actor
from knowledge.behalf_list import PAGE, Asked, Logged
from knowledge.clock import CHINA
from knowledge.database import Database


@dataclass(frozen=True)
class Wanted:
    """A filter as the page has it; empty is any. Days are China's, both included."""

    region: str = ""
    how: str = ""
    staff: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Calls:
    """A page of the list, and who stands in the filter. Names are a first character."""

    calls: Sequence[Logged]
    count: int
    page: int
    pages: int
    staff: Sequence[str]


class BehalfCalls:
    """Calls as a list. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, actor: Actor, wanted: Wanted, page: int = 1) -> Calls:
        """A page of the calls that offices of the actor's regions have logged.

        Raises:
            Denied: the role may not.
        """
        actor.ask("behalf.write")
        asked = Asked(
            regions=_regions(actor, wanted.region),
            how=wanted.how or None,
            staff=wanted.staff or None,
            kind=wanted.kind or None,
            since=_begins(wanted.since) if wanted.since else None,
            until=_begins(wanted.until + timedelta(days=1)) if wanted.until else None,
        )
        async with self._database.begin() as unit:
            found, count = await unit.behalf_list.page(asked, page)
            staff = await unit.behalf_list.staff(actor.regions)
        calls = [replace(one, name=initial(one.name) if one.name else None) for one in found]
        return Calls(calls, count, page, max(1, -(-count // PAGE)), staff)


def _regions(actor: Actor, region: str) -> list[str] | None:
    """The wanted region and those below it, none but the actor's; None is all."""
    if not region:
        return actor.regions
    below = [
        one.code
        for one in actor.tree
        if region in [above.code for above in actor.tree.upwards(one.code)]
    ]
    return [code for code in below if actor.reaches(code)]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=CHINA)
