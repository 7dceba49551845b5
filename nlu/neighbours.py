"""Texts whose meaning is known, and how like another text is to each of them.

Beside the head's weights, which know the whole, the few nearest texts know the particular: mixed,
they are right more often than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.features import Placed
from nlu.head import Head, centred, worded
from nlu.rough import Rough, greatest

WORDING = 0.4
"""How much shared wording counts beside likeness of meaning."""

MANY = 1000
"""Texts from which on they are compared roughly first."""

COMMON = 16
"""A place that one of so many texts has, of many, is kept for all of them: of the rows that a text
would look through, nine in ten are of such places."""

LATELY = 64
"""Texts whose shared wording is remembered, for many texts some 7 MiB."""

LOOKED_AT = 64
"""Texts that are then compared exactly: those that have a say (`nlu/match.py`), and some more."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Texts with labels, ready to be compared.

    Attributes:
        labels: each text's label.
        vectors: centred, of length 1, shape (texts, 384).
        places: the hashed places that occur, in order; shape (n,).
        starts: where each one's stretch of `rows` begins; shape (n + 1,).
        rows: the texts that have the place.
        weights: how much it weighs in them.
        seen: the texts that have a vector, all if None; the others compare by wording alone.
    """

    labels: tuple[str, ...]
    vectors: NDArray[np.float32]
    places: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    seen: NDArray[np.bool_] | None = None

    def likeness(
        self,
        index: NDArray[np.int64],
        weight: NDArray[np.float32],
        vector: NDArray[np.float32] | None,
    ) -> NDArray[np.float32]:
        """How like a text (its worded places, its centred vector) is to each; about -1 to 1.

        Of many texts only the most alike are exact, the others are about right.
        """
        shared = self._shared(index, weight)
        if vector is None:
            return shared
        if len(shared) < MANY:
            both = WORDING * shared + (1 - WORDING) * _products(self.vectors, vector)
        else:
            both = WORDING * shared + (1 - WORDING) * self._rough.products(vector)
            near = greatest(both, LOOKED_AT)
            meant = _products(self.vectors[near], vector)
            both[near] = WORDING * shared[near] + (1 - WORDING) * meant
        return both if self.seen is None else np.where(self.seen, both, shared)

    def _shared(self, index: NDArray[np.int64], weight: NDArray[np.float32]) -> NDArray[np.float32]:
        """How much wording a text shares with each; asked when read, and when chosen."""
        text = index.tobytes() + weight.tobytes()
        found = self._lately.get(text)
        if found is None:
            if len(self._lately) >= LATELY:
                self._lately.clear()
            found = self._lately[text] = self._sharing(index, weight)
        return found

    @cached_property
    def _lately(self) -> dict[bytes, NDArray[np.float32]]:
        return {}

    def _sharing(
        self, index: NDArray[np.int64], weight: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        at = np.searchsorted(self.places, index)
        known = at < len(self.places)
        known[known] = self.places[at[known]] == index[known]
        places, value = at[known], weight[known]
        everywhere, row_of = self._common
        row = row_of[places]
        shared = np.zeros(len(self.labels), dtype=np.float32)
        for here, much in zip(row[row >= 0].tolist(), value[row >= 0].tolist(), strict=True):
            shared += everywhere[here] * np.float32(much)
        places, value = places[row < 0], value[row < 0]
        first, last = self.starts[places], self.starts[places + 1]
        stretches = [slice(*ends) for ends in zip(first.tolist(), last.tolist(), strict=True)]
        if not stretches:
            return shared
        weights = np.concatenate([self.weights[one] for one in stretches])
        weights *= np.repeat(value, last - first)
        rows = np.concatenate([self.rows[one] for one in stretches])
        return shared + np.bincount(rows, weights, len(self.labels)).astype(np.float32)

    @cached_property
    def _common(self) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """What the places that many texts have weigh in all texts, shape (such places, texts); and
        for each place its row there, -1 for a rare one.
        """
        texts, often = len(self.labels), np.diff(self.starts)
        common = np.flatnonzero(often > texts // COMMON) if texts >= MANY else np.array([], int)
        row_of = np.full(len(self.places), -1, dtype=np.int32)
        row_of[common] = np.arange(len(common))
        everywhere = np.zeros((len(common), texts), dtype=np.float32)
        for row, place in enumerate(common):
            here = slice(self.starts[place], self.starts[place + 1])
            everywhere[row, self.rows[here]] = self.weights[here]
        return everywhere, row_of

    @cached_property
    def _rough(self) -> Rough:
        return Rough(self.vectors)

    def save(self, path: Path) -> None:
        """Write to a `.npz` file."""
        with path.open("wb") as file:
            np.savez(
                file,
                labels=np.array(self.labels),
                vectors=self.vectors.astype(np.float16),
                places=self.places,
                starts=self.starts,
                rows=self.rows,
                weights=self.weights.astype(np.float16),
            )

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """Raises OSError, ValueError or KeyError if it is no such file."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                labels=tuple(str(label) for label in kept["labels"]),
                vectors=kept["vectors"].astype(np.float32),
                places=kept["places"],
                starts=kept["starts"],
                rows=kept["rows"],
                weights=kept["weights"].astype(np.float32),
            )


def _products(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    # Not `@`: on a busy machine BLAS's threads wait for each other (8 ms instead of 1).
    return np.asarray(np.einsum("ij,j->i", vectors, vector))


def neighbours_of(
    placed: Sequence[Placed],
    labels: Sequence[str],
    vectors: NDArray[np.float32] | None,
    head: Head,
) -> Neighbours:
    """Prepare folded texts, given their places; without vectors their wording alone compares."""
    pairs = [worded(one, head.rarity) for one in placed]
    places = np.concatenate([index for index, _ in pairs] or [np.zeros(0, dtype=np.int64)])
    weights = np.concatenate([weight for _, weight in pairs] or [np.zeros(0, dtype=np.float32)])
    rows = np.repeat(np.arange(len(placed), dtype=np.int32), [len(index) for index, _ in pairs])
    order = np.argsort(places, kind="stable")
    found, first = np.unique(places[order], return_index=True)
    return Neighbours(
        labels=tuple(labels),
        vectors=(
            np.zeros((len(placed), len(head.centre)), dtype=np.float32)
            if vectors is None
            else centred(vectors, head.centre)
        ),
        places=found,
        starts=np.append(first, len(places)).astype(np.int64),
        rows=rows[order],
        weights=weights[order].astype(np.float32),
        seen=np.zeros(len(placed), dtype=np.bool_) if vectors is None else None,
    )


def joined(parts: Sequence[tuple[Neighbours, NDArray[np.bool_]]]) -> Neighbours:
    """Several in one, of each only the texts that are marked."""
    places, rows, weights = [], [], []
    first = 0
    for texts, kept in parts:
        at = np.cumsum(kept) - 1 + first
        stays = kept[texts.rows]
        places.append(np.repeat(texts.places, np.diff(texts.starts))[stays])
        rows.append(at[texts.rows[stays]].astype(np.int32))
        weights.append(texts.weights[stays])
        first += int(kept.sum())
    everywhere = np.concatenate(places)
    order = np.argsort(everywhere, kind="stable")
    found, starts = np.unique(everywhere[order], return_index=True)
    seen = [np.ones(len(t.labels), np.bool_) if t.seen is None else t.seen for t, _ in parts]
    all_seen = np.concatenate([one[kept] for one, (_, kept) in zip(seen, parts, strict=True)])
    return Neighbours(
        labels=tuple(
            label
            for texts, kept in parts
            for label, stays in zip(texts.labels, kept, strict=True)
            if stays
        ),
        vectors=np.concatenate([texts.vectors[kept] for texts, kept in parts]),
        places=found,
        starts=np.append(starts, len(everywhere)).astype(np.int64),
        rows=np.concatenate(rows)[order],
        weights=np.concatenate(weights)[order],
        seen=None if all_seen.all() else all_seen,
    )
