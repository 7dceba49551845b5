"""The classifier: weights over a text's vector and pieces, used with numpy alone. The same file is
read inside Rasa and in the application, so both give the same answer (`nlu/fitting.py` makes it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.features import Placed, places

FORMAT = 2


@dataclass(frozen=True, eq=False)
class Head:
    """A fitted classifier.

    Attributes:
        labels: routes, and topics as `faq:TOPIC`, in the order of the probabilities.
        centre: the training vectors' mean, shape (384,).
        meaning: weights over the centred vector, shape (384, labels).
        rarity: how telling each hashed place is, 0 where training saw too little, (PLACES,).
        row_of: where a place's weights stand in `wording`, -1 without any, shape (PLACES,).
        wording: weights over the places that count, shape (places that count, labels), float16.
        bias: shape (labels,).
        sharpness: what the scores are multiplied with so that probabilities are honest.
    """

    labels: tuple[str, ...]
    centre: NDArray[np.float32]
    meaning: NDArray[np.float32]
    rarity: NDArray[np.float32]
    row_of: NDArray[np.int32]
    wording: NDArray[np.float16]
    bias: NDArray[np.float32]
    sharpness: float = 1.0

    def predict_proba(self, text: str, vector: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Calibrated probabilities of a folded text, shape (labels,), summing to 1.

        Without a vector (no encoder at hand) the wording alone decides.
        """
        return softmax(self.scores(text, vector) * self.sharpness)

    def scores(self, text: str, vector: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Uncalibrated, shape (labels,)."""
        score = scored(text, self.rarity, self.row_of, self.wording, self.bias)
        if vector is not None:
            score = score + centred(vector, self.centre) @ self.meaning
        return score

    def ranked(
        self, text: str, vector: NDArray[np.float32] | None
    ) -> tuple[tuple[str, float], ...]:
        """The labels with their probabilities, likeliest first."""
        return likeliest_first(self.labels, self.predict_proba(text, vector))

    def save(self, path: Path) -> None:
        """Write to a `.npz` file, whole or not at all (packed it is hardly smaller, and slower)."""
        half = path.with_suffix(".half")
        with half.open("wb") as file:
            np.savez(
                file,
                format=np.array(FORMAT),
                labels=np.array(self.labels),
                centre=self.centre,
                meaning=self.meaning,
                rarity=self.rarity,
                row_of=self.row_of,
                wording=self.wording,
                bias=self.bias,
                sharpness=np.array(self.sharpness),
            )
        half.replace(path)

    @classmethod
    def load(cls, path: Path) -> Head:
        """Raises OSError, ValueError or KeyError if it is no head of this format."""
        with np.load(path, allow_pickle=False) as kept:
            if int(kept["format"]) != FORMAT:
                raise ValueError(f"{path} holds a head of format {kept['format']}")
            return cls(
                labels=tuple(str(label) for label in kept["labels"]),
                centre=kept["centre"],
                meaning=kept["meaning"],
                rarity=kept["rarity"],
                row_of=kept["row_of"],
                wording=kept["wording"],
                bias=kept["bias"],
                sharpness=float(kept["sharpness"]),
            )


def centred(vector: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector seen from the training texts' middle, of length 1; (384,) or (n, 384).

    E5's vectors all lie in a narrow cone; what differs between texts is what is left.
    """
    moved = vector - centre
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    return np.asarray(moved / np.maximum(length, 1e-9), dtype=np.float32)


def worded(placed: Placed, rarity: NDArray[np.float32]) -> Placed:
    """Of a text's places those that count, with their weights, which together have length 1."""
    index, weight = placed
    weight = weight * rarity[index]
    counts = weight > 0
    index, weight = index[counts], weight[counts]
    length = float(np.sqrt((weight**2).sum()))
    return index, (weight / length if length > 0 else weight).astype(np.float32)


def scored(
    text: str,
    rarity: NDArray[np.float32],
    row_of: NDArray[np.int32],
    weights: NDArray[np.float16],
    bias: NDArray[np.float32],
) -> NDArray[np.float64]:
    """What the wording of a folded text comes to by these weights, shape (labels,)."""
    index, weight = worded(places(text), rarity)
    score = bias.astype(np.float64)
    if len(index):
        score = score + weight @ weights[row_of[index]].astype(np.float32)
    return score


def likeliest_first(
    labels: Sequence[str], probabilities: NDArray[np.float64]
) -> tuple[tuple[str, float], ...]:
    """The labels with their probabilities in order."""
    order = np.argsort(-probabilities, kind="stable")
    return tuple((labels[i], float(probabilities[i])) for i in order)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
