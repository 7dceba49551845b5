"""Articles: what riders ask as a question of fact, answered by region and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.books import InboxRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class ArticleRow(Base):
    """The answer to a topic for a region, in a language."""

    __tablename__ = "articles"

    id: Mapped[int] = serial()
    topic: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    language: Mapped[str]
    state: Mapped[str]
    question: Mapped[str]
    similar: Mapped[list[str]]
    answer: Mapped[str]
    buttons: Mapped[list[str]]
    related: Mapped[list[str]]
    source: Mapped[str]
    owner: Mapped[str | None]
    checked_on: Mapped[date]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    helpful: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    not_helpful: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'archived')", name="state"),
        Index("uq_articles_place", "topic", "region", "language", unique=True),
    )


class ArticleVersionRow(Base):
    """An article as it once was."""

    __tablename__ = "article_versions"

    id: Mapped[int] = serial()
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    actor: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index("uq_article_versions_version", "article_id", "version", unique=True),)


class JudgementRow(Base):
    """An answer that was judged, by the message that it answered: no answer is judged twice."""

    __tablename__ = "judgements"

    inbox_id: Mapped[int] = mapped_column(
        ForeignKey("inbox.id", ondelete="CASCADE"), primary_key=True
    )
    helpful: Mapped[bool]
    at: Mapped[datetime]


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
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is valid on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


class Shelf:
    """A process's copy of what is published, read when it is first asked for."""

    def __init__(self) -> None:
        self._by_topic: Mapping[str, Sequence[Article]] | None = None
        self._changes = 0

    def forget(self) -> None:
        """Something was changed: read anew."""
        self._by_topic = None
        self._changes += 1

    async def by_topic(self, session: AsyncSession) -> Mapping[str, Sequence[Article]]:
        """Everything that is published, whether valid today or not."""
        found = self._by_topic
        if found is None:
            changes = self._changes
            read: dict[str, list[Article]] = {}
            rows = await session.scalars(
                select(ArticleRow).where(ArticleRow.state == "published").order_by(ArticleRow.id)
            )
            for row in rows:
                read.setdefault(row.topic, []).append(_article(row))
            found = read
            if changes == self._changes:
                self._by_topic = found
        return found


class Articles:
    """Articles of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def published(self) -> list[Article]:
        """Everything that is published and valid today."""
        today = self._unit.now.date()
        shelf = await self._shelf()
        return [a for articles in shelf.values() for a in articles if a.holds(today)]

    async def answer(self, topic: str, region: str | None, language: str) -> Article | None:
        """The best article: the region's, else the one above it, …, in the language asked.

        Only where no region up to the country has the language, the other language serves.
        """
        tree = self._unit.regions.tree
        codes = [r.code for r in tree.upwards(region)] or ["cn"]
        found = [a for a in await self._about(topic) if a.region in codes]
        found.sort(key=lambda a: (a.language != language, codes.index(a.region)))
        return found[0] if found else None

    async def elsewhere(self, topic: str, language: str) -> list[Article]:
        """The topic's articles of all regions in the language."""
        return [a for a in await self._about(topic) if a.language == language]

    async def titles(self, topics: Sequence[str], language: str) -> dict[str, str]:
        """A question for each topic, to be put on a button; the country's where there is one."""
        titles: dict[str, str] = {}
        for topic in topics:
            found = [a for a in await self._about(topic) if a.language == language]
            for article in sorted(found, key=lambda a: a.region == "cn"):
                titles[topic] = article.question
        return titles

    async def judge(
        self, article: int, *, answer_to: int, conversation: int, helpful: bool
    ) -> bool:
        """Count a "helpful" or "not helpful", once for each answer; whether it was the first.

        `answer_to` is the number of the message that was answered, one of this conversation.
        """
        session = self._unit.session
        asked = select(InboxRow.id, literal(helpful), literal(self._unit.now)).where(
            InboxRow.id == answer_to, InboxRow.conversation_id == conversation
        )
        first = await session.scalar(
            insert(JudgementRow)
            .from_select(["inbox_id", "helpful", "at"], asked)
            .on_conflict_do_nothing()
            .returning(JudgementRow.inbox_id)
        )
        if first is None:
            return False
        column = ArticleRow.helpful if helpful else ArticleRow.not_helpful
        await session.execute(
            update(ArticleRow).where(ArticleRow.id == article).values({column: column + 1})
        )
        return True

    async def put(self, *, actor: str, **values: Any) -> bool:
        """Write an article (by topic, region, language); whether that changed anything.

        The state as it was is kept as a version. The caller rings the bell.
        """
        self._unit.shelf.forget()
        session = self._unit.session
        row = await session.scalar(
            select(ArticleRow)
            .where(
                ArticleRow.topic == values["topic"],
                ArticleRow.region == values["region"],
                ArticleRow.language == values["language"],
            )
            .with_for_update()
        )
        body = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        if row is None:
            number = await session.scalar(
                insert(ArticleRow)
                .values(**values, version=1, changed_at=self._unit.now)
                .returning(ArticleRow.id)
            )
            version = 1
        else:
            if all(getattr(row, name) == value for name, value in values.items()):
                return False
            number, version = row.id, row.version + 1
            await session.execute(
                update(ArticleRow)
                .where(ArticleRow.id == row.id)
                .values(**values, version=version, changed_at=self._unit.now)
            )
        await session.execute(
            insert(ArticleVersionRow).values(
                article_id=number, version=version, body=body, actor=actor, at=self._unit.now
            )
        )
        return True

    async def _shelf(self) -> Mapping[str, Sequence[Article]]:
        return await self._unit.shelf.by_topic(self._unit.session)

    async def _about(self, topic: str) -> list[Article]:
        today = self._unit.now.date()
        return [a for a in (await self._shelf()).get(topic, ()) if a.holds(today)]


def _article(row: ArticleRow) -> Article:
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
    )
