"""Pure readers: what a sentence says besides its route. They know neither Rasa nor the network."""

from __future__ import annotations

from datetime import datetime

from nlu.normalise import fold
from nlu.slots import (
    amenities,
    amount,
    cities,
    dates,
    matters,
    papers,
    place,
    record,
    slips,
    times,
    topics,
    wages,
    weekdays,
    work,
)
from nlu.slots.firms import employed, firm
from nlu.slots.mentions import mentioned
from nlu.slots.model import Slots
from nlu.slots.names import said as writers_name
from nlu.slots.papers import last_four
from nlu.slots.place_names import PlaceName, PlaceNames
from nlu.slots.pointing import among, ordinal, pointed_at

__all__ = [
    "PlaceName",
    "PlaceNames",
    "Slots",
    "among",
    "extract",
    "last_four",
    "mentioned",
    "ordinal",
    "pointed_at",
]

LONGEST = 1_000
"""Characters that are searched; the public ends keep no more."""


def extract(text: str, names: PlaceNames, now: datetime) -> Slots:
    """Everything that is said in a text; `now` (aware) is what "tomorrow" counts from."""
    folded = fold(text[:LONGEST])
    # A place's name may sound like anything; all else is read with its slips mended.
    where, region = place.read(folded, names)
    folded = slips.mended(folded)
    affirmed = work.affirmed(folded)
    found = papers.read(folded)
    return Slots(
        amenities=amenities.read(folded),
        open_now=times.open_now(folded),
        hour=times.hour(found.rest),
        place=where,
        amount=amount.read(found.rest),
        topic=topics.read(folded),
        weekday=weekdays.read(found.rest),
        time_of_day=times.time_of_day(found.rest),
        date=dates.read(found.rest, now),
        online=matters.online(folded),
        sector=None if employed(folded) else work.sector(folded),
        platform=work.platform(affirmed) or firm(affirmed),
        phone=found.phone,
        id_number=found.id_number,
        number=found.number,
        query_code=found.query_code,
        scheme=matters.scheme(folded),
        region=region,
        other_city=None if where or region else cities.named(folded),
        for_whom=matters.for_whom(folded),
        months=wages.months(found.rest),
        people=wages.people(found.rest),
        name=writers_name(text[:LONGEST]),
        change=record.change(folded),
    )
