"""Pure readers: what a sentence says besides its route. They know neither Rasa nor the network."""

from __future__ import annotations

from datetime import datetime

from nlu.slots.model import Slots
from nlu.slots.place_names import PlaceName, PlaceNames

__all__ = ["PlaceName", "PlaceNames", "Slots", "extract"]


def extract(text: str, names: PlaceNames, now: datetime) -> Slots:
    """Everything that is said in a text; `now` (aware) is what "tomorrow" counts from."""
    return Slots()
