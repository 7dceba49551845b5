"""The clocks of a matter: how long somebody has waited, in working time, and until when they may.

A pure function over what happened. Every start begins a new run: closed stops it, reopened begins
the next. A run rests while the rider or another office is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from knowledge.working_time import Never, WorkingTime

Measure = Literal["first_answer", "next_answer", "decision"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

What = Literal[
    "opened",
    "said",
    "answered",
    "asked",
    "elsewhere",
    "came_back",
    "escalated",
    "decided",
    "closed",
    "reopened",
]
"""`said`: the rider wrote. `answered`: staff wrote. `asked`: staff wait for the rider.
`elsewhere` and `came_back`: another office has it, and gave it back. `escalated`: another level of
the union has it now, above or below."""

State = Literal["running", "resting", "stopped"]
Level = Literal["fine", "warned", "broken"]

WARNED_AT = 0.75
"""The share of a limit at which staff are warned."""


@dataclass(frozen=True, order=True)
class Event:
    """Something that happened to a matter."""

    at: datetime
    what: What


@dataclass(frozen=True)
class Limit:
    """How much working time one may take; `region` and `kind` None is any."""

    measure: Measure
    minutes: int
    region: str | None = None
    kind: str | None = None
    always: bool = False
    """Counted at every hour: a crisis waits for no office."""

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Reading:
    """A clock as it stands: of its last run. The times are None unless it runs."""

    measure: Measure
    run: int
    state: State
    since: datetime
    ended: datetime | None
    spent: timedelta
    limit: timedelta
    warns_at: datetime | None = None
    breaks_at: datetime | None = None

    @property
    def share(self) -> float:
        """How much of the limit is spent."""
        return self.spent / self.limit

    @property
    def level(self) -> Level:
        if self.share >= 1:
            return "broken"
        return "warned" if self.share >= WARNED_AT else "fine"


@dataclass
class _Run:
    """A stretch from a start to its end, without the rests in it."""

    since: datetime
    moving: datetime | None
    spent: timedelta = timedelta(0)
    ended: datetime | None = None


STARTS: Mapping[Measure, frozenset[What]] = {
    "first_answer": frozenset({"opened", "reopened", "escalated"}),
    "next_answer": frozenset({"said"}),
    "decision": frozenset({"opened", "reopened"}),
}
"""A new level of the union owes a first answer of its own; the decision's clock goes on there."""

STOPS: Mapping[Measure, frozenset[What]] = {
    "first_answer": frozenset({"answered", "asked", "decided", "closed"}),
    "next_answer": frozenset({"answered", "asked", "decided", "closed"}),
    "decision": frozenset({"decided", "closed"}),
}


def read(
    measure: Measure,
    events: Iterable[Event],
    limit: timedelta,
    hours: WorkingTime,
    now: datetime,
) -> Reading | None:
    """The clock at `now`; None if it never started. Events after `now` haven't happened yet."""
    runs = _runs(measure, (one for one in events if one.at <= now), hours)
    if not runs:
        return None
    run = runs[-1]
    spent = run.spent
    if run.moving is not None:
        spent += hours.between(run.moving, now)
    state: State = "stopped" if run.ended else "resting" if run.moving is None else "running"
    reading = Reading(measure, len(runs), state, run.since, run.ended, spent, limit)
    if run.moving is None:
        return reading
    return replace(
        reading,
        warns_at=_reached(hours, run.moving, limit * WARNED_AT - run.spent),
        breaks_at=_reached(hours, run.moving, limit - run.spent),
    )


def durations(
    measure: Measure, events: Iterable[Event], hours: WorkingTime
) -> list[tuple[datetime, timedelta]]:
    """Every ended run: when it ended, and how much working time it took."""
    return [(run.ended, run.spent) for run in _runs(measure, events, hours) if run.ended]


def _reached(hours: WorkingTime, start: datetime, amount: timedelta) -> datetime | None:
    try:
        return hours.after(start, amount)
    except Never:
        return None


def _runs(measure: Measure, events: Iterable[Event], hours: WorkingTime) -> list[_Run]:
    runs: list[_Run] = []
    rests: set[What] = set()
    closed = False
    # Events of one moment are read in the order in which they were given.
    for event in sorted(events, key=lambda one: one.at):
        run = runs[-1] if runs and runs[-1].ended is None else None
        closed = event.what in ("closed", "decided") or (closed and event.what != "reopened")
        rests = _rests_after(rests, event.what)
        if run is not None and event.what in STOPS[measure]:
            _stop(run, event.at, hours)
            continue
        if event.what in STARTS[measure] and not closed:
            if run is not None and measure == "first_answer":
                _stop(run, event.at, hours)
                run = None
            if run is None:
                run = _Run(event.at, None)
                runs.append(run)
        if run is not None:
            _rest_or_move(run, event.at, bool(rests), hours)
    return runs


def _rests_after(rests: set[What], what: What) -> set[What]:
    """What is waited for after an event: the rider, another office, both or nobody."""
    match what:
        case "asked" | "elsewhere":
            return {*rests, what}
        case "said":
            return rests - {"asked"}
        case "came_back":
            return rests - {"elsewhere"}
        case "closed" | "decided" | "reopened" | "escalated":
            return set()
        case _:
            return rests


def _rest_or_move(run: _Run, at: datetime, rests: bool, hours: WorkingTime) -> None:
    if rests and run.moving is not None:
        run.spent += hours.between(run.moving, at)
        run.moving = None
    elif not rests and run.moving is None:
        run.moving = at


def _stop(run: _Run, at: datetime, hours: WorkingTime) -> None:
    _rest_or_move(run, at, True, hours)
    run.ended = at


def chosen(
    limits: Iterable[Limit], measure: Measure, kind: str, regions: Sequence[str]
) -> Limit | None:
    """The limit that holds: of the nearest region that has set one, its kind's before any.

    `regions` go from the matter's own upwards.
    """
    nearness = {code: place for place, code in enumerate(regions)}
    fitting = [
        one
        for one in limits
        if one.measure == measure
        and one.kind in (kind, None)
        and (one.region is None or one.region in nearness)
    ]
    return min(
        fitting,
        key=lambda one: (nearness.get(one.region or "", len(regions)), one.kind is None),
        default=None,
    )
