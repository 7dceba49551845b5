"""What the house learns from its store: the articles' questions, and sentences accepted in review.

An accepted question counts as one of its article's own: at once, and in the next model.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.database import Database
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
        articles = await unit.articles.published()
        taught = await unit.review.taught()
    own = [
        Question(article.topic, article.language, text, str(article.id))
        for article in articles
        for text in (article.question, *article.similar)
    ]
    topics = {article.topic for article in articles}
    accepted = [
        Question(topic, one.language, one.text)
        for one in taught
        if (topic := topic_of(one.route)) in topics and topic is not None
    ]
    further = [(one.text, one.route) for one in taught if one.route in ROUTES]
    return Lessons((*own, *accepted), tuple(further))
