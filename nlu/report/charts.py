"""The charts' figures: what stands where, in the units of their pictures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.verdict import Share

LEFT, RIGHT, TOP, BOTTOM = 36, 332, 24, 272
"""The field that is drawn in, of a picture 340 wide."""

MARKS_TOP = 58
"""Where a histogram's bars may begin: above stand the marks' words, one below the other."""

A_DECADE = (8, 16, 32, 64)
"""Bars from one power of ten to the next (times differ by factors, not by sums): the finer, the
closer the times lie."""

ENOUGH = 18
"""Bars that show a shape."""

ENOUGH_TICKS = 4

FAR = 1.5
"""So many times the last percentile is as far as the axis goes."""

SLOWER = 14
"""How wide the bar of those beyond is."""

LEAST = 0.01
"""Milliseconds that anything takes: zero has no place on such an axis."""


@dataclass(frozen=True)
class Dot:
    """A bin of lines that were decided with about the same confidence.

    Attributes:
        said: their mean confidence.
        right: how many of them were right.
        x, y, low, high: where the dot stands, and its interval's ends.
        radius: by the number of lines.
    """

    said: float
    right: Share
    x: float
    y: float
    low: float
    high: float
    radius: float


@dataclass(frozen=True)
class Bar:
    """Lines that took from `low` to `high` milliseconds."""

    low: float
    high: float
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A number on an axis."""

    label: str
    x: float


@dataclass(frozen=True)
class Histogram:
    """How long lines took.

    Attributes:
        bars: from the fastest on; empty ones too.
        slower: the bar of those that took longer than the axis goes, if there are any.
        ticks: milliseconds along the axis.
        marks: p50, p95 and p99.
        most: the lines of the highest bar.
        fastest, slowest: in milliseconds.
    """

    bars: tuple[Bar, ...] = ()
    slower: Bar | None = None
    ticks: tuple[Mark, ...] = ()
    marks: tuple[Mark, ...] = ()
    most: int = 0
    fastest: float = 0.0
    slowest: float = 0.0


@dataclass(frozen=True)
class _Axis:
    """Milliseconds along the bottom, `fine` bars from one power of ten to the next."""

    fine: int
    first: int
    last: int
    end: float

    @property
    def step(self) -> float:
        return (self.end - LEFT) / (self.last - self.first)

    def at(self, ms: float) -> float:
        return round(LEFT + (_place(ms, self.fine) - self.first) * self.step, 1)

    def edge(self, number: int) -> float:
        return float(10 ** (number / self.fine))


def across(share: float) -> float:
    """Where a share between 0 and 1 stands on the horizontal axis."""
    return round(LEFT + share * (RIGHT - LEFT), 1)


def up(share: float) -> float:
    """Where it stands on the vertical one."""
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def dots(bins: Sequence[tuple[float, float, int]]) -> list[Dot]:
    """From a report's calibration: (mean confidence, share right, lines)."""
    most = max((count for _, _, count in bins), default=1)
    found = []
    for said, right, count in bins:
        share = Share(round(right * count), count)
        low, high = share.interval
        radius = round(3 + 6 * math.sqrt(count / most), 1)
        found.append(Dot(said, share, across(said), up(share.share), up(low), up(high), radius))
    return found


def histogram(times: Sequence[float], percentiles: Mapping[str, float]) -> Histogram:
    """Of milliseconds, on an axis of powers of ten.

    Args:
        times: of each line.
        percentiles: what is marked, by name; a time far beyond them isn't drawn to scale.
    """
    if not times:
        return Histogram()
    limit = FAR * max(percentiles.values())
    near = [ms for ms in times if ms <= limit] or list(times)
    far = [ms for ms in times if ms > max(near)]
    axis = _axis(min(near), max(near), RIGHT - (2 * SLOWER if far else 0))
    counts = Counter(math.floor(_place(ms, axis.fine)) for ms in near)
    most = max(*counts.values(), len(far))
    return Histogram(
        bars=tuple(
            _bar(axis.edge(n), axis.edge(n + 1), counts[n], axis.at(axis.edge(n)), axis.step, most)
            for n in range(axis.first, axis.last)
        ),
        slower=_bar(min(far), max(far), len(far), RIGHT - SLOWER, SLOWER, most) if far else None,
        ticks=tuple(Mark(f"{ms:g}", axis.at(ms)) for ms in _round_numbers(axis)),
        marks=tuple(Mark(name, axis.at(ms)) for name, ms in percentiles.items()),
        most=most,
        fastest=min(times),
        slowest=max(times),
    )


def _bar(low: float, high: float, count: int, x: float, width: float, most: int) -> Bar:
    height = round(count / most * (BOTTOM - MARKS_TOP), 1)
    return Bar(low, high, count, x, round(BOTTOM - height, 1), round(width, 1), height)


def _axis(low: float, high: float, end: float) -> _Axis:
    """As fine as it takes to have enough bars between the two."""
    enough = (f for f in A_DECADE if _place(high, f) - _place(low, f) >= ENOUGH)
    fine = next(enough, A_DECADE[-1])
    return _Axis(fine, math.floor(_place(low, fine)), math.floor(_place(high, fine)) + 1, end)


def _place(ms: float, fine: int) -> float:
    return fine * math.log10(max(ms, LEAST))


def _round_numbers(axis: _Axis) -> list[float]:
    """1, 10, 100 … milliseconds on the axis; more of them where those are few."""
    low, high = axis.edge(axis.first), axis.edge(axis.last)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: list[float] = []
    for steps in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8)):
        found = [step * 10.0**decade for decade in decades for step in steps]
        found = [ms for ms in found if low <= ms <= high]
        if len(found) >= ENOUGH_TICKS:
            break
    return found
