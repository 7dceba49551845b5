"""What was understood of one text, before the conversation's context is weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Language = Literal["zh", "en"]
Script = Literal["hans", "hant", "latin"]
Source = Literal["rasa", "head", "wording", "known", "rules"]

Vector = NDArray[np.float32]
"""A sentence embedding, shape (384,), length 1."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A text's reading: a pure function of the text, the model and the known sentences.

    `routes` are ranked, their probabilities calibrated and summing to 1; a question of fact is
    `faq:TOPIC`. Topics that the model never saw come in by the choice, from the articles as they
    are now. `vector` is absent for a text known word for word or told by its wording alone.
    `crisis` names the rule that fired, on the whole text. `source`
    says who read it; `rules` means that no model was there yet. `ready` is what the model saw.
    `parts` are the two halves of a text that may hold two wishes, `thoughts` those stretches of a
    long one that may hold a cry for help.
    """

    text: str
    language: Language
    script: Script
    routes: tuple[tuple[str, float], ...]
    vector: NDArray[np.float32] | None = None
    source: Source = "head"
    crisis: str | None = None
    ms: float = 0.0
    ready: str | None = None
    parts: tuple[Reading, ...] = ()
    thoughts: tuple[Reading, ...] = ()

    @property
    def best(self) -> tuple[str, float]:
        """The likeliest route with its probability."""
        return self.routes[0] if self.routes else ("out_of_scope", 0.0)

    def probability(self, route: str) -> float:
        """How likely the route is, 0 if the model doesn't know it."""
        return dict(self.routes).get(route, 0.0)

    def to_json(self) -> dict[str, Any]:
        """For traces and logs; without the text and the vector."""
        return {
            "language": self.language,
            "script": self.script,
            "routes": [[route, round(p, 4)] for route, p in self.routes[:3]],
            "source": self.source,
            "crisis": self.crisis,
            "ms": round(self.ms, 2),
        }
