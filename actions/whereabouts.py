"""Where a rider looks for something: a shared position, a place in words, the place said last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions.choices import Pick
from actions.content import Location
from actions.places import PlaceField, place_of
from actions.state import PLACE_KEPT, Place
from actions.workplace import settle
from knowledge.regions import Region

if TYPE_CHECKING:
    from actions.turn import Turn

PERSON_AFTER = 2
"""After so many places that nobody knows, a person is offered beside the question."""


CITIES_NAMED = 6
"""Cities that are named to somebody who asked for another one."""


@dataclass(frozen=True)
class Spot:
    """Where is looked.

    Either a position (`name` is None: the rider's own), or a street or landmark (`words`, with the
    middle of its places) within `regions`, or a whole region (`words` empty).
    """

    lat: float | None
    lon: float | None
    name: str | None = None
    words: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    remembered: bool = False
    """The cell of a position that was shared earlier, not the position itself."""
    missed: str | None = None
    """A smaller place that was named too, and that the store doesn't know."""
    city: str | None = None
    """The region's code that told a place from others of the same name."""

    @property
    def own(self) -> bool:
        """The rider's own position, so that distances are from where they are."""
        return self.name is None


async def where(turn: Turn) -> Spot:
    """Where to look, asked for if nothing tells it.

    Raises:
        Asked, Left, Elsewhere, Again: as `Turn.ask` and `Turn.again` do.
    """
    form = turn.form
    asking = "place" in form.answers or "place" in form.refused
    asking = asking or (form.question is not None and form.question.name == "place")
    if isinstance(turn.content, Location):
        if asking:
            await turn.ask("place", PlaceField(), "station.where")
        else:
            place_of(turn, turn.content)
        return Spot(turn.content.lat, turn.content.lon)
    if not asking and turn.slots.get("arg") != "here":
        named = turn.slots.get("place") or turn.slots.get("region")
        if named:
            context = settle(turn.knowledge.region_tree, str(turn.slots.get("region") or ""))
            alike = _alike(turn, str(named))
            if alike:
                return _region(turn, (await _one_of(turn, alike))[0])
            return await _resolve(turn, str(named), context)
        city = turn.slots.pop("other_city", None)
        if city:
            turn.again("place", "station.no_city", city=city, known=await _cities(turn))
        last = await _said_last(turn)
        if last is not None:
            return last
    place = await turn.ask("place", PlaceField(), "station.where", buttons=_person(turn))
    if place["lat"] is not None:
        # The question was answered by a position earlier than this message.
        return Spot(place["lat"], place["lon"], remembered=True)
    region = turn.knowledge.region_tree.get(place["region"])
    return await _resolve(turn, str(place["name"]), [region] if region else [])


async def _cities(turn: Turn) -> list[str]:
    """A few of the cities that there are places in."""
    tree, stations = turn.knowledge.region_tree, turn.knowledge.stations
    names: list[str] = []
    for city in (one for one in tree if one.level == "city"):
        if await stations.at((), regions=sorted(tree.below(city.code)), limit=1):
            names.append(city.name(turn.language))
        if len(names) == CITIES_NAMED:
            break
    return names


def _alike(turn: Turn, name: str) -> list[Region]:
    """The regions that the sentence's words fit equally well: the slot has picked one of them."""
    tree = turn.knowledge.region_tree
    between = turn.slots.get("between")
    if between is None:
        meant = {region.code for region in settle(tree, name)}
        said = [region.code for region in settle(tree, turn.text)]
        between = said if len(said) > 1 and meant & set(said) else []
        turn.slots["between"] = between
    return [region for code in between for region in [tree.get(code)] if region]


def _person(turn: Turn) -> Sequence[Any]:
    if int(turn.slots.get("unknown_places") or 0) < PERSON_AFTER:
        return ()
    return [turn.route_button("talk_to_human")]


async def _said_last(turn: Turn) -> Spot | None:
    """The place of the list that is on the screen, else where the rider was lately."""
    shown, place = turn.state.stations_on_screen(turn.now), turn.state.place
    if shown is not None:
        named = shown.slots.get("place")
        if named and (place is None or place.until - PLACE_KEPT <= shown.at):
            city = turn.knowledge.region_tree.get(shown.slots.get("city"))
            return await _resolve(turn, str(named), [city] if city else [])
    if place is None:
        return None
    return Spot(place.lat, place.lon, remembered=True)


async def _resolve(turn: Turn, name: str, context: Sequence[Region]) -> Spot:
    """A street, landmark or region of the store by its name."""
    tree = turn.knowledge.region_tree
    within = {code for region in context for code in tree.below(region.code)}
    there = [
        code
        for code in await turn.knowledge.stations.regions_of(name)
        if not within or code in within
    ]
    if there:
        return await _street(turn, name, there)
    fitting = settle(tree, name)
    if len(fitting) > 1:
        both = [region for region in fitting if not within or region.code in within]
        fitting = await _one_of(turn, both or fitting)
    if fitting:
        return _region(turn, fitting[0])
    if len(context) == 1:
        return _region(turn, context[0], missed=name)
    turn.slots["unknown_places"] = int(turn.slots.get("unknown_places") or 0) + 1
    turn.again("place", "station.unknown_place")
    raise AssertionError("unreachable")


async def _street(turn: Turn, name: str, there: Sequence[str]) -> Spot:
    tree = turn.knowledge.region_tree
    cities: dict[str, Region] = {}
    for code in there:
        city = tree.at_level(code, "city") or tree.get(code)
        if city is not None:
            cities[city.code] = city
    (city,) = await _one_of(turn, list(cities.values()))
    within = tuple(sorted(tree.below(city.code)))
    middle = await turn.knowledge.stations.centre(name, within)
    lat, lon = middle or (None, None)
    if lat is not None and lon is not None:
        turn.state.place = Place(lat=lat, lon=lon, name=name, until=turn.now + PLACE_KEPT)
    return Spot(lat, lon, name, (name,), within, city=city.code)


def _region(turn: Turn, region: Region, *, missed: str | None = None) -> Spot:
    regions = tuple(sorted(turn.knowledge.region_tree.below(region.code)))
    name = region.name(turn.language)
    return Spot(region.lat, region.lon, name, (), regions, missed=missed, city=region.code)


async def _one_of(turn: Turn, regions: Sequence[Region]) -> list[Region]:
    """The one that is meant: by the rider's own region, by where they were, else asked."""
    if len(regions) == 1:
        return list(regions)
    tree = turn.knowledge.region_tree
    _, own = await turn.knowledge.people.sector_and_region(await turn.known_person())
    above = {region.code for region in tree.upwards(own)}
    at_home = [region for region in regions if region.code in above]
    if len(at_home) == 1 and "which" not in turn.form.answers:
        return at_home
    items = [(region.code, _full_name(turn, region)) for region in regions]
    code = await turn.ask("which", Pick(items), "station.which_city")
    found = tree.get(code)
    if found is None or found not in regions:
        turn.again("which", "station.unknown_place")
    assert found is not None
    return [found]


def _full_name(turn: Turn, region: Region) -> str:
    """With the city before it, unless it is one or already says so."""
    city = turn.knowledge.region_tree.at_level(region.code, "city")
    name = region.name(turn.language)
    if city is None or city.code == region.code:
        return name
    before = city.name(turn.language).removesuffix("市")
    if name.startswith(before):
        return name
    return f"{name}, {before}" if turn.language == "en" else f"{before}{name}"
