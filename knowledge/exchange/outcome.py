"""What came of a file, as it is kept and shown: the report of an import, cut to a page's length."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from knowledge.content_yaml import Problem
from knowledge.duplicates import Pair
from knowledge.exchange.exchange import Report

MOST_PROBLEMS = 300
MOST_SHOWN = 60
"""Of hours and of pairs: what somebody looks through."""


class Kept(BaseModel):
    """Common to all parts."""

    model_config = ConfigDict(frozen=True)


class KeptProblem(Kept):
    """A trouble: in which row and column, and in both languages what to write."""

    file: str
    row: int
    column: str
    zh: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class KeptTally(Kept):
    """How many of a kind are new, changed and as they were."""

    kind: str
    new: int
    changed: int
    unchanged: int


class KeptHours(Kept):
    """Opening hours as they were typed, and as they were read."""

    typed: str
    read: str


class KeptPair(Kept):
    """Two places that may be one; `metres` between them where both have a point."""

    one: str
    one_name: str
    other: str
    other_name: str
    why: str
    metres: float | None


class KeptPoint(Kept):
    """A place and its point (WGS-84), to be looked at on a map."""

    code: str
    name: str
    lat: float
    lon: float


class Outcome(Kept):
    """What a file would do, or did.

    Attributes:
        refused: why it can't be used at all, in Chinese and English.
        problems: the first of them; `wrong` counts all.
        seconds: how long it took.
    """

    refused: tuple[str, str] | None = None
    problems: tuple[KeptProblem, ...] = ()
    wrong: int = 0
    wrong_rows: int = 0
    tallies: tuple[KeptTally, ...] = ()
    hours: tuple[KeptHours, ...] = ()
    pairs: tuple[KeptPair, ...] = ()
    points: tuple[KeptPoint, ...] = ()
    provisional: bool = False
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def usable(self) -> bool:
        """Whether it may be written."""
        return self.refused is None and not self.wrong

    @property
    def changes(self) -> int:
        return sum(one.new + one.changed for one in self.tallies)


def outcome_of(report: Report, begun: datetime, ended: datetime) -> Outcome:
    """A report as it is kept."""
    return Outcome(
        problems=tuple(_problem(one) for one in report.problems[:MOST_PROBLEMS]),
        wrong=len(report.problems),
        wrong_rows=len({(one.file, one.line) for one in report.problems}),
        tallies=tuple(
            KeptTally(kind=kind, new=tally.new, changed=tally.changed, unchanged=tally.unchanged)
            for kind, tally in report.tallies
        ),
        hours=tuple(KeptHours(typed=typed, read=read) for typed, read in report.typed[:MOST_SHOWN]),
        pairs=tuple(pair_kept(one) for one in report.pairs[:MOST_SHOWN]),
        points=tuple(
            KeptPoint(code=one.code, name=one.name.zh, lat=one.lat, lon=one.lon)
            for one in report.points
            if one.lat is not None and one.lon is not None
        ),
        provisional=report.provisional,
        left_out=report.left_out,
        seconds=round((ended - begun).total_seconds(), 1),
    )


def pair_kept(pair: Pair) -> KeptPair:
    """Two places that may be one, as they are shown."""
    return KeptPair(
        one=pair.one.code, one_name=pair.one.name, other=pair.other.code,
        other_name=pair.other.name, why=pair.why, metres=pair.metres,
    )  # fmt: skip


def _problem(one: Problem) -> KeptProblem:
    return KeptProblem(
        file=one.file, row=one.line, column=one.column, zh=one.chinese or one.reason, en=one.reason
    )
