"""What the gate says of a model: findings in figures, plain sentences that quote a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nlu.tally import Pair, Tally

QUOTED = 3

Kind = Literal["missed", "broken", "more_false_cries", "false_cries", "short", "fall", "rise"]

SAID: Mapping[Kind, str] = {
    "missed": "Of {of} cries for help {count} missed",
    "broken": "Of {of} known good readings {count} broke",
    "more_false_cries": "{lines} of {of} falsely taken for a cry for help, {more} more than before",
    "false_cries": "{lines} of {of} falsely taken for a cry for help, at most {most:.0%} may be",
    "short": "{group}: {count} of {of} lines understood, at least {least:.0%} must be",
    "fall": "{group}: {count} of {lines_of} no longer understood, {won} newly (chance alone does "
    "that once in {often} times)",
    "rise": "{group}: {count} of {lines_of} newly understood, {lost} no longer",
}


@dataclass(frozen=True)
class Finding:
    """Something that the gate has found; as a string an English sentence.

    Attributes:
        kind: what.
        group: whose lines, where it isn't all.
        figures: `count` of `of` lines it is true of, and what else the sentence of the kind has.
        lines: those lines.
    """

    kind: Kind
    figures: Mapping[str, int | float]
    lines: tuple[Pair, ...]
    group: str = field(default="")

    def __str__(self) -> str:
        words = {
            **self.figures,
            "group": capital(self.group),
            "lines": lines(int(self.figures["count"])),
            "lines_of": lines(int(self.figures["of"])),
        }
        return f"{SAID[self.kind].format(**words)}: {quoted(self.lines)}."

    def to_json(self) -> dict[str, Any]:
        """The figures, and the lines that a sentence quotes."""
        return {
            "kind": self.kind,
            "group": self.group,
            "figures": dict(self.figures),
            "lines": [pair.to_json() for pair in self.lines[:QUOTED]],
        }


def missed(cries: int, found: Sequence[Pair]) -> Finding:
    """Cries for help that aren't heard."""
    return Finding("missed", {"count": len(found), "of": cries}, tuple(found))


def broken(good: int, found: Sequence[Pair]) -> Finding:
    """Known good readings that don't hold."""
    return Finding("broken", {"count": len(found), "of": good}, tuple(found))


def more_false_cries(others: int, false: int, more: int, found: Sequence[Pair]) -> Finding:
    """Lines that are taken for a cry for help and are none, `more` of them than before."""
    return Finding("more_false_cries", {"count": false, "of": others, "more": more}, tuple(found))


def false_cries(others: int, found: Sequence[Pair], most: float) -> Finding:
    """The same of a first model; `most` is the share that may be."""
    return Finding("false_cries", {"count": len(found), "of": others, "most": most}, tuple(found))


def short(tally: Tally, least: float) -> Finding:
    """Too few lines understood."""
    wrong = tuple(pair for pair in tally.pairs if not pair.new.right)
    figures = {"count": tally.right, "of": len(tally.pairs), "least": least}
    return Finding("short", figures, wrong, tally.name)


def fall(tally: Tally) -> Finding:
    """More lines lost than won."""
    figures = {
        "count": len(tally.lost),
        "of": len(tally.pairs),
        "won": len(tally.won),
        "often": round(1 / max(tally.chance, 1e-6)),
    }
    return Finding("fall", figures, tuple(tally.lost), tally.name)


def rise(tally: Tally) -> Finding:
    """More lines won than lost."""
    figures = {"count": len(tally.won), "of": len(tally.pairs), "lost": len(tally.lost)}
    return Finding("rise", figures, tuple(tally.won), tally.name)


def quoted(pairs: Sequence[Pair]) -> str:
    """The first few lines, with what they are and what they are taken for."""
    quotes = []
    for pair in pairs[:QUOTED]:
        line, now = pair.new.line, pair.new.choice.route
        after = f", after “{line.before[-1]}”" if line.before else ""
        read = line.route if pair.new.right else f"{line.route}, now {now}"
        quotes.append(f"“{line.text}”{after} ({read})")
    more = len(pairs) - len(quotes)
    return "; ".join(quotes) + (f"; and {more} more" if more > 0 else "")


def lines(count: int) -> str:
    """A number of lines."""
    return "1 line" if count == 1 else f"{count} lines"


def capital(name: str) -> str:
    """As it begins a sentence."""
    return name[:1].upper() + name[1:]
