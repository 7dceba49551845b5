"""The classifier: weights over a text's vector and pieces. Fitted with scikit-learn, used with numpy.

The same file is read inside Rasa and in the application, so both give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.features import PLACES, places

VECTOR_WEIGHT = 4.0
"""How much the meaning weighs against the pieces (both of length 1)."""

STRENGTH = 10.0
FOLDS = 4
FORMAT = 1
VERSION = 1
"""Raised when the same sentences would give another head."""


@dataclass(frozen=True, eq=False)
class Head:
    """A fitted classifier.

    Attributes:
        labels: the routes, in the order of the probabilities.
        centre: the training vectors' mean, shape (384,).
        meaning: weights over the centred vector, shape (384, labels).
        rarity: weight of each hashed place, 0 where training saw nothing, shape (PLACES,).
        wording: weights over the places, shape (PLACES, labels).
        bias: shape (labels,).
        sharpness: what the scores are multiplied with so that probabilities are honest.
    """

    labels: tuple[str, ...]
    centre: NDArray[np.float32]
    meaning: NDArray[np.float32]
    rarity: NDArray[np.float32]
    wording: NDArray[np.float32]
    bias: NDArray[np.float32]
    sharpness: float = 1.0

    def predict_proba(
        self, text: str, vector: NDArray[np.float32] | None
    ) -> NDArray[np.float64]:
        """Calibrated probabilities of a folded text, shape (labels,), summing to 1.

        Without a vector (no encoder at hand) the wording alone decides.
        """
        return softmax(self.scores(text, vector) * self.sharpness)

    def scores(self, text: str, vector: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Uncalibrated, shape (labels,)."""
        index, weight = places(text)
        weight = weight * self.rarity[index]
        length = float(np.sqrt((weight**2).sum()))
        score = self.bias.astype(np.float64)
        if length > 0:
            score = score + (weight / length) @ self.wording[index].astype(np.float32)
        if vector is not None:
            score = score + centred(vector, self.centre) @ self.meaning * VECTOR_WEIGHT
        return score

    def ranked(
        self, text: str, vector: NDArray[np.float32] | None
    ) -> tuple[tuple[str, float], ...]:
        """The labels with their probabilities, likeliest first."""
        probabilities = self.predict_proba(text, vector)
        order = np.argsort(-probabilities, kind="stable")
        return tuple((self.labels[i], float(probabilities[i])) for i in order)

    def save(self, path: Path) -> None:
        """Write to a `.npz` file, whole or not at all."""
        half = path.with_suffix(".half")
        with half.open("wb") as file:
            np.savez_compressed(
                file,
                format=np.array(FORMAT),
                labels=np.array(self.labels),
                centre=self.centre,
                meaning=self.meaning,
                rarity=self.rarity.astype(np.float16),
                wording=self.wording.astype(np.float16),
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
                rarity=kept["rarity"].astype(np.float32),
                wording=kept["wording"].astype(np.float32),
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


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fit(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    labels: Sequence[str],
    weights: Sequence[float] | None = None,
) -> Head:
    """Fit a head to folded texts, their vectors (n, 384) and their labels.

    Probabilities are calibrated on texts that the weights had not seen (`FOLDS`-fold). Runs on
    scikit-learn 1.1 (beside Rasa) and later.
    """
    from scipy.optimize import minimize_scalar
    from sklearn.model_selection import StratifiedKFold

    order = sorted(set(labels))
    answers = np.array([order.index(label) for label in labels])
    weighing = np.ones(len(texts)) if weights is None else np.asarray(weights, dtype=float)
    spread = _Spread(texts, vectors)
    unseen = np.zeros((len(texts), len(order)))
    rarest = np.bincount(answers).min()
    if rarest >= FOLDS:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
        for learn, check in folds.split(answers, answers):
            coefficients, bias = _solve(spread.matrix[learn], answers[learn], weighing[learn])
            unseen[check] = spread.matrix[check] @ coefficients.T + bias

        def surprise(log_sharpness: float) -> float:
            probabilities = softmax(unseen * np.exp(log_sharpness))
            return float(-np.log(probabilities[np.arange(len(answers)), answers] + 1e-12).mean())

        sharpness = float(np.exp(minimize_scalar(surprise, bounds=(-2, 2), method="bounded").x))
    else:
        sharpness = 1.0
    coefficients, bias = _solve(spread.matrix, answers, weighing)
    wording = np.zeros((PLACES, len(order)), dtype=np.float32)
    wording[spread.used] = coefficients[:, 384:].T
    return Head(
        labels=tuple(order),
        centre=spread.centre,
        # The matrix holds the vectors times VECTOR_WEIGHT already, as `scores` does.
        meaning=np.ascontiguousarray(coefficients[:, :384].T, dtype=np.float32),
        rarity=spread.rarity.astype(np.float16).astype(np.float32),
        wording=wording.astype(np.float16).astype(np.float32),
        bias=bias.astype(np.float32),
        sharpness=sharpness,
    )


class _Spread:
    """All texts as one sparse matrix: 384 columns of meaning, then the used places."""

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        from scipy.sparse import csr_matrix, hstack

        rows: list[NDArray[np.int64]] = []
        columns: list[NDArray[np.int64]] = []
        values: list[NDArray[np.float32]] = []
        for row, text in enumerate(texts):
            index, weight = places(text)
            rows.append(np.full(len(index), row))
            columns.append(index)
            values.append(weight)
        row_of, column_of, value = map(np.concatenate, (rows, columns, values))
        seen = np.bincount(column_of, minlength=PLACES)
        # A piece that one text alone has says nothing about another text.
        rarity = np.where(seen >= 2, np.log((1 + len(texts)) / (1 + seen)) + 1, 0.0)
        self.rarity = rarity.astype(np.float16).astype(np.float32)
        self.used = np.flatnonzero(self.rarity > 0)
        place_of = np.zeros(PLACES, dtype=np.int64)
        place_of[self.used] = np.arange(len(self.used))
        kept = self.rarity[column_of] > 0
        row_of, column_of = row_of[kept], column_of[kept]
        value = value[kept] * self.rarity[column_of]
        length = np.sqrt(np.bincount(row_of, weights=value**2, minlength=len(texts)))
        value = value / np.maximum(length[row_of], 1e-9)
        wording = csr_matrix(
            (value, (row_of, place_of[column_of])), shape=(len(texts), len(self.used))
        )
        self.centre = vectors.mean(axis=0).astype(np.float32)
        meaning = centred(vectors, self.centre) * VECTOR_WEIGHT
        self.matrix = hstack([csr_matrix(meaning), wording]).tocsr()


def _solve(
    matrix: object, answers: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
    regression.fit(matrix, answers, sample_weight=weights)
    return np.asarray(regression.coef_), np.asarray(regression.intercept_)
