"""A long text, thought by thought: a cry for help may be half a sentence of it.

Of a rant about fines a model reads what it mostly is about. So what it says in passing is read by
itself, too.
"""

from __future__ import annotations

import re

from nlu.head import Head
from nlu.normalise import for_model
from nlu.routes import CRISIS
from nlu.wording import Wording

LONG = 60
"""Columns (a Chinese character has two) from which on a text may hold more than one thought."""

STRETCH = 28
"""Characters of clauses that are read together."""

UNBROKEN = 40
"""Characters of a clause without any sign that are read together."""

MOST = 60
"""Stretches that are looked at: of a longer text the first and the last."""

HEARD = 2
"""Stretches of a long text that are read by themselves; with three, no line of the sets is read
otherwise."""

HINT = 0.02
"""How much of a cry for help a stretch has by its wording alone, at least: each of 282 long cries
has a stretch with 0.05."""

HINT_OF_HEAD = 1.5
"""So many times as much as a text without words, by what a head says that has only words to go by;
of 161 long cries for help 98 in 100 have a stretch with 1.8."""

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


def likeliest(text: str, head: Head, wording: Wording | None) -> list[str]:
    """Those stretches of a long text whose wording may be a cry's, the likeliest few.

    A model of before there was a wording by itself hints less well, and more is read.
    """
    stretches = cut(text)
    if not stretches or CRISIS not in head.labels:
        return []
    least = HINT_OF_HEAD * _cry(head, "") if wording is None else HINT
    hints = [(_cry(head, for_model(stretch), wording), stretch) for stretch in stretches]
    likely = sorted((pair for pair in hints if pair[0] >= least), key=lambda pair: -pair[0])
    return [stretch for _, stretch in likely[:HEARD]]


def _cry(head: Head, ready: str, wording: Wording | None = None) -> float:
    """How much of a cry for help a text has by its wording alone."""
    if wording is not None:
        return dict(wording.ranked(ready, head))[CRISIS]
    return float(head.predict_proba(ready, None)[head.labels.index(CRISIS)])


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
