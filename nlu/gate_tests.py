"""The test questions that a change of an article is tried with, ready to be compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu import wishes
from nlu.article_texts import Pair
from nlu.evaluate import Line
from nlu.kept_texts import KeptTexts, prepared
from nlu.match import Index
from nlu.model import Progress
from nlu.normalise import for_model
from nlu.sieve import Sieve, Texts
from nlu.understanding import Understanding


def no_rest() -> None:
    """For what somebody waits for."""


KEPT = Path("tests", "texts.npz")
"""In the data directory: the test questions made ready."""

TOLD_EVERY = 250
"""Texts between two words on how far it is."""


@dataclass(frozen=True)
class Probe:
    """A question with the route that it must go on leading to; `article` is its article's key."""

    text: str
    route: str
    article: str = ""
    before: tuple[str, ...] = ()
    asked: tuple[str, str] | None = None

    @classmethod
    def of(cls, line: Line) -> Probe:
        """A reading that must hold."""
        return cls(line.text, line.route, "", line.before, line.asked)


@dataclass(frozen=True, eq=False)
class Tests:
    """Tests with their texts (earlier lines and each of two wishes, too), row by row."""

    __test__ = False

    tests: Sequence[Probe]
    texts: Texts | None = None
    own: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    of_row: tuple[Probe, ...] = ()
    forms: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.tests)

    def without(self, articles: Collection[str]) -> Tests:
        """The same without those of these articles."""
        if not any(test.article in articles for test in self.tests):
            return self
        if self.texts is None:
            return Tests([test for test in self.tests if test.article not in articles])
        rows = np.flatnonzero([test.article not in articles for test in self.of_row])
        return Tests(
            [test for test in self.tests if test.article not in articles],
            self.texts.some(rows),
            self.own[rows],
            tuple(self.of_row[row] for row in rows),
            tuple(self.forms[row] for row in rows),
        )

    def and_also(self, others: Tests) -> Tests:
        """These and the others after them."""
        if self.texts is None or others.texts is None:
            return others if self.texts is None else self
        return Tests(
            [*self.tests, *others.tests],
            self.texts.and_also(others.texts),
            np.concatenate([self.own, others.own]),
            (*self.of_row, *others.of_row),
            (*self.forms, *others.forms),
        )

    def called(self, forms: set[str]) -> NDArray[np.bool_]:
        """The rows that are word for word one of these."""
        return np.fromiter((form in forms for form in self.forms), np.bool_, len(self.forms))

    def chosen(self, rows: NDArray[np.bool_]) -> list[Probe]:
        """The tests of these rows, each once."""
        return list(dict.fromkeys(self.of_row[row] for row in np.flatnonzero(rows)))


def ready(
    tests: Sequence[Probe],
    reader: Understanding,
    sieve: Sieve,
    tell: Progress,
    step: str,
    rest: Callable[[], None] = no_rest,
) -> Tests:
    """Make tests ready as the reader's model reads them; `tell` hears of the step and `embed`.

    Args:
        tests: the questions.
        reader: has a model.
        sieve: keeps the index's texts.
        tell: told how far it is.
        step: what it is told.
        rest: called before each text that is made ready.
    """
    index, head = reader.index, reader.index.head
    assert head is not None
    lines = [(test, text) for test in tests for text in _read(test)]
    if not lines:
        return Tests(tests)

    def as_read(text: str) -> str:
        rest()
        return reader.as_read(text)

    def told(done: int, of: int) -> None:
        if done % TOLD_EVERY == 0 or done == of:
            tell(step, done, of)

    kept = KeptTexts(reader.home / KEPT, reader.model) if reader.home and reader.model else None
    made = prepared([text for _, text in lines], as_read, kept, told)
    words = [one.ready for one in made]
    steps = [*range(0, len(words), TOLD_EVERY), len(words)]
    for at, end in pairwise(steps):
        reader.vectors.get(words[at:end])  # those that aren't kept are computed: a few ms each
        tell("embed", end, len(words))
    texts = Texts.of([one.placed for one in made], reader.vectors.get(words), head)
    asked = _asked(index, {test.article for test, _ in lines})
    own = sieve.own(texts, [asked[test.article] for test, _ in lines], index)
    return Tests(
        tests, texts, own, tuple(test for test, _ in lines), tuple(one.form for one in made)
    )


def _read(test: Probe) -> Iterator[str]:
    """All that is compared for a test: its lines, and each wish of one that holds two."""
    for line in (*test.before, test.text):
        yield line
        yield from wishes.cut(line) or ()


def _asked(index: Index, articles: Collection[str]) -> dict[str, list[Pair]]:
    """The articles' own questions, as they stand in the index."""
    found: dict[str, list[Pair]] = {}
    for article in articles:
        questions = index.articles.asked.get(article, ()) if article else ()
        found[article] = [(for_model(question.text), question.topic) for question in questions]
    return found
