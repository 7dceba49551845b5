"""What happens to articles in riders' sight: published, at a time if wished, archived, put back.

Every version is kept, and any two can be compared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_errors import (
    ChangedMeanwhile,
    NoSuchArticle,
    PublishedMeanwhile,
    no_article,
)
from knowledge.article_rows import (
    ArticleDraftRow,
    ArticleRow,
    ArticleSettingRow,
    ArticleVersionRow,
)
from knowledge.article_writing import Difference, Writing, WritingError, differences
from knowledge.articles import Place, State, writing_of
from knowledge.clock import CHINA
from knowledge.content_entries import Words
from knowledge.drafts import NOT_SCHEDULED, Draft, draft_of, must_be_whole, said_as

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

REVIEWERS = 2
"""Administrators from which on a region's articles are looked at by a second one."""


SETTING = {True: "on", False: "off", None: "by_number"}
"""How the audit names what a region has said about reviews."""

TAKEN_FOR = timedelta(minutes=5)
"""So long a process has for publishing what is due; then another one tries."""


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
        version, change = await self._unit.articles.write(
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
        await self._unit.articles.ring(article)
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
        await self._unit.drafts.note(
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
        await self._unit.drafts.note("house", "held", row, after={"reason": reason.en})

    async def unschedule(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Not at that time; the draft stays as it is.

        Raises:
            NotYours, NoSuchArticle: as they say.
        """
        row, _ = await self._unit.drafts.open(article, regions)
        await self._unit.drafts.change(article, **NOT_SCHEDULED)
        await self._unit.drafts.note(actor, "unscheduled", row)

    async def archive(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> int:
        """Take an article out of riders' sight; the number of the new version.

        Raises:
            WritingError: it isn't published, or there is no reason.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._locked(article, regions)
        self._must_be_published(row)
        reason = said_as("为什么下架", "why it is archived", reason)
        version, _ = await self._unit.articles.write(
            row, writing_of(row), state="archived", actor=actor, confirmed=reason
        )
        await self._unit.drafts.note(actor, "archived", row, after={"reason": reason})
        await self._unit.articles.ring(article)
        return version

    async def checked(self, article: int, *, actor: str, regions: Collection[str]) -> int:
        """Somebody has compared it with its source today, and it is right as it is.

        A draft that was begun from what is published goes on from there.

        Raises:
            WritingError: it isn't published.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._locked(article, regions)
        self._must_be_published(row)
        seen, published = row.version, writing_of(row)
        writing = published.with_changes({"checked_on": self._unit.now.astimezone(CHINA).date()})
        version, _ = await self._unit.articles.write(row, writing, state="published", actor=actor)
        await self._unit.session.execute(
            update(ArticleDraftRow)
            .where(ArticleDraftRow.article_id == article, ArticleDraftRow.base_version == seen)
            .values(base_version=version)
        )
        await self._note(actor, "checked", row, published, writing, version=version)
        await self._unit.articles.ring(article)
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
        row = await self._locked(article, regions)
        number = row.version - 1 if to is None else to
        if number < 1:
            raise WritingError(
                zh=f"第 {article} 篇在这一版之前没有别的版本，要撤下来请用下架",
                en=f"article {article} has no version before this one; archive it instead",
            )
        earlier, published = await self.version(article, number), writing_of(row)
        if number == row.version and row.state == earlier.state:
            raise WritingError(
                zh=f"第 {number} 版就是现在发布的这一版",
                en=f"version {number} is the one that is published",
            )
        version, _ = await self._unit.articles.write(
            row,
            earlier.writing,
            state=earlier.state,
            actor=actor,
            confirmed=f"back to version {number}",
        )
        await self._note(actor, "back", row, published, earlier.writing, to=number, version=version)
        await self._unit.articles.ring(article)
        return version

    async def versions(self, article: int) -> list[Version]:
        """All versions of an article, the newest first."""
        rows = await self._unit.session.scalars(
            select(ArticleVersionRow)
            .where(ArticleVersionRow.article_id == article)
            .order_by(ArticleVersionRow.version.desc())
        )
        return [_version(row) for row in rows]

    async def version(self, article: int, number: int) -> Version:
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
        return _version(row)

    async def compared(self, article: int, before: int, after: int) -> list[Difference]:
        """The difference between any two versions.

        Raises:
            NoSuchArticle: there is none of one of these numbers.
        """
        old, new = await self.version(article, before), await self.version(article, after)
        return differences(old.writing, new.writing)

    async def unreviewed(self, regions: Collection[str]) -> list[Version]:
        """What was published urgently and nobody has looked at since, the oldest first."""
        rows = await self._unit.session.scalars(
            select(ArticleVersionRow)
            .join(ArticleRow, ArticleRow.id == ArticleVersionRow.article_id)
            .where(
                ArticleVersionRow.urgent.is_not(None),
                ArticleVersionRow.reviewed_by.is_(None),
                ArticleRow.region.in_(sorted(self._unit.articles.within(regions))),
            )
            .order_by(ArticleVersionRow.at)
        )
        return [_version(row) for row in rows]

    async def review_afterwards(
        self, article: int, version: int, *, actor: str, regions: Collection[str]
    ) -> None:
        """A second person has looked at what was published urgently.

        Raises:
            WritingError: it doesn't wait for that, or the reviewer published it.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._locked(article, regions)
        found = await self.version(article, version)
        if found.urgent is None or found.reviewed_by is not None:
            raise WritingError(
                zh=f"第 {article} 篇的第 {version} 版不用补审",
                en=f"version {version} of article {article} waits for no review",
            )
        if found.actor == actor:
            raise WritingError(
                zh="发布的人不能自己补审，请找另一位",
                en="who published it can't review it; ask somebody else",
            )
        await self._unit.session.execute(
            update(ArticleVersionRow)
            .where(ArticleVersionRow.article_id == article, ArticleVersionRow.version == version)
            .values(reviewed_by=actor)
        )
        await self._unit.drafts.note(actor, "reviewed_afterwards", row, after={"version": version})

    async def review_wanted(self, region: str, administrators: int) -> bool:
        """Whether a second person looks at a region's articles first.

        The region's own word holds, else that of the nearest one above it; where nobody has said
        anything, as soon as there are two administrators.
        """
        codes = [one.code for one in self._unit.regions.tree.upwards(region)]
        said = await self._said(codes)
        nearest = next((said[code] for code in codes if code in said), None)
        return administrators >= REVIEWERS if nearest is None else nearest

    async def review_setting(self, region: str) -> bool | None:
        """What a region itself has said about that."""
        return (await self._said([region])).get(region)

    async def _said(self, codes: Collection[str]) -> dict[str, bool]:
        rows = await self._unit.session.execute(
            select(ArticleSettingRow.region, ArticleSettingRow.review).where(
                ArticleSettingRow.region.in_(codes)
            )
        )
        return {one.region: one.review for one in rows}

    async def set_review(
        self, region: str, wanted: bool | None, *, actor: str, regions: Collection[str]
    ) -> None:
        """Say whether a region wants reviews; None leaves it to the number of administrators.

        Raises:
            WritingError, NotYours: there is no such region; it isn't theirs.
        """
        if self._unit.regions.tree.get(region) is None:
            raise WritingError(
                zh=f"没有地区 {region}，请从列表里选", en=f"there is no region {region!r}"
            )
        self._unit.drafts.mine(region, regions)
        table, before = ArticleSettingRow, await self.review_setting(region)
        if wanted is None:
            await self._unit.session.execute(delete(table).where(table.region == region))
        else:
            await self._unit.session.execute(
                insert(table)
                .values(region=region, review=wanted)
                .on_conflict_do_update(index_elements=[table.region], set_={"review": wanted})
            )
        await self._unit.audit.write(
            None,
            actor=actor,
            action="article.review_setting",
            subject=f"region:{region}",
            region=region,
            before={"review": SETTING[before]},
            after={"review": SETTING[wanted]},
        )

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
        wanted = await self.review_wanted(row.region, going.administrators)
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
        await self._unit.drafts.note(
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

    async def _locked(self, article: int, regions: Collection[str]) -> ArticleRow:
        row = await self._unit.articles.row(article, lock=True)
        if row is None:
            raise no_article(article)
        self._unit.drafts.mine(row.region, regions)
        return row


def _version(row: ArticleVersionRow) -> Version:
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
