"""What was made of one evaluation line, as `gongyou evaluate --json` keeps it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from nlu import routes

Z = 1.96
"""The normal distribution's quantile for an interval of 95 %."""


@dataclass(frozen=True)
class Share:
    """So many of so many, with a 95 % interval (Wilson's)."""

    right: int
    of: int

    @classmethod
    def count(cls, rights: Iterable[bool]) -> Share:
        """How many of them are true."""
        listed = list(rights)
        return cls(sum(listed), len(listed))

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.right / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.share
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def to_json(self) -> dict[str, Any]:
        """Numbers only."""
        low, high = self.interval
        return {
            "right": self.right,
            "of": self.of,
            "share": round(self.share, 4),
            "interval": [round(low, 4), round(high, 4)],
        }


class Verdict(BaseModel):
    """A line's result.

    Attributes:
        text, before, group, wanted, asked, slots: the line as it stands in the file; `wanted` is
            its route.
        chosen: the route that was chosen; `ask_back` the two that were asked about, if any.
        right: whether that is what was wanted.
        confidence: 0 to 1.
        runner_up: the likeliest other route, with its share of belief.
        reasons: why, in short words.
        slots_wrong: what was read instead for each slot that isn't as wanted.
        ms: how long it took to read and decide, the earlier lines left out.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    wanted: str
    chosen: str
    right: bool
    confidence: float
    group: str
    ms: float
    before: tuple[str, ...] = ()
    asked: tuple[str, str] | None = None
    ask_back: tuple[str, str] | None = None
    runner_up: tuple[str, float] | None = None
    reasons: tuple[str, ...] = ()
    slots: dict[str, Any] = Field(default_factory=dict)
    slots_wrong: dict[str, Any] = Field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Without what is empty."""
        return self.model_dump(mode="json", exclude_defaults=True)


@dataclass(frozen=True)
class Headline:
    """The few figures that a change of the model is judged by."""

    all: Share
    crisis_found: Share
    crisis_false: Share
    out_of_scope_found: Share
    refused: Share

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Headline:
        """Counted over some lines."""
        listed = list(verdicts)
        crisis = [v for v in listed if v.wanted == routes.CRISIS]
        others = [v for v in listed if v.wanted != routes.CRISIS]
        outside = [v for v in listed if v.wanted == routes.OUT_OF_SCOPE]
        inside = [v for v in others if v.wanted != routes.OUT_OF_SCOPE]
        return cls(
            all=Share.count(v.right for v in listed),
            crisis_found=Share.count(v.chosen == routes.CRISIS for v in crisis),
            crisis_false=Share.count(v.chosen == routes.CRISIS for v in others),
            out_of_scope_found=Share.count(v.chosen == routes.OUT_OF_SCOPE for v in outside),
            refused=Share.count(v.chosen == routes.OUT_OF_SCOPE for v in inside),
        )


def shares(marked: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    """Per name (a route, a group, a slot), sorted by it."""
    by_name: dict[str, list[bool]] = {}
    for name, right in marked:
        by_name.setdefault(name, []).append(right)
    return {name: Share.count(by_name[name]) for name in sorted(by_name)}


def slots_marked(verdicts: Iterable[Verdict]) -> Iterable[tuple[str, bool]]:
    """Each slot that a line names, with whether it was read as wanted."""
    return ((name, name not in v.slots_wrong) for v in verdicts for name in v.slots)
