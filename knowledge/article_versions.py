"""What an article once said: every version is kept, and any two can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from knowledge.article_errors import NoSuchArticle
from knowledge.article_rows import ArticleVersionRow
from knowledge.article_writing import Difference, Writing, differences
from knowledge.articles import Place, State

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Version:
    """An article as it once was; `ArticleVersionRow` says what each field means."""

    article: int
    place: Place
    version: int
    state: State
    writing: Writing
    actor: str
    at: datetime
    reviewed_by: str | None
    urgent: str | None
    confirmed: str | None


class ArticleVersions:
    """Versions of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, article: int) -> list[Version]:
        """All versions of an article, the newest first."""
        rows = await self._unit.session.scalars(
            select(ArticleVersionRow)
            .where(ArticleVersionRow.article_id == article)
            .order_by(ArticleVersionRow.version.desc())
        )
        return [version_of(row) for row in rows]

    async def one(self, article: int, number: int) -> Version:
        """One version.

        Raises:
            NoSuchArticle: there is none of this number.
        """
        row = await self._unit.session.scalar(
            select(ArticleVersionRow).where(
                ArticleVersionRow.article_id == article, ArticleVersionRow.version == number
            )
        )
        if row is None:
            raise NoSuchArticle(
                zh=f"第 {article} 篇没有第 {number} 版",
                en=f"article {article} has no version {number}",
            )
        return version_of(row)

    async def compared(self, article: int, before: int, after: int) -> list[Difference]:
        """The difference between any two versions.

        Raises:
            NoSuchArticle: there is none of one of these numbers.
        """
        old, new = await self.one(article, before), await self.one(article, after)
        return differences(old.writing, new.writing)


def version_of(row: ArticleVersionRow) -> Version:
    """The row, read."""
    body = row.body
    return Version(
        article=row.article_id,
        place=Place(body["topic"], body["region"], body["language"]),
        version=row.version,
        state=body["state"],
        writing=Writing.kept(body),
        actor=row.actor,
        at=row.at,
        reviewed_by=row.reviewed_by,
        urgent=row.urgent,
        confirmed=row.confirmed,
    )
