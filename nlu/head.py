"""The classifier: weights over a text's vector and pieces. Fitted with scikit-learn and SciPy, used
with numpy alone. The same file is read inside Rasa and in the application, so both give the same
answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features import PLACES, places

FORMAT = 2
VERSION = 2
"""Raised when the same sentences would give another head."""

MEANING_WEIGHT = 3.0
WORDING_WEIGHT = 6.0
"""How much the meaning and the wording (each of length 1) weigh against each other."""

STRENGTH = 3.0
"""Inverse of the regularisation."""

LEAST_SEEN = 3
"""Texts that must have a piece before it counts."""

DIRECTIONS = 256
"""Of the wording, while fitting; with all 40,000 places it takes minutes and is no better."""

STEPS = 100


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
        index, weight = worded(text, self.rarity)
        score = self.bias.astype(np.float64)
        if len(index):
            score = score + weight @ self.wording[self.row_of[index]].astype(np.float32)
        if vector is not None:
            score = score + centred(vector, self.centre) @ self.meaning
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


def worded(text: str, rarity: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The places of a text that count, with their weights, which together have length 1."""
    index, weight = places(text)
    weight = weight * rarity[index]
    counts = weight > 0
    index, weight = index[counts], weight[counts]
    length = float(np.sqrt((weight**2).sum()))
    return index, (weight / length if length > 0 else weight).astype(np.float32)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fit(texts: Sequence[str], vectors: NDArray[np.float32], labels: Sequence[str]) -> Head:
    """Fit a head to folded texts, their vectors (n, 384) and their labels.

    The same texts give the same head. Probabilities are calibrated on a fifth of the texts that
    the weights had not seen. Runs on scikit-learn 1.1 (beside Rasa) and later.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # One thread is hardly slower, and on a busy machine much faster than two that wait.
    with threadpool_limits(1):
        return _fit(texts, vectors, labels)


def _fit(texts: Sequence[str], vectors: NDArray[np.float32], labels: Sequence[str]) -> Head:
    order = sorted(set(labels))
    answers = np.array([order.index(label) for label in labels])
    rarity = _rarity(texts)
    used = np.flatnonzero(rarity > 0)
    row_of = np.full(PLACES, -1, dtype=np.int32)
    row_of[used] = np.arange(len(used), dtype=np.int32)
    wording = _matrix(texts, rarity, row_of, len(used))
    directions = _directions(wording)
    centre = vectors.mean(axis=0).astype(np.float32)
    inputs = np.hstack(
        [
            centred(vectors, centre) * MEANING_WEIGHT,
            np.asarray(wording @ directions.T) * WORDING_WEIGHT,
            np.ones((len(texts), 1)),
        ]
    ).astype(np.float32)
    unseen = np.arange(len(texts)) % 5 == 0
    sharpness = 1.0
    if len(texts) > 500:
        tried = _solve(inputs[~unseen], answers[~unseen], len(order))
        sharpness = _sharpness(inputs[unseen] @ tried, answers[unseen])
    weights = _solve(inputs, answers, len(order))
    dimensions = vectors.shape[1]
    spelt_out = (directions.T @ weights[dimensions:-1]) * WORDING_WEIGHT
    return Head(
        labels=tuple(order),
        centre=centre,
        meaning=np.ascontiguousarray(weights[:dimensions] * MEANING_WEIGHT, dtype=np.float32),
        rarity=rarity,
        row_of=row_of,
        wording=spelt_out.astype(np.float16),
        bias=weights[-1].astype(np.float32),
        sharpness=sharpness,
    )


def _rarity(texts: Sequence[str]) -> NDArray[np.float32]:
    seen = np.zeros(PLACES)
    for text in texts:
        seen[places(text)[0]] += 1
    rare = np.log((1 + len(texts)) / (1 + seen)) + 1
    return np.where(seen >= min(LEAST_SEEN, 1 + len(texts) // 50), rare, 0.0).astype(np.float32)


def _matrix(
    texts: Sequence[str], rarity: NDArray[np.float32], row_of: NDArray[np.int32], width: int
) -> Any:
    """The texts' wording, sparse, shape (texts, places that count)."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    rows, columns, values = [], [], []
    for number, text in enumerate(texts):
        index, weight = worded(text, rarity)
        rows.append(np.full(len(index), number))
        columns.append(row_of[index])
        values.append(weight)
    where = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), where), shape=(len(texts), width))


def _directions(wording: Any) -> NDArray[np.float32]:
    """What the wordings differ in most, shape (directions, places that count)."""
    from sklearn.utils.extmath import randomized_svd

    count = min(DIRECTIONS, min(wording.shape) - 1)
    found = randomized_svd(wording, n_components=count, n_iter=2, random_state=7)[2]
    return np.asarray(found, dtype=np.float32)


def _solve(
    inputs: NDArray[np.float32], answers: NDArray[np.int64], labels: int
) -> NDArray[np.float32]:
    """Multinomial logistic regression; the last column of `inputs` is the constant one."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    count, width = inputs.shape
    wanted = np.zeros((count, labels), dtype=np.float32)
    wanted[np.arange(count), answers] = 1
    holding = np.full((width, 1), 1 / STRENGTH, dtype=np.float32)
    holding[-1] = 1e-4

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(width, labels).astype(np.float32)
        scores = inputs @ weights
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        shares = powers / powers.sum(axis=1, keepdims=True)
        surprise = -np.log(shares[np.arange(count), answers] + 1e-12).sum()
        slope = inputs.T @ (shares - wanted) + holding * weights
        held = 0.5 * (holding * weights * weights).sum()
        return float(surprise + held), slope.ravel().astype(np.float64)

    start = np.zeros(width * labels)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x.reshape(width, labels), dtype=np.float32)


def _sharpness(scores: NDArray[np.float32], answers: NDArray[np.int64]) -> float:
    from scipy.optimize import minimize_scalar

    def surprise(log_sharpness: float) -> float:
        shares = softmax(scores.astype(np.float64) * np.exp(log_sharpness))
        return float(-np.log(shares[np.arange(len(answers)), answers] + 1e-12).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2, 2), method="bounded").x))
