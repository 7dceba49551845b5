"""What every step with an article begins and ends with: its region is theirs, and it is audited."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from knowledge.article_errors import NotYours, no_article
from knowledge.article_rows import ArticleRow
from knowledge.article_writing import WritingError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class ArticleSteps:
    """Steps of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def locked(self, article: int, regions: Collection[str]) -> ArticleRow:
        """An article that nobody else changes until this transaction ends.

        Raises:
            NotYours, NoSuchArticle: its region lies in none of these; there is no such article.
        """
        row = await self._unit.articles.row(article, lock=True)
        if row is None:
            raise no_article(article)
        self.mine(row.region, regions)
        return row

    def mine(self, region: str, regions: Collection[str]) -> None:
        """Raise `NotYours` unless the region lies in these."""
        if region not in self._unit.articles.within(regions):
            raise NotYours(region)

    async def note(
        self,
        actor: str,
        what: str,
        row: ArticleRow,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an audit line."""
        await self._unit.audit.write(
            None,
            actor=actor,
            action=f"article.{what}",
            subject=f"article:{row.topic}:{row.language}",
            region=row.region,
            before=before,
            after=after,
        )


def said_as(zh: str, en: str, text: str) -> str:
    """What was said, without space around it; a WritingError if that is nothing."""
    if not text.strip():
        raise WritingError(zh=f"请写明{zh}", en=f"say {en}")
    return text.strip()
