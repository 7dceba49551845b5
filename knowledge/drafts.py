"""Drafts: written by one or several, looked at by a second person.

Nothing is overwritten silently: who saves says which revision they saw, and is shown the difference
if there is another one by now.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_errors import (
    EditedMeanwhile,
    NoSuchArticle,
    NotYours,
)
from knowledge.article_rows import ArticleDraftRow, ArticleRow
from knowledge.article_writing import Writing, WritingError, differences, problems
from knowledge.articles import Place, place_of, writing_of

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

DraftState = Literal["writing", "in_review", "approved"]


@dataclass(frozen=True)
class Draft:
    """A draft as it is kept; `ArticleDraftRow` says what each field means."""

    article: int
    place: Place
    base_version: int
    revision: int
    writing: Writing
    state: DraftState
    writers: tuple[str, ...]
    saved_by: str
    saved_at: datetime
    reviewed_by: str | None
    publish_at: datetime | None
    scheduled_by: str | None
    urgent: str | None
    confirmed: str | None
    held: str | None


class Drafts:
    """Drafts of one transaction. Each step is one person's (`actor`, as `staff:NAME`), who answers
    for some regions and what lies below them.
    """

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def get(self, article: int) -> Draft | None:
        """The draft of an article, if somebody writes one."""
        row = await self._unit.articles.row(article)
        draft = row and await self._row(article)
        return draft_of(draft, row) if draft and row else None

    async def begin(self, place: Place, *, actor: str, regions: Collection[str]) -> Draft:
        """The draft of a place's article: the one that is there, or one of what is published.

        Raises:
            NotYours, WritingError: the region isn't theirs; there is no such region or language.
        """
        if self._unit.regions.tree.get(place.region) is None:
            raise WritingError(f"there is no region {place.region!r}")
        if place.language not in ("zh", "en"):
            raise WritingError(f"there is no language {place.language!r}; there are zh and en")
        if not place.topic.strip():
            raise WritingError("an article has a topic; name it in a word or two, as dues-students")
        self.mine(place.region, regions)
        row = await self._unit.articles.begin(place)
        number = row.id
        if (draft := await self.get(number)) is not None:
            return draft
        writing = writing_of(row) if row.version else Writing(checked_on=self._unit.now.date())
        await self._unit.session.execute(
            insert(ArticleDraftRow).values(
                article_id=number,
                base_version=row.version,
                revision=1,
                body=writing.body(),
                state="writing",
                writers=[actor],
                saved_by=actor,
                saved_at=self._unit.now,
            )
        )
        await self.note(actor, "draft_begun", number)
        return await self.there(number)

    async def save(
        self,
        article: int,
        writing: Writing,
        *,
        revision: int,
        actor: str,
        regions: Collection[str],
        base_version: int | None = None,
    ) -> Draft:
        """Keep what was written on top of a revision; a review of it is void by that.

        Args:
            article: its number.
            writing: all of it, complete or not.
            revision: the one that the writer saw.
            actor: who writes.
            regions: theirs.
            base_version: the published version that the writer has seen, if another than before.

        Raises:
            EditedMeanwhile: another revision is kept by now, with the difference.
            NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.open(article, regions)
        kept, saved_by = Writing.kept(draft.body), draft.saved_by
        if draft.revision != revision:
            raise EditedMeanwhile(draft.revision, draft.saved_by, differences(kept, writing))
        changed: dict[str, Any] = {}
        if base_version is not None:
            changed["base_version"] = min(base_version, row.version)
        if kept != writing:
            changed |= {
                "body": writing.body(),
                "state": "writing",
                "reviewed_by": None,
                "writers": sorted({*draft.writers, actor}),
                **NOT_SCHEDULED,
            }
        if changed:
            await self.change(
                article,
                revision=revision + 1,
                saved_by=actor,
                saved_at=self._unit.now,
                **changed,
            )
        if actor != saved_by:  # who writes on is saved every few seconds
            await self.note(actor, "draft_saved", article)
        return await self.there(article)

    async def put(self, place: Place, writing: Writing, *, actor: str) -> bool:
        """A draft from a file, in place of the one that is there; whether that changed anything."""
        draft = await self.begin(place, actor=actor, regions=[place.region])
        writing = writing.with_changes({"picture": draft.writing.picture})
        if draft.writing == writing:
            return False
        await self.save(
            draft.article, writing, revision=draft.revision, actor=actor, regions=[place.region]
        )
        return True

    async def send(
        self, article: int, *, revision: int, actor: str, regions: Collection[str]
    ) -> Draft:
        """Ask for a review.

        Raises:
            WritingError: something is missing or can't be shown; all of it is told.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        _, draft = await self.seen(article, revision, regions)
        must_be_whole(Writing.kept(draft.body))
        await self.change(article, state="in_review", held=None)
        await self.note(actor, "sent_for_review", article)
        return await self.there(article)

    async def approve(
        self, article: int, *, revision: int, actor: str, regions: Collection[str]
    ) -> Draft:
        """A second person has looked at it.

        Raises:
            WritingError: it isn't in review, or the reviewer wrote at it.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        _, draft = await self.seen(article, revision, regions)
        if draft.state != "in_review":
            raise WritingError("the draft isn't in review; its writer sends it first")
        if actor in draft.writers:
            raise WritingError("who wrote at a draft can't review it; ask somebody else")
        await self.change(article, state="approved", reviewed_by=actor)
        await self.note(actor, "approved", article)
        return await self.there(article)

    async def send_back(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> Draft:
        """It isn't good yet; the writer sees why.

        Raises:
            WritingError: it isn't in review, or there is no reason.
            NotYours, NoSuchArticle: as they say.
        """
        _, draft = await self.open(article, regions)
        if draft.state == "writing":
            raise WritingError("the draft isn't in review; there is nothing to send back")
        must_have("a reason", reason)
        await self.change(
            article,
            state="writing",
            reviewed_by=None,
            **{**NOT_SCHEDULED, "held": f"sent back by {actor}: {reason.strip()}"},
        )
        await self.note(actor, "sent_back", article)
        return await self.there(article)

    async def discard(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Throw the draft away; what is published stays.

        Raises:
            NotYours, NoSuchArticle: as they say.
        """
        row, _ = await self.open(article, regions)
        await self._unit.session.execute(
            delete(ArticleDraftRow).where(ArticleDraftRow.article_id == article)
        )
        if not row.version:
            await self._unit.session.execute(delete(ArticleRow).where(ArticleRow.id == article))
        await self.note(actor, "draft_discarded", article)

    async def seen(
        self, article: int, revision: int, regions: Collection[str]
    ) -> tuple[ArticleRow, ArticleDraftRow]:
        """The locked rows of an article and its draft, if that is the revision.

        Raises:
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.open(article, regions)
        if draft.revision != revision:
            raise EditedMeanwhile(draft.revision, draft.saved_by, ())
        return row, draft

    async def open(
        self, article: int, regions: Collection[str]
    ) -> tuple[ArticleRow, ArticleDraftRow]:
        """The locked rows of an article and its draft.

        Raises:
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._unit.articles.row(article, lock=True)
        if row is None:
            raise NoSuchArticle(f"there is no article {article}")
        self.mine(row.region, regions)
        draft = await self._row(article)
        if draft is None:
            raise NoSuchArticle(f"nobody is writing at article {article}; begin a draft first")
        return row, draft

    async def _row(self, article: int) -> ArticleDraftRow | None:
        return await self._unit.session.scalar(
            select(ArticleDraftRow)
            .where(ArticleDraftRow.article_id == article)
            .execution_options(populate_existing=True)
        )

    async def there(self, article: int) -> Draft:
        """The draft of an article that has one."""
        draft = await self.get(article)
        assert draft is not None
        return draft

    def mine(self, region: str, regions: Collection[str]) -> None:
        """Raise `NotYours` unless the region lies in these."""
        if region not in self._unit.articles.within(regions):
            raise NotYours(region)

    async def change(self, article: int, **values: Any) -> None:
        """Write fields of a draft."""
        await self._unit.session.execute(
            update(ArticleDraftRow).where(ArticleDraftRow.article_id == article).values(**values)
        )

    async def note(self, actor: str, what: str, article: int) -> None:
        """Write an audit line."""
        await self._unit.audit.write(None, actor=actor, action=f"article.{what}:{article}")


NOT_SCHEDULED: dict[str, Any] = {
    "publish_at": None, "scheduled_by": None, "urgent": None, "confirmed": None, "held": None,
}  # fmt: skip


def must_be_whole(writing: Writing) -> None:
    """Raise a WritingError that tells all that keeps it from being published."""
    if found := problems(writing):
        raise WritingError(f"the article can't be published yet: {'; '.join(found)}")


def must_have(what: str, text: str) -> None:
    """Raise a WritingError unless something was said."""
    if not text.strip():
        raise WritingError(f"say {what}")


def draft_of(draft: ArticleDraftRow, row: ArticleRow) -> Draft:
    """The two rows in one."""
    return Draft(
        article=draft.article_id,
        place=place_of(row),
        base_version=draft.base_version,
        revision=draft.revision,
        writing=Writing.kept(draft.body),
        state=draft.state,  # type: ignore[arg-type]  # a check constraint guards it
        writers=tuple(draft.writers),
        saved_by=draft.saved_by,
        saved_at=draft.saved_at,
        reviewed_by=draft.reviewed_by,
        publish_at=draft.publish_at,
        scheduled_by=draft.scheduled_by,
        urgent=draft.urgent,
        confirmed=draft.confirmed,
        held=draft.held,
    )
