"""Courses (`courses.yaml`) and activities (`events.yaml`) of the content, and when they meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, StrictStr, StringConstraints, model_validator

from knowledge.clock import CHINA
from knowledge.content_entries import ClockTime, Day, Entry, Slug, WordLists, Words, Yuan
from knowledge.workdays import holiday_of

Weekday = Literal["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
Minutes = Annotated[int, Field(gt=0, le=720)]
LAST_DAY = date(2099, 12, 31)
MOST = 1_000_000
"""Seats, or yuan: more is a slip of the hand."""

MOST_MEETINGS = 200
"""Of one rule: more is a slip of the hand."""


class TopicEntry(Entry):
    """A topic of courses and the words that riders use for it (`topics` of `courses.yaml`)."""

    code: Slug
    name: Words
    words: WordLists


class SessionEntry(Entry):
    """One meeting. `day` counts from the first loading of the content (1: the day after)."""

    day: Annotated[int, Field(ge=1)]
    start: ClockTime
    minutes: Minutes


def _in_order(sessions: tuple[SessionEntry, ...]) -> tuple[SessionEntry, ...]:
    if any((a.day, a.start) >= (b.day, b.start) for a, b in pairwise(sessions)):
        raise ValueError("sessions stand in order of time, none twice")
    return sessions


Sessions = Annotated[tuple[SessionEntry, ...], AfterValidator(_in_order)]


class DateEntry(Entry):
    """One meeting, on a day of the calendar."""

    on: Day
    start: ClockTime
    minutes: Minutes


def _dates_in_order(dates: tuple[DateEntry, ...]) -> tuple[DateEntry, ...]:
    if any((a.on, a.start) >= (b.on, b.start) for a, b in pairwise(dates)):
        raise ValueError("dates stand in order of time, none twice")
    return dates


class RuleEntry(Entry):
    """Meetings by rule: each Wednesday at 19:00 from a day on, so many times."""

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    start: ClockTime
    minutes: Minutes
    since: Annotated[Day, Field(le=LAST_DAY)]
    """The first day that may be one."""
    times: Annotated[int, Field(ge=1, le=MOST_MEETINGS)]
    on_holidays: bool = False
    """Else a holiday is left out, and the course ends later."""

    def meetings(self) -> list[Meeting]:
        """All of them, holidays left out."""
        found: list[Meeting] = []
        day = self.since
        wanted = {WEEKDAYS.index(name) for name in self.weekdays}
        while len(found) < self.times:
            if day.weekday() in wanted and (self.on_holidays or holiday_of(day) is None):
                found.append(Meeting(_at(day, self.start), self.minutes))
            day += timedelta(days=1)
        return found

    def left_out(self) -> list[tuple[date, str]]:
        """The holidays on which it would meet but doesn't, with their names in Chinese."""
        if self.on_holidays:
            return []
        last = self.meetings()[-1].starts_at.date()
        days = (self.since + timedelta(days=n) for n in range((last - self.since).days))
        wanted = {WEEKDAYS.index(name) for name in self.weekdays}
        named = ((day, holiday_of(day)) for day in days if day.weekday() in wanted)
        return [(day, name) for day, name in named if name is not None]


@dataclass(frozen=True, order=True)
class Meeting:
    """One meeting of a course, at a time with its zone."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=CHINA)


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
    price: Annotated[Yuan, Field(le=MOST)] = Decimal(0)
    seats: Annotated[int, Field(gt=0, le=MOST)]
    taken: Annotated[int, Field(ge=0)] = 0
    """Seats taken by people who aren't in `persons.yaml`; those come on top."""
    certificate: bool = False
    teacher: Words | None = None
    sessions: Sessions = ()
    dates: Annotated[tuple[DateEntry, ...], AfterValidator(_dates_in_order)] = ()
    rule: RuleEntry | None = None
    demo: bool = False
    source: StrictStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.place is None and not self.online:
            raise ValueError("a course that isn't online has a place")
        if self.taken > self.seats:
            raise ValueError("more seats are taken than there are")
        if sum(map(bool, (self.sessions, self.dates, self.rule))) != 1:
            raise ValueError("a course has either 'sessions', or 'dates', or a 'rule'")
        return self

    def meetings(self, first: date) -> list[Meeting]:
        """When it meets. `first` is the day from which the days of `sessions` count."""
        if self.rule is not None:
            return self.rule.meetings()
        if self.dates:
            return [Meeting(_at(one.on, one.start), one.minutes) for one in self.dates]
        return [
            Meeting(_at(first + timedelta(days=one.day), one.start), one.minutes)
            for one in self.sessions
        ]


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
