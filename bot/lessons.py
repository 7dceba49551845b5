"""What the house learns from its store: the articles' questions, and sentences accepted in review.

An accepted question counts as one of its article's own: at once, and in the next model.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.database import Database
from knowledge.review import Taught
from knowledge.shelf import Article
from nlu.match import Question
from nlu.routes import ROUTES, topic_of


@dataclass(frozen=True)
class Lessons:
    """The questions of all published articles, and further sentences as (text, route)."""

    questions: tuple[Question, ...]
    sentences: tuple[tuple[str, str], ...]


async def lessons(database: Database) -> Lessons:
    """All that the store teaches now; questions of a topic without an article are left out."""
    async with database.begin() as unit:
        articles = await unit.articles.known()
        taught = await unit.review.taught()
    own = [question for article in articles for question in questions_of(article)]
    accepted = taught_questions(taught, {article.topic for article in articles})
    further = [(one.text, one.route) for one in taught if one.route in ROUTES]
    return Lessons((*own, *accepted), tuple(further))


def questions_of(article: Article) -> tuple[Question, ...]:
    """An article's own questions."""
    texts = (article.question, *article.similar)
    return tuple(Question(article.topic, article.language, t, str(article.id)) for t in texts)


def taught_questions(taught: Sequence[Taught], topics: Collection[str]) -> tuple[Question, ...]:
    """What was accepted in review as a way of asking for one of these topics."""
    return tuple(
        Question(topic, one.language, one.text)
        for one in taught
        if (topic := topic_of(one.route)) is not None and topic in topics
    )
