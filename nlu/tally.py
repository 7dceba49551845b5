"""Two models side by side: a line as both decided it, and many such lines."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

from nlu import routes
from nlu.evaluate import Decided


@dataclass(frozen=True)
class Pair:
    """A line as the new model decided it, and as the one in use did."""

    new: Decided
    before: Decided | None

    @property
    def lost(self) -> bool:
        """It was right and is wrong now."""
        return self.before is not None and self.before.right and not self.new.right

    @property
    def won(self) -> bool:
        """It was wrong and is right now."""
        return self.before is not None and not self.before.right and self.new.right

    @property
    def false_cry(self) -> bool:
        """It is no cry for help and is taken for one."""
        return _false_cry(self.new)

    @property
    def new_false_cry(self) -> bool:
        """It is now, and was not."""
        return self.false_cry and not (self.before is not None and _false_cry(self.before))

    @property
    def mended_cry(self) -> bool:
        """It was, and is not any more."""
        return self.before is not None and _false_cry(self.before) and not self.false_cry

    def to_json(self) -> dict[str, Any]:
        """The line, and what both take it for."""
        line, before = self.new.line, self.before
        return {
            "text": line.text,
            "after": list(line.before),
            "route": line.route,
            "before": None if before is None else before.choice.route,
            "now": self.new.choice.route,
        }


@dataclass(frozen=True)
class Tally:
    """The lines of one group, one language or all."""

    name: str
    pairs: tuple[Pair, ...]

    @property
    def right(self) -> int:
        """Lines that the new model understands."""
        return sum(pair.new.right for pair in self.pairs)

    @property
    def before(self) -> int | None:
        """Lines that the model in use understands."""
        rights = [pair.before.right for pair in self.pairs if pair.before is not None]
        return sum(rights) if rights else None

    @property
    def lost(self) -> list[Pair]:
        """Those that were right and are wrong now."""
        return [pair for pair in self.pairs if pair.lost]

    @property
    def won(self) -> list[Pair]:
        """Those that were wrong and are right now."""
        return [pair for pair in self.pairs if pair.won]

    @property
    def fall(self) -> int:
        """Lines lost on balance; negative for a rise."""
        return len(self.lost) - len(self.won)

    @property
    def chance(self) -> float:
        """How likely a fall so great is if both are equally good (`sign_test`)."""
        return sign_test(len(self.lost), len(self.won))

    def to_json(self) -> dict[str, Any]:
        """Numbers only."""
        return {
            "name": self.name,
            "lines": len(self.pairs),
            "right": self.right,
            "before": self.before,
            "lost": len(self.lost),
            "won": len(self.won),
            "chance": round(self.chance, 4),
        }


def _false_cry(decided: Decided) -> bool:
    return decided.choice.route == routes.CRISIS and decided.line.route != routes.CRISIS


def sign_test(lost: int, won: int) -> float:
    """How likely it is to lose so many or more of the lines that differ, if chance decides each.

    McNemar's test in its exact, one-sided form: the upper tail of a binomial with one half.
    """
    differ = lost + won
    return float(sum(comb(differ, count) for count in range(lost, differ + 1)) / 2**differ)
