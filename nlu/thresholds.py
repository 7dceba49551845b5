"""Where one thing becomes another: numbers found on the choosing set, kept as data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu.follow import Leaning

THRESHOLDS = Path(__file__).parent / "thresholds.yaml"


@dataclass(frozen=True)
class Thresholds:
    """Where one thing becomes another; found on the choosing set (`nlu/thresholds.yaml`).

    Attributes:
        neighbours: how much the nearest texts say beside the model, 0 to 1.
        sharpness: the power that the two together are raised to, so that shares are honest
            (where they agree, both are right more often than either says).
        crisis_model: how much the model says of a crisis beside the nearest texts, 0 to 1. They
            tell one better: what only sounds like one has its like among them.
        crisis: from this share on it is taken for a crisis.
        crisis_leaning: the same for a text that speaks of despair.
        crisis_unlikely: the same for a question about a film, a song or a word, and for a text so
            short that it may be a name.
        crisis_thought: the same for one thought of a long text.
        crisis_doubted: below this a rule's verdict on a short text doesn't count.
        least: below this nothing is said to be understood.
        close: two routes whose probabilities differ by less lie close.
        close_second: the second must have at least this much for a question back.
        worded: a text's wording is enough where what it alone says is believed this much.
        worded_english: the same of an English text.
        worded_leaning: and where it leans on what was said before by less than this.
        worded_cry: and where it hints at a cry for help by less than this (`nlu/wording.py`).
        worded_near: and where of the texts that share its wording less than this are cries.
        unlike: a text less like any known one than this is out of scope.
        leaning: how a line is weighed that leans on what was said before.
    """

    neighbours: float
    sharpness: float
    crisis_model: float
    crisis: float
    crisis_leaning: float
    crisis_unlikely: float
    crisis_thought: float
    crisis_doubted: float
    least: float
    close: float
    close_second: float
    worded: float
    worded_english: float
    worded_leaning: float
    worded_cry: float
    worded_near: float
    unlike: float
    leaning: Leaning

    @classmethod
    def load(cls, path: Path = THRESHOLDS) -> Thresholds:
        """Raises OSError, KeyError, TypeError: no such file, or other names in it."""
        values = yaml.safe_load(path.read_text("utf-8"))
        return cls(**{**values, "leaning": Leaning(**values["leaning"])})
