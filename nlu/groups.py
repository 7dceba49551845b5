"""Lines that ask for the same, by meaning: a plain clustering with one threshold.

A group has a middle: a line that many others are like. Lines are taken as middles in the order of
how many others are like them, and each line goes to the middle that it is most like.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LIKE = 0.5
"""How like two lines are (the cosine, seen from the model's middle) that ask for the same."""

ROWS = 512
"""Lines compared at a time, so that the whole table is never in memory."""


def grouped(vectors: NDArray[np.float32], like: float = LIKE) -> list[list[int]]:
    """The lines' places by group, the middle first and then by how like it they are.

    Args:
        vectors: of length 1, shape (lines, dimensions).
        like: the threshold.
    """
    middles: list[int] = []
    chosen = np.empty_like(vectors)
    belongs: dict[int, list[tuple[float, int]]] = {}
    for line in np.argsort(-_neighbours(vectors, like), kind="stable").tolist():
        near = chosen[: len(middles)] @ vectors[line]
        best = int(near.argmax()) if len(middles) else -1
        if best >= 0 and near[best] >= like:
            belongs[middles[best]].append((-float(near[best]), line))
            continue
        chosen[len(middles)] = vectors[line]
        middles.append(line)
        belongs[line] = []
    return [[middle, *(line for _, line in sorted(belongs[middle]))] for middle in middles]


def _neighbours(vectors: NDArray[np.float32], like: float) -> NDArray[np.int64]:
    """How many lines each is like."""
    counts = np.zeros(len(vectors), dtype=np.int64)
    for at in range(0, len(vectors), ROWS):
        counts[at : at + ROWS] = ((vectors[at : at + ROWS] @ vectors.T) >= like).sum(axis=1)
    return counts
