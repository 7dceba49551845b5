"""What a text's wording says by itself, where the sentence's meaning need not be asked for.

The encoder is most of what a reading costs. About half of what riders write is worded so like what
was taught that the words tell it as surely as both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.head import Head, likeliest_first, scored, softmax

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Wording:
    """Weights over a text's pieces, fitted by themselves: the head's own lean on the meaning.

    Labels and places are those of the head that was fitted with it.

    Attributes:
        weights: over the places that count, shape (places that count, labels).
        bias: shape (labels,).
    """

    weights: NDArray[np.float16]
    bias: NDArray[np.float32]

    def ranked(self, text: str, head: Head) -> tuple[tuple[str, float], ...]:
        """The labels of a folded text with their probabilities, likeliest first."""
        scores = scored(text, head.rarity, head.row_of, self.weights, self.bias)
        return likeliest_first(head.labels, softmax(scores))

    def save(self, path: Path) -> None:
        """Write to a `.npz` file."""
        with path.open("wb") as file:
            np.savez(file, format=np.array(FORMAT), weights=self.weights, bias=self.bias)

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
            return cls(weights=kept["weights"], bias=kept["bias"])
