"""What the content files hold, entry by entry, as typed data; here what all entries share.

Every model refuses keys that it doesn't know. Texts for people are Chinese and English (`Words`).
`demo: true` marks a value that stands for the real one until the union gives it. A figure that no
source gives is left out (None) and never computed with.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal

from opening_hours import validate as opening_hours_valid
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    StringConstraints,
)

Level = Literal["country", "province", "city", "district", "street", "circle", "community"]
Sector = Literal["food_delivery", "express", "ride_hailing", "freight", "other"]

_is_hours = lru_cache(maxsize=4096)(opening_hours_valid)
"""Many places have the same hours."""


def _hours(text: str) -> str:
    if not _is_hours(text):
        raise ValueError(f"'{text}' is not in the OpenStreetMap form of opening hours")
    return text


def _prose(text: str) -> str:
    if not text.strip():
        raise ValueError("there is no text")
    return text.strip()


def _written(form: str) -> BeforeValidator:
    """Written as text in this form; pydantic alone would read a number as seconds."""

    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(form.translate(_DIGITS), value):
            raise ValueError(f"this is written {form}, and it says {value!r}")
        return value

    return BeforeValidator(check)


def _moment(value: object) -> object:
    """A day, or the minute of one in China's time."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return date.fromisoformat(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", value, re.ASCII):
        return datetime.fromisoformat(value)
    raise ValueError(f"this is written YYYY-MM-DD or YYYY-MM-DD HH:mm, and it says {value!r}")


_DIGITS = str.maketrans(dict.fromkeys("YMDHm", "[0-9]"))
Day = Annotated[date, _written("YYYY-MM-DD")]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]
ClockTime = Annotated[time, _written("HH:mm")]
Prose = Annotated[StrictStr, AfterValidator(_prose)]
Slug = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
Hours = Annotated[StrictStr, AfterValidator(_hours)]
Yuan = Annotated[Decimal, Field(ge=0, decimal_places=2)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Entry(BaseModel):
    """Common to all: frozen, and a key that isn't known is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Entry):
    """One text in both languages."""

    zh: Prose
    en: Prose


class WordLists(Entry):
    """Words that riders use for something, in both languages."""

    zh: tuple[Prose, ...]
    en: tuple[Prose, ...]


class SourceEntry(Entry):
    """Where facts come from (`sources.yaml`). Other entries name it by its code."""

    code: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")]
    paper: Words
    published: Annotated[StrictStr, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | None
    """Year, month or day, as far as the page tells."""
    title: Words
    past: bool = False
    """It was for a time that is over; told only with its date."""


class RegionEntry(Entry):
    """A region and the union body that answers for it (`regions.yaml`).

    A municipality (Beijing, Chongqing) is a city right below the country. An alias may belong to
    several regions (开发区): then context decides, or the rider is asked.
    """

    code: Slug
    parent: Slug | None
    level: Level
    name: Words
    aliases: tuple[Prose, ...] = ()
    body: Words
    number_prefix: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    """First letters of record numbers; a region without takes the nearest one above."""
    decision_working_days: Annotated[int, Field(gt=0, le=1000)] | None = None
    decision_source: StrictStr | None = None
    """Which source says these days; None only where they were written before it was asked."""
    decision_checked_on: Day | None = None
    center: tuple[Latitude, Longitude] | None = None
    """WGS-84, roughly: to show where, never to measure by."""
    demo: bool = False


class SectorUnionEntry(Entry):
    """A sector union of a region (`sectors.yaml`)."""

    code: Slug
    sector: Sector
    region: Slug
    name: Words
    source: StrictStr | None = None


LineKind = Literal[
    "police", "ambulance", "fire", "road", "psychological", "union", "legal", "labour",
    "medical-insurance", "housing-fund", "city", "consumer", "transport", "driving", "fraud",
    "women", "tax",
]  # fmt: skip


class LineEntry(Entry):
    """A public telephone line (`lines.yaml`)."""

    code: Slug
    number: Annotated[StrictStr, StringConstraints(pattern=r"^[0-9-]{3,20}$")]
    kind: LineKind
    """Of one kind the nearest region's line is named."""
    region: Slug
    name: Words
    about: Words
    """What it is for."""
    asked: WordLists = WordLists(zh=(), en=())
    """Words of riders that show that they ask for what it is for, and not for the union."""
    open: Words
    """When somebody answers, in words."""
    hours: Hours | None = None
    """The same for a machine; None where it differs by region."""
    for_crisis: bool
    """Offered when somebody's life is in danger."""
    source: StrictStr
    checked_on: Day
