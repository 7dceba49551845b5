"""What is looked for among the places, and what is shown when there is nothing of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from actions import hours
from actions.state import Shown
from actions.turn import Turn
from actions.whereabouts import Spot
from knowledge.clock import CHINA
from knowledge.coordinates import metres_between
from knowledge.place_kinds import Service
from knowledge.stations import Station, Visitor

PAGE = 5
"""Stations shown at once."""

NEAR = 5_000.0
"""Metres that are near for somebody on two wheels."""

FAR = 30_000.0
"""Metres beyond which a station is no help any more."""

FAR_SHOWN = 3
"""Stations shown when none is near."""

BATCH = 60
"""Stations read at once to find those that are open now: the database can't tell."""

BATCHES = 4

CLOCK_ROUND = re.compile(
    r"24 ?小时|二十四小时|24 ?小時|通宵|全天|整夜|不打烊|不关门|24/7|24 ?h(?:ours?|rs?)?\b"
    r"|(?:a)?round the clock|all night|twenty.?four hours",
    re.IGNORECASE,
)
NOW = re.compile(
    r"(?:现在|現在|这会儿?|这个点)(?:还|還)?(?:能|可以|开|開)|\bnow\b(?!,? (?:i|where|what|how))"
    r"|\bright now\b",
    re.IGNORECASE,
)
"""Said beside what is looked for, it asks for what is open."""

SANITATION = re.compile(
    r"环卫|環衛|扫马路|扫大街|清洁工|清洁员|街道清扫|sanitation|street (?:cleaner|sweeper)",
    re.IGNORECASE,
)
SEAT = re.compile(r"坐|座|凳|椅|躺|睡|沙发|\b(?:sit|seats?|chairs?|bench|nap|lie)\b", re.IGNORECASE)
NOT_MINE = re.compile(r"不是环卫|非环卫|不是環衛|not (?:a )?sanitation", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What a place should offer, and whether it should be open."""

    amenities: tuple[str, ...] = ()
    open_now: bool = False
    around_the_clock: bool = False
    service: Service = "rest"
    open_at: datetime | None = None
    """A time for which it is asked, instead of now."""

    @property
    def plain(self) -> bool:
        """Nothing in particular."""
        return self == Wish(service=self.service)

    @property
    def timed(self) -> bool:
        """Whether it must be open at a time, which the database can't tell."""
        return self.open_now or self.open_at is not None

    @property
    def spoken(self) -> Wish:
        """Without the seat: whoever wants to rest means one, and it needn't be said."""
        return replace(self, amenities=tuple(one for one in self.amenities if one != "seat"))

    def less(self) -> list[Wish]:
        """The wish itself and what remains of it when nothing fits: the hours go first."""
        anything = Wish(service=self.service)
        steps = [self, self.spoken, replace(anything, amenities=self.amenities), anything]
        return [one for n, one in enumerate(steps) if one not in steps[:n]]

    def kept(self) -> dict[str, Any]:
        """As slots of a shown list."""
        return {
            "amenities": list(self.amenities),
            "open_now": self.open_now,
            "around_the_clock": self.around_the_clock,
            "service": self.service,
            "open_at": self.open_at and self.open_at.isoformat(),
        }


@dataclass(frozen=True)
class Found:
    """A page of stations. `wish` is what they fulfil, which may be less than was asked."""

    stations: tuple[Station, ...]
    wish: Wish
    more: bool = False
    far: float | None = None
    """Metres to the nearest, where none is near."""
    restricted: bool = False
    """Some are not open to this rider, as far as is known."""


def wish_of(slots: Mapping[str, Any], service: Service = "rest") -> Wish:
    """What slots ask for; of what isn't for a rest, only whether it is open."""
    at = slots.get("open_at")
    open_at = datetime.fromisoformat(at) if at else None
    now = bool(slots.get("open_now")) and open_at is None
    if service != "rest":
        return Wish(open_now=now, service=service, open_at=open_at)
    clock_round = bool(slots.get("around_the_clock"))
    return Wish(
        tuple(slots.get("amenities") or ()),
        now and not clock_round,
        clock_round,
        open_at=None if clock_round else open_at,
    )


def wish_of_shown(shown: Shown) -> Wish:
    """What a shown list was for; one of an earlier release was for a rest."""
    return wish_of(shown.slots, shown.slots.get("service", "rest"))


def hear(turn: Turn) -> None:
    """Put into the slots what only this service listens for: round the clock, and a trade."""
    if CLOCK_ROUND.search(turn.text):
        turn.slots["around_the_clock"] = True
    amenities = list(turn.slots.get("amenities") or ())
    if len(amenities) > 1 and "seat" in amenities and turn.text and not SEAT.search(turn.text):
        # "A rest stop with battery swap" is any place with battery swap.
        turn.slots["amenities"] = [one for one in amenities if one != "seat"]
    if turn.slots.get("hour") and "open_at" not in turn.slots:
        turn.slots["open_at"] = _next(turn, str(turn.slots["hour"])).isoformat()
    elif NOW.search(turn.text):
        turn.slots["open_now"] = True
    if SANITATION.search(turn.text) and not NOT_MINE.search(turn.text):
        turn.slots["sector"] = "sanitation"


def _next(turn: Turn, hour: str) -> datetime:
    """The next time that the clock shows this hour; on the day that was named, if one was."""
    local = turn.now.astimezone(CHINA)
    day = turn.slots.get("date")
    at = time.fromisoformat(hour)
    if day and date.fromisoformat(str(day)) >= local.date():
        return datetime.combine(date.fromisoformat(str(day)), at, CHINA)
    today = datetime.combine(local.date(), at, CHINA)
    return today if today >= local else today + timedelta(days=1)


async def visitor_of(turn: Turn) -> Visitor:
    """Who asks, as far as is known. Who isn't known may be a member; it is marked on the card."""
    person = await turn.known_person()
    proved = any(proof.level == "full" for proof in await turn.proofs())
    membership = await turn.knowledge.memberships.of(person)
    member = membership is not None and membership.active
    earlier = turn.state.shown.slots if turn.state.shown is not None else {}
    sector = turn.slots.get("sector") or earlier.get("sector")
    if sector is None:
        sector, _ = await turn.knowledge.people.sector_and_region(person)
    employer = (await turn.knowledge.people.profile(person)).get("employer") if proved else None
    return Visitor(member=member or not proved, sector=sector, employer=employer)


async def search(turn: Turn, spot: Spot, wish: Wish) -> Found:
    """The first page. If nothing fits, what comes nearest to it, and how much of it that is."""
    visitor = await visitor_of(turn)
    for one in wish.less():
        found = await _look(turn, spot, one, visitor, ())
        near = [station for station in found if _is_near(station)]
        if near:
            return _page(found, len(near[:PAGE]), one)
        closed = await _restricted(turn, spot, one, visitor) if one == wish else []
        if closed:
            page = (*closed[:FAR_SHOWN], *found[: PAGE - len(closed[:FAR_SHOWN])])
            return Found(page, one, restricted=True)
        if found:
            return replace(_page(found, FAR_SHOWN, one), far=found[0].distance)
    if spot.lat is not None and spot.lon is not None:
        stations = turn.knowledge.stations
        last = await stations.nearest(
            spot.lat, spot.lon, service=wish.service, visitor=visitor, limit=1
        )
        if last:
            return Found(tuple(last), Wish(service=wish.service), far=last[0].distance)
    return Found((), Wish(service=wish.service))


async def further(turn: Turn, spot: Spot, wish: Wish, seen: Sequence[str]) -> Found:
    """The next page: what fits besides those that were shown, as far as it is any help."""
    return _page(await _look(turn, spot, wish, await visitor_of(turn), seen), PAGE, wish)


def _page(found: Sequence[Station], size: int, wish: Wish) -> Found:
    return Found(tuple(found[:size]), wish, more=len(found) > size)


async def _restricted(turn: Turn, spot: Spot, wish: Wish, visitor: Visitor) -> list[Station]:
    """Near places that this rider may not enter, for when there is nothing else."""
    found = await _look(turn, spot, wish, None, ())
    return [one for one in found if _is_near(one) and not visitor.may_enter(one)]


def _is_near(station: Station) -> bool:
    return station.distance is None or station.distance <= NEAR


async def _look(
    turn: Turn, spot: Spot, wish: Wish, visitor: Visitor | None, seen: Sequence[str]
) -> list[Station]:
    """Stations at a spot in the order in which they are shown, at least one page and one more.

    Those on the named street or in the named region come first, without a distance.
    """
    if not spot.words and not spot.regions:
        return await _around(turn, spot, wish, visitor, seen)
    there: list[Station] = []
    if not spot.words and spot.lat is not None:
        inside = await _around(turn, spot, wish, visitor, seen, within=spot.regions)
        there += [replace(one, distance=None) for one in inside]
    listed = await turn.knowledge.stations.at(
        spot.words,
        service=wish.service,
        regions=() if spot.words else spot.regions,
        within=spot.regions if spot.words else (),
        amenities=wish.amenities,
        visitor=visitor,
        around_the_clock=wish.around_the_clock,
        without=seen,
        mapless=bool(there),
        # Who names the street of a place wants to know why it is shut.
        closed_too=bool(spot.words) and wish.plain,
        limit=BATCH,
    )
    there += sorted(
        _open_only(turn, listed, wish),
        key=lambda one: (one.is_closed(turn.today), _from_middle(spot, one)),
    )
    if len(there) > PAGE or spot.lat is None:
        return there
    codes = {one.code for one in there}
    around = await _around(turn, spot, wish, visitor, seen)
    return [*there, *(one for one in around if one.code not in codes)]


async def _around(
    turn: Turn,
    spot: Spot,
    wish: Wish,
    visitor: Visitor | None,
    seen: Sequence[str],
    within: Sequence[str] = (),
) -> list[Station]:
    assert spot.lat is not None
    assert spot.lon is not None
    found: list[Station] = []
    for batch in range(BATCHES):
        size = BATCH if wish.timed else PAGE + 1
        some = await turn.knowledge.stations.nearest(
            spot.lat,
            spot.lon,
            service=wish.service,
            amenities=wish.amenities,
            visitor=visitor,
            around_the_clock=wish.around_the_clock,
            within=within,
            without=seen,
            limit=size,
            offset=batch * size,
        )
        some = [one for one in some if one.distance is not None and one.distance <= FAR]
        found += _open_only(turn, some, wish)
        if len(found) > PAGE or len(some) < size:
            break
    return found


def _open_only(turn: Turn, stations: Sequence[Station], wish: Wish) -> list[Station]:
    if not wish.timed:
        return list(stations)
    at = wish.open_at or turn.now
    return [one for one in stations if hours.opening(one.hours, at).open]


def _from_middle(spot: Spot, station: Station) -> float:
    """For the order only: on a street no distance is told."""
    if spot.lat is None or spot.lon is None or station.lat is None or station.lon is None:
        return FAR
    return metres_between(spot.lat, spot.lon, station.lat, station.lon)
