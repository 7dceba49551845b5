"""What a text's wording says by itself, where the sentence's meaning need not be asked for.

The encoder is most of what a reading costs. More than half of what riders write is worded so like
what was taught that the words tell it as surely as both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.head import Head, likeliest_first, scored, softmax
from nlu.routes import CRISIS

FORMAT = 2

LEAST = 0.01
"""How much of a cry for help the look at all labels sees at least, beside the look for nothing
else: of two that see none, the second counts."""

MOST = 50.0
"""Greatest score of that look that is told apart."""


@dataclass(frozen=True, eq=False)
class Wording:
    """Weights over a text's pieces, fitted by themselves: the head's own lean on the meaning.

    Labels and places are those of the head that was fitted with it.

    Attributes:
        weights: over the places that count, shape (places that count, labels).
        bias: shape (labels,).
        cry: weights of a look for cries for help and nothing else, shape (places that count, 1).
            Beside seventy other labels a cry in unusual words is soon taken for one of them.
        cry_bias: shape (1,).
    """

    weights: NDArray[np.float16]
    bias: NDArray[np.float32]
    cry: NDArray[np.float16]
    cry_bias: NDArray[np.float32]

    def ranked(self, text: str, head: Head) -> tuple[tuple[str, float], ...]:
        """The labels of a folded text with their probabilities, likeliest first."""
        scores = scored(text, head.rarity, head.row_of, self.weights, self.bias)
        return likeliest_first(head.labels, softmax(scores))

    def hint(self, text: str, told: float, head: Head) -> float:
        """How much hints at a cry for help in a folded text, 0 and up; no share of anything.

        The odds of the look for nothing else, times `told`, the share among all labels: a cry
        mostly shows in either.
        """
        score = scored(text, head.rarity, head.row_of, self.cry, self.cry_bias)[0]
        return float(np.exp(min(score, MOST)) * (told + LEAST))

    def hint_of(self, text: str, head: Head) -> float:
        """The same where nothing is known of the text yet."""
        return self.hint(text, dict(self.ranked(text, head)).get(CRISIS, 0.0), head)

    def save(self, path: Path) -> None:
        """Write to a `.npz` file."""
        with path.open("wb") as file:
            np.savez(
                file,
                format=np.array(FORMAT),
                weights=self.weights,
                bias=self.bias,
                cry=self.cry,
                cry_bias=self.cry_bias,
            )

    @classmethod
    def of(cls, folder: Path) -> Wording | None:
        """A model's; None for one that was made before there was any: it is read wholly.

        Raises:
            OSError, ValueError, KeyError: there is one, and it can't be read.
        """
        path = folder / "wording.npz"
        return cls.load(path) if path.exists() else None

    @classmethod
    def load(cls, path: Path) -> Wording:
        """Raises OSError, ValueError or KeyError if it is no such file."""
        with np.load(path, allow_pickle=False) as kept:
            if int(kept["format"]) != FORMAT:
                raise ValueError(f"{path} holds a wording of format {kept['format']}")
            return cls(
                weights=kept["weights"],
                bias=kept["bias"],
                cry=kept["cry"],
                cry_bias=kept["cry_bias"],
            )
