"""The names of places the store knows, found in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from nlu.normalise import fold

Kind = Literal["province", "city", "district", "street", "landmark"]
REGIONS: frozenset[str] = frozenset({"province", "city", "district"})


@dataclass(frozen=True)
class PlaceName:
    """A name of the store. `within` is the city it lies in, to tell equal names apart."""

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    within: str | None = None


@dataclass(frozen=True)
class Found:
    """A name in a text, as a stretch of its folded characters."""

    place: PlaceName
    start: int
    end: int


@dataclass
class PlaceNames:
    """All names and aliases, longest first at each position; cheap with 50,000 of them."""

    places: Iterable[PlaceName] = ()
    _by_alias: dict[str, PlaceName] = field(init=False, repr=False)
    _lengths: dict[str, tuple[int, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.places = tuple(self.places)
        self._by_alias = {}
        for place in self.places:
            for alias in (place.name, *place.aliases):
                folded = fold(alias)
                if len(folded) >= 2:
                    self._by_alias.setdefault(folded, place)
        lengths: dict[str, set[int]] = {}
        for alias in self._by_alias:
            lengths.setdefault(alias[:2], set()).add(len(alias))
        self._lengths = {key: tuple(sorted(sizes, reverse=True)) for key, sizes in lengths.items()}

    def find(self, text: str) -> list[Found]:
        """Every name in the text (folded), longest match first at each position, no overlaps."""
        found: list[Found] = []
        at = 0
        while at < len(text) - 1:
            for size in self._lengths.get(text[at : at + 2], ()):
                if at + size > len(text):
                    continue
                place = self._by_alias.get(text[at : at + size])
                if place is not None and _stands_alone(text, at, at + size):
                    size -= self._belongs_to_next(text, at, size)
                    found.append(Found(place, at, at + size))
                    at += size - 1
                    break
            at += 1
        return found

    def _belongs_to_next(self, text: str, start: int, size: int) -> bool:
        """Whether the last character begins the next name: in "青岛市南区" it is 市南区."""
        last = start + size - 1
        if size < 3 or text[last] != "市" or text[start:last] not in self._by_alias:
            return False
        lengths = self._lengths.get(text[last : last + 2], ())
        return any(text[last : last + one] in self._by_alias for one in lengths if one > 2)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A Latin name must not be a piece of a longer word."""
    first, last = text[start], text[end - 1]
    if first.isascii() and start > 0 and text[start - 1].isascii() and text[start - 1].isalnum():
        return False
    return not (last.isascii() and end < len(text) and text[end].isascii() and text[end].isalnum())
