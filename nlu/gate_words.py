"""What the gate says of a model: plain sentences that quote a few of the lines."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.tally import Pair, Tally

QUOTED = 3


def missed(cries: int, found: Sequence[Pair]) -> str:
    """Cries for help that aren't heard."""
    return f"Of {cries} cries for help {len(found)} missed: {quoted(found)}."


def broken(good: int, found: Sequence[Pair]) -> str:
    """Known good readings that don't hold."""
    return f"Of {good} known good readings {len(found)} broke: {quoted(found)}."


def false_cries(others: int, false: int, limit: str, found: Sequence[Pair]) -> str:
    """Lines that are taken for a cry for help and are none; `limit` says what is too many."""
    return f"{lines(false)} of {others} falsely taken for a cry for help, {limit}: {quoted(found)}."


def short(tally: Tally, least: float) -> str:
    """Too few lines understood for a first model."""
    wrong = [pair for pair in tally.pairs if not pair.new.right]
    return (
        f"{capital(tally.name)}: {tally.right} of {len(tally.pairs)} lines understood, at least "
        f"{least:.0%} must be: {quoted(wrong)}."
    )


def fall(tally: Tally) -> str:
    """More lines lost than won."""
    return (
        f"{capital(tally.name)}: {len(tally.lost)} of {lines(len(tally.pairs))} no longer "
        f"understood, {len(tally.won)} newly (chance alone does that {often(tally.chance)}): "
        f"{quoted(tally.lost)}."
    )


def rise(tally: Tally) -> str:
    """More lines won than lost."""
    return (
        f"{capital(tally.name)}: {len(tally.won)} of {lines(len(tally.pairs))} newly understood, "
        f"{len(tally.lost)} no longer: {quoted(tally.won)}."
    )


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


def often(chance: float) -> str:
    """A probability in whole numbers: 0.031 is once in 32 times."""
    return f"once in {round(1 / max(chance, 1e-6))} times"


def capital(name: str) -> str:
    """As it begins a sentence."""
    return name[:1].upper() + name[1:]
