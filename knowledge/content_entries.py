"""What the content files hold, entry by entry, as typed data.

Every model refuses keys that it doesn't know. Texts for people are Chinese and English (`Words`).
`demo: true` marks a value that stands for the real one until the union gives it. A figure that no
source gives is left out (None) and never computed with.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from opening_hours import validate as opening_hours_valid
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    StringConstraints,
    model_validator,
)

Level = Literal["country", "province", "city", "district", "street", "circle", "community"]
Sector = Literal["food_delivery", "express", "ride_hailing", "freight", "other"]
SchemeKind = Literal["mutual_aid", "supplementary_insurance"]
StationKind = Literal["service_centre", "grid_station", "depot", "shop", "pharmacy", "rest_room"]
Amenity = Literal[
    "water", "seat", "charging", "battery_swap", "microwave", "toilet", "shower",
    "air_conditioning", "heating", "wifi", "first_aid",
]  # fmt: skip
Trade = Literal["food_delivery", "express", "ride_hailing", "freight", "sanitation", "other"]
"""A sector, or a trade that isn't one of ours but has rooms of its own."""


def _hours(text: str) -> str:
    if not opening_hours_valid(text):
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


_DIGITS = str.maketrans(dict.fromkeys("YMDHm", "[0-9]"))
Day = Annotated[date, _written("YYYY-MM-DD")]
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
    decision_working_days: Annotated[int, Field(gt=0)] | None = None
    center: tuple[Latitude, Longitude] | None = None
    """WGS-84, roughly: to show where, never to measure by."""
    demo: bool = False


class SectorUnionEntry(Entry):
    """A sector union of a region (`sectors.yaml`)."""

    code: Slug
    sector: Sector
    region: Slug
    name: Words
    source: StrictStr


class SeriousIllness(Entry):
    """A one-off that is added when the own cost of a serious illness is over a threshold."""

    own_cost_over: Yuan
    one_off_from: Yuan
    one_off_to: Yuan


class BenefitRule(Entry):
    """How much a scheme pays. What no source says is None and isn't computed.

    With a rate: at most `rate` × cost, at most `cap`. Without: only from–to can be said.
    """

    rate: Annotated[Decimal, Field(gt=0, le=1)] | None = None
    rate_is_upper_bound: bool = False
    """The rate is on the covered part, which the office finds out: the true sum is lower."""
    start: Yuan | None = None
    """Own cost below which nothing is paid yet."""
    start_formerly: Yuan | None = None
    cap: Yuan | None = None
    """The most that is paid, without the one-off."""
    cap_in_all: Yuan | None = None
    """The most that is paid, with the one-off."""
    fee: Yuan | None = None
    serious_illness: SeriousIllness | None = None
    waiting_period_days: Annotated[int, Field(ge=0)] | None = None
    """0: there is none. None: not known."""
    preexisting_accepted: bool | None = None
    claims_per_period: Literal["unlimited"] | Annotated[int, Field(gt=0)] | None = None


class StepEntry(Entry):
    """A step of a claim, in the order of the list."""

    code: Slug
    name: Words


class PaperEntry(Entry):
    """A paper that is asked for with a claim."""

    code: Slug
    name: Words
    demo: bool = False


class SchemeEntry(Entry):
    """A benefit scheme of a region's union (`schemes.yaml`)."""

    code: Slug
    kind: SchemeKind
    region: Slug
    name: Words
    for_whom: Words
    """Who may qualify; the union decides."""
    membership_card_needed: bool = False
    rule: BenefitRule
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1)]
    papers: tuple[PaperEntry, ...] = ()
    source: StrictStr
    checked_on: Day
    valid_from: Day | None = None
    valid_until: Day | None = None


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


class StationEntry(Entry):
    """A rest station (`stations/<city>.yaml`), with WGS-84 coordinates or only an address."""

    code: Slug
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
    access: Access
    hours: Hours
    phone: StrictStr | None = None
    closed_until: Day | None = None
    """Closed up to and including this day."""
    demo: bool = False
    source: StrictStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("'lat' and 'lon' are given together or not at all")
        if len(set(self.amenities)) < len(self.amenities):
            raise ValueError("an amenity stands in the list twice")
        return self


class TopicEntry(Entry):
    """A topic of courses and the words that riders use for it (`topics` of `courses.yaml`)."""

    code: Slug
    name: Words
    words: WordLists


class SessionEntry(Entry):
    """One meeting. `day` counts from the first loading of the content (1: the day after)."""

    day: Annotated[int, Field(ge=1)]
    start: ClockTime
    minutes: Annotated[int, Field(gt=0, le=720)]


def _in_order(sessions: tuple[SessionEntry, ...]) -> tuple[SessionEntry, ...]:
    if any((a.day, a.start) >= (b.day, b.start) for a, b in pairwise(sessions)):
        raise ValueError("sessions stand in order of time, none twice")
    return sessions


Sessions = Annotated[tuple[SessionEntry, ...], AfterValidator(_in_order)]


class CourseEntry(Entry):
    """A course (`courses` of `courses.yaml`)."""

    code: Slug
    title: Words
    topic: Slug
    region: Slug
    district: Slug | None = None
    place: Words | None = None
    online: bool = False
    link: Annotated[StrictStr, StringConstraints(pattern=r"^https://\S+$")] | None = None
    price: Yuan = Decimal(0)
    seats: Annotated[int, Field(gt=0)]
    taken: Annotated[int, Field(ge=0)] = 0
    """Seats taken by people who aren't in `persons.yaml`; those come on top."""
    certificate: bool = False
    teacher: Words | None = None
    sessions: Annotated[Sessions, Field(min_length=1)]
    demo: bool = False
    source: StrictStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.place is None and not self.online:
            raise ValueError("a course that isn't online has a place")
        if self.taken > self.seats:
            raise ValueError("more seats are taken than there are")
        return self


class LineEntry(Entry):
    """A public telephone line (`lines.yaml`)."""

    code: Slug
    number: Annotated[StrictStr, StringConstraints(pattern=r"^[0-9-]{3,20}$")]
    kind: Literal[
        "police", "ambulance", "fire", "road", "psychological", "union", "legal", "labour"
    ]
    region: Slug
    name: Words
    about: Words
    """What it is for."""
    open: Words
    """When somebody answers, in words."""
    hours: Hours | None = None
    """The same for a machine; None where it differs by region."""
    for_crisis: bool
    """Offered when somebody's life is in danger."""
    source: StrictStr
    checked_on: Day


class EventEntry(Entry):
    """An activity (`events.yaml`): at times of its own, or the theme of a month."""

    code: Slug
    kind: Literal["reading", "contest", "monthly_theme", "other"]
    region: Slug
    title: Words
    about: Words
    place: Words | None = None
    online: bool = False
    sessions: Sessions = ()
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    """Of a monthly theme: 1 is January, each year."""
    seats: Annotated[int, Field(gt=0)] | None = None
    """None: nobody counts them."""
    taken: Annotated[int, Field(ge=0)] = 0
    enrolment: bool = False
    source: StrictStr
    demo: bool = False

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.month is not None) != (self.kind == "monthly_theme"):
            raise ValueError("'month' is given just for a monthly theme")
        if self.month is None and not self.sessions:
            raise ValueError("an activity that isn't a monthly theme has sessions")
        return self
