"""How well a file of lines is understood: what `gongyou evaluate` and `understand` compute.

Each line is decided by the function that live messages go through. A line:
`{"text", "route", "slots"?, "group"?, "before"?: [earlier lines], "asked"?: [two routes]}`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlu import routes
from nlu.choose import Choice, Context, Shown
from nlu.follow import leaves_a_matter
from nlu.understanding import Understanding
from nlu.verdict import Headline, Share, Verdict, shares, slots_marked

__all__ = [
    "Decided",
    "Line",
    "LinesError",
    "Report",
    "Share",
    "decide",
    "evaluate",
    "read_lines",
    "summarise",
    "understand",
]

_SHOWS: dict[str, Shown] = {
    "find_station": "station",
    "find_course": "course",
    "find_childcare": "childcare",
}


class Line(BaseModel):
    """One line of an evaluation file."""

    model_config = ConfigDict(frozen=True)

    text: str
    route: str
    slots: dict[str, Any] = Field(default_factory=dict)
    group: str = "all"
    before: tuple[str, ...] = ()
    asked: tuple[str, str] | None = None


class LinesError(ValueError):
    """A file of lines is wrong; says which line and why."""


@dataclass(frozen=True)
class Decided:
    """A line with what was made of it."""

    line: Line
    choice: Choice
    ms: float
    slots_wrong: dict[str, Any]

    @property
    def right(self) -> bool:
        """The route (with its topic) is the expected one, or the right two were asked about."""
        if self.line.asked is not None and self.choice.ask_back is not None:
            return set(self.choice.ask_back) == set(self.line.asked)
        return self.choice.route == self.line.route

    @property
    def verdict(self) -> Verdict:
        """As it is kept and reported."""
        line, choice = self.line, self.choice
        runner_up = choice.runner_up
        return Verdict(
            text=line.text,
            before=line.before,
            group=line.group,
            wanted=line.route,
            asked=line.asked,
            chosen=choice.route,
            ask_back=choice.ask_back,
            right=self.right,
            confidence=round(choice.confidence, 4),
            runner_up=runner_up and (runner_up[0], round(runner_up[1], 4)),
            reasons=tuple(map(str, choice.reasons)),
            slots=line.slots,
            slots_wrong=self.slots_wrong,
            ms=round(self.ms, 2),
        )


@dataclass(frozen=True)
class Report:
    """What a file's lines came to."""

    all: Share
    per_route: dict[str, Share]
    per_group: dict[str, Share]
    crisis_found: Share
    crisis_false: Share
    out_of_scope_found: Share
    refused: Share
    asked_back: int
    slots: dict[str, Share]
    confusions: list[tuple[str, str, int]]
    wrong: list[Decided]
    calibration: list[tuple[float, float, int]]
    calibration_error: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    seconds: float = field(default=0.0)
    verdicts: tuple[Verdict, ...] = ()

    @property
    def crisis_false_per_group(self) -> dict[str, Share]:
        """Falsely taken for a crisis, in each group by itself: what only sounds like one is one."""
        others = (v for v in self.verdicts if v.wanted != routes.CRISIS)
        return shares((v.group, v.chosen == routes.CRISIS) for v in others)

    def to_json(self) -> dict[str, Any]:
        """For `--json`; the lines with their texts (evaluation files are no one's talk)."""
        return {
            "accuracy": self.all.to_json(),
            "routes": {name: share.to_json() for name, share in self.per_route.items()},
            "groups": {name: share.to_json() for name, share in self.per_group.items()},
            "crisis_found": self.crisis_found.to_json(),
            "crisis_false": self.crisis_false.to_json(),
            "crisis_false_groups": {
                name: share.to_json() for name, share in self.crisis_false_per_group.items()
            },
            "out_of_scope_found": self.out_of_scope_found.to_json(),
            "refused": self.refused.to_json(),
            "asked_back": self.asked_back,
            "slots": {name: share.to_json() for name, share in self.slots.items()},
            "confusions": [list(confusion) for confusion in self.confusions],
            "calibration": [list(bin_) for bin_ in self.calibration],
            "calibration_error": round(self.calibration_error, 4),
            "latency_ms": {"p50": self.p50_ms, "p95": self.p95_ms, "p99": self.p99_ms},
            "seconds": round(self.seconds, 2),
            "wrong": [
                {
                    "text": d.line.text,
                    "route": d.line.route,
                    "chosen": d.choice.route,
                    "confidence": round(d.choice.confidence, 3),
                    "reasons": list(map(str, d.choice.reasons)),
                }
                for d in self.wrong
            ],
            "lines": [verdict.to_json() for verdict in self.verdicts],
        }


def read_lines(path: Path) -> list[Line]:
    """The lines of a `.jsonl` file.

    Raises:
        LinesError: a line is no such line.
        OSError: the file can't be read.
    """
    lines: list[Line] = []
    try:
        # A rider's line may hold a sign that Python, but no JSON, counts as the end of a line.
        rows = path.read_text("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise LinesError(f"{path.name} is no UTF-8 text ({error.reason})") from error
    for number, written in enumerate(rows, 1):
        if not written.strip():
            continue
        try:
            lines.append(Line.model_validate(json.loads(written)))
        except (ValueError, ValidationError) as error:
            raise LinesError(f"{path.name}, line {number}: {error}") from error
    return lines


async def evaluate(understanding: Understanding, lines: Sequence[Line]) -> Report:
    """Decide each line, one after another, and count."""
    for line in lines:
        # The encoder is loaded by the first text that isn't known by heart: no line's own time.
        if (await understanding.read(line.text)).source != "known":
            break
    began = time.monotonic()
    decided = [await decide(understanding, line) for line in lines]
    return summarise(decided, time.monotonic() - began)


async def decide(understanding: Understanding, line: Line) -> Decided:
    """One line, after the rider's earlier ones if it has any."""
    context = Context()
    for earlier in line.before:
        choice = understanding.choose(await understanding.read(earlier), context)
        context = after(choice, context)
    began = time.perf_counter()
    choice = understanding.choose(await understanding.read(line.text), context)
    ms = (time.perf_counter() - began) * 1000
    said = choice.slots.said()
    wrong = {
        name: said.get(name)
        for name, value in line.slots.items()
        if not same(said.get(name), value)
    }
    return Decided(line, choice, ms, wrong)


def after(choice: Choice, context: Context) -> Context:
    """The context that a conversation has after a choice, as far as routes tell."""
    shown = "article" if routes.topic_of(choice.route) else _SHOWS.get(choice.route)
    asked_back = choice.ask_back is not None
    if not leaves_a_matter(choice.route):
        return replace(context, asked_back=asked_back)
    return Context(last_route=choice.route, shown=shown, asked_back=asked_back)


def same(got: Any, wanted: Any) -> bool:
    """Whether a slot holds what was wanted; lists in any order, numbers in any spelling."""
    if isinstance(wanted, list) and isinstance(got, list):
        return sorted(map(str, got)) == sorted(map(str, wanted))
    return str(got) == str(wanted)


def summarise(decided: Sequence[Decided], seconds: float = 0.0) -> Report:
    """Count what was decided."""
    verdicts = tuple(d.verdict for d in decided)
    headline = Headline.of(verdicts)
    confusions = Counter((v.wanted, v.chosen) for v in verdicts if not v.right)
    times = [d.ms for d in decided] or [0.0]
    bins, error = _calibration(decided)
    p50, p95, p99 = (round(float(np.percentile(times, q)), 2) for q in (50, 95, 99))
    return Report(
        all=headline.all,
        per_route=shares((v.wanted, v.right) for v in verdicts),
        per_group=shares((v.group, v.right) for v in verdicts),
        crisis_found=headline.crisis_found,
        crisis_false=headline.crisis_false,
        out_of_scope_found=headline.out_of_scope_found,
        refused=headline.refused,
        asked_back=sum(v.ask_back is not None for v in verdicts),
        slots=shares(slots_marked(verdicts)),
        confusions=[(wanted, got, n) for (wanted, got), n in confusions.most_common()],
        wrong=sorted((d for d in decided if not d.right), key=lambda d: -d.choice.confidence),
        calibration=bins,
        calibration_error=error,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        seconds=seconds,
        verdicts=verdicts,
    )


def _calibration(decided: Sequence[Decided]) -> tuple[list[tuple[float, float, int]], float]:
    """Ten bins of (mean confidence, share right, lines), and the mean gap between the two."""
    bins: list[tuple[float, float, int]] = []
    error = 0.0
    for low in range(10):
        inside = [d for d in decided if min(9, int(d.choice.confidence * 10)) == low]
        if inside:
            said = sum(d.choice.confidence for d in inside) / len(inside)
            right = sum(d.right for d in inside) / len(inside)
            bins.append((round(said, 3), round(right, 3), len(inside)))
            error += abs(said - right) * len(inside) / len(decided)
    return bins, error


async def understand(understanding: Understanding, text: str) -> dict[str, Any]:
    """One line of `gongyou understand`: `{"text","route","slots","confidence","ms"}`."""
    began = time.perf_counter()
    choice = understanding.choose(await understanding.read(text))
    return {
        "text": text,
        "route": choice.route,
        "slots": choice.slots.said(),
        "confidence": round(choice.confidence, 4),
        "ms": round((time.perf_counter() - began) * 1000, 2),
    }
