"""Articles' questions in memory: which topic a question of fact is about.

Nothing here is trained, so that a new or edited article is found at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.features import places
from nlu.head import centred
from nlu.normalise import for_model, key

OVERLAP_WEIGHT = 0.45
"""How much shared characters count beside the likeness of meaning."""

SECOND_WEIGHT = 0.25
"""How much a topic's second-best question counts."""

SHARPNESS = 14.0
"""Turns likeness (0 to 1) into honest shares between topics."""


@dataclass(frozen=True)
class Question:
    """One way of asking for an article. `key` is the caller's own (an article's id)."""

    topic: str
    language: str
    text: str
    key: str = ""


class Vectors(Protocol):
    """Gives embeddings, from a store where it has them."""

    def get(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), 384)."""
        ...


@dataclass(frozen=True)
class Match:
    """A topic with how like its nearest question is (about -1 to 1) and its share of belief."""

    topic: str
    likeness: float
    share: float


@dataclass(frozen=True, eq=False)
class Index:
    """All questions at one moment. Build with `index_of`; a new one replaces it whole."""

    topics: tuple[str, ...]
    topic_of: NDArray[np.int64]
    vectors: NDArray[np.float32]
    centre: NDArray[np.float32]
    rarity: dict[int, float]
    rows_by_place: dict[int, tuple[NDArray[np.int64], NDArray[np.float32]]]
    exact: dict[str, str]

    def exactly(self, text: str) -> str | None:
        """The topic of a question that is word for word the text."""
        return self.exact.get(key(text))

    def match(self, text: str, vector: NDArray[np.float32] | None) -> tuple[Match, ...]:
        """Topics for a folded text, best first; empty if there are no articles."""
        if not self.topics:
            return ()
        likeness = OVERLAP_WEIGHT * self._overlap(text)
        if vector is not None:
            likeness = likeness + (1 - OVERLAP_WEIGHT) * (
                self.vectors @ centred(vector, self.centre)
            )
        best = np.full(len(self.topics), -1.0)
        np.maximum.at(best, self.topic_of, likeness)
        rest = np.where(likeness >= best[self.topic_of], -1.0, likeness)
        second = np.full(len(self.topics), -1.0)
        np.maximum.at(second, self.topic_of, rest)
        score = best + SECOND_WEIGHT * np.maximum(second, 0)
        powers = np.exp(SHARPNESS * (score - score.max()))
        shares = powers / powers.sum()
        order = np.argsort(-score, kind="stable")
        return tuple(Match(self.topics[i], float(best[i]), float(shares[i])) for i in order)

    def _overlap(self, text: str) -> NDArray[np.float64]:
        """Cosine of the rarity-weighted pieces with every question, shape (questions,)."""
        total = np.zeros(len(self.topic_of))
        index, weight = places(text)
        length = 0.0
        for place, count in zip(index.tolist(), weight.tolist()):
            rarity = self.rarity.get(place, 3.0)
            length += (count * rarity) ** 2
            rows = self.rows_by_place.get(place)
            if rows is not None:
                total[rows[0]] += count * rarity * rows[1]
        return total / max(length**0.5, 1e-9)


def index_of(
    questions: Sequence[Question], vectors: Vectors | None, centre: NDArray[np.float32] | None
) -> Index:
    """Index questions; without `vectors` by their characters alone.

    Args:
        questions: of all languages and regions; the same text may stand in several articles.
        vectors: where their embeddings come from.
        centre: the middle that vectors are seen from, shape (384,); zero if None.
    """
    texts = [for_model(question.text) for question in questions]
    topics = tuple(sorted({question.topic for question in questions}))
    number = {topic: i for i, topic in enumerate(topics)}
    middle = np.zeros(384, dtype=np.float32) if centre is None else centre
    if vectors is not None and texts:
        kept = centred(vectors.get(texts), middle)
    else:
        kept = np.zeros((len(texts), 384), dtype=np.float32)
    spread = [places(text) for text in texts]
    seen: dict[int, int] = {}
    for index, _ in spread:
        for place in index.tolist():
            seen[place] = seen.get(place, 0) + 1
    rarity = {p: float(np.log((1 + len(texts)) / (1 + n)) + 0.3) for p, n in seen.items()}
    rows: dict[int, list[tuple[int, float]]] = {}
    for row, (index, weight) in enumerate(spread):
        weighed = [w * rarity[p] for p, w in zip(index.tolist(), weight.tolist())]
        length = sum(w * w for w in weighed) ** 0.5 or 1.0
        for place, value in zip(index.tolist(), weighed):
            rows.setdefault(place, []).append((row, value / length))
    return Index(
        topics=topics,
        topic_of=np.array([number[q.topic] for q in questions], dtype=np.int64),
        vectors=kept,
        centre=middle,
        rarity=rarity,
        rows_by_place={
            place: (
                np.array([row for row, _ in pairs], dtype=np.int64),
                np.array([value for _, value in pairs], dtype=np.float32),
            )
            for place, pairs in rows.items()
        },
        exact={key(question.text): question.topic for question in questions},
    )
