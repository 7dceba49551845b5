"""The worst first: in which order a report is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlu import routes
from nlu.verdict import Share, Verdict


@dataclass(frozen=True)
class Confused:
    """Wrong lines that were wanted in one place and came to another, the surest first."""

    wanted: str
    chosen: str
    lines: tuple[Verdict, ...]

    @property
    def sure(self) -> float:
        """The confidence of the surest."""
        return self.lines[0].confidence


def confused(verdicts: Iterable[Verdict]) -> list[Confused]:
    """A missed cry for help before all else, then what was decided most surely."""
    kin: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if not verdict.right:
            kin[verdict.wanted, verdict.chosen].append(verdict)
    found = [
        Confused(wanted, chosen, tuple(sorted(lines, key=lambda v: -v.confidence)))
        for (wanted, chosen), lines in kin.items()
    ]
    return sorted(
        found, key=lambda c: (c.wanted != routes.CRISIS, -c.sure, -len(c.lines), c.wanted)
    )


def worst_first(shares: Mapping[str, Share]) -> list[tuple[str, Share]]:
    """By share, then by how many are wrong, then by name."""
    return sorted(shares.items(), key=lambda pair: (pair[1].share, -_wrong(pair[1]), pair[0]))


def with_mistakes(shares: Mapping[str, Share]) -> list[tuple[str, Share]]:
    """Only those, worst first."""
    return [pair for pair in worst_first(shares) if _wrong(pair[1])]


def without_mistakes(shares: Mapping[str, Share]) -> list[tuple[str, Share]]:
    """The others, by name."""
    return [(name, shares[name]) for name in sorted(shares) if not _wrong(shares[name])]


def _wrong(share: Share) -> int:
    return share.of - share.right
