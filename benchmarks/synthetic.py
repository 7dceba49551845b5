"""Ten thousand articles for measuring, made up from the demonstration's questions.

Their texts are real questions with two made-up words, their vectors real questions' vectors moved
a little way at random: far enough that topics can be told apart, near enough that they lie where
articles lie. To embed a hundred thousand texts would take five minutes and measure the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.article_writing import Writing
from knowledge.articles import Place
from nlu import articles
from nlu.embed import DIMENSIONS, E5Encoder, KeptVectors
from nlu.normalise import for_model

CONTENT = Path(__file__).parents[1] / "knowledge" / "content" / "articles"

QUESTIONS = 5
"""Ways of asking, and as many test questions, of each article."""

BETWEEN_TOPICS = 0.6
"""How far, beside the real vector's length of 1, a topic lies from the question it is made of."""

WITHIN_TOPIC = 0.35
"""How far an article's texts lie from each other."""

SIGNS = "桥灯河石林松柏梅兰竹菊荷莲枫槐柳桂杏桃梨枣麦稻谷豆茶瓷玉铁铜锦帆舟港湾岛峰岭谷泉溪塘坊巷"


@dataclass(frozen=True)
class Made:
    """A made-up article."""

    place: Place
    writing: Writing


class MadeUp:
    """An encoder that knows the vectors of what was made up, and asks the real one for the rest."""

    def __init__(self) -> None:
        self._real = E5Encoder()
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @property
    def version(self) -> str:
        return self._real.version

    def learn(self, text: str, vector: NDArray[np.float32]) -> None:
        """Keep the vector of a text."""
        self._vectors[for_model(text)] = vector

    def embed(self, text: str) -> NDArray[np.float32]:
        """The made-up vector, or the real one."""
        known = self._vectors.get(text)
        return self._real.embed(text) if known is None else known


def make(count: int, vectors: Path) -> list[Made]:
    """So many articles, each of a topic of its own, whose texts' vectors are kept in the folder."""
    real = [question.text for question in articles.questions(CONTENT)]
    encoder = MadeUp()
    kept = KeptVectors(vectors, encoder)
    known = kept.get([for_model(text) for text in real])
    numbers, chance = np.random.default_rng(11), random.Random(11)
    made = []
    for number in range(count):
        at = number % len(real)
        words = "".join(chance.choices(SIGNS, k=4))
        middle = _near(known[at], BETWEEN_TOPICS, numbers)
        texts = [
            f"{words}{real[(at + step) % len(real)] if step % 3 == 0 else real[at]}{step or ''}"
            for step in range(2 * QUESTIONS)
        ]
        for text in texts:
            encoder.learn(text, _near(middle, WITHIN_TOPIC, numbers))
        made.append(
            Made(
                Place(f"made-up-{number}", "cn", "zh"),
                Writing(
                    question=texts[0],
                    similar=tuple(texts[1:QUESTIONS]),
                    tests=tuple(texts[QUESTIONS:]),
                    # The same in Traditional characters, in which some of the questions are.
                    answer=f"答案 {number}.",
                    source="made up",
                    checked_on=date(2026, 11, 1) + timedelta(days=number % 20),
                ),
            )
        )
    kept.get([for_model(t) for m in made for t in (*m.writing.questions(), *m.writing.tests)])
    return made


def _near(
    vector: NDArray[np.float32], far: float, numbers: np.random.Generator
) -> NDArray[np.float32]:
    """A vector of length 1 in a random direction from another."""
    moved = vector + far * numbers.standard_normal(DIMENSIONS) / np.sqrt(DIMENSIONS)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)
