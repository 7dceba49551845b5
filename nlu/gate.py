"""Whether a new model may take the place of the one in use.

A pure judgement: both models have decided the same lines (`nlu/trial.py`), here they are compared,
line by line. How great a fall is too great stands in `nlu/gate.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from nlu import gate_words as words
from nlu import routes
from nlu.evaluate import Decided
from nlu.gate_words import Finding
from nlu.language import language_of, script_of
from nlu.tally import Pair, Tally

RULES = Path(__file__).parent / "gate.yaml"

KNOWN_GOOD = "known_good"
"""The group of lines that must hold each by itself (`nlu/sets/known_good.jsonl`)."""

TAUGHT = "taught"
"""The group of training sentences that are cries for help."""

OTHER = "other questions"

LANGUAGES = {"hans": "Chinese", "hant": "Traditional Chinese", "en": "English"}


class Floors(BaseModel):
    """What a model must reach that has none to be compared with, and what none may fall below.

    Shares from 0 to 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    crises: float
    false_crises: float
    known_good: float
    all: float
    language: float
    group: float
    fewest_lines: int


class Rules(BaseModel):
    """The gate's numbers; `nlu/gate.yaml` says what each means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: float = Field(gt=0, lt=1)
    least_fall: int = Field(ge=1)
    more_false_crises: int = Field(ge=0)
    floors: Floors
    groups: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = RULES) -> Rules:
        """Raises OSError, ValueError: no such file, or no such rules in it."""
        return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))

    def group_of(self, route: str) -> str:
        """The group that a route is judged in."""
        for name, members in self.groups.items():
            for member in members:
                if route == member or (member.endswith("-") and route.startswith(member)):
                    return name
        return OTHER


@dataclass(frozen=True)
class Judgement:
    """What the gate says of a new model.

    Attributes:
        admitted: it may take the place of the one in use.
        first: there was none to compare it with.
        found: why it is refused, worst first; empty if it is admitted.
        worse: what else got worse, worst floors.
        better: what got better, best floors.
        tallies: all lines, each language, each group of routes.
        changed: every line that one model understands and the other doesn't.
        left_out: lines of topics that have no article now: neither model can be right there.
    """

    admitted: bool
    first: bool
    found: tuple[Finding, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]
    tallies: tuple[Tally, ...]
    changed: tuple[Pair, ...] = ()
    left_out: int = 0

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is refused, a plain sentence each."""
        return tuple(map(str, self.found))

    def to_json(self) -> dict[str, Any]:
        """Everything, for machines."""
        return {
            "admitted": self.admitted,
            "first": self.first,
            "reasons": list(self.reasons),
            "found": [finding.to_json() for finding in self.found],
            "worse": list(self.worse),
            "better": list(self.better),
            "groups": [tally.to_json() for tally in self.tallies],
            "changed": [pair.to_json() for pair in self.changed],
            "left_out": self.left_out,
        }


def judge(
    new: Sequence[Decided],
    before: Sequence[Decided] | None,
    rules: Rules,
    topics: frozenset[str] | None = None,
) -> Judgement:
    """Compare two models.

    Args:
        new: what the new model decided: the gate's lines, those of the group `known_good` and
            those of the group `taught`.
        before: the same lines in the same order as the model in use decided them, None if there
            is none.
        rules: what is too great a fall.
        topics: those that have an article now; all if None.

    Raises:
        ValueError: the two didn't decide the same lines.
    """
    if before is not None and [d.line for d in before] != [d.line for d in new]:
        raise ValueError("the two models must have decided the same lines, in the same order")
    earlier = [None] * len(new) if before is None else list(before)
    every = [Pair(one, other) for one, other in zip(new, earlier, strict=True)]
    pairs = [pair for pair in every if _has_answer(pair.new.line.route, topics)]
    tried = [pair for pair in pairs if pair.new.line.group not in (KNOWN_GOOD, TAUGHT)]
    all_lines, languages, groups = _tallies(tried, rules)
    tallies = [all_lines, *languages, *groups]
    worse: list[Finding] = []
    better: list[Finding] = []
    if before is None:
        found = [*_heard(pairs, rules.floors)]
    else:
        found = [*_broken(pairs), *_false_cries(pairs, rules)]
    found += _below(all_lines, languages, groups, rules.floors)
    if before is not None:
        fallen = sorted(tallies, key=lambda tally: (tally.chance, -tally.fall))
        found += [words.fall(tally) for tally in fallen if _too_great(tally, rules)]
        worse = [words.fall(t) for t in fallen if t.fall > 0 and not _too_great(t, rules)]
        risen = sorted(tallies, key=lambda tally: tally.fall)
        better = [words.rise(tally) for tally in risen if tally.fall < 0]
    return Judgement(
        admitted=not found,
        first=before is None,
        found=tuple(found),
        worse=tuple(map(str, worse)),
        better=tuple(map(str, better)),
        tallies=tuple(tallies),
        changed=tuple(pair for pair in pairs if pair.lost or pair.won),
        left_out=len(every) - len(pairs),
    )


def _has_answer(route: str, topics: frozenset[str] | None) -> bool:
    topic = routes.topic_of(route)
    return topic is None or topics is None or topic in topics


def _tallies(
    pairs: Sequence[Pair], rules: Rules
) -> tuple[Tally, tuple[Tally, ...], tuple[Tally, ...]]:
    """All lines; by language; by group of routes."""

    def by(name_of: Callable[[Pair], str], names: Sequence[str]) -> tuple[Tally, ...]:
        held: dict[str, list[Pair]] = {name: [] for name in names}
        for pair in pairs:
            held[name_of(pair)].append(pair)
        return tuple(Tally(name, tuple(found)) for name, found in held.items() if found)

    languages = by(lambda pair: _language(pair.new.line.text), tuple(LANGUAGES.values()))
    groups = by(lambda pair: rules.group_of(pair.new.line.route), (*rules.groups, OTHER))
    return Tally("all lines", tuple(pairs)), languages, groups


def _language(text: str) -> str:
    if language_of(text) == "en":
        return LANGUAGES["en"]
    return LANGUAGES["hant" if script_of(text) == "hant" else "hans"]


def _cries(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.new.line.route == routes.CRISIS]


def _known_good(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.new.line.group == KNOWN_GOOD]


def _broken(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Lines that must hold each by itself: cries for help, and known good readings."""
    cries, good = _cries(pairs), _known_good(pairs)
    if missed := [pair for pair in cries if pair.lost]:
        yield words.missed(len(cries), missed)
    if broken := [pair for pair in good if pair.lost and pair not in missed]:
        yield words.broken(len(good), broken)


def _false_cries(pairs: Sequence[Pair], rules: Rules) -> Iterator[Finding]:
    others = [pair for pair in pairs if pair.new.line.route != routes.CRISIS]
    fresh = [pair for pair in others if pair.new_false_cry]
    more = len(fresh) - sum(pair.mended_cry for pair in others)
    if more > rules.more_false_crises:
        false = sum(pair.false_cry for pair in others)
        yield words.more_false_cries(len(others), false, more, fresh)


def _heard(pairs: Sequence[Pair], floors: Floors) -> Iterator[Finding]:
    """What a first model doesn't reach of the lines that matter most."""
    cries, good = _cries(pairs), _known_good(pairs)
    missed = [pair for pair in cries if not pair.new.right]
    broken = [pair for pair in good if not pair.new.right]
    others = [pair for pair in pairs if pair.new.line.route != routes.CRISIS]
    false = [pair for pair in others if pair.false_cry]
    if len(missed) > (1 - floors.crises) * len(cries):
        yield words.missed(len(cries), missed)
    if len(broken) > (1 - floors.known_good) * len(good):
        yield words.broken(len(good), broken)
    if len(false) > floors.false_crises * len(others):
        yield words.false_cries(len(others), false, floors.false_crises)


def _below(
    all_lines: Tally, languages: Sequence[Tally], groups: Sequence[Tally], floors: Floors
) -> Iterator[Finding]:
    """What a first model doesn't reach, farthest floors."""
    wanted = [(all_lines, floors.all), *((tally, floors.language) for tally in languages)]
    wanted += [(tally, floors.group) for tally in groups]
    short = [
        (least * len(tally.pairs) - tally.right, tally, least)
        for tally, least in wanted
        if len(tally.pairs) >= floors.fewest_lines
        and tally.right < least * len(tally.pairs)
        and (tally.before is None or tally.fall > 0)
    ]
    for _, tally, least in sorted(short, key=lambda one: -one[0]):
        yield words.short(tally, least)


def _too_great(tally: Tally, rules: Rules) -> bool:
    return tally.fall >= rules.least_fall and tally.chance <= rules.level
