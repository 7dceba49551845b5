"""What got better and worse since an earlier `gongyou evaluate --json`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nlu.report.origin import Origin
from nlu.verdict import Headline, Share, Verdict


class EarlierError(ValueError):
    """An earlier report can't be compared with; says why and what to do."""


class Earlier(Origin):
    """An earlier report, as `--json` wrote it."""

    lines: tuple[Verdict, ...]


@dataclass(frozen=True)
class Change:
    """A line whose result is another now."""

    before: Verdict
    now: Verdict


@dataclass(frozen=True)
class Step:
    """A name's share before and now, and how many of its lines got better and worse."""

    before: Share
    now: Share
    better: int
    worse: int

    def to_json(self) -> dict[str, Any]:
        """Numbers only."""
        return {
            "before": self.before.to_json(),
            "now": self.now.to_json(),
            "better": self.better,
            "worse": self.worse,
        }


@dataclass(frozen=True)
class Comparison:
    """Two reports over the lines that both have.

    Attributes:
        earlier: the earlier report.
        both: how many lines stand in both; a line whose wanted route was changed is another line.
        only_before, only_now: how many stand in one only.
        before, now: the figures, over the lines in both.
        groups, slots: by name.
        better, worse: lines that are right now, or wrong now; `otherwise` those wrong in another
            way than before.
    """

    earlier: Origin
    both: int
    only_before: int
    only_now: int
    before: Headline
    now: Headline
    groups: dict[str, Step]
    slots: dict[str, Step]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    otherwise: tuple[Change, ...]

    @property
    def chance(self) -> float:
        """How likely so uneven a split of better and worse is by chance alone (sign test)."""
        return by_chance(len(self.better), len(self.worse))

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            **self.earlier.to_json(),
            "both": self.both,
            "only_before": self.only_before,
            "only_now": self.only_now,
            "by_chance": round(self.chance, 4),
            "groups": {name: step.to_json() for name, step in self.groups.items()},
            "slots": {name: step.to_json() for name, step in self.slots.items()},
            "better": [_changed(change) for change in self.better],
            "worse": [_changed(change) for change in self.worse],
            "otherwise": [_changed(change) for change in self.otherwise],
        }


def read_earlier(path: Path, texts: Collection[str]) -> Earlier:
    """What `gongyou evaluate --json` wrote earlier, on at least some of these texts.

    Raises:
        EarlierError: it is something else, of a release that didn't write the lines yet, or of
            other lines altogether.
        OSError: the file can't be read.
    """
    try:
        earlier = Earlier.model_validate_json(path.read_bytes())
    except ValidationError:
        raise EarlierError(
            f"{path} is no report with its lines; make one with `gongyou evaluate FILE --json`."
        ) from None
    if not any(verdict.text in texts for verdict in earlier.lines):
        raise EarlierError(
            f"{path} is a report on other lines ({earlier.file}); compare with one on the same."
        )
    return earlier


def compare(earlier: Earlier, now: Sequence[Verdict]) -> Comparison:
    """Line by line, over what stands in both."""
    pairs = _pairs(earlier.lines, now)
    changed = [Change(before, after) for before, after in pairs]
    return Comparison(
        earlier=Origin(file=earlier.file, at=earlier.at, model=earlier.model),
        both=len(pairs),
        only_before=len(earlier.lines) - len(pairs),
        only_now=len(now) - len(pairs),
        before=Headline.of(before for before, _ in pairs),
        now=Headline.of(after for _, after in pairs),
        groups=_steps((c.now.group, c.before.right, c.now.right) for c in changed),
        slots=_steps(
            (name, name not in c.before.slots_wrong, name not in c.now.slots_wrong)
            for c in changed
            for name in c.now.slots
            if name in c.before.slots
        ),
        better=_kept(changed, lambda c: c.now.right and not c.before.right),
        worse=_kept(changed, lambda c: c.before.right and not c.now.right),
        otherwise=_kept(changed, _wrong_otherwise),
    )


def by_chance(better: int, worse: int) -> float:
    """The two-sided sign test's probability for so many better and so many worse."""
    n = better + worse
    tail = sum(math.comb(n, k) for k in range(min(better, worse) + 1))
    return min(1.0, tail / 2 ** (n - 1)) if n else 1.0


def _pairs(before: Sequence[Verdict], now: Sequence[Verdict]) -> list[tuple[Verdict, Verdict]]:
    waiting: defaultdict[object, list[Verdict]] = defaultdict(list)
    for verdict in before:
        waiting[_line(verdict)].append(verdict)
    return [(waiting[_line(v)].pop(0), v) for v in now if waiting[_line(v)]]


def _line(verdict: Verdict) -> tuple[object, ...]:
    return verdict.text, verdict.before, verdict.wanted, verdict.asked


def _steps(marked: Iterable[tuple[str, bool, bool]]) -> dict[str, Step]:
    by_name: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for name, before, now in marked:
        by_name[name].append((before, now))
    return {
        name: Step(
            before=Share.count(before for before, _ in both),
            now=Share.count(now for _, now in both),
            better=sum(now and not before for before, now in both),
            worse=sum(before and not now for before, now in both),
        )
        for name, both in sorted(by_name.items())
    }


def _kept(changed: Iterable[Change], wanted: Callable[[Change], bool]) -> tuple[Change, ...]:
    """Those that are wanted, the surest first."""
    return tuple(sorted(filter(wanted, changed), key=lambda c: -c.now.confidence))


def _wrong_otherwise(change: Change) -> bool:
    before, now = change.before, change.now
    return not (before.right or now.right) and (
        (before.chosen, before.ask_back) != (now.chosen, now.ask_back)
    )


def _changed(change: Change) -> dict[str, Any]:
    return {
        "text": change.now.text,
        "group": change.now.group,
        "wanted": change.now.wanted,
        "before": change.before.chosen,
        "now": change.now.chosen,
    }
