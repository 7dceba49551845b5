"""Pure readers: what a sentence says besides its route. They know neither Rasa nor the network."""

from __future__ import annotations

from datetime import datetime

from nlu.normalise import fold
from nlu.slots import amenities, amount, matters, papers, place, when, work
from nlu.slots.model import Slots
from nlu.slots.place_names import PlaceName, PlaceNames
from nlu.slots.pointing import ordinal

__all__ = ["PlaceName", "PlaceNames", "Slots", "extract", "ordinal"]

LONGEST = 1_000
"""Characters that are searched; the public ends keep no more."""


def extract(text: str, names: PlaceNames, now: datetime) -> Slots:
    """Everything that is said in a text; `now` (aware) is what "tomorrow" counts from."""
    folded = fold(text[:LONGEST])
    number = papers.number(folded)
    where, region = place.read(folded, names)
    return Slots(
        amenities=amenities.read(folded),
        open_now=when.open_now(folded),
        place=where,
        amount=amount.read(folded),
        topic=matters.topic(folded),
        weekday=when.weekdays(folded),
        time_of_day=when.time_of_day(folded),
        date=when.day(folded, now),
        online=matters.online(folded),
        sector=work.sector(folded),
        platform=work.platform(folded),
        phone=papers.phone(folded),
        id_number=papers.id_number(folded),
        number=number,
        query_code=papers.query_code(folded),
        scheme=matters.scheme(folded),
        region=region,
        for_whom=matters.for_whom(folded),
        months=matters.months(folded),
        people=matters.people(folded),
    )
