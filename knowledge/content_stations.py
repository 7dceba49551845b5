"""What the content files hold of places: where they are, what they offer, who may enter."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictStr, StringConstraints, model_validator

from knowledge.content_entries import Day, Entry, Hours, Latitude, Longitude, Prose, Slug, Words
from knowledge.place_kinds import CHILDCARE

StationKind = Literal[
    "service_centre", "grid_station", "depot", "shop", "pharmacy", "rest_room",
    "childcare", "union_office",
]  # fmt: skip
"""Places to rest, childcare centres, and the union's own offices (`knowledge/place_kinds.py`)."""
Amenity = Literal[
    "water", "seat", "charging", "battery_swap", "microwave", "toilet", "shower",
    "air_conditioning", "heating", "wifi", "first_aid",
]  # fmt: skip
Trade = Literal["food_delivery", "express", "ride_hailing", "freight", "sanitation", "other"]
"""A sector, or a trade that isn't one of ours but has rooms of its own."""
StationCode = Annotated[
    StrictStr, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=40)
]
"""Short enough to stand in a button of Telegram."""


class Access(Entry):
    """Who may enter. `employer` and `trade` are given just when `who` says so."""

    who: Literal["everyone", "members", "employer", "trade"]
    employer: Words | None = None
    trade: Trade | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.employer is not None) != (self.who == "employer"):
            raise ValueError("'employer' is given just when who is employer")
        if (self.trade is not None) != (self.who == "trade"):
            raise ValueError("'trade' is given just when who is trade")
        return self


class Ages(Entry):
    """Which children a centre takes, in months: from, and up to and including."""

    from_months: Annotated[int, Field(ge=0, le=216)]
    to_months: Annotated[int, Field(ge=0, le=216)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_months >= self.to_months:
            raise ValueError("the ages begin after they end")
        return self


class StationEntry(Entry):
    """A place (`stations/<city>.yaml`), with WGS-84 coordinates or only an address.

    A rest station, a childcare centre or an office of the union, by its kind. `about` is what it
    offers beside the amenities: what an office is for, what a childcare centre gives.
    """

    code: StationCode
    name: Words
    region: Slug
    address: Words
    street: Prose
    """The street or road, in Chinese, as a rider would say it."""
    landmarks: tuple[Prose, ...] = ()
    lat: Latitude | None = None
    lon: Longitude | None = None
    kind: StationKind
    amenities: tuple[Amenity, ...]
    about: Words | None = None
    ages: Ages | None = None
    price: Words | None = None
    """A note in words: what it costs is the centre's to say."""
    access: Access
    hours: Hours
    phone: StrictStr | None = None
    closed_until: Day | None = None
    """Closed up to and including this day."""
    closed_reason: Words | None = None
    demo: bool = False
    source: StrictStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("'lat' and 'lon' are given together or not at all")
        if len(set(self.amenities)) < len(self.amenities):
            raise ValueError("an amenity stands in the list twice")
        if self.closed_reason is not None and self.closed_until is None:
            raise ValueError("a reason for being closed comes with 'closed_until'")
        if self.kind != CHILDCARE and (self.ages is not None or self.price is not None):
            raise ValueError("'ages' and 'price' are given for childcare only")
        return self
