"""The figures' plots: what stands where, in the units of their pictures.

A picture is as wide as a phone and grows with its place. Nothing is told by colour alone: what was
not answered is hatched, each bar and point has its number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360
LEFT, RIGHT = 34, 350
"""The field of a line's points."""

TOP, BOTTOM = 24, 150
HEIGHT = 178

BAR_RIGHT = 318
"""How far a bar may go: its number stands behind it."""

ROW = 44
"""A bar with its name above."""

LONGEST = 330
"""Units of a name over a bar; the table has all of it."""

WIDE, SLIM = 13, 7.2
"""Units of a Chinese sign and of a letter, at the size of a bar's name."""

WEEK_NEEDS, SHARE_NEEDS = 36, 20
"""Units that the label of a week and of a share need."""


@dataclass(frozen=True)
class Point:
    """A week. `share` is None where nobody asked; the last two say which labels have room."""

    name: str
    share: float | None
    x: float
    y: float
    named: bool
    told: bool


@dataclass(frozen=True)
class Trend:
    """Shares along the weeks. A line is broken where nobody asked."""

    points: tuple[Point, ...]
    lines: tuple[str, ...]

    @property
    def last(self) -> Point | None:
        """The newest week that has a share."""
        return next((point for point in reversed(self.points) if point.share is not None), None)


@dataclass(frozen=True)
class Bar:
    """A name and two parts, side by side: solid, and hatched."""

    name: str
    y: int
    solid: float
    hatched: float
    said: str

    @property
    def end(self) -> float:
        return round(self.solid + self.hatched, 1)


@dataclass(frozen=True)
class Bars:
    """Bars below each other."""

    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        return ROW * len(self.bars) + 6


def trend(weeks: Sequence[tuple[str, float | None]]) -> Trend:
    """Of (the week's name, the share from 0 to 1)."""
    step = (RIGHT - LEFT) / max(1, len(weeks))
    name_every, tell_every = (math.ceil(needs / step) for needs in (WEEK_NEEDS, SHARE_NEEDS))
    newest = len(weeks) - 1
    points = tuple(
        Point(
            name,
            share,
            round(LEFT + (place + 0.5) * step, 1),
            round(BOTTOM - (share or 0.0) * (BOTTOM - TOP), 1),
            (newest - place) % name_every == 0,
            (newest - place) % tell_every == 0,
        )
        for place, (name, share) in enumerate(weeks)
    )
    return Trend(points, tuple(_lines(points)))


def _lines(points: Sequence[Point]) -> list[str]:
    runs: list[list[str]] = [[]]
    for point in points:
        if point.share is None:
            runs.append([])
        else:
            runs[-1].append(f"{point.x},{point.y}")
    return [" ".join(run) for run in runs if len(run) > 1]


def bars(rows: Sequence[tuple[str, int, int]], said: str = "{solid} / {all}") -> Bars:
    """Of (name, the solid part, the hatched part); the longest goes all the way."""
    most = max((solid + hatched for _, solid, hatched in rows), default=0) or 1
    return Bars(
        tuple(
            Bar(
                _short(name),
                ROW * place,
                round(solid / most * BAR_RIGHT * 0.86, 1),
                round(hatched / most * BAR_RIGHT * 0.86, 1),
                said.format(solid=solid, all=solid + hatched),
            )
            for place, (name, solid, hatched) in enumerate(rows)
        )
    )


def _short(name: str) -> str:
    """As much of a name as fits."""
    room = float(LONGEST)
    for place, sign in enumerate(name):
        room -= WIDE if ord(sign) > 0x2E80 else SLIM
        if room < 0:
            return f"{name[: place - 1]}…"
    return name
