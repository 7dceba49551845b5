"""Articles: what riders ask as a question of fact, answered by region and language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import bindparam, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_rows import ArticleRow, ArticleVersionRow, JudgementRow
from knowledge.article_writing import Writing
from knowledge.books import FactRow, InboxRow
from knowledge.figures import Event
from knowledge.shelf import Article, article_of

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

__all__ = ["Articles", "Due", "Place", "State"]

BELL = "gongyou_articles"
"""Rings with an article's number, or without one when many have changed, or taught questions."""

CHANGES = "article_changes"
"""The fact that counts changes of articles, in the order in which they became visible."""

HOUSE = "house"
"""Who writes what the content files say."""

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

    # For the processes that keep a copy

    async def changes(self) -> int:
        """The number of the last change."""
        return int(await self._unit.conversations.fact(CHANGES) or 0)

    async def changed_since(self, change: int) -> dict[int, Article | None]:
        """What came after a change; None for what is not published (any more)."""
        rows = await self._unit.session.scalars(
            select(ArticleRow).where(ArticleRow.change > change).order_by(ArticleRow.id)
        )
        return {row.id: article_of(row) if row.state == "published" else None for row in rows}

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

    async def begin(self, place: Place) -> ArticleRow:
        """The locked article of a place; a new one, which nobody sees yet, if there is none."""
        await self._unit.session.execute(
            insert(ArticleRow)
            .values(
                topic=place.topic,
                region=place.region,
                language=place.language,
                state="draft",
                version=0,
                changed_at=self._unit.now,
                **_columns(Writing(checked_on=self._unit.now.date())),
            )
            .on_conflict_do_nothing()
        )
        row = await self._unit.session.scalar(
            select(ArticleRow)
            .where(
                ArticleRow.topic == place.topic,
                ArticleRow.region == place.region,
                ArticleRow.language == place.language,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        assert row is not None
        return row

    async def put(
        self, place: Place, writing: Writing, *, actor: str, state: State = "published"
    ) -> bool:
        """Publish an article from a file; whether that changed anything. The caller rings the bell.

        The house's own files leave what a person has published since: a new release doesn't undo
        it. A picture, which no file brings, stays.
        """
        row = await self.begin(place)
        writing = writing.with_changes({"picture": row.picture, "picture_alt": row.picture_alt})
        if row.version:
            if actor == HOUSE and row.changed_by != HOUSE:
                return False
            if (row.state, writing_of(row)) == (state, writing):
                return False
        self._unit.shelf.forget()
        await self.write(row, writing, state=state, actor=actor)
        return True

    async def write(
        self,
        row: ArticleRow,
        writing: Writing,
        *,
        state: State,
        actor: str,
        reviewed_by: str | None = None,
        urgent: str | None = None,
        confirmed: str | None = None,
    ) -> tuple[int, int]:
        """Make a new version of a locked article; its number, and that of this change."""
        change = await self.count_change()
        version = row.version + 1
        await self._unit.session.execute(
            update(ArticleRow)
            .where(ArticleRow.id == row.id)
            .values(
                state=state,
                version=version,
                changed_at=self._unit.now,
                changed_by=actor,
                change=change,
                **_columns(writing),
            )
        )
        await self._unit.session.execute(
            insert(ArticleVersionRow).values(
                article_id=row.id,
                version=version,
                body={**_place_body(row), "state": state, **writing.body()},
                actor=actor,
                at=self._unit.now,
                reviewed_by=reviewed_by,
                urgent=urgent,
                confirmed=confirmed,
            )
        )
        return version, change

    async def count_change(self) -> int:
        """The next change's number. Who has it goes first: others wait for this transaction."""
        number = await self._unit.session.scalar(
            insert(FactRow)
            .values(key=CHANGES, value="1")
            .on_conflict_do_update(
                index_elements=[FactRow.key],
                set_={"value": text("(facts.value::bigint + 1)::text")},
            )
            .returning(FactRow.value)
        )
        return int(number or 0)

    async def ring(self, number: int | None = None) -> None:
        """Tell every process, when this transaction commits, that this article has changed."""
        await self._unit.conversations.ring((BELL, "" if number is None else str(number)))

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


def _columns(writing: Writing) -> Mapping[str, object]:
    values = writing.model_dump()
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def _place_body(row: ArticleRow) -> dict[str, str]:
    return {"topic": row.topic, "region": row.region, "language": row.language}
