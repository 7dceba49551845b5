"""One article's questions are changed by themselves, and read as if all had been made anew."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.article_texts import ArticleTexts, Question
from nlu.match import Index
from nlu.model import ModelInfo
from nlu.understanding import Understanding
from tests.full_model import vectors
from tests.nlu.conftest import NOW


class Counting:
    """Kept vectors, with a count of what was asked for."""

    def __init__(self) -> None:
        self._kept = vectors()
        self.asked = 0

    def get(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        return self._kept.get(texts)


@pytest.fixture
def by_article(questions: list[Question]) -> dict[str, list[Question]]:
    """The questions in articles of three."""
    return {
        f"{number}": [
            Question(q.topic, q.language, q.text, f"{number}") for q in questions[at : at + 3]
        ]
        for number, at in enumerate(range(0, len(questions), 3))
    }


def test_changes_one_by_one_come_to_the_same_as_all_anew(
    understanding: Understanding, by_article: dict[str, list[Question]]
) -> None:
    """Whatever was added, changed and taken away, in whatever order."""
    chance = random.Random(5)
    vectors = Counting()
    step: Index = understanding._index.with_articles([], vectors)
    there: dict[str, list[Question]] = {}
    for _ in range(60):
        article = chance.choice(list(by_article))
        count = chance.choice((0, 1, 2, 3, 3))
        there[article] = by_article[article][:count]
        step = step.with_changed({article: there[article]}, vectors)
    anew = step.with_articles([q for each in there.values() for q in each], vectors)
    assert step.topics == anew.topics
    encoder = understanding._encoder
    for text in ("入会要交多少钱", "where can I charge my phone", "夜校有哪些课", "理赔要什么材料"):
        a, b = (one.match(text, encoder.embed(text)) for one in (step, anew))
        assert a.likeness == pytest.approx(b.likeness, abs=1e-5)
        assert a.shares == pytest.approx(b.shares, abs=1e-4)
    for questions in there.values():
        for question in questions:
            assert step.exactly(question.text) == anew.exactly(question.text)
    assert len(step.articles.parts) <= 8


def test_only_what_is_new_is_embedded(
    understanding: Understanding, by_article: dict[str, list[Question]]
) -> None:
    """And a text that another article of the topic asks with is there once."""
    vectors = Counting()
    index = understanding._index.with_articles([q for e in by_article.values() for q in e], vectors)
    whole, vectors.asked = vectors.asked, 0
    assert whole > 100
    article, questions = next(iter(by_article.items()))
    twin = [Question(q.topic, q.language, q.text, "twin") for q in questions]
    same = index.with_changed({"twin": twin}, vectors)
    assert vectors.asked == 0
    assert sorted(same.articles.labels) == sorted(index.articles.labels)
    gone = same.with_changed({article: []}, vectors)
    assert gone.exactly(questions[0].text) == questions[0].topic
    new = Question(questions[0].topic, "zh", "这个谁也没问过吧", "twin")
    changed = gone.with_changed({"twin": [*twin, new]}, vectors)
    assert vectors.asked == 1
    assert changed.exactly("这个谁也没问过吧") == questions[0].topic
    assert changed.with_changed({"twin": []}, vectors).exactly(questions[0].text) is None


async def test_a_text_is_found_by_its_words_before_it_is_embedded(
    model: ModelInfo, questions: list[Question]
) -> None:
    """A large import is there at once, and better a little later."""
    reader = Understanding(now=lambda: NOW, vectors=vectors())
    reader.set_model(model.folder)
    reader.set_articles(questions)
    asked = [Question("parrots", "zh", f"鹦鹉{what}怎么办", "9") for what in ("丢了", "病了")]
    reader.change_articles({"9": asked}, words_first=True)
    assert reader.unseen == ["鹦鹉丢了怎么办", "鹦鹉病了怎么办"]
    for text in ("鹦鹉丢了怎么办", "我家鹦鹉丢了怎么办呀"):
        assert reader.choose(await reader.read(text)).route == "faq:parrots"
    reader.see_articles()
    assert reader.unseen == []
    assert reader.choose(await reader.read("我家鹦鹉丢了怎么办呀")).route == "faq:parrots"
    # In a house without a model an article is known word for word.
    bare = Understanding(now=lambda: NOW)
    bare.change_articles({"9": asked})
    assert bare.choose(await bare.read("鹦鹉丢了怎么办")).route == "faq:parrots"


async def test_what_is_supposed_changes_nothing(understanding: Understanding) -> None:
    """Two states stand side by side, read by the same functions."""
    asked = [Question("parrots", "zh", "鹦鹉丢了怎么办", "9")]
    would_be = understanding.supposing({"9": asked})
    for reader, route in ((would_be, "faq:parrots"), (understanding, "out_of_scope")):
        assert reader.choose(await reader.read("鹦鹉丢了怎么办")).route == route
    assert "parrots" not in understanding._index.topics


def test_the_same_words_in_two_topics_always_mean_the_same() -> None:
    """Every process takes the same of the two, whatever came first."""
    a, b = Question("a", "zh", "一样的话", "1"), Question("b", "zh", "一样的话", "2")
    for order in ([a, b], [b, a]):
        assert ArticleTexts.of(order, None, None).exactly("一样的话!") == "a"
