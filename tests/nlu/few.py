"""A few of the project's own sentences and questions: a model of them is made in seconds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from nlu import articles, sentences
from nlu.match import Question
from nlu.sentences import Sentence

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / ".cache" / "vectors"
"""Kept between runs, so that only the first one embeds."""

A_ROUTE = {"zh": 12, "en": 5}
A_TOPIC = {"zh": 4, "en": 2}


@cache
def own_sentences() -> tuple[Sentence, ...]:
    """All that the project teaches: to read and fold them takes half a second."""
    return tuple(sentences.load_leniently())


def few_questions() -> list[Question]:
    """A few questions of each article."""
    taken: dict[tuple[str, str], int] = {}
    few: list[Question] = []
    for question in articles.questions(ROOT / "knowledge" / "content" / "articles"):
        count = taken.get((question.topic, question.language), 0)
        if count < A_TOPIC[question.language]:
            taken[question.topic, question.language] = count + 1
            few.append(question)
    return few


def write_few_sentences(folder: Path) -> None:
    """A few sentences of each route, in files like the project's."""
    found = own_sentences()
    for route in sorted({sentence.route for sentence in found}):
        for language, count in A_ROUTE.items():
            few = [s.text for s in found if (s.route, s.language) == (route, language)][:count]
            file = folder / language / f"{route}.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(yaml.safe_dump({"route": route, "sentences": few}), "utf-8")
