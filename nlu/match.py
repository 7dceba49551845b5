"""What the nearest known texts say: training sentences, and the articles' questions as of now.

The articles' part is built anew whenever they change, so that an edited or new article is found at
once, without training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.features import places
from nlu.head import Head, centred, worded
from nlu.neighbours import Neighbours, neighbours_of
from nlu.normalise import for_model, key
from nlu.routes import faq

NEAREST = 12
"""How many texts have a say."""

SHARPNESS = 12.0
"""How much more a nearer one has to say."""


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
    """What the nearest texts say of a text.

    Attributes:
        shares: labels (a topic as `faq:TOPIC`) with their shares of belief, summing to 1.
        likeness: how like the nearest text is, about -1 to 1.
    """

    shares: dict[str, float] = field(default_factory=dict)
    likeness: float = 0.0


@dataclass(frozen=True, eq=False)
class Index:
    """All known texts at one moment; a change makes a new one, which replaces it whole."""

    sentences: Neighbours | None = None
    articles: Neighbours | None = None
    head: Head | None = None
    exact: dict[str, str] = field(default_factory=dict)

    @property
    def topics(self) -> frozenset[str]:
        """The topics that have an article now."""
        return frozenset(self.exact.values())

    def exactly(self, text: str) -> str | None:
        """The topic of a question that is word for word the text."""
        return self.exact.get(key(text))

    def match(self, text: str, vector: NDArray[np.float32] | None) -> Match:
        """What is nearest to a folded text."""
        parts = [part for part in (self.sentences, self.articles) if part is not None]
        if not parts or self.head is None:
            return Match()
        index, weight = worded(places(text), self.head.rarity)
        seen = None if vector is None else centred(vector, self.head.centre)
        likeness = np.concatenate([part.likeness(index, weight, seen) for part in parts])
        if not len(likeness):
            return Match()
        first = len(parts[0].labels)
        count = min(NEAREST, len(likeness))
        nearest = np.argpartition(-likeness, count - 1)[:count]
        best = float(likeness[nearest].max())
        says = np.exp(SHARPNESS * (likeness[nearest] - best))
        shares: dict[str, float] = {}
        for row, say in zip(nearest.tolist(), (says / says.sum()).tolist(), strict=True):
            label = parts[0].labels[row] if row < first else parts[1].labels[row - first]
            shares[label] = shares.get(label, 0.0) + say
        return Match(shares, best)

    def with_articles(self, questions: Sequence[Question], vectors: Vectors | None) -> Index:
        """The same sentences with these questions instead.

        Args:
            questions: of all languages and regions; the same text may stand in several articles.
            vectors: where their embeddings come from; compared by wording alone if None.
        """
        exact = {key(question.text): question.topic for question in questions}
        if self.head is None:
            return Index(self.sentences, None, None, exact)
        asked: dict[tuple[str, str], str] = {}
        for question in questions:
            ready = for_model(question.text)
            if ready:
                asked.setdefault((ready, question.topic), ready)
        texts = list(asked.values())
        labels = [faq(topic) for _, topic in asked]
        kept = None if vectors is None else vectors.get(texts)
        placed = [places(text) for text in texts]
        articles = neighbours_of(placed, labels, kept, self.head)
        return Index(self.sentences, articles, self.head, exact)
