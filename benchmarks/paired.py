"""What several readers made of the same lines: shares, and the difference between two of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu import routes
from nlu.evaluate import Line, Share


@dataclass(frozen=True)
class Answer:
    """The route that a reader gave a line, whether it is the right one, and how long it took."""

    line: Line
    route: str
    right: bool
    ms: float = 0.0


@dataclass(frozen=True)
class Measure:
    """A share: which lines it is of, and which answers to them count."""

    name: str
    of: Callable[[Line], bool]
    counts: Callable[[Answer], bool]

    def counted(self, answers: Sequence[Answer]) -> list[bool]:
        """Of each answer to its lines, whether it counts."""
        return [self.counts(answer) for answer in answers if self.of(answer.line)]


@dataclass(frozen=True)
class Difference:
    """Between two shares of the same lines, with a 95 % interval."""

    value: float
    low: float
    high: float


GROUPS = ("zh", "en", "hant", "dirty", "follow_up", "cantonese", "crisis", "sounds_like_crisis")


def measures(lines: Sequence[Line]) -> list[Measure]:
    """All that is measured: right by group, as far as there are such lines, then the mistakes."""
    there = {line.group for line in lines}
    groups = [group for group in GROUPS if group in there]
    return [
        Measure("right, all lines", lambda line: True, _right),
        *(Measure(f"right, {group}", _of_group(group), _right) for group in groups),
        Measure("crisis found", lambda line: line.route == routes.CRISIS, _crisis),
        Measure(
            "crisis, falsely (sounds_like_crisis)",
            lambda line: line.group == "sounds_like_crisis" and line.route != routes.CRISIS,
            _crisis,
        ),
        Measure("crisis, falsely (all others)", lambda line: line.route != routes.CRISIS, _crisis),
        Measure("out of scope found", lambda line: line.route == routes.OUT_OF_SCOPE, _refused),
        Measure("refused, falsely", _meant, _refused),
    ]


def difference(ours: Sequence[bool], theirs: Sequence[bool]) -> Difference:
    """Our share less theirs, of the same lines in the same order.

    Newcombe's interval for paired data (1998, method 10): Wilson's intervals of both shares,
    with the correlation between them.
    """
    count = len(ours)
    if not count:
        return Difference(0.0, -1.0, 1.0)
    first, second = Share(sum(ours), count), Share(sum(theirs), count)
    value = first.share - second.share
    below, above = _reach(first)
    their_below, their_above = _reach(second)
    alike = _correlation(ours, theirs)
    low = math.sqrt(below**2 - 2 * alike * below * their_above + their_above**2)
    high = math.sqrt(above**2 - 2 * alike * above * their_below + their_below**2)
    return Difference(value, value - low, value + high)


def _reach(share: Share) -> tuple[float, float]:
    low, high = share.interval
    return share.share - low, high - share.share


def _correlation(ours: Sequence[bool], theirs: Sequence[bool]) -> float:
    """Of two answers to a line, with Newcombe's correction where it is positive."""
    count = len(ours)
    pairs = list(zip(ours, theirs, strict=True))
    both, neither = pairs.count((True, True)), pairs.count((False, False))
    only_ours, only_theirs = pairs.count((True, False)), pairs.count((False, True))
    margins = sum(ours) * (count - sum(ours)) * sum(theirs) * (count - sum(theirs))
    if not margins:
        return 0.0
    product = float(both * neither - only_ours * only_theirs)
    if product > 0:
        product = max(product - count / 2, 0.0)
    return product / math.sqrt(margins)


def _of_group(group: str) -> Callable[[Line], bool]:
    return lambda line: line.group == group


def _right(answer: Answer) -> bool:
    return answer.right


def _crisis(answer: Answer) -> bool:
    return answer.route == routes.CRISIS


def _refused(answer: Answer) -> bool:
    return answer.route == routes.OUT_OF_SCOPE


def _meant(line: Line) -> bool:
    return line.route not in (routes.CRISIS, routes.OUT_OF_SCOPE)
