"""Which routes are taken for which, small enough to be looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from nlu import routes
from nlu.verdict import Verdict

MOST = 28
"""Rows or columns up to which a picture stays readable; beyond, all topics become one."""

Fold = Callable[[str], str]


@dataclass(frozen=True)
class Cell:
    """Lines that were wanted in one place and came to another.

    Attributes:
        wanted, chosen: the row and the column.
        right: lines that came where they should (on the diagonal only).
        wrong: lines that did not; on the diagonal those of another topic of the same family, or
            with a question back that wasn't the right one.
    """

    wanted: str
    chosen: str
    right: int
    wrong: int


@dataclass(frozen=True)
class Picture:
    """Only rows and columns with something wrong in them.

    Attributes:
        rows: what was wanted, in the routes' own order.
        columns: what was chosen, in the same order.
        cells: those with something in them, row by row.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def wrong(self) -> int:
        """All wrong lines."""
        return sum(cell.wrong for cell in self.cells)

    @property
    def most(self) -> int:
        """The wrong lines of the fullest cell, at least 1."""
        return max((cell.wrong for cell in self.cells), default=1) or 1


def picture(verdicts: Sequence[Verdict], most: int = MOST) -> Picture:
    """Topics are folded into their families, or all into one if there are more than `most`."""
    topics = {route for v in verdicts for route in (v.wanted, v.chosen) if routes.topic_of(route)}
    folded = _picture(verdicts, families(topics))
    if max(len(folded.rows), len(folded.columns)) > most:
        folded = _picture(verdicts, lambda route: route.partition(":")[0])
    return folded


def families(topics: Collection[str]) -> Fold:
    """Names a topic's family: what all topics with the same first word begin with, and `-*`."""
    kin: defaultdict[str, list[list[str]]] = defaultdict(list)
    for topic in sorted(topics):
        words = topic.split("-")
        kin[words[0]].append(words)
    named = {first: _family(members) for first, members in kin.items()}
    return lambda route: named[route.split("-")[0]] if route in topics else route


def _family(members: Sequence[Sequence[str]]) -> str:
    if len(members) == 1:
        return "-".join(members[0])
    shared: list[str] = []
    for words in zip(*members, strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return "-".join([*shared, "*"])


def _picture(verdicts: Sequence[Verdict], fold: Fold) -> Picture:
    right = Counter(fold(v.wanted) for v in verdicts if v.right)
    wrong = Counter((fold(v.wanted), fold(v.chosen)) for v in verdicts if not v.right)
    rows = sorted({wanted for wanted, _ in wrong}, key=_order)
    columns = sorted({chosen for _, chosen in wrong}, key=_order)
    cells = (
        Cell(row, column, right[row] if row == column else 0, wrong[row, column])
        for row in rows
        for column in columns
    )
    return Picture(tuple(rows), tuple(columns), tuple(c for c in cells if c.right or c.wrong))


def _order(route: str) -> tuple[int, str]:
    known = routes.ROUTES.index(route) if route in routes.ROUTES else len(routes.ROUTES)
    return known, route
