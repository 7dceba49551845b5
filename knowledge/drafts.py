"""Drafts: written by one or several, looked at by a second person.

Nothing is overwritten silently: who saves says which revision they saw, and is shown the difference
if there is another one by now.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_errors import EditedMeanwhile, NoDraft, NotYours, no_article
from knowledge.article_rows import ArticleDraftRow, ArticleRow
from knowledge.article_writing import Writing, WritingError, differences, problems
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
        await self.note(actor, "draft_begun", row)
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
            await self.note(actor, "draft_saved", row)
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

    async def send(
        self, article: int, *, revision: int, actor: str, regions: Collection[str]
    ) -> Draft:
        """Ask for a review.

        Raises:
            WritingError: something is missing or can't be shown; all of it is told.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.seen(article, revision, regions)
        must_be_whole(Writing.kept(draft.body))
        await self.change(article, state="in_review", held=None)
        await self.note(actor, "sent_for_review", row)
        return await self.there(article)

    async def approve(
        self, article: int, *, revision: int, actor: str, regions: Collection[str]
    ) -> Draft:
        """A second person has looked at it.

        Raises:
            WritingError: it isn't in review, or the reviewer wrote at it.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.seen(article, revision, regions)
        if draft.state != "in_review":
            raise WritingError(
                zh="这份草稿还没有送审，请写的人先送审",
                en="the draft isn't in review; its writer sends it first",
            )
        if actor in draft.writers:
            raise WritingError(
                zh="写过这份草稿的人不能自己审，请找另一位",
                en="who wrote at a draft can't review it; ask somebody else",
            )
        await self.change(article, state="approved", reviewed_by=actor)
        await self.note(actor, "approved", row)
        return await self.there(article)

    async def send_back(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> Draft:
        """It isn't good yet; the writer sees why.

        Raises:
            WritingError: it isn't in review, or there is no reason.
            NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.open(article, regions)
        if draft.state == "writing":
            raise WritingError(
                zh="这份草稿没有在审，不用退回",
                en="the draft isn't in review; there is nothing to send back",
            )
        reason = said_as("退回的原因", "a reason", reason)
        why = Words(
            zh=f"{actor.removeprefix('staff:')} 退回：{reason}",
            en=f"sent back by {actor}: {reason}",
        )
        await self.change(
            article,
            state="writing",
            reviewed_by=None,
            **{**NOT_SCHEDULED, "held": why.model_dump_json()},
        )
        await self.note(actor, "sent_back", row, after={"reason": reason})
        return await self.there(article)

    async def discard(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Throw the draft away; what is published stays.

        Raises:
            NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.open(article, regions)
        await self.note(actor, "draft_discarded", row, before=draft.body)
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
        row = await self._unit.articles.row(article, lock=True)
        if row is None:
            raise no_article(article)
        self.mine(row.region, regions)
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

    def mine(self, region: str, regions: Collection[str]) -> None:
        """Raise `NotYours` unless the region lies in these."""
        if region not in self._unit.articles.within(regions):
            raise NotYours(region)

    async def change(self, article: int, **values: Any) -> None:
        """Write fields of a draft."""
        await self._unit.session.execute(
            update(ArticleDraftRow).where(ArticleDraftRow.article_id == article).values(**values)
        )

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


def must_be_whole(writing: Writing) -> None:
    """Raise a WritingError that tells all that keeps it from being published."""
    if found := problems(writing):
        raise WritingError(
            zh=f"文章还不能发布：{'；'.join(one.zh for one in found)}",
            en=f"the article can't be published yet: {'; '.join(one.en for one in found)}",
        )


def said_as(zh: str, en: str, text: str) -> str:
    """What was said, without space around it; a WritingError if that is nothing."""
    if not text.strip():
        raise WritingError(zh=f"请写明{zh}", en=f"say {en}")
    return text.strip()


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
