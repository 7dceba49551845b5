"""What the content files hold, entry by entry, as typed data.

Every model refuses keys that it doesn't know. Texts for people are Chinese and English (`Words`).
`demo: true` marks a value that stands for the real one until the union gives it. A figure that no
source gives is left out (None) and never computed with.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
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

from knowledge.place_kinds import CHILDCARE

Level = Literal["country", "province", "city", "district", "street", "circle", "community"]
Sector = Literal["food_delivery", "express", "ride_hailing", "freight", "other"]
SchemeKind = Literal["mutual_aid", "supplementary_insurance"]
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
StationCode = Annotated[
    StrictStr, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=40)
]
"""Short enough to stand in a button of Telegram."""
Hours = Annotated[StrictStr, AfterValidator(_hours)]
CENT = Decimal("0.01")
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

    def pays(self, cost: Decimal) -> tuple[Decimal, Decimal]:
        """The least and the most that is paid for an own cost, in yuan.

        Both are the same where the rule gives one sum. Where the rate is an upper bound, or there
        is none, the least is 0.
        """
        if self.start is not None and cost < self.start:
            return Decimal(0), Decimal(0)
        most = cost if self.rate is None else (cost * self.rate).quantize(CENT, ROUND_HALF_UP)
        if self.cap is not None:
            most = min(most, self.cap)
        least = Decimal(0) if self.rate is None or self.rate_is_upper_bound else most
        illness = self.serious_illness
        if illness is not None and cost > illness.own_cost_over:
            least, most = least + illness.one_off_from, most + illness.one_off_to
        if self.cap_in_all is not None:
            most = min(most, self.cap_in_all)
        return min(least, most), most


class ExampleEntry(Entry):
    """A worked example of a scheme: so much own cost, so much paid. A rule must give just that."""

    cost: Yuan
    pays: Yuan | None = None
    """Where the rule gives one sum."""
    pays_from: Yuan | None = None
    pays_to: Yuan | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = (self.pays is not None, self.pays_from is not None, self.pays_to is not None)
        if given not in ((True, False, False), (False, True, True)):
            raise ValueError("an example has 'pays', or 'pays_from' and 'pays_to'")
        return self

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        """The least and the most, as the example has it."""
        if self.pays is not None:
            return self.pays, self.pays
        return self.pays_from or Decimal(0), self.pays_to or Decimal(0)


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
    examples: tuple[ExampleEntry, ...] = ()
    """Worked by hand from the source: the rule is refused if it gives something else."""
    source: StrictStr
    checked_on: Day
    valid_from: Day | None = None
    valid_until: Day | None = None

    def holds(self, day: date) -> bool:
        """Whether it is valid on a day, its first and last included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or self.valid_until >= day)

    @model_validator(mode="after")
    def _comes_out_right(self) -> Self:
        for example in self.examples:
            found = self.rule.pays(example.cost)
            if found != example.span:
                raise ValueError(
                    f"for a cost of {_sum(example.cost)} the rule pays {_between(found)}, "
                    f"the example says {_between(example.span)}; put one of them right"
                )
        return self


def _sum(amount: Decimal) -> str:
    return f"{amount:.2f}".removesuffix(".00")


def _between(span: tuple[Decimal, Decimal]) -> str:
    least, most = span
    return _sum(most) if least == most else f"{_sum(least)} to {_sum(most)}"


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
