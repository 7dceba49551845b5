"""Where somebody works: a position or words become the lowest region whose union is known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions.content import Location
from actions.fields import Given, Heard
from actions.places import PlaceField
from knowledge.regions import LEVELS, Region, RegionTree

if TYPE_CHECKING:
    from actions.turn import Turn

NEAR_STATION = 3_000.0
"""Metres within which a place of the store tells the region of a position."""

NEAR_MIDDLE = {"street": 3_000.0, "district": 40_000.0, "city": 60_000.0}
"""Metres to a region's rough middle within which a position is taken to lie in it."""

EARTH = 6_371_000.0


WISH = re.compile(
    r"我要|我想|想要|报名|報名|查一|帮我|幫我|怎么|怎麼|多少|有没有|有沒有|[吗嗎么][?？]?$"
    r"|\b(i want|i'd like|how|sign me|where|can i)\b",
    re.IGNORECASE,
)
"""Words of a sentence that is hardly the answer to "where do you work"."""

CHATTER = re.compile(
    r"怕|担心|不[想敢改]|算了|会不会|能不能|可不可以|泄露|保密|为什么|为啥|凭什么|谢谢|等等|稍等"
    r"|\b(?:afraid|worried|why|thanks|wait|never mind)\b",
    re.IGNORECASE,
)
"""What stands in no place's name."""

PLACE_LIKE = re.compile(r"[^\W\d_]{2}")
"""Two letters in a row: a phone or another number is no place."""


class Workplace(PlaceField):
    """A place of work, kept with all the words that tell where it is."""

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Location):
            return super().read(given, turn)
        said = place_said(given.slots, given.text)
        if said is not None:
            # "我要报名佛山的烘焙" names a place, but wants something else.
            return Heard("possible" if WISH.search(given.text) else "sure", said)
        if settle(turn.knowledge.region_tree, given.text):
            return Heard("sure", _place(given.text[:60], given.text))
        if given.slots.get("phone") or given.slots.get("id_number"):
            return Heard("no", complaint="field.place.bad")
        if 2 <= len(given.text) <= 60 and PLACE_LIKE.search(given.text):
            if WISH.search(given.text) or CHATTER.search(given.text):
                return Heard("no", complaint="field.place.bad")
            return Heard("possible", _place(given.text, given.text))
        return Heard("no", complaint="field.place.bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, dict) and "name" in value


def place_said(slots: Mapping[str, Any], sentence: str) -> dict[str, Any] | None:
    """The place that a sentence names, with the whole sentence: it may tell two alike apart."""
    place, region = slots.get("place"), slots.get("region")
    if not place and not region:
        return None
    return _place(str(place or region), sentence, f"{region or ''}{place or ''}")


def _place(name: str, words: str, read: str = "") -> dict[str, Any]:
    """As it is kept: what it is called, all the words, and the store's names found in them."""
    return {"name": name, "words": words, "read": read}


def settled_place(region: Region | None) -> dict[str, Any]:
    """A shared position once its region is known: the position itself isn't kept."""
    return {**_place("", ""), "code": region.code if region else None}


@dataclass(frozen=True)
class InRegion:
    """In which city and district: by button or in words. Kept as the region's code."""

    between: Sequence[tuple[str, str]] = ()
    slot: str | None = None
    ask: None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return list(self.between)

    def read(self, given: Given, turn: Turn) -> Heard:
        tree = turn.knowledge.region_tree
        if isinstance(given.content, Location):
            found = nearest(tree, given.content.lat, given.content.lon)
            return Heard("sure", found.code) if found else Heard("no", complaint="join.region.far")
        codes = {code for code, _ in self.between}
        settled = settle(tree, given.text)
        fitting = [r for r in settled if not codes or r.code in codes] or settled
        # "威海" is an answer to "开发区, of which city?"
        above = [c for c in codes if settled and settled[0] in tree.upwards(c)]
        if len(fitting) == 1 and fitting[0].level != "province":
            return Heard("sure", above[0] if len(above) == 1 else fitting[0].code)
        if settled:
            return Heard("no", complaint="join.region.rough")
        return Heard("no", complaint="join.region.bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return turn.knowledge.region_tree.get(value) is not None


ROUGH = ("city", "province")
"""Levels too high to stand for a place of work, unless the rider has no better one."""


def take_place(turn: Turn) -> None:
    """What the sentence says of where the rider works, with all its words, as the answer."""
    answers, form = turn.form.answers, turn.form
    asked = form.question.name if form.question else None
    if "workplace" in answers or "workplace" in form.refused or asked == "workplace":
        return
    place = place_said(turn.slots, turn.text)
    if place is not None and (turn.slots.get("place") or not _rough(turn, place)):
        answers["workplace"] = place


def _rough(turn: Turn, place: dict[str, Any]) -> bool:
    """Whether the words name no more than a city or a province."""
    found = turn.knowledge.region_tree.named(str(place["name"]))
    return not found or found[0].level in ROUGH


async def ask_workplace(turn: Turn) -> tuple[dict[str, Any], Region]:
    """The place of work and its region; asked once more if the place doesn't tell the region."""
    tree = turn.knowledge.region_tree
    named = tree.named(str(turn.slots.get("region") or ""))
    # "开发区" is read as one of several: only a city or a province tells two alike apart.
    city = named[0].name(turn.language) if named and named[0].level in ROUGH else ""
    key = "join.workplace_in" if city else "join.workplace"
    place = dict(await turn.ask("workplace", Workplace(), key, region=city))
    found = await regions_of(turn, place, city)
    if place.get("lat") is not None:
        place = settled_place(found[0] if found else None)
        turn.form.answers["workplace"] = place
    if len(found) == 1:
        return place, found[0]
    between = [(r.code, path_of(turn, r)) for r in found]
    code = await turn.ask(
        f"region of {place['name']}",
        InRegion(between),
        "join.region_which" if between else "join.region",
        place=place.get("name") or turn.words("join.that_place"),
    )
    region = tree.get(str(code))
    assert region is not None
    return place, region


async def regions_of(turn: Turn, place: Mapping[str, Any], context: str = "") -> list[Region]:
    """The region of a place; several if the words fit several, none if they tell nothing.

    `context` is a region that was named before, to tell two alike apart.
    """
    tree = turn.knowledge.region_tree
    stations = turn.knowledge.stations
    if "code" in place:
        return [region for region in [tree.get(place["code"])] if region]
    if place.get("lat") is not None:
        lat, lon = float(place["lat"]), float(place["lon"])
        near = await stations.nearest(lat, lon, limit=1)
        if near and near[0].distance is not None and near[0].distance <= NEAR_STATION:
            return [region for region in [tree.get(near[0].region)] if region]
        found = nearest(tree, lat, lon)
        return [found] if found else []
    words = str(place.get("words") or "")
    settled = settle(tree, words) or settle(tree, str(place.get("read") or place["name"]))
    if len(settled) != 1 and context:
        settled = settle(tree, f"{context}{words}") or settled
    settled = [region for region in settled if region.level != "province"]
    known = {one.region for one in await stations.at([str(place["name"])], limit=50)}
    if known:
        common = _common(tree, known)
        if common and (not settled or settled[0] in tree.upwards(common.code)):
            return [common]
    return settled


def settle(tree: RegionTree, words: str) -> list[Region]:
    """The lowest region that the words name; several if they fit several equally well.

    "烟台开发区" is one, since its city is named too; "开发区" alone is one of each city.
    """
    low = words.casefold()
    said: dict[str, str] = {}
    for region in tree:
        if region.level == "country":
            continue
        names = (region.name_zh, region.name_en, *region.aliases)
        found = [name for name in names if name and name.casefold() in low]
        if found:
            said[region.code] = max(found, key=len)

    def worth(code: str) -> tuple[int, int]:
        chain = [r.code for r in tree.upwards(code) if r.code in said]
        # One piece of text tells one thing: "威海经区" isn't "威海" and "经区" besides.
        apart = [c for c in chain if c == code or said[c] not in said[code]]
        return len(said[code]) + sum(len(said[c]) for c in apart if c != code), len(chain)

    lowest = [
        code
        for code in said
        if not any(code != other and _above(tree, code, other) for other in said)
    ]
    if not lowest:
        return []
    best = max(worth(code) for code in lowest)
    return [one for code in lowest if worth(code) == best for one in [tree.get(code)] if one]


def nearest(tree: RegionTree, lat: float, lon: float) -> Region | None:
    """The region whose rough middle is nearest, as far as that can be told."""
    for level, limit in NEAR_MIDDLE.items():
        found = [
            (metres(lat, lon, region.lat, region.lon), region.code)
            for region in tree
            if region.level == level and region.lat is not None and region.lon is not None
        ]
        if found and min(found)[0] <= limit:
            return tree.get(min(found)[1])
    return None


def path_of(turn: Turn, region: Region) -> str:
    """A region with the one above it that tells it apart."""
    tree, english = turn.knowledge.region_tree, turn.language == "en"
    city, district = (tree.at_level(region.code, level) for level in ("city", "district"))
    above = district if district and district.code != region.code else city
    name = region.name(turn.language)
    if above is None or above.code == region.code:
        return name
    upper = above.name(turn.language)
    if english:
        return f"{name}, {upper}"
    return name if name.startswith(upper.removesuffix("市")) else f"{upper}{name}"


def spoken_place(turn: Turn, place: dict[str, Any], region: Region) -> str:
    """What was said, and the region that it was taken to lie in."""
    name, path = str(place.get("name") or ""), path_of(turn, region)
    return (
        turn.words("join.place_in", place=name, region=path) if name and name not in path else path
    )


def metres(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """The distance on the globe."""
    a, b = math.radians(lat), math.radians(lat2)
    across = math.sin((b - a) / 2) ** 2
    across += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(across))


def _above(tree: RegionTree, code: str, other: str) -> bool:
    return any(region.code == code for region in tree.upwards(other))


def _common(tree: RegionTree, codes: set[str]) -> Region | None:
    """The lowest region that holds all; a street is long, so nothing below a subdistrict."""
    chains = [tree.upwards(code) for code in sorted(codes)]
    for region in chains[0]:
        low = LEVELS.index(region.level) > LEVELS.index("street")
        high = LEVELS.index(region.level) < LEVELS.index("city")
        if not low and all(region in chain for chain in chains):
            return None if high else region
    return None
