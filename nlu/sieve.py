"""Which of many test questions a change of a few texts can touch, told without reading them all.

A question is touched if one of the changed texts is, or was, among the nearest texts that have a
say (`nlu/match.py`). First a coarse sieve over all questions: the changed texts together must have
a twentieth of the say that the question's own nearest text has. Then a fine one, which compares
what is left with the known texts around the changed ones, then with all known texts, and keeps
whatever a changed text comes near enough to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]

from nlu.article_texts import Pair
from nlu.features import PLACES, Placed
from nlu.head import Head, centred, softmax, worded
from nlu.match import NEAREST, SHARPNESS, Index
from nlu.neighbours import WORDING, Neighbours

LEAST_SAY = 0.05
"""A change that has less say than this, beside a question's own nearest text, doesn't turn it."""

LOOKED_AT = 200
"""Texts, the nearest by meaning, whose wording is compared to find the nearest of all."""

BESIDE = 500
"""Known texts around the changed ones, of sentences and of articles, that are compared first."""

AT_ONCE = 256
"""Questions that are compared with everything at the same time: about 60 MiB."""

TOGETHER = 20_000
"""Pairs of texts that are compared at the same time."""

GONE = -1.0
"""The likeness of a text that isn't there any more: no text is less like another."""

BELIEVED = 0.05
"""What the head must believe of a topic for a question to hang on whether that has an article."""


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts ready to be compared: centred vectors (n, 384), and their wording, sparse."""

    vectors: NDArray[np.float32]
    wording: Any

    @classmethod
    def of(cls, placed: Sequence[Placed], vectors: NDArray[np.float32], head: Head) -> Texts:
        """Of folded texts, given their places and their vectors."""
        wording = _sparse([worded(one, head.rarity) for one in placed])
        return cls(centred(vectors, head.centre), wording)

    @classmethod
    def in_index(cls, texts: Neighbours) -> Texts:
        """Of what is in the index already."""
        columns = np.repeat(texts.places, np.diff(texts.starts))
        shape = (len(texts.labels), PLACES)
        return cls(texts.vectors, csr_matrix((texts.weights, (texts.rows, columns)), shape=shape))

    def likeness(self, others: Texts) -> NDArray[np.float32]:
        """How like each is to each of the others, shape (these, others)."""
        meant = self.vectors @ others.vectors.T
        shared = (self.wording @ others.wording.T).toarray()
        return np.asarray(WORDING * shared + (1 - WORDING) * meant, dtype=np.float32)

    def paired(
        self, rows: NDArray[np.int64], others: Texts, their: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """How like texts are to others, pair by pair."""
        found = np.zeros(len(rows), dtype=np.float32)
        for at in range(0, len(rows), TOGETHER):
            a, b = rows[at : at + TOGETHER], their[at : at + TOGETHER]
            meant = np.einsum("ij,ij->i", self.vectors[a], others.vectors[b])
            shared = np.asarray(self.wording[a].multiply(others.wording[b]).sum(axis=1)).ravel()
            found[at : at + TOGETHER] = WORDING * shared + (1 - WORDING) * meant
        return found

    def some(self, rows: NDArray[np.int64]) -> Texts:
        """Only these rows."""
        return Texts(self.vectors[rows], self.wording[rows])

    def and_also(self, others: Texts) -> Texts:
        """These and the others after them."""
        return Texts(
            np.concatenate([self.vectors, others.vectors]),
            vstack([self.wording, others.wording], format="csr"),
        )


@dataclass
class Sieve:
    """The texts of an index as a matrix, kept as long as they are the same."""

    _kept: dict[int, tuple[Neighbours, Texts]] = field(default_factory=dict)

    def own(
        self, tests: Texts, asked: Sequence[Sequence[Pair]], index: Index
    ) -> NDArray[np.float32]:
        """How like each test is to the nearest of its own questions, as they are in the index."""
        found = np.full(len(asked), -1.0, dtype=np.float32)
        for part in index.articles.parts:
            where = {pair: row for row, pair in enumerate(part.pairs) if part.there[row]}
            pairs = [
                (row, where[pair]) for row, own in enumerate(asked) for pair in own if pair in where
            ]
            if pairs:
                rows, their = np.array(pairs, dtype=np.int64).T
                like = tests.paired(rows, self._of(part.texts), their)
                np.maximum.at(found, rows, like)
        return found

    def fine(
        self,
        tests: Texts,
        changed: Texts,
        index: Index,
        tell: Callable[[int, int], None],
    ) -> NDArray[np.bool_]:
        """Of each test, whether a changed text is or comes among its nearest."""
        touched = np.zeros(tests.vectors.shape[0], dtype=np.bool_)
        if not changed.vectors.shape[0]:
            return touched
        if not _sides(index):
            return ~touched
        rows = self._perhaps(tests, changed, index)
        for at in range(0, len(rows), AT_ONCE):
            these = rows[at : at + AT_ONCE]
            some = tests.some(these)
            nearest = some.likeness(changed).max(axis=1)
            touched[these] = nearest >= self._floor(some, index)
            tell(min(at + AT_ONCE, len(rows)), len(rows))
        return touched

    def _perhaps(self, tests: Texts, changed: Texts, index: Index) -> NDArray[np.int64]:
        """The tests that a changed text is near enough to, were there only the texts around it.

        Of fewer texts the last that has a say is no nearer, so none is overlooked.
        """
        beside = self._beside(changed, index)
        found = [np.zeros(0, dtype=np.int64)]
        for at in range(0, tests.vectors.shape[0], AT_ONCE):
            some = tests.some(np.arange(at, min(at + AT_ONCE, tests.vectors.shape[0])))
            nearest = some.likeness(changed).max(axis=1)
            floor = _last_with_a_say(some.likeness(beside))
            found.append(at + np.flatnonzero(nearest >= floor))
        return np.concatenate(found)

    def _beside(self, changed: Texts, index: Index) -> Texts:
        """The known texts that mean nearly what the changed ones do."""
        found = []
        for neighbours, there in _sides(index):
            texts = self._of(neighbours)
            meant = (changed.vectors @ texts.vectors.T).max(axis=0)
            if there is not None:
                meant[~there] = GONE
            count = min(BESIDE, len(meant))
            nearest = np.argpartition(-meant, count - 1)[:count]
            found.append(texts.some(nearest[meant[nearest] > GONE]))
        return functools.reduce(Texts.and_also, found)

    def _floor(self, tests: Texts, index: Index) -> NDArray[np.float32]:
        """How like the last of the texts that have a say is at least, for each test."""
        found = []
        for neighbours, there in _sides(index):
            texts = self._of(neighbours)
            meant = tests.vectors @ texts.vectors.T
            if there is not None:
                meant[:, ~there] = GONE
            count = min(LOOKED_AT, meant.shape[1])
            nearest = np.argpartition(-meant, count - 1, axis=1)[:, :count]
            rows = np.repeat(np.arange(len(nearest)), count)
            like = tests.paired(rows, texts, nearest.ravel())
            gone = np.take_along_axis(meant, nearest, axis=1).ravel() <= GONE
            like[gone] = GONE
            found.append(like.reshape(len(nearest), count))
        return _last_with_a_say(np.concatenate(found, axis=1))

    def _of(self, texts: Neighbours) -> Texts:
        kept = self._kept.get(id(texts))
        if kept is None or kept[0] is not texts:
            kept = self._kept[id(texts)] = (texts, Texts.in_index(texts))
        return kept[1]

    def forget_but(self, index: Index) -> None:
        """Let go what isn't in this index."""
        there = {id(part.texts) for part in index.articles.parts} | {id(index.sentences)}
        self._kept = {key: value for key, value in self._kept.items() if key in there}


def _sides(index: Index) -> list[tuple[Neighbours, NDArray[np.bool_] | None]]:
    """All that is known, part by part: the texts, and which of them still hold."""
    sides: list[tuple[Neighbours, NDArray[np.bool_] | None]]
    sides = [] if index.sentences is None else [(index.sentences, None)]
    return sides + [(part.texts, part.there) for part in index.articles.parts]


def _last_with_a_say(like: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row of likenesses, that of the last text that has a say."""
    if like.shape[1] < NEAREST:
        return np.full(like.shape[0], GONE, dtype=np.float32)
    return np.asarray(np.partition(like, -NEAREST, axis=1)[:, -NEAREST])


def coarse(tests: Texts, own: NDArray[np.float32], changed: Texts) -> NDArray[np.bool_]:
    """Of each test, whether the changed texts together have a say beside its own nearest text."""
    if not changed.vectors.shape[0]:
        return np.zeros(len(own), dtype=np.bool_)
    like = tests.likeness(changed)
    say = np.exp(np.minimum(SHARPNESS * (like - own[:, None]), 50)).sum(axis=1)
    return np.asarray(say >= LEAST_SAY)


def believed(tests: Texts, topics: Sequence[str], head: Head) -> NDArray[np.bool_]:
    """Of each test, whether the head takes it for one of these labels with some right."""
    columns = [at for at, label in enumerate(head.labels) if label in topics]
    if not columns:
        return np.zeros(tests.vectors.shape[0], dtype=np.bool_)
    used = np.flatnonzero(head.row_of >= 0)
    weights = np.zeros((len(used), len(head.labels)), dtype=np.float32)
    weights[:] = head.wording[head.row_of[used]]
    scores = head.bias + tests.vectors @ head.meaning + tests.wording[:, used] @ weights
    shares = softmax(scores.astype(np.float64) * head.sharpness)
    return np.asarray(shares[:, columns].max(axis=1) >= BELIEVED)


def _sparse(placed: Sequence[Placed]) -> Any:
    starts = np.zeros(len(placed) + 1, dtype=np.int64)
    np.cumsum([len(index) for index, _ in placed], out=starts[1:])
    columns = np.concatenate([index for index, _ in placed] or [np.zeros(0, dtype=np.int64)])
    weights = np.concatenate([weight for _, weight in placed] or [np.zeros(0, np.float32)])
    return csr_matrix((weights, columns, starts), shape=(len(placed), PLACES))
