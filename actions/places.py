"""A place as an answer: a shared position, of which only a cell is kept, or a place in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actions.content import Ask, Location
from actions.fields import Given, Heard, Plain
from actions.state import PLACE_KEPT, Place

if TYPE_CHECKING:
    from actions.turn import Turn

CELL = 0.005
"""Degrees of the cell that a shared position is blurred to: about 500 m."""


class PlaceField(Plain):
    """A place: a shared position, or a region, street or landmark in words.

    Kept as {"lat", "lon", "name", "region"}; what isn't known is None.
    """

    slot = "place"
    ask: Ask | None = "location"

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Location):
            return Heard("sure", place_of(turn, given.content))
        named = given.slots.get("place") or given.slots.get("region")
        if named:
            return Heard("sure", place_named(turn, str(named), given.text))
        found = turn.knowledge.region_tree.named(given.text)
        if found:
            return Heard("sure", place_named(turn, found[0].name_zh, given.text))
        if 2 <= len(given.text) <= 60:
            return Heard("possible", place_named(turn, given.text, given.text))
        return Heard("no", complaint="field.place.bad")


def place_of(turn: Turn, location: Location) -> dict[str, Any]:
    """A shared position as a place; only its cell is kept for follow-ups."""
    cell_lat = round(round(location.lat / CELL) * CELL, 4)
    cell_lon = round(round(location.lon / CELL) * CELL, 4)
    turn.state.place = Place(
        lat=cell_lat, lon=cell_lon, name=location.title, until=turn.now + PLACE_KEPT
    )
    return {"lat": cell_lat, "lon": cell_lon, "name": location.title, "region": None}


def place_named(turn: Turn, name: str, sentence: str = "") -> dict[str, Any]:
    """A place in words, with its region where the words name one."""
    tree = turn.knowledge.region_tree
    found = tree.named(sentence) or tree.named(name)
    return {"lat": None, "lon": None, "name": name, "region": found[0].code if found else None}
