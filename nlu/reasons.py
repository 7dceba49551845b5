"""What led to a choice, step by step: for traces, and for whoever asks why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Why = Literal["likely", "rule", "model", "thought", "unsure", "unlike", "then", "by_heart"]

_SAID: Mapping[Why, str] = {
    "likely": "{of} {share:.2f}",
    "rule": "rule {of}",
    "model": "model {share:.2f}",
    "thought": "one thought of it {share:.2f}",
    "unsure": "too unsure",
    "unlike": "unlike all, {share:.2f}",
    "then": "then {of}",
    "by_heart": "known by heart",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that led to a choice; as a string in short English words, for traces.

    Attributes:
        why: what kind of reason.
        of: the route that is likely or comes then, or the rule's name.
        share: of belief, or how like the nearest known text is.
    """

    why: Why
    of: str = ""
    share: float = 0.0

    def __str__(self) -> str:
        return _SAID[self.why].format(of=self.of, share=self.share)
