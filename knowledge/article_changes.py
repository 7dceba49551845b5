"""Changes of articles: each makes a new version, has its number, and is told to every process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_rows import ArticleRow, ArticleVersionRow
from knowledge.article_writing import Writing
from knowledge.articles import Place, State, writing_of
from knowledge.books import FactRow
from knowledge.shelf import Article, article_of

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BELL = "gongyou_articles"
"""Rings with an article's number, or without one when many have changed, or taught questions."""

CHANGES = "article_changes"
"""The fact that counts changes of articles, in the order in which they became visible."""

HOUSE = "house"
"""Who writes what the content files say."""


class ArticleChanges:
    """Changes of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

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
        change = await self.count()
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

    async def count(self) -> int:
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

    async def last(self) -> int:
        """The number of the last change."""
        return int(await self._unit.conversations.fact(CHANGES) or 0)

    async def since(self, change: int) -> dict[int, Article | None]:
        """What came after a change; None for what is not published (any more)."""
        rows = await self._unit.session.scalars(
            select(ArticleRow).where(ArticleRow.change > change).order_by(ArticleRow.id)
        )
        return {row.id: article_of(row) if row.state == "published" else None for row in rows}


def _columns(writing: Writing) -> Mapping[str, object]:
    values = writing.model_dump()
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def _place_body(row: ArticleRow) -> dict[str, str]:
    return {"topic": row.topic, "region": row.region, "language": row.language}
