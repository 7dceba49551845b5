"""Places that are likely the same one twice: the same name in the same region, or 50 m apart.

Only what is for the same service: an office may well have a rest room beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

from knowledge.coordinates import metres_between
from knowledge.place_kinds import Service, service_of

NEAR = 50.0
"""Metres."""

CELL_LAT, CELL_LON = 0.00046, 0.00092
"""Degrees: at least 50 m each way, up to 60° north. What is near lies in one of nine cells."""


@dataclass(frozen=True)
class Place:
    """What is looked at of a place."""

    code: str
    name: str
    region: str
    lat: float | None
    lon: float | None
    kind: str = ""

    @property
    def service(self) -> Service:
        return service_of(self.kind)


@dataclass(frozen=True)
class Pair:
    """Two places that may be one."""

    one: Place
    other: Place
    why: Literal["name", "near"]
    metres: float | None
    """Between them, where both are on the map."""


def same_name(name: str) -> str:
    """A name as it is compared: half-width, without case, spaces, brackets and other signs."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", plain)


def near_duplicates(
    places: Sequence[Place],
    upwards: Callable[[str], Collection[str]],
    among: Collection[str] | None = None,
) -> Iterator[Pair]:
    """Pairs that may be one place; with `among`, only those in which one has such a code.

    `upwards` gives a region's code and those of the regions above it.
    """
    by_name: dict[tuple[str, str], list[Place]] = {}
    by_cell: dict[tuple[int, int], list[Place]] = {}
    names = {place.code: same_name(place.name) for place in places}
    for place in places:
        by_name.setdefault((names[place.code], place.region), []).append(place)
        if place.lat is not None and place.lon is not None:
            by_cell.setdefault(_cell(place.lat, place.lon), []).append(place)
    told: set[tuple[str, str]] = set()
    for place in places:
        if among is not None and place.code not in among:
            continue
        for pair in (
            *_named(place, names[place.code], by_name, upwards),
            *_near(place, by_cell),
        ):
            first, second = sorted((pair.one.code, pair.other.code))
            if (first, second) not in told:
                told.add((first, second))
                yield pair


def _named(
    place: Place,
    name: str,
    by_name: dict[tuple[str, str], list[Place]],
    upwards: Callable[[str], Collection[str]],
) -> Iterable[Pair]:
    for region in upwards(place.region):
        for other in by_name.get((name, region), ()):
            if other.code != place.code and other.service == place.service:
                yield Pair(place, other, "name", _metres(place, other))


def _near(place: Place, by_cell: dict[tuple[int, int], list[Place]]) -> Iterable[Pair]:
    if place.lat is None or place.lon is None:
        return
    row, column = _cell(place.lat, place.lon)
    for at in ((row + up, column + along) for up in (-1, 0, 1) for along in (-1, 0, 1)):
        for other in by_cell.get(at, ()):
            if other.code == place.code or other.service != place.service:
                continue
            metres = _metres(place, other)
            if metres is not None and metres <= NEAR:
                yield Pair(place, other, "near", metres)


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return floor(lat / CELL_LAT), floor(lon / CELL_LON)


def _metres(one: Place, other: Place) -> float | None:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    return metres_between(one.lat, one.lon, other.lat, other.lon)
