"""The articles' desk: written, reviewed, tried, published, whatever surface that is done on.

Each step is one person's (`actor`, as `staff:NAME`), who answers for some regions and what lies
below them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.article_reader import ArticleReader, Asked, Stand
from knowledge.article_errors import (
    ChangedMeanwhile,
    EditedMeanwhile,
    NoDraft,
    NoSuchArticle,
    no_article,
)
from knowledge.article_list import Filter, Listed
from knowledge.article_versions import Version
from knowledge.article_writing import Difference, Writing, WritingError, differences
from knowledge.articles import Due, Place, writing_of
from knowledge.database import Database
from knowledge.drafts import Draft
from knowledge.publishing import Going
from nlu.article_gate import Report
from nlu.model import Progress, silent

log = structlog.get_logger()

TRIES = 3
"""How often a draft is tried anew when others publish at the same moment."""

Administrators = Callable[[str], Awaitable[int]]
"""How many administrators see to a region."""


class GateRefused(WritingError):
    """Publishing would make something else worse; `report` says what, line by line."""

    def __init__(self, report: Report) -> None:
        worse, only = len(report.worse), replace(report, turned=report.worse)
        super().__init__(
            zh=f"有 {worse} 个问题会答得更差：{'；'.join(only.sentences('zh'))}。"
            "请改草稿，或写明原因再确认",
            en=f"{worse} question{'s' if worse > 1 else ''} would be read worse: "
            f"{'; '.join(only.sentences())}. Change the draft, or confirm with a reason",
        )
        self.report = report


@dataclass(frozen=True)
class Shown:
    """An article with all that there is of it."""

    listed: Listed
    draft: Draft | None
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Out:
    """What came of publishing: the version, or when it will be; and what the gate said."""

    version: int | None
    at: datetime | None
    report: Report


@dataclass(frozen=True)
class ToDo:
    """What ends soon or has ended, and what was published urgently and not looked at since."""

    renew: tuple[Due, ...]
    review: tuple[Version, ...]


class ArticleDesk:
    """Where articles are listed, written, asked and published."""

    def __init__(
        self,
        database: Database,
        reader: ArticleReader,
        administrators: Administrators | None = None,
    ) -> None:
        """
        Args:
            database: the store.
            reader: what articles are tried with.
            administrators: counts those of a region; by their accounts if None.
        """
        self._database, self._reader = database, reader
        self._administrators = administrators or self._accounts_of_administrators

    async def find(
        self, wished: Filter, *, like: str | None = None, limit: int = 50, offset: int = 0
    ) -> list[Listed]:
        """A page of the list; with `like` what the bot itself would look at for a text.

        Raises:
            WritingError: there is no such state or language.
        """
        if like is not None:
            wished = replace(wished, topics=tuple(await self._reader.topics_like(like)))
        async with self._database.begin() as unit:
            return await unit.article_list.find(wished, limit=limit, offset=offset)

    async def show(self, article: int) -> Shown:
        """One article.

        Raises:
            NoSuchArticle: there is none of this number.
        """
        async with self._database.begin() as unit:
            found = await unit.article_list.find(Filter(number=article))
            if not found:
                raise no_article(article)
            draft = await unit.drafts.get(article)
            return Shown(found[0], draft, tuple(await unit.article_versions.of(article)))

    async def begin(self, place: Place, *, actor: str, regions: Collection[str]) -> Draft:
        """The draft of a place's article.

        Raises:
            WritingError: as `Drafts.begin`.
        """
        async with self._database.begin() as unit:
            return await unit.drafts.begin(place, actor=actor, regions=regions)

    async def change(
        self,
        article: int,
        changes: dict[str, Any],
        *,
        actor: str,
        regions: Collection[str],
        revision: int | None = None,
        base_version: int | None = None,
    ) -> Draft:
        """Write some fields of a draft anew, on top of a revision (of the newest if None).

        Raises:
            WritingError: as `Drafts.save`, or a field can't hold that.
        """
        async with self._database.begin() as unit:
            draft = await unit.drafts.get(article)
            if draft is None:
                raise NoDraft(article)
            return await unit.drafts.save(
                article,
                draft.writing.with_changes(changes),
                revision=draft.revision if revision is None else revision,
                base_version=base_version,
                actor=actor,
                regions=regions,
            )

    async def send(self, article: int, *, actor: str, regions: Collection[str]) -> Draft:
        """Ask for a review of the newest revision.

        Raises:
            WritingError: as `ArticleReviews.send`.
        """
        draft = await self._draft(article)
        async with self._database.begin() as unit:
            return await unit.article_reviews.send(
                article, revision=draft.revision, actor=actor, regions=regions
            )

    async def approve(
        self, article: int, *, actor: str, regions: Collection[str], revision: int | None = None
    ) -> Draft:
        """A second person has looked at a revision (the newest if None).

        Raises:
            WritingError: as `ArticleReviews.approve`.
        """
        seen = (await self._draft(article)).revision if revision is None else revision
        async with self._database.begin() as unit:
            return await unit.article_reviews.approve(
                article, revision=seen, actor=actor, regions=regions
            )

    async def send_back(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> Draft:
        """It isn't good yet.

        Raises:
            WritingError: as `ArticleReviews.send_back`.
        """
        async with self._database.begin() as unit:
            return await unit.article_reviews.send_back(
                article, reason, actor=actor, regions=regions
            )

    async def discard(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Throw a draft away.

        Raises:
            WritingError: as `Drafts.discard`.
        """
        async with self._database.begin() as unit:
            await unit.drafts.discard(article, actor=actor, regions=regions)

    async def review_afterwards(
        self, article: int, version: int, *, actor: str, regions: Collection[str]
    ) -> None:
        """A second person has looked at what was published urgently.

        Raises:
            WritingError: as `ArticleReviews.afterwards`.
        """
        async with self._database.begin() as unit:
            await unit.article_reviews.afterwards(article, version, actor=actor, regions=regions)

    async def set_review(
        self, region: str, wanted: bool | None, *, actor: str, regions: Collection[str]
    ) -> None:
        """Whether a region wants reviews; None leaves it to the number of its administrators.

        Raises:
            WritingError: as `ArticleReviews.set_wanted`.
        """
        async with self._database.begin() as unit:
            await unit.article_reviews.set_wanted(region, wanted, actor=actor, regions=regions)

    async def archive(
        self, article: int, reason: str, *, actor: str, regions: Collection[str]
    ) -> int:
        """Take an article out of riders' sight.

        Raises:
            WritingError: as `Publishing.archive`.
        """
        async with self._database.begin() as unit:
            return await unit.publishing.archive(article, reason, actor=actor, regions=regions)

    async def archive_all(
        self, articles: Collection[int], reason: str, *, actor: str, regions: Collection[str]
    ) -> None:
        """Take articles out of riders' sight: all of them or none.

        Raises:
            WritingError: as `Publishing.archive`, for one of them.
        """
        async with self._database.begin() as unit:
            for article in sorted(articles):
                await unit.publishing.archive(article, reason, actor=actor, regions=regions)

    async def checked_all(
        self, articles: Collection[int], *, actor: str, regions: Collection[str]
    ) -> None:
        """Articles were compared with their source today: all of them or none.

        Raises:
            WritingError: as `Publishing.checked`, for one of them.
        """
        async with self._database.begin() as unit:
            for article in sorted(articles):
                await unit.publishing.checked(article, actor=actor, regions=regions)

    async def unschedule(self, article: int, *, actor: str, regions: Collection[str]) -> None:
        """Not at that time.

        Raises:
            WritingError: as `Publishing.unschedule`.
        """
        async with self._database.begin() as unit:
            await unit.publishing.unschedule(article, actor=actor, regions=regions)

    async def back(
        self, article: int, to: int | None = None, *, actor: str, regions: Collection[str]
    ) -> int:
        """Make an earlier version the published one again.

        Raises:
            WritingError: as `Publishing.back`.
        """
        async with self._database.begin() as unit:
            return await unit.publishing.back(article, to, actor=actor, regions=regions)

    async def changes(self, article: int) -> list[Difference]:
        """From what is published of an article (nothing, before the first time) to its draft.

        Raises:
            NoSuchArticle: there is no draft of it.
        """
        draft = await self._draft(article)
        async with self._database.begin() as unit:
            row = await unit.articles.row(article)
            published = writing_of(row) if row is not None and row.version else Writing()
        return differences(published, draft.writing)

    async def review_wanted(self, region: str) -> bool:
        """Whether a second person looks at a region's articles before they are published."""
        administrators = await self._administrators(region)
        async with self._database.begin() as unit:
            return await unit.article_reviews.wanted(region, administrators)

    async def review_setting(self, region: str) -> bool | None:
        """What a region itself has said about that."""
        async with self._database.begin() as unit:
            return await unit.article_reviews.setting(region)

    async def compared(self, article: int, before: int, after: int) -> list[Difference]:
        """The difference between two versions.

        Raises:
            NoSuchArticle: there is none of one of these numbers.
        """
        async with self._database.begin() as unit:
            return await unit.article_versions.compared(article, before, after)

    async def to_do(self, regions: Collection[str]) -> ToDo:
        """What waits for somebody in these regions."""
        async with self._database.begin() as unit:
            return ToDo(
                tuple(await unit.articles.due_for_renewal(regions)),
                tuple(await unit.article_reviews.unreviewed(regions)),
            )

    async def ask(
        self,
        text: str,
        *,
        region: str | None = None,
        language: str = "zh",
        draft: int | None = None,
    ) -> Asked:
        """What the bot answers now, and what it would with the draft of an article.

        Raises:
            NoSuchArticle: there is no draft of it.
        """
        written = None if draft is None else await self._draft(draft)
        return await self._reader.ask(text, region=region, language=language, draft=written)

    @property
    def stand(self) -> Stand:
        """How far this process is with what drafts are tried with."""
        return self._reader.stand

    async def keep_ready(self) -> None:
        """Make ready beside the answering what a gate needs, until cancelled."""
        await self._reader.keep_ready()

    async def judge(self, article: int, tell: Progress = silent) -> Report:
        """What publishing a draft would do to everything else.

        Raises:
            NoSuchArticle: there is no draft of it.
        """
        return (await self._reader.judge(await self._draft(article), tell)).report

    async def publish(
        self,
        article: int,
        *,
        actor: str,
        regions: Collection[str],
        revision: int | None = None,
        at: datetime | None = None,
        urgent: str | None = None,
        confirmed: str | None = None,
        tell: Progress = silent,
    ) -> Out:
        """Publish a draft, at once or at a time, if nothing else is read worse by it.

        Args:
            article: its number.
            actor: who publishes.
            regions: theirs.
            revision: the one that was seen; the newest if None.
            at: when; at once if None.
            urgent: why it goes past the review.
            confirmed: why it goes past the gate.
            tell: told how far the gate is.

        Raises:
            GateRefused: something else would be read worse, and `confirmed` gives no reason.
            WritingError: as `Publishing.publish` and `Publishing.schedule`.
        """
        for left in reversed(range(TRIES)):
            draft = await self._draft(article)
            if revision is not None and draft.revision != revision:
                raise EditedMeanwhile(draft.revision, draft.saved_by, ())
            administrators = await self._administrators(draft.place.region)
            going = Going(actor, regions, administrators, urgent)
            async with self._database.begin() as unit:
                await unit.publishing.may_go_out(article, draft.revision, going)
            judged = await self._reader.judge(draft, tell)
            report = judged.report
            if report.refused and not (confirmed or "").strip():
                raise GateRefused(report)
            if report.refused or at is not None:
                going = replace(going, confirmed=confirmed)
            going = replace(going, tried=report.tried)
            try:
                async with self._database.begin() as unit:
                    if at is not None:
                        await unit.publishing.schedule(article, draft.revision, going, at)
                        return Out(None, at, report)
                    version = await unit.publishing.publish(
                        article, draft.revision, going, after=judged.change
                    )
            except ChangedMeanwhile:
                if not left:
                    raise
                continue
            await self._reader.caught_up()
            return Out(version, None, report)
        raise AssertionError("unreachable")

    async def publish_due(self) -> int:
        """Publish what is due by now; how many. What can't be is held, with the reason."""
        async with self._database.begin() as unit:
            due = await unit.publishing.take_due()
        done = 0
        for draft in due:
            try:
                await self.publish(
                    draft.article,
                    actor=draft.scheduled_by or draft.saved_by,
                    regions=(draft.place.region,),
                    revision=draft.revision,
                    urgent=draft.urgent,
                    confirmed=draft.confirmed,
                )
                done += 1
            except (NoSuchArticle, EditedMeanwhile):
                continue  # somebody took it in hand at the same moment
            except WritingError as why:
                log.warning("articles.held", article=draft.article)
                async with self._database.begin() as unit:
                    await unit.publishing.hold(draft.article, why.said)
        return done

    async def _draft(self, article: int) -> Draft:
        async with self._database.begin() as unit:
            draft = await unit.drafts.get(article)
        if draft is None:
            raise NoDraft(article)
        return draft

    async def _accounts_of_administrators(self, region: str) -> int:
        async with self._database.begin() as unit:
            return await unit.accounts.administrators(region)
