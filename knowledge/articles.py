"""Articles: what riders ask as a question of fact, answered by region and language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_rows import ArticleRow, JudgementRow
from knowledge.article_writing import Writing
from knowledge.books import InboxRow
from knowledge.figures import Event
from knowledge.shelf import Article

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

__all__ = ["Articles", "Due", "Place", "State"]

RENEW_BEFORE = timedelta(days=14)
"""So long before an article ends, its owner is told."""

State = Literal["draft", "published", "archived"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, order=True)
class Place:
    """Where an article stands: there is one for each topic, region and language."""

    topic: str
    region: str
    language: str

    def __str__(self) -> str:
        return f"{self.topic} ({self.region}, {self.language})"


@dataclass(frozen=True)
class Due:
    """An article that ends soon, or has ended and not been renewed."""

    id: int
    place: Place
    question: str
    owner: str | None
    valid_until: datetime
    over: bool


class Articles:
    """Articles of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    # For riders

    async def known(self) -> list[Article]:
        """Everything published that holds or once held: what the house understands questions by.

        What has ended stays understood, so that it can be said that it is being renewed.
        """
        shelf = await self._unit.shelf.by_topic(self._unit.session)
        return [a for held in shelf.values() for a in held.values() if a.begun(self._unit.now)]

    async def answer(self, topic: str, region: str | None, language: str) -> Article | None:
        """The best article: the region's, else the one above it, …, in the language asked.

        Only where no region up to the country has the language, the other language serves.
        """
        codes = self._upwards(region)
        found = [a for a in await self._valid(topic) if a.region in codes]
        found.sort(key=lambda a: (a.language != language, codes.index(a.region)))
        return found[0] if found else None

    async def renewing(self, topic: str, region: str | None) -> Article | None:
        """Where nothing answers: the article that did last, until its time was over."""
        codes, now = self._upwards(region), self._unit.now
        found = [a for a in await self._about(topic) if a.region in codes and a.over(now)]
        return max(found, key=lambda a: a.valid_until or now, default=None)

    async def elsewhere(self, topic: str, language: str) -> list[Article]:
        """The topic's articles of all regions in the language."""
        return [a for a in await self._valid(topic) if a.language == language]

    async def titles(self, topics: Sequence[str], language: str) -> dict[str, str]:
        """A question for each topic, to be put on a button; the country's where there is one."""
        titles: dict[str, str] = {}
        for topic in topics:
            found = [a for a in await self._valid(topic) if a.language == language]
            for article in sorted(found, key=lambda a: a.region == "cn"):
                titles[topic] = article.question
        return titles

    def was_used(self, article: Article) -> None:
        """It was the answer; this is counted in memory, and written down now and then."""
        self._unit.shelf.used[article.id] += 1
        self._count("used", article.id, article.region, article.language)

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
        judged = await session.execute(
            update(ArticleRow)
            .where(ArticleRow.id == article)
            .values({column: column + 1})
            .returning(ArticleRow.region, ArticleRow.language)
        )
        for region, language in judged.all():
            self._count("helpful" if helpful else "unhelpful", article, region, language)
        return True

    def _count(self, event: Event, article: int, region: str, language: str) -> None:
        self._unit.figures.count(event, f"article:{article}", region, language)

    async def write_down_used(self) -> None:
        """Write down how often articles were used since the last time."""
        counted, self._unit.shelf.used = self._unit.shelf.used, type(self._unit.shelf.used)()
        if counted:
            # In order, so that two processes don't wait for each other in a circle.
            await self._unit.session.execute(
                update(ArticleRow.__table__)  # type: ignore[arg-type]  # a table, for many at once
                .where(ArticleRow.id == bindparam("number"))
                .values(used=ArticleRow.used + bindparam("times")),
                [{"number": number, "times": times} for number, times in sorted(counted.items())],
            )

    # For those who write them

    async def due_for_renewal(
        self, regions: Collection[str] | None = None, owner: str | None = None
    ) -> list[Due]:
        """What ends within two weeks or has ended, the most urgent first."""
        query = select(ArticleRow).where(
            ArticleRow.state == "published",
            ArticleRow.valid_until <= self._unit.now + RENEW_BEFORE,
        )
        if regions is not None:
            query = query.where(ArticleRow.region.in_(sorted(self.within(regions))))
        if owner is not None:
            query = query.where(ArticleRow.owner == owner)
        rows = await self._unit.session.scalars(query.order_by(ArticleRow.valid_until))
        return [
            Due(row.id, place_of(row), row.question, row.owner, ends, ends <= self._unit.now)
            for row in rows
            if (ends := row.valid_until) is not None
        ]

    def within(self, regions: Iterable[str]) -> set[str]:
        """These regions and everything below them."""
        tree = self._unit.regions.tree
        return {code for region in regions for code in tree.below(region)}

    async def row(self, number: int, *, lock: bool = False) -> ArticleRow | None:
        """An article as it is kept."""
        query = select(ArticleRow).where(ArticleRow.id == number)
        query = query.execution_options(populate_existing=True)
        return await self._unit.session.scalar(query.with_for_update() if lock else query)

    def _upwards(self, region: str | None) -> list[str]:
        return [r.code for r in self._unit.regions.tree.upwards(region)] or ["cn"]

    async def _about(self, topic: str) -> Sequence[Article]:
        return await self._unit.shelf.about(self._unit.session, topic)

    async def _valid(self, topic: str) -> list[Article]:
        return [a for a in await self._about(topic) if a.holds(self._unit.now)]


def place_of(row: ArticleRow) -> Place:
    """Where an article stands."""
    return Place(row.topic, row.region, row.language)


def writing_of(row: ArticleRow) -> Writing:
    """What is published of an article."""
    return Writing(**{name: getattr(row, name) for name in Writing.model_fields})
