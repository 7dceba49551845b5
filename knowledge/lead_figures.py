"""How fast and how well requests were handled: pure reckoning over what happened to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from knowledge.clock import CHINA
from knowledge.clock_timers import Source
from knowledge.clocks import Event, Measure, durations, read
from knowledge.working_time import ALWAYS, WorkingTime


@dataclass(frozen=True)
class Handled:
    """A handoff or a case as the figures see it.

    `region` is where it was asked for, `team` the region whose union has it, `limit` what it should
    have kept. `as_of`: until when what is still open has waited.
    """

    source: Source
    kind: str
    region: str | None
    team: str | None
    staff: str | None
    events: tuple[Event, ...]
    limit: timedelta
    stars: int | None = None
    hours: WorkingTime = field(default_factory=WorkingTime)
    as_of: datetime | None = None

    @property
    def opened_at(self) -> datetime:
        return self.events[0].at

    @property
    def first_answer(self) -> timedelta | None:
        """Working time to the first answer, or to the end where there was none."""
        found = durations("first_answer", self.events, self._hours)
        return found[0][1] if found else None

    @property
    def resolution(self) -> timedelta | None:
        """Working time from the opening to the first end."""
        found = durations("decision", self.events, self._hours)
        return found[0][1] if found else None

    @property
    def reopened(self) -> bool:
        return any(event.what == "reopened" for event in self.events)

    @property
    def judged(self) -> timedelta | None:
        """What its limit is for: a conversation's first answer, a case's decision."""
        return self.first_answer if self.source == "handoff" else self.resolution

    @property
    def in_time(self) -> bool | None:
        """None while it is open and may still be."""
        if self.judged is not None:
            return self.judged <= self.limit
        return False if self._waited > self.limit else None

    @property
    def _waited(self) -> timedelta:
        """Working time that what is open has waited for what its limit is for."""
        if self.as_of is None:
            return timedelta(0)
        measure: Measure = "first_answer" if self.source == "handoff" else "decision"
        clock = read(measure, self.events, self.limit, self._hours, self.as_of)
        return clock.spent if clock else timedelta(0)

    @property
    def _hours(self) -> WorkingTime:
        return ALWAYS if self.kind == "crisis" else self.hours


@dataclass(frozen=True)
class Line:
    """Figures of one thing. Times are medians in minutes of working time, None where none ended."""

    name: str
    count: int
    in_time: int
    late: int
    first_answer: int | None
    resolution: int | None
    reopened: int
    rated: int
    stars: float | None

    @property
    def share(self) -> float | None:
        """The share that was in time, of those that were or were not."""
        judged = self.in_time + self.late
        return self.in_time / judged if judged else None


def line(name: str, some: Sequence[Handled]) -> Line:
    """The figures of some requests together."""
    kept = [one.in_time for one in some]
    stars = [one.stars for one in some if one.stars is not None]
    return Line(
        name,
        len(some),
        kept.count(True),
        kept.count(False),
        _minutes(one.first_answer for one in some if one.source == "handoff"),
        _minutes(one.resolution for one in some),
        sum(one.reopened for one in some),
        len(stars),
        round(sum(stars) / len(stars), 2) if stars else None,
    )


def by(some: Iterable[Handled], name: Callable[[Handled], str | None]) -> list[Line]:
    """The same by something: each name with its figures, the one with most requests first."""
    groups: defaultdict[str, list[Handled]] = defaultdict(list)
    for one in some:
        groups[name(one) or ""].append(one)
    lines = [line(key, found) for key, found in groups.items()]
    return sorted(lines, key=lambda one: (-one.count, one.name))


def by_hour(some: Iterable[Handled]) -> list[Line]:
    """By the hour of China's day in which they were opened; every hour has a line."""
    groups: dict[int, list[Handled]] = {hour: [] for hour in range(24)}
    for one in some:
        groups[one.opened_at.astimezone(CHINA).hour].append(one)
    return [line(f"{hour:02}", found) for hour, found in groups.items()]


def by_week(some: Iterable[Handled], mondays: Sequence[date]) -> list[Line]:
    """By the week in which they were opened; every week has a line."""
    groups: dict[date, list[Handled]] = {day: [] for day in mondays}
    for one in some:
        day = one.opened_at.astimezone(CHINA).date()
        monday = day - timedelta(days=day.weekday())
        if monday in groups:
            groups[monday].append(one)
    return [line(str(day), found) for day, found in groups.items()]


def _minutes(times: Iterable[timedelta | None]) -> int | None:
    known = [one.total_seconds() / 60 for one in times if one is not None]
    return round(median(known)) if known else None
