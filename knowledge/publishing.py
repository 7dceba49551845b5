"""What happens to articles in riders' sight: published, at a time if wished, archived, put back.

Every version is kept, and any two can be compared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_errors import ChangedMeanwhile, NoSuchArticle, PublishedMeanwhile
from knowledge.article_rows import (
    ArticleDraftRow,
    ArticleRow,
    ArticleSettingRow,
    ArticleVersionRow,
)
from knowledge.article_writing import Difference, Writing, WritingError, differences
from knowledge.articles import Place, State, writing_of
from knowledge.drafts import NOT_SCHEDULED, Draft, draft_of, must_be_whole, must_have

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

REVIEWERS = 2
"""Administrators from which on a region's articles are looked at by a second one."""


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
    """

    actor: str
    regions: Collection[str]
    administrators: int = 0
    urgent: str | None = None
    confirmed: str | None = None


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
        version, change = await self._unit.articles.write(
            row,
            Writing.kept(draft.body),
            state="published",
            actor=going.actor,
            reviewed_by=draft.reviewed_by,
            urgent=going.urgent if draft.reviewed_by is None else None,
            confirmed=going.confirmed,
        )
        if after is not None and change != after + 1:
            raise ChangedMeanwhile
        await self._unit.session.execute(
            delete(ArticleDraftRow).where(ArticleDraftRow.article_id == article)
        )
        what = "published_anyway" if going.confirmed else "published"
        await self._unit.drafts.note(going.actor, what, article)
        await self._unit.articles.ring(article)
        return version

    async def schedule(self, article: int, revision: int, going: Going, at: datetime) -> Draft:
        """Have a draft published at a time; what keeps it from that is told now.

        Raises:
            WritingError: the time is past, or anything that `publish` refuses.
        """
        if at <= self._unit.now:
            raise WritingError("that time is past; publish it at once, without a time")
        await self.may_go_out(article, revision, going)
        await self._unit.drafts.change(
            article,
            publish_at=at,
            scheduled_by=going.actor,
            urgent=going.urgent,
            confirmed=going.confirmed,
            held=None,
        )
        await self._unit.drafts.note(going.actor, "scheduled", article)
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

    async def hold(self, article: int, reason: str) -> None:
        """It was due and can't be published; whoever looks at it sees why."""
        await self._unit.drafts.change(article, **{**NOT_SCHEDULED, "held": reason})
        await self._unit.drafts.note("house", "held", article)

    async def archive(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> int:
        """Take an article out of riders' sight; the number of the new version.

        Raises:
            WritingError: it isn't published, or there is no reason.
            NotYours, NoSuchArticle: as they say.
        """
        row = await self._locked(article, regions)
        if row.state != "published":
            raise WritingError(f"article {article} isn't published; there is nothing to archive")
        must_have("why it is archived", reason)
        version, _ = await self._unit.articles.write(
            row, writing_of(row), state="archived", actor=actor, confirmed=reason.strip()
        )
        await self._unit.drafts.note(actor, "archived", article)
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
                f"article {article} has no version before this one; archive it instead"
            )
        earlier = await self.version(article, number)
        if number == row.version and row.state == earlier.state:
            raise WritingError(f"version {number} is the one that is published")
        version, _ = await self._unit.articles.write(
            row,
            earlier.writing,
            state=earlier.state,
            actor=actor,
            confirmed=f"back to version {number}",
        )
        await self._unit.drafts.note(actor, f"back_to_{number}", article)
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
            raise NoSuchArticle(f"article {article} has no version {number}")
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
        await self._locked(article, regions)
        found = await self.version(article, version)
        if found.urgent is None or found.reviewed_by is not None:
            raise WritingError(f"version {version} of article {article} waits for no review")
        if found.actor == actor:
            raise WritingError("who published it can't review it; ask somebody else")
        await self._unit.session.execute(
            update(ArticleVersionRow)
            .where(ArticleVersionRow.article_id == article, ArticleVersionRow.version == version)
            .values(reviewed_by=actor)
        )
        await self._unit.drafts.note(actor, f"reviewed_afterwards_{version}", article)

    async def review_wanted(self, region: str, administrators: int) -> bool:
        """Whether a second person looks at a region's articles first.

        The region's own word holds, else that of the nearest one above it; where nobody has said
        anything, as soon as there are two administrators.
        """
        codes = [one.code for one in self._unit.regions.tree.upwards(region)]
        rows = await self._unit.session.execute(
            select(ArticleSettingRow.region, ArticleSettingRow.review).where(
                ArticleSettingRow.region.in_(codes)
            )
        )
        said = {one.region: one.review for one in rows}
        nearest = next((said[code] for code in codes if code in said), None)
        return administrators >= REVIEWERS if nearest is None else nearest

    async def set_review(
        self, region: str, wanted: bool | None, *, actor: str, regions: Collection[str]
    ) -> None:
        """Say whether a region wants reviews; None leaves it to the number of administrators.

        Raises:
            WritingError, NotYours: there is no such region; it isn't theirs.
        """
        if self._unit.regions.tree.get(region) is None:
            raise WritingError(f"there is no region {region!r}")
        self._unit.drafts.mine(region, regions)
        table = ArticleSettingRow
        if wanted is None:
            await self._unit.session.execute(delete(table).where(table.region == region))
        else:
            await self._unit.session.execute(
                insert(table)
                .values(region=region, review=wanted)
                .on_conflict_do_update(index_elements=[table.region], set_={"review": wanted})
            )
        said = {True: "on", False: "off", None: "by_number"}[wanted]
        await self._unit.audit.write(None, actor=actor, action=f"articles.review_{said}:{region}")

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
            raise WritingError(
                f"a second person looks at articles of {row.region} first; send it for review, or "
                "say why it is urgent and can be reviewed afterwards"
            )
        return row, draft

    async def _locked(self, article: int, regions: Collection[str]) -> ArticleRow:
        row = await self._unit.articles.row(article, lock=True)
        if row is None:
            raise NoSuchArticle(f"there is no article {article}")
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
