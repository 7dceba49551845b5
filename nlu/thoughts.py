"""A long text, thought by thought: a cry for help may be half a sentence of it.

Of a rant about fines a model reads what it mostly is about. So what it says in passing is read by
itself, too.
"""

from __future__ import annotations

import re

LONG = 60
"""Columns (a Chinese character has two) from which on a text may hold more than one thought."""

STRETCH = 28
"""Characters of clauses that are read together."""

UNBROKEN = 40
"""Characters of a clause without any sign that are read together."""

MOST = 60
"""Stretches that are looked at: of a longer text the first and the last."""

_ENDS = re.compile(
    r"[，。！？；：、!?;:…\n,~～]+|(?<=[a-z])\.+(?:\s|$)|\s{2,}|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff])",
    re.IGNORECASE,
)


def cut(text: str) -> tuple[str, ...]:
    """The stretches of a long text, none for a short one."""
    if sum(2 if char >= "\u2e80" else 1 for char in text[:LONG]) < LONG:
        return ()
    stretches: list[str] = []
    for clause in _clauses(text):
        if stretches and len(stretches[-1]) + len(clause) < STRETCH:
            stretches[-1] = f"{stretches[-1]}，{clause}"
        else:
            stretches.append(clause)
    if len(stretches) > MOST:
        stretches = stretches[: MOST // 2] + stretches[-MOST // 2 :]
    return tuple(stretches)


def _clauses(text: str) -> list[str]:
    found: list[str] = []
    for clause in _ENDS.split(text):
        clause = clause.strip()
        # Where nothing is set off, as in dictation, with what stands on either side of a cut.
        if len(clause) > 2 * UNBROKEN and " " not in clause:
            step = UNBROKEN * 3 // 4
            found += [clause[at : at + UNBROKEN] for at in range(0, len(clause) - 10, step)]
        elif clause:
            found.append(clause)
    return found
