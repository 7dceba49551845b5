"""The articles' questions, ready to be compared, so that one article can be changed by itself.

A text that several articles of a topic ask with is there once. What is changed becomes a small part
beside the others, of which the older ones only lose rows; small parts are joined as they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.features import Placed, places
from nlu.head import Head, centred
from nlu.kept_texts import Prepared
from nlu.neighbours import Neighbours, joined, neighbours_of
from nlu.normalise import for_model, key
from nlu.routes import faq

GONE = -2.0
"""How like a text is that no article has any more: less than any that is there."""

Pair = tuple[str, str]
"""A question as the model reads it, and its topic."""

NOTHING: Mapping[str, Prepared] = {}
"""No question was made ready before."""


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


@dataclass(frozen=True, eq=False)
class Part:
    """Some texts that came at once; `there` says of each whether an article still has it."""

    texts: Neighbours
    pairs: tuple[Pair, ...]
    there: NDArray[np.bool_]

    def without(self, gone: Iterable[Pair]) -> Part:
        """The same without these."""
        left = set(gone)
        kept = np.fromiter((pair not in left for pair in self.pairs), np.bool_, len(self.pairs))
        return replace(self, there=self.there & kept)


Likenesses = dict[int, NDArray[np.float32]]
"""What was computed of one text, by the identity of the texts that it was compared with."""


@dataclass(frozen=True, eq=False)
class ArticleTexts:
    """All questions at one moment; a change makes a new one, which shares what stays the same.

    Attributes:
        parts: the texts, the greatest part first; none where there is no model.
        asked: each article's own questions, by its key.
        held: how many articles ask with a text.
        exact: the topics of a text, by what it has in common with the same in another dress.
    """

    parts: tuple[Part, ...] = ()
    asked: Mapping[str, tuple[Question, ...]] = field(default_factory=dict)
    held: Mapping[Pair, int] = field(default_factory=dict)
    exact: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    labels: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        questions: Iterable[Question],
        vectors: Vectors | None,
        head: Head | None,
        made: Mapping[str, Prepared] = NOTHING,
    ) -> ArticleTexts:
        """All questions anew."""
        asked: dict[str, list[Question]] = {}
        for question in questions:
            asked.setdefault(question.key, []).append(question)
        return cls().changed(asked, vectors, head, made)

    def changed(
        self,
        changed: Mapping[str, Sequence[Question]],
        vectors: Vectors | None,
        head: Head | None,
        made: Mapping[str, Prepared] = NOTHING,
    ) -> ArticleTexts:
        """With these articles' questions instead of theirs (none for one that is gone).

        Args:
            changed: questions by their article's key; all others stay.
            vectors: where embeddings of new texts come from; by wording alone if None.
            head: of the model; only word for word if None.
            made: questions that were made ready before, by their text.
        """
        asked = dict(self.asked)
        held = dict(self.held)
        exact = dict(self.exact)
        for article, questions in changed.items():
            for question in asked.pop(article, ()):
                ready, form = _words(question.text, made)
                _count(held, _pair(ready, question.topic), -1)
                _count_topic(exact, form, question.topic, -1)
            if questions:
                asked[article] = tuple(questions)
            for question in questions:
                ready, form = _words(question.text, made)
                _count(held, _pair(ready, question.topic), 1)
                _count_topic(exact, form, question.topic, 1)
        held.pop(("", ""), None)
        gone = self.held.keys() - held.keys()
        new = sorted(held.keys() - self.held.keys())
        parts = tuple(part.without(gone) for part in self.parts) if gone else self.parts
        if head is not None and new:
            placed = {one.ready: one.placed for one in made.values()}
            parts = _settled((*parts, _part(new, vectors, head, placed)))
        return ArticleTexts(
            parts=parts,
            asked=asked,
            held=held,
            exact=exact,
            topics=frozenset(topic for topics in exact.values() for topic in topics),
            labels=tuple(label for part in parts for label in part.texts.labels),
        )

    def exactly(self, text: str) -> str | None:
        """The topic of a question that is word for word the text; of several always the same."""
        return min(self.exact.get(key(text), ()), default=None)

    def likeness(
        self,
        index: NDArray[np.int64],
        weight: NDArray[np.float32],
        vector: NDArray[np.float32] | None,
        known: Likenesses | None = None,
    ) -> list[NDArray[np.float32]]:
        """How like a text is to each, part by part; `known` spares parts that were compared."""
        found = []
        for part in self.parts:
            like = None if known is None else known.get(id(part.texts))
            if like is None:
                like = part.texts.likeness(index, weight, vector)
                if known is not None:
                    known[id(part.texts)] = like
            found.append(np.where(part.there, like, np.float32(GONE)))
        return found

    @property
    def unseen(self) -> list[str]:
        """Texts that are compared by their wording alone so far."""
        return [
            pair[0]
            for part in self.parts
            if part.texts.seen is not None
            for pair, seen, there in zip(part.pairs, part.texts.seen, part.there, strict=True)
            if there and not seen
        ]

    def seen(self, vectors: Vectors, head: Head) -> ArticleTexts:
        """The same with every text's vector."""

        def whole(part: Part) -> Part:
            if part.texts.seen is None:
                return part
            got = centred(vectors.get([ready for ready, _ in part.pairs]), head.centre)
            return replace(part, texts=replace(part.texts, vectors=got, seen=None))

        return replace(self, parts=tuple(map(whole, self.parts)))


def _words(text: str, made: Mapping[str, Prepared]) -> tuple[str, str]:
    """What is read of a question, and what it has in common with the same in another dress."""
    known = made.get(text)
    return (for_model(text), key(text)) if known is None else (known.ready, known.form)


def _pair(ready: str, topic: str) -> Pair:
    return (ready, topic) if ready else ("", "")


def _count(held: dict[Pair, int], pair: Pair, by: int) -> None:
    count = held.get(pair, 0) + by
    if count > 0:
        held[pair] = count
    else:
        held.pop(pair, None)


def _count_topic(exact: dict[str, Mapping[str, int]], form: str, topic: str, by: int) -> None:
    topics = {**exact.get(form, {})}
    topics[topic] = topics.get(topic, 0) + by
    if left := {topic: count for topic, count in topics.items() if count > 0}:
        exact[form] = left
    else:
        exact.pop(form, None)


def _part(
    pairs: Sequence[Pair], vectors: Vectors | None, head: Head, placed: Mapping[str, Placed]
) -> Part:
    texts = [ready for ready, _ in pairs]
    labels = [faq(topic) for _, topic in pairs]
    kept = None if vectors is None else vectors.get(texts)
    made = neighbours_of([placed.get(text) or places(text) for text in texts], labels, kept, head)
    return Part(made, tuple(pairs), np.ones(len(pairs), dtype=np.bool_))


def _settled(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts of which each is at least twice as great as the next, so that there are few."""
    while len(parts) > 1 and 2 * len(parts[-1].pairs) >= len(parts[-2].pairs):
        *others, a, b = parts
        parts = (*others, _both(a, b))
    return parts


def _both(a: Part, b: Part) -> Part:
    pairs = tuple(
        pair for part in (a, b) for pair, there in zip(part.pairs, part.there, strict=True) if there
    )
    texts = joined([(part.texts, part.there) for part in (a, b)])
    return Part(texts, pairs, np.ones(len(pairs), dtype=np.bool_))
