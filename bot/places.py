"""Places to rest as staff look after them: found, added, changed, closed for now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.clock import CHINA
from knowledge.content_entries import Words
from knowledge.content_stations import StationEntry
from knowledge.database import Database
from knowledge.duplicates import Pair
from knowledge.exchange.cells import read_day
from knowledge.exchange.one_row import cells_of, read_station
from knowledge.station_care import Doubted, Settled
from knowledge.station_list import SHOWS, Crowd, ListedStation, StationFilter
from knowledge.station_writing import differences, mark_of
from knowledge.stations import FOR_GOOD
from knowledge.unit import Knowledge

PAGE = 50
MOST_POINTS = 1000
"""Points that a map shows one by one; of more it shows how many there are in each square."""

SETTLED_SHOWN = 10


@dataclass(frozen=True)
class Wish:
    """What is asked of the list, as it is typed; empty is everything."""

    text: str = ""
    region: str = ""
    kind: str = ""
    amenity: str = ""
    show: str = ""


@dataclass(frozen=True)
class Page:
    """A page of the list; counted from 1."""

    stations: list[ListedStation]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Points:
    """Places on a map. With `crowds`, those of a page only, and all of them counted by squares."""

    stations: list[ListedStation]
    crowds: Sequence[Crowd] = ()


@dataclass(frozen=True)
class Look:
    """A place that is to be looked at before it is written, or that stands in the store.

    Attributes:
        mark: of the place in the store, that a form is made from; empty for a new one.
        pairs: others that may be the same.
        changed: what somebody else has changed since the form was made, by column: what the form
            was made from isn't known any more, so this is the store against what is typed.
        sign: of what is to be looked at (hours, point, name, others): shown again with the form.
    """

    entry: StationEntry
    mark: str
    pairs: tuple[Pair, ...]
    changed: Mapping[str, tuple[str, str]]

    @property
    def sign(self) -> str:
        entry = self.entry
        pairs = sorted(pair.other.code for pair in self.pairs)
        told = f"{entry.hours}|{entry.lat}|{entry.lon}|{pairs}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class Places:
    """Looks after places. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, actor: Actor, wish: Wish, number: int = 1) -> Page:
        """A page of the places of the actor's regions.

        Raises:
            Denied: the role may not.
        """
        wished = self._filter(actor, wish)
        async with self._database.begin() as unit:
            listing = unit.station_list
            number = max(1, number)
            found, total = await listing.page(wished, limit=PAGE, offset=(number - 1) * PAGE)
            last = max(1, -(-total // PAGE))
            if number > last:
                number = last
                found, _ = await listing.page(wished, limit=PAGE, offset=(last - 1) * PAGE)
        return Page(found, total, number)

    async def points(self, actor: Actor, wish: Wish, number: int = 1) -> Points:
        """The same places on a map: those of a page of the list, and all others.

        Raises:
            Denied: the role may not.
        """
        wished = self._filter(actor, wish)
        async with self._database.begin() as unit:
            listing = unit.station_list
            found = await listing.mapped(wished, most=MOST_POINTS)
            if found is not None:
                return Points(found)
            page, _ = await listing.page(wished, limit=PAGE, offset=(max(1, number) - 1) * PAGE)
            shown = [one for one in page if one.lat is not None]
            return Points(shown, await listing.crowds(wished))

    async def get(self, actor: Actor, code: str) -> Look:
        """One place.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
        """
        async with self._database.begin() as unit:
            entry = await _found(unit, actor, "place.read", code)
            return Look(entry, mark_of(entry), tuple(await unit.station_writing.like(entry)), {})

    async def try_out(
        self, actor: Actor, cells: Mapping[str, str], code: str | None = None, mark: str = ""
    ) -> Look:
        """How a form is read, what else may be the same place, and whether it was overtaken.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
            Refused: a new place is there already.
            Mistyped: a field can't be read.
        """
        actor.ask("place.write")
        async with self._database.begin() as unit:
            return await _read(unit, actor, cells, code, mark)

    async def save(
        self, actor: Actor, cells: Mapping[str, str], code: str | None = None, mark: str = ""
    ) -> str:
        """Write a place; its code.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
            Refused: a new place is there already, or somebody else has changed it meanwhile.
            Mistyped: a field can't be read.
        """
        actor.ask("place.write")
        async with self._database.begin() as unit:
            look = await _read(unit, actor, cells, code, mark, to_change=True)
            if look.changed:
                raise Refused("place_changed")
            before = None if code is None else await unit.station_writing.get(code)
            if before is None:
                await unit.station_writing.add(look.entry, actor=actor.audited_as)
            else:
                await unit.station_writing.change(before, look.entry, actor=actor.audited_as)
            return look.entry.code

    async def close(
        self, actor: Actor, code: str, until: str, reason: str, reason_en: str = ""
    ) -> None:
        """Close a place up to and including a day (empty: for good); riders read the reason.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
            Refused: that is no day, or it is over, or there is no reason.
        """
        reason = reason.strip()
        async with self._database.begin() as unit:
            await _found(unit, actor, "place.write", code)
            day = read_day(until) if until.strip() else FOR_GOOD
            if day is None:
                raise Refused("day")
            if day < unit.now.astimezone(CHINA).date():
                raise Refused("place_day_over")
            if not reason:
                raise Refused("place_no_reason")
            words = Words(zh=reason, en=reason_en.strip() or reason)
            await unit.station_care.close(code, day, words, staff=actor.name)

    async def reopen(self, actor: Actor, code: str) -> None:
        """A place that was closed for now is open again.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
        """
        async with self._database.begin() as unit:
            await _found(unit, actor, "place.write", code)
            await unit.station_care.reopen(code, staff=actor.name)

    async def doubted(self, actor: Actor) -> tuple[list[Doubted], list[Settled]]:
        """Places that riders doubt, and those that were settled last.

        Raises:
            Denied: the role may not.
        """
        actor.ask("place.read")
        async with self._database.begin() as unit:
            care, regions = unit.station_care, actor.regions
            return await care.doubted(regions), await care.settled(regions, SETTLED_SHOWN)

    async def settle(self, actor: Actor, code: str) -> int:
        """Somebody has looked: what riders said of a place is settled.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
        """
        async with self._database.begin() as unit:
            await _found(unit, actor, "place.write", code)
            return await unit.station_care.settle(code, staff=actor.name)

    async def unsettle(self, actor: Actor, code: str) -> int:
        """It was settled too early.

        Raises:
            Denied: the role may not.
            NotThere: no such place in the actor's regions.
        """
        async with self._database.begin() as unit:
            await _found(unit, actor, "place.write", code)
            return await unit.station_care.unsettle(code, staff=actor.name)

    def _filter(self, actor: Actor, wish: Wish) -> StationFilter:
        actor.ask("place.read")
        show = next((one for one in SHOWS if one == wish.show), None)
        found = StationFilter(wish.text, actor.regions, wish.kind, wish.amenity, show)
        if not wish.region:
            return found
        below = sorted(actor.tree.below(wish.region)) if actor.reaches(wish.region) else []
        return replace(found, regions=below)


async def _found(unit: Knowledge, actor: Actor, what: str, code: str) -> StationEntry:
    actor.ask(what)
    entry = await unit.station_writing.get(code)
    if entry is None:
        raise NotThere
    actor.ask_about(what, entry.region)
    return entry


async def _read(
    unit: Knowledge,
    actor: Actor,
    cells: Mapping[str, str],
    code: str | None,
    mark: str,
    *,
    to_change: bool = False,
) -> Look:
    before = None
    if code is not None:
        await _found(unit, actor, "place.write", code)
        before = await unit.station_writing.get(code, to_change=to_change)
        if before is None:
            raise NotThere
    kept = {} if before is None else cells_of(before)
    entry = read_station(
        {**kept, **cells, "code": code or ""}, [region.code for region in actor.tree]
    )
    if not actor.reaches(entry.region):
        raise Refused("region_reach")
    if before is None and await unit.station_writing.get(entry.code) is not None:
        raise Refused("place_there", name=entry.name.zh)
    now = "" if before is None else mark_of(before)
    changed = {} if before is None or mark == now else differences(entry, before)
    return Look(entry, now, tuple(await unit.station_writing.like(entry)), changed)
