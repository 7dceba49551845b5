"""How the classifier comes about: logistic regressions over vectors and pieces, with SciPy.

The same sentences give the same weights, on the application's interpreter and on Rasa's.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlu.features import PLACES, Placed
from nlu.head import Head, centred, softmax, worded
from nlu.routes import CRISIS
from nlu.wording import Wording

VERSION = 7
"""Raised when the same sentences would give another head, or another look at the wording."""

MEANING_WEIGHT = 3.0
WORDING_WEIGHT = 6.0
"""How much the meaning and the wording (each of length 1) weigh against each other."""

STRENGTH = 3.0
"""Inverse of the regularisation."""

LEAST_SEEN = 3
"""Texts that must have a piece before it counts."""

DIRECTIONS = 256
"""Of the wording, while fitting; with all 40,000 places it takes minutes and is no better."""

STEPS = 30
"""Of the solver; with 100 the loss is a five thousandth lower, and no line of the sets is read
otherwise."""

FIRST_STEPS = 12
"""Of its first run, on four fifths of the texts: it finds the sharpness, and shortens the other."""

LOOKS = 40
"""Of the solver that looks for one label alone."""

CURVED = 0.001
"""About how much a text bends the loss in its own direction, for the solver's first view of it."""


class Fitted(NamedTuple):
    """What was learnt: the head, and the same for the wording alone."""

    head: Head
    wording: Wording


def fit(placed: Sequence[Placed], vectors: NDArray[np.float32], labels: Sequence[str]) -> Fitted:
    """Fit to folded texts, given their places, their vectors (n, 384) and their labels.

    The same texts give the same. The head's probabilities are calibrated on a fifth of the texts
    that the weights had not seen; the wording's alone are honest as they are (a sharpness of 1.05
    was found). Runs on scikit-learn 1.1 (beside Rasa) and later.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # BLAS's own threads wait for each other: on a busy machine two are slower than one.
    with threadpool_limits(1):
        return _fit(placed, vectors, labels)


def _fit(placed: Sequence[Placed], vectors: NDArray[np.float32], labels: Sequence[str]) -> Fitted:
    order = sorted(set(labels))
    answers = np.array([order.index(label) for label in labels])
    rarity = _rarity(placed)
    used = np.flatnonzero(rarity > 0)
    row_of = np.full(PLACES, -1, dtype=np.int32)
    row_of[used] = np.arange(len(used), dtype=np.int32)
    wording = _matrix(placed, rarity, row_of, len(used))
    directions = _directions(wording, used)
    centre = vectors.mean(axis=0).astype(np.float32)
    inputs = np.hstack(
        [
            centred(vectors, centre) * MEANING_WEIGHT,
            np.asarray(wording @ directions) * WORDING_WEIGHT,
            np.ones((len(placed), 1)),
        ]
    ).astype(np.float32)
    unseen = np.array([_fifth(index) for index, _ in placed])
    sharpness = 1.0
    tried = None
    if len(placed) > 500:
        tried = _solve(inputs[~unseen], answers[~unseen], len(order), FIRST_STEPS)
        sharpness = _sharpness(inputs[unseen] @ tried, answers[unseen])
    weights = _solve(inputs, answers, len(order), STEPS, tried)
    dimensions = vectors.shape[1]
    spelt_out = (directions @ weights[dimensions:-1]) * WORDING_WEIGHT
    alone = _solve(inputs[:, dimensions:], answers, len(order), STEPS)
    head = Head(
        labels=tuple(order),
        centre=centre,
        meaning=np.ascontiguousarray(weights[:dimensions] * MEANING_WEIGHT, dtype=np.float32),
        rarity=rarity,
        row_of=row_of,
        wording=spelt_out.astype(np.float16),
        bias=weights[-1].astype(np.float32),
        sharpness=sharpness,
    )
    cry = _look_for(wording, np.array([label == CRISIS for label in labels]))
    by_words = Wording(
        weights=((directions @ alone[:-1]) * WORDING_WEIGHT).astype(np.float16),
        bias=alone[-1].astype(np.float32),
        cry=cry[:-1, None].astype(np.float16),
        cry_bias=cry[-1:].astype(np.float32),
    )
    return Fitted(head, by_words)


def _fifth(index: NDArray[np.int64]) -> bool:
    """Whether a text is of the fifth that is held back: its own matter, whatever stands beside."""
    return zlib.crc32(index.tobytes()) % 5 == 0


def _rarity(placed: Sequence[Placed]) -> NDArray[np.float32]:
    seen = np.zeros(PLACES)
    for index, _ in placed:
        seen[index] += 1
    rare = np.log((1 + len(placed)) / (1 + seen)) + 1
    return np.where(seen >= min(LEAST_SEEN, 1 + len(placed) // 50), rare, 0.0).astype(np.float32)


def _matrix(
    placed: Sequence[Placed], rarity: NDArray[np.float32], row_of: NDArray[np.int32], width: int
) -> Any:
    """The texts' wording, sparse, shape (texts, places that count)."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    rows, columns, values = [], [], []
    for number, one in enumerate(placed):
        index, weight = worded(one, rarity)
        rows.append(np.full(len(index), number))
        columns.append(row_of[index])
        values.append(weight)
    where = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), where), shape=(len(placed), width))


def _directions(wording: Any, used: NDArray[np.int64]) -> NDArray[np.float32]:
    """What the wordings differ in most, shape (places that count, directions).

    A randomised singular value decomposition (Halko, Martinsson and Tropp 2011) that keeps the
    tall side out of every factorisation: scikit-learn's takes ten times as long here. Each place
    has its own random signs, so that one more text hardly turns the directions.
    """
    count = min(DIRECTIONS, min(wording.shape) - 1)
    columns = min(count + 10, min(wording.shape))
    turned = wording.T.tocsr()
    chance = np.random.default_rng(7).integers(
        0, 256, (PLACES, (DIRECTIONS + 10) // 8 + 1), dtype=np.uint8
    )
    signs = np.unpackbits(chance[used], axis=1)[:, :columns]
    block = np.where(signs, np.float32(1), np.float32(-1))
    for _ in range(2):
        block = turned @ _apart(wording @ block)
    spread, turn = np.linalg.eigh(block.T @ block)
    most = np.argsort(-spread)[:count]
    lengths = np.sqrt(np.maximum(spread[most], 0))
    # Of a few texts there may be fewer directions; what is left then is rounding.
    turn = turn[:, most] * np.where(lengths > 0.01, 1 / np.maximum(lengths, 0.01), 0)
    return np.asarray(block @ turn.astype(np.float32), dtype=np.float32)


def _apart(columns: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns that span the same and are at right angles: by Cholesky, 5 times as fast as by QR."""
    gram = columns.T.astype(np.float64) @ columns
    gram[np.diag_indices_from(gram)] = gram.diagonal() * (1 + 1e-6) + 1e-9
    return np.asarray(columns @ np.linalg.inv(np.linalg.cholesky(gram).T), dtype=np.float32)


def _solve(
    inputs: NDArray[np.float32],
    answers: NDArray[np.int64],
    labels: int,
    steps: int,
    start: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Multinomial logistic regression; the last column of `inputs` is the constant one.

    There is one best solution. Weights that nearly are it (`start`) shorten the way to it, and so
    does looking from axes along which the loss is bent about equally.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    count, width = inputs.shape
    wanted = np.zeros((count, labels), dtype=np.float32)
    wanted[np.arange(count), answers] = 1
    holding = np.full((width, 1), 1 / STRENGTH, dtype=np.float32)
    holding[-1] = 1e-4
    bent = CURVED * (inputs.T @ inputs).astype(np.float64) + np.diag(holding[:, 0] + 1e-3)
    to_axes = np.linalg.cholesky(bent).T
    from_axes = np.linalg.inv(to_axes).astype(np.float32)

    def part(weights: NDArray[np.float32], rows: slice) -> tuple[float, NDArray[np.float32]]:
        scores = inputs[rows] @ weights
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores, out=scores)
        shares /= shares.sum(axis=1, keepdims=True)
        right = shares[np.arange(len(shares)), answers[rows]]
        shares -= wanted[rows]
        return float(-np.log(right + 1e-12).sum()), inputs[rows].T @ shares

    halves = slice(count // 2), slice(count // 2, count)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = from_axes @ flat.reshape(width, labels).astype(np.float32)
        (one, slope), (other, rest) = pool.map(partial(part, weights), halves)
        held = 0.5 * (holding * weights * weights).sum()
        bend = from_axes.T @ (slope + rest + holding * weights)
        return one + other + float(held), bend.ravel().astype(np.float64)

    first = np.zeros((width, labels)) if start is None else to_axes @ start
    # Two halves however many cores there are, so that all machines make the same head.
    with ThreadPoolExecutor(2) as pool:
        found = minimize(
            loss, first.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps}
        )
    seen = found.x.reshape(width, labels).astype(np.float32)
    return np.asarray(from_axes @ seen, dtype=np.float32)


def _look_for(wording: Any, wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Logistic regression of one label against all others; the last weight is the constant's.

    Over every place that counts, not over `_directions`: what gives a rare thing away is rare.
    """
    from scipy.optimize import minimize
    from scipy.special import expit  # type: ignore[import-untyped]

    matrix = (wording * WORDING_WEIGHT).astype(np.float64)
    turned = matrix.T.tocsr()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights[:-1] + weights[-1]
        wrong = expit(scores) - wanted
        held = weights[:-1] / STRENGTH
        cost = (np.logaddexp(0, scores) - wanted * scores).sum() + 0.5 * held @ weights[:-1]
        return float(cost), np.append(turned @ wrong + held, wrong.sum())

    start = np.zeros(matrix.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": LOOKS})
    return np.asarray(found.x, dtype=np.float64)


def _sharpness(scores: NDArray[np.float32], answers: NDArray[np.int64]) -> float:
    from scipy.optimize import minimize_scalar

    def surprise(log_sharpness: float) -> float:
        shares = softmax(scores.astype(np.float64) * np.exp(log_sharpness))
        return float(-np.log(shares[np.arange(len(answers)), answers] + 1e-12).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2, 2), method="bounded").x))
