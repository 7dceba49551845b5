"""A process's copy of the published articles, so that an answer asks nothing of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.article_rows import ArticleRow


@dataclass(frozen=True)
class Article:
    """An article as a rider gets it."""

    id: int
    topic: str
    region: str
    language: str
    question: str
    similar: tuple[str, ...]
    answer: str
    buttons: tuple[str, ...]
    related: tuple[str, ...]
    source: str
    checked_on: date
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    tests: tuple[str, ...] = ()
    picture: int | None = None
    picture_alt: str = ""

    def begun(self, now: datetime) -> bool:
        """Whether it holds by now, or once did."""
        return self.valid_from is None or self.valid_from <= now

    def over(self, now: datetime) -> bool:
        """Whether it no longer holds."""
        return self.valid_until is not None and self.valid_until <= now

    def holds(self, now: datetime) -> bool:
        """Whether it is valid at a moment."""
        return self.begun(now) and not self.over(now)


class Shelf:
    """What is published, read whole when it is first asked for; then one by one.

    Attributes:
        used: how often each article was the answer, since that was last written down.
    """

    def __init__(self) -> None:
        self._by_topic: dict[str, Mapping[int, Article]] | None = None
        self._changes = 0
        self.used: Counter[int] = Counter()

    def forget(self) -> None:
        """Much was changed: read anew."""
        self._by_topic = None
        self._changes += 1

    def replace(self, articles: Mapping[int, Article | None]) -> None:
        """These were changed; None stands for one that is no longer published."""
        self._changes += 1
        if self._by_topic is None:
            return
        by_topic = dict(self._by_topic)
        for topic, held in self._by_topic.items():
            if gone := held.keys() & articles.keys():
                by_topic[topic] = {n: a for n, a in held.items() if n not in gone}
        for number, article in articles.items():
            if article is not None:
                held = {**by_topic.get(article.topic, {}), number: article}
                by_topic[article.topic] = dict(sorted(held.items()))
        self._by_topic = {topic: held for topic, held in by_topic.items() if held}

    async def supposing(self, session: AsyncSession, article: Article) -> Shelf:
        """A shelf of its own on which this article stands, too, or instead of what it was."""
        made = Shelf()
        made._by_topic = dict(await self.by_topic(session))
        made.replace({article.id: article})
        return made

    async def by_topic(self, session: AsyncSession) -> Mapping[str, Mapping[int, Article]]:
        """Everything that is published, whether valid now or not."""
        found = self._by_topic
        if found is None:
            changes = self._changes
            read: dict[str, dict[int, Article]] = {}
            rows = await session.scalars(
                select(ArticleRow).where(ArticleRow.state == "published").order_by(ArticleRow.id)
            )
            for row in rows:
                read.setdefault(row.topic, {})[row.id] = article_of(row)
            found = dict(read)
            if changes == self._changes:
                self._by_topic = found
        return found

    async def about(self, session: AsyncSession, topic: str) -> Sequence[Article]:
        """What is published about a topic."""
        return tuple((await self.by_topic(session)).get(topic, {}).values())


def article_of(row: ArticleRow) -> Article:
    """A row as riders get it."""
    return Article(
        id=row.id,
        topic=row.topic,
        region=row.region,
        language=row.language,
        question=row.question,
        similar=tuple(row.similar),
        answer=row.answer,
        buttons=tuple(row.buttons),
        related=tuple(row.related),
        source=row.source,
        checked_on=row.checked_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        tests=tuple(row.tests),
        picture=row.picture,
        picture_alt=row.picture_alt,
    )
