"""Drafts of articles, written by one or several.

Nothing is overwritten silently: who saves says which revision they saw, and is shown the difference
if there is another one by now.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_errors import EditedMeanwhile, NoDraft
from knowledge.article_rows import ArticleDraftRow, ArticleRow
from knowledge.article_writing import Writing, WritingError, differences
from knowledge.articles import Place, place_of, writing_of
from knowledge.content_entries import Words

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

DraftState = Literal["writing", "in_review", "approved"]

TOPIC = re.compile(r"(?=.{1,40}$)[a-z0-9]+([-_][a-z0-9]+)*")
"""A topic stands in the button that leads to it, which has 64 bytes."""


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
    held: Words | None


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
        self._must_be_a_place(place)
        self._unit.article_steps.mine(place.region, regions)
        row = await self._unit.article_changes.begin(place)
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
        await self._unit.article_steps.note(actor, "draft_begun", row)
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
            await self._unit.article_steps.note(actor, "draft_saved", row)
        return await self.there(article)

    async def put(self, place: Place, writing: Writing, *, actor: str) -> bool:
        """A draft from a file, in place of the one that is there; whether that changed anything."""
        draft = await self.begin(place, actor=actor, regions=[place.region])
        writing = writing.with_changes(
            {"picture": draft.writing.picture, "picture_alt": draft.writing.picture_alt}
        )
        if draft.writing == writing:
            return False
        await self.save(
            draft.article, writing, revision=draft.revision, actor=actor, regions=[place.region]
        )
        return True

    async def discard(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Throw the draft away; what is published stays.

        Raises:
            NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.open(article, regions)
        await self._unit.article_steps.note(actor, "draft_discarded", row, before=draft.body)
        await self._unit.session.execute(
            delete(ArticleDraftRow).where(ArticleDraftRow.article_id == article)
        )
        if not row.version:
            await self._unit.session.execute(delete(ArticleRow).where(ArticleRow.id == article))

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
        row = await self._unit.article_steps.locked(article, regions)
        draft = await self._row(article)
        if draft is None:
            raise NoDraft(article)
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

    async def change(self, article: int, **values: Any) -> None:
        """Write fields of a draft."""
        await self._unit.session.execute(
            update(ArticleDraftRow).where(ArticleDraftRow.article_id == article).values(**values)
        )

    def _must_be_a_place(self, place: Place) -> None:
        """Raise a WritingError unless an article can stand there."""
        if self._unit.regions.tree.get(place.region) is None:
            raise WritingError(
                zh=f"没有地区 {place.region}，请从列表里选",
                en=f"there is no region {place.region!r}",
            )
        if place.language not in ("zh", "en"):
            raise WritingError(
                zh="文章只有中文和英文两种，请选一种",
                en=f"there is no language {place.language!r}; there are zh and en",
            )
        if not TOPIC.fullmatch(place.topic):
            raise WritingError(
                zh="主题的短名用小写字母、数字和“-”，最多 40 个，如 dues-students",
                en="an article has a topic; name it in a word or two of small letters, digits and "
                "'-', as dues-students",
            )


NOT_SCHEDULED: dict[str, Any] = {
    "publish_at": None, "scheduled_by": None, "urgent": None, "confirmed": None, "held": None,
}  # fmt: skip


def kept_words(text: str) -> Words:
    """Why something is held up, as it is kept; an earlier release kept one language."""
    if text.startswith("{"):
        return Words.model_validate_json(text)
    return Words(zh=text, en=text)


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
        held=kept_words(draft.held) if draft.held else None,
    )
