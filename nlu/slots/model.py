"""What can be read out of a sentence besides its route."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Amenity = Literal[
    "water",
    "seat",
    "charging",
    "battery_swap",
    "microwave",
    "toilet",
    "shower",
    "air_conditioning",
    "heating",
    "wifi",
    "first_aid",
]
TimeOfDay = Literal["morning", "afternoon", "evening"]
Sector = Literal["food_delivery", "express", "ride_hailing", "freight", "other"]
Scheme = Literal["mutual_aid", "supplementary_insurance"]
ForWhom = Literal["self", "family", "colleague"]
Change = Literal["phone", "name", "workplace", "transfer", "leave", "other"]


class Slots(BaseModel):
    """What a sentence says; a slot that isn't said is None (or empty).

    Forms: `amount` a decimal string in yuan ("8600", "50.5"), `weekday` 1 (Monday) to 7,
    `date` ISO, `phone` E.164, `id_number` upper case, `number` as on paper (`YT-7K3Q9M`),
    `place` and `region` in the store's own name where it knows it, else as written; `hour` "03:00";
    `name` the writer's own, as written; `other_city` a city of China that is named where no place
    of the store's is; `change` what of a member's record.
    """

    model_config = ConfigDict(frozen=True)

    amenities: list[Amenity] = Field(default_factory=list)
    open_now: bool | None = None
    hour: str | None = None
    place: str | None = None
    amount: str | None = None
    topic: str | None = None
    weekday: list[int] = Field(default_factory=list)
    time_of_day: TimeOfDay | None = None
    date: str | None = None
    online: bool | None = None
    sector: Sector | None = None
    platform: str | None = None
    phone: str | None = None
    id_number: str | None = None
    number: str | None = None
    query_code: str | None = None
    scheme: Scheme | None = None
    region: str | None = None
    other_city: str | None = None
    for_whom: ForWhom | None = None
    months: int | None = None
    people: int | None = None
    name: str | None = None
    change: Change | None = None

    def said(self) -> dict[str, Any]:
        """Only what was said, for traces and tests."""
        return {name: value for name, value in self.model_dump().items() if value not in (None, [])}
