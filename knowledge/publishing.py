"""What happens to articles in riders' sight: published, at a time if wished, archived, put back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from knowledge.article_errors import ChangedMeanwhile, PublishedMeanwhile
from knowledge.article_rows import ArticleDraftRow, ArticleRow
from knowledge.article_steps import said_as
from knowledge.article_writing import Writing, WritingError, differences, must_be_whole
from knowledge.articles import writing_of
from knowledge.clock import CHINA
from knowledge.content_entries import Words
from knowledge.drafts import NOT_SCHEDULED, Draft, draft_of

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

TAKEN_FOR = timedelta(minutes=5)
"""So long a process has for publishing what is due; then another one tries."""


@dataclass(frozen=True)
class Going:
    """How a draft goes out.

    Attributes:
        actor: who publishes it, as `staff:NAME`.
        regions: that they answer for.
        administrators: how many the region has, which decides whether it must be reviewed.
        urgent: why it goes past the review, which comes afterwards.
        confirmed: why it goes past the gate.
        tried: whether the gate had a model to try anything with.
    """

    actor: str
    regions: Collection[str]
    administrators: int = 0
    urgent: str | None = None
    confirmed: str | None = None
    tried: bool = True


class Publishing:
    """Publishing of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def publish(
        self, article: int, revision: int, going: Going, *, after: int | None = None
    ) -> int:
        """Make a draft, as of a revision, the published version; the version's number.

        `after` is the last change that the gate knew of.

        Raises:
            WritingError: something is missing, or nobody has reviewed it.
            PublishedMeanwhile: what is published isn't what the draft was begun from.
            ChangedMeanwhile: another article was published after `after`.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self.may_go_out(article, revision, going)
        published, writing = writing_of(row), Writing.kept(draft.body)
        urgent = going.urgent if draft.reviewed_by is None else None
        version, change = await self._unit.article_changes.write(
            row,
            writing,
            state="published",
            actor=going.actor,
            reviewed_by=draft.reviewed_by,
            urgent=urgent,
            confirmed=going.confirmed,
        )
        if after is not None and change != after + 1:
            raise ChangedMeanwhile
        await self._unit.session.execute(
            delete(ArticleDraftRow).where(ArticleDraftRow.article_id == article)
        )
        await self._note(
            going.actor,
            "published_anyway" if going.confirmed else "published",
            row,
            published,
            writing,
            version=version,
            urgent=urgent,
            confirmed=going.confirmed,
            untried=True if not going.tried else None,
        )
        await self._unit.article_changes.ring(article)
        return version

    async def schedule(self, article: int, revision: int, going: Going, at: datetime) -> Draft:
        """Have a draft published at a time; what keeps it from that is told now.

        Raises:
            WritingError: the time is past, or anything that `publish` refuses.
        """
        if at <= self._unit.now:
            raise WritingError(
                zh="这个时间已经过了，请不写时间，直接发布",
                en="that time is past; publish it at once, without a time",
            )
        row, _ = await self.may_go_out(article, revision, going)
        await self._unit.drafts.change(
            article,
            publish_at=at,
            scheduled_by=going.actor,
            urgent=going.urgent,
            confirmed=going.confirmed,
            held=None,
        )
        await self._unit.article_steps.note(
            going.actor, "scheduled", row, after={"at": at.astimezone(CHINA).isoformat()}
        )
        return await self._unit.drafts.there(article)

    async def take_due(self) -> list[Draft]:
        """What is to be published by now, for this process to do so.

        Another one takes it over if that hasn't happened in some minutes.
        """
        rows = await self._unit.session.execute(
            select(ArticleDraftRow, ArticleRow)
            .join(ArticleRow, ArticleRow.id == ArticleDraftRow.article_id)
            .where(ArticleDraftRow.publish_at <= self._unit.now)
            .order_by(ArticleDraftRow.publish_at)
            .with_for_update(of=ArticleDraftRow, skip_locked=True)
        )
        found = [draft_of(draft, row) for draft, row in rows]
        for draft in found:
            later = self._unit.now + TAKEN_FOR
            await self._unit.drafts.change(draft.article, publish_at=later)
        return found

    async def hold(self, article: int, reason: Words) -> None:
        """It was due and can't be published; whoever looks at it sees why."""
        row = await self._unit.articles.row(article, lock=True)
        if row is None:
            return  # thrown away at the same moment
        await self._unit.drafts.change(
            article, **{**NOT_SCHEDULED, "held": reason.model_dump_json()}
        )
        await self._unit.article_steps.note("house", "held", row, after={"reason": reason.en})

    async def unschedule(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Not at that time; the draft stays as it is.

        Raises:
            NotYours, NoSuchArticle: as they say.
        """
        row, _ = await self._unit.drafts.open(article, regions)
        await self._unit.drafts.change(article, **NOT_SCHEDULED)
        await self._unit.article_steps.note(actor, "unscheduled", row)

    async def archive(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> int:
        """Take an article out of riders' sight; the number of the new version.

        Raises:
            WritingError: it isn't published, or there is no reason.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._unit.article_steps.locked(article, regions)
        self._must_be_published(row)
        reason = said_as("为什么下架", "why it is archived", reason)
        version, _ = await self._unit.article_changes.write(
            row, writing_of(row), state="archived", actor=actor, confirmed=reason
        )
        await self._unit.article_steps.note(actor, "archived", row, after={"reason": reason})
        await self._unit.article_changes.ring(article)
        return version

    async def checked(self, article: int, *, actor: str, regions: Collection[str]) -> int:
        """Somebody has compared it with its source today, and it is right as it is.

        A draft that was begun from what is published goes on from there.

        Raises:
            WritingError: it isn't published.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._unit.article_steps.locked(article, regions)
        self._must_be_published(row)
        seen, published = row.version, writing_of(row)
        writing = published.with_changes({"checked_on": self._unit.now.astimezone(CHINA).date()})
        version, _ = await self._unit.article_changes.write(
            row, writing, state="published", actor=actor
        )
        await self._unit.session.execute(
            update(ArticleDraftRow)
            .where(ArticleDraftRow.article_id == article, ArticleDraftRow.base_version == seen)
            .values(base_version=version)
        )
        await self._note(actor, "checked", row, published, writing, version=version)
        await self._unit.article_changes.ring(article)
        return version

    async def back(
        self, article: int, to: int | None = None, *, actor: str, regions: Collection[str]
    ) -> int:
        """Make an earlier version the published one again, at once; the number of the new version.

        `to` is the version, the one before the last if None. Neither review nor gate is asked: it
        was published once, and something is wrong now.

        Raises:
            WritingError: there is no such version to go back to.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._unit.article_steps.locked(article, regions)
        number = row.version - 1 if to is None else to
        if number < 1:
            raise WritingError(
                zh=f"第 {article} 篇在这一版之前没有别的版本，要撤下来请用下架",
                en=f"article {article} has no version before this one; archive it instead",
            )
        earlier, published = await self._unit.article_versions.one(article, number), writing_of(row)
        if number == row.version and row.state == earlier.state:
            raise WritingError(
                zh=f"第 {number} 版就是现在发布的这一版",
                en=f"version {number} is the one that is published",
            )
        version, _ = await self._unit.article_changes.write(
            row,
            earlier.writing,
            state=earlier.state,
            actor=actor,
            confirmed=f"back to version {number}",
        )
        await self._note(actor, "back", row, published, earlier.writing, to=number, version=version)
        await self._unit.article_changes.ring(article)
        return version

    async def may_go_out(
        self, article: int, revision: int, going: Going
    ) -> tuple[ArticleRow, ArticleDraftRow]:
        """The locked rows of an article whose draft may be published, but for the gate.

        Raises:
            WritingError: as `publish` says.
        """
        row, draft = await self._unit.drafts.seen(article, revision, going.regions)
        writing = Writing.kept(draft.body)
        if draft.base_version != row.version:
            raise PublishedMeanwhile(row.version, differences(writing_of(row), writing))
        must_be_whole(writing)
        wanted = await self._unit.article_reviews.wanted(row.region, going.administrators)
        if wanted and draft.state != "approved" and not (going.urgent or "").strip():
            region = self._unit.regions.tree.get(row.region)
            raise WritingError(
                zh=f"{region.name_zh if region else row.region}的文章要先由另一位看过。请先送审；"
                "如果很急、可以事后补审，请写明为什么急",
                en=f"a second person looks at articles of {row.region} first; send it for review, "
                "or say why it is urgent and can be reviewed afterwards",
            )
        return row, draft

    async def _note(
        self,
        actor: str,
        what: str,
        row: ArticleRow,
        before: Writing,
        after: Writing,
        **more: str | int | None,
    ) -> None:
        """An audit line with the fields that have changed, from what to what."""
        fields = [one.field for one in differences(before, after)]
        old, new = before.body(), after.body()
        told: dict[str, Any] = {name: value for name, value in more.items() if value is not None}
        await self._unit.article_steps.note(
            actor,
            what,
            row,
            before={field: old[field] for field in fields},
            after={field: new[field] for field in fields} | told,
        )

    def _must_be_published(self, row: ArticleRow) -> None:
        if row.state != "published":
            raise WritingError(
                zh=f"第 {row.id} 篇没有发布，没有什么可下架或核对的",
                en=f"article {row.id} isn't published; there is nothing to archive or check",
            )
