"""What the nearest known texts say: training sentences, and the articles' questions as of now.

The articles' part is changed whenever they are, one by one, so that an edited or new article is
found at once, without training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlu.article_texts import NOTHING, ArticleTexts, Likenesses, Question, Vectors
from nlu.features import places
from nlu.head import Head, centred, worded
from nlu.kept_texts import Prepared
from nlu.neighbours import Neighbours
from nlu.rough import greatest
from nlu.wording import Wording

__all__ = ["Index", "Match", "Question", "Vectors"]

NEAREST = 12
"""How many texts have a say."""

SHARPNESS = 12.0
"""How much more a nearer one has to say."""

LATELY = 64
"""Texts whose match by wording alone is remembered."""


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
    articles: ArticleTexts = field(default_factory=ArticleTexts)
    head: Head | None = None
    wording: Wording | None = None

    @property
    def topics(self) -> frozenset[str]:
        """The topics that have an article now."""
        return self.articles.topics

    @property
    def taught(self) -> Index:
        """The taught sentences alone."""
        return replace(self, articles=ArticleTexts())

    def exactly(self, text: str) -> str | None:
        """The topic of a question that is word for word the text."""
        return self.articles.exactly(text)

    def match(
        self,
        text: str,
        vector: NDArray[np.float32] | None,
        known: Likenesses | None = None,
    ) -> Match:
        """What is nearest to a folded text.

        `known` keeps what was computed of this text, for another index that shares parts of this.
        """
        if self.head is None:
            return Match()
        if vector is not None or known is not None:
            return self._match(self.head, text, vector, known)
        # What its wording has told is asked again when it is chosen.
        found = self._lately.get(text)
        if found is None:
            if len(self._lately) >= LATELY:
                self._lately.clear()
            found = self._lately[text] = self._match(self.head, text, None, None)
        return found

    @cached_property
    def _lately(self) -> dict[str, Match]:
        return {}

    def _match(
        self,
        head: Head,
        text: str,
        vector: NDArray[np.float32] | None,
        known: Likenesses | None,
    ) -> Match:
        index, weight = worded(places(text), head.rarity)
        seen = None if vector is None else centred(vector, head.centre)
        parts: list[NDArray[np.float32]] = []
        first = 0
        if self.sentences is not None:
            like = None if known is None else known.get(id(self.sentences))
            if like is None:
                like = self.sentences.likeness(index, weight, seen)
                if known is not None:
                    known[id(self.sentences)] = like
            parts.append(like)
            first = len(like)
        parts += self.articles.likeness(index, weight, seen, known)
        likeness = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
        if not len(likeness):
            return Match()
        nearest = greatest(likeness, NEAREST)
        best = float(likeness[nearest].max())
        says = np.exp(SHARPNESS * (likeness[nearest] - best))
        shares: dict[str, float] = {}
        for row, say in zip(nearest.tolist(), (says / says.sum()).tolist(), strict=True):
            label = self._label(row, first)
            shares[label] = shares.get(label, 0.0) + say
        return Match(shares, best)

    def _label(self, row: int, first: int) -> str:
        if self.sentences is not None and row < first:
            return self.sentences.labels[row]
        return self.articles.labels[row - first]

    def with_articles(
        self,
        questions: Sequence[Question],
        vectors: Vectors | None,
        made: Mapping[str, Prepared] = NOTHING,
    ) -> Index:
        """The same sentences with these questions instead.

        Args:
            questions: of all languages and regions; the same text may stand in several articles.
            vectors: where their embeddings come from; compared by wording alone if None.
            made: questions that were made ready before, by their text.
        """
        return replace(self, articles=ArticleTexts.of(questions, vectors, self.head, made))

    def with_changed(
        self, changed: Mapping[str, Sequence[Question]], vectors: Vectors | None
    ) -> Index:
        """The same with other questions of these articles (by their key)."""
        return replace(self, articles=self.articles.changed(changed, vectors, self.head))
