"""A second person looks at an article: before it is published, or afterwards if it was urgent."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_rows import ArticleRow, ArticleSettingRow, ArticleVersionRow
from knowledge.article_steps import said_as
from knowledge.article_versions import Version, version_of
from knowledge.article_writing import Writing, WritingError, must_be_whole
from knowledge.content_entries import Words
from knowledge.drafts import NOT_SCHEDULED, Draft

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

REVIEWERS = 2
"""Administrators from which on a region's articles are looked at by a second one."""

SETTING = {True: "on", False: "off", None: "by_number"}
"""How the audit names what a region has said about reviews."""


class ArticleReviews:
    """Reviews of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def send(
        self, article: int, *, revision: int, actor: str, regions: Collection[str]
    ) -> Draft:
        """Ask for a review.

        Raises:
            WritingError: something is missing or can't be shown; all of it is told.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self._unit.drafts.seen(article, revision, regions)
        must_be_whole(Writing.kept(draft.body))
        await self._unit.drafts.change(article, state="in_review", held=None)
        await self._unit.article_steps.note(actor, "sent_for_review", row)
        return await self._unit.drafts.there(article)

    async def approve(
        self, article: int, *, revision: int, actor: str, regions: Collection[str]
    ) -> Draft:
        """A second person has looked at it.

        Raises:
            WritingError: it isn't in review, or the reviewer wrote at it.
            EditedMeanwhile, NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self._unit.drafts.seen(article, revision, regions)
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
        await self._unit.drafts.change(article, state="approved", reviewed_by=actor)
        await self._unit.article_steps.note(actor, "approved", row)
        return await self._unit.drafts.there(article)

    async def send_back(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> Draft:
        """It isn't good yet; the writer sees why.

        Raises:
            WritingError: it isn't in review, or there is no reason.
            NotYours, NoSuchArticle: as they say.
        """
        row, draft = await self._unit.drafts.open(article, regions)
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
        await self._unit.drafts.change(
            article,
            state="writing",
            reviewed_by=None,
            **{**NOT_SCHEDULED, "held": why.model_dump_json()},
        )
        await self._unit.article_steps.note(actor, "sent_back", row, after={"reason": reason})
        return await self._unit.drafts.there(article)

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
        return [version_of(row) for row in rows]

    async def afterwards(
        self, article: int, version: int, *, actor: str, regions: Collection[str]
    ) -> None:
        """A second person has looked at what was published urgently.

        Raises:
            WritingError: it doesn't wait for that, or the reviewer published it.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._unit.article_steps.locked(article, regions)
        found = await self._unit.article_versions.one(article, version)
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
        await self._unit.article_steps.note(
            actor, "reviewed_afterwards", row, after={"version": version}
        )

    async def wanted(self, region: str, administrators: int) -> bool:
        """Whether a second person looks at a region's articles first.

        The region's own word holds, else that of the nearest one above it; where nobody has said
        anything, as soon as there are two administrators.
        """
        codes = [one.code for one in self._unit.regions.tree.upwards(region)]
        said = await self._said(codes)
        nearest = next((said[code] for code in codes if code in said), None)
        return administrators >= REVIEWERS if nearest is None else nearest

    async def setting(self, region: str) -> bool | None:
        """What a region itself has said about that."""
        return (await self._said([region])).get(region)

    async def _said(self, codes: Collection[str]) -> dict[str, bool]:
        rows = await self._unit.session.execute(
            select(ArticleSettingRow.region, ArticleSettingRow.review).where(
                ArticleSettingRow.region.in_(codes)
            )
        )
        return {one.region: one.review for one in rows}

    async def set_wanted(
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
        self._unit.article_steps.mine(region, regions)
        table, before = ArticleSettingRow, await self.setting(region)
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
