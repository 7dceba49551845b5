"""What a part should reach, and which parts of a run have missed theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """What was wanted, what came of it, and whether that is enough."""

    wanted: str
    came: str
    met: bool

    @property
    def said(self) -> str:
        """As it stands beneath a table."""
        return f"{self.wanted}: {'met' if self.met else 'not met'} ({self.came})"


def missed(aims: Iterable[Aim]) -> list[Aim]:
    """Those that aren't met."""
    return [aim for aim in aims if not aim.met]


def verdict(aims: Sequence[Aim]) -> str:
    """The last line of a run: every aim that is missed, by name."""
    gone = missed(aims)
    if not gone:
        return f"All {len(aims)} aims are met."
    named = "; ".join(f"{aim.wanted} ({aim.came})" for aim in gone)
    return f"{len(gone)} of {len(aims)} aims missed: {named}"
