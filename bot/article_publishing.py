"""Articles on their way to riders: tried against all others, published now or at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.article_reader import ArticleReader
from knowledge.article_errors import ChangedMeanwhile, EditedMeanwhile, NoDraft, NoSuchArticle
from knowledge.article_writing import WritingError
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
class Out:
    """What came of publishing: the version, or when it will be; and what the gate said."""

    version: int | None
    at: datetime | None
    report: Report


class ArticlePublishing:
    """Where drafts are tried and published. Who may do that is asked before."""

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
        self._database, self.reader = database, reader
        self._administrators = administrators or self._accounts_of_administrators

    async def review_wanted(self, region: str) -> bool:
        """Whether a second person looks at a region's articles before they are published."""
        administrators = await self._administrators(region)
        async with self._database.begin() as unit:
            return await unit.article_reviews.wanted(region, administrators)

    async def judge(self, article: int, tell: Progress = silent) -> Report:
        """What publishing a draft would do to everything else.

        Raises:
            NoSuchArticle: there is no draft of it.
        """
        return (await self.reader.judge(await self.draft(article), tell)).report

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
            draft = await self.draft(article)
            if revision is not None and draft.revision != revision:
                raise EditedMeanwhile(draft.revision, draft.saved_by, ())
            administrators = await self._administrators(draft.place.region)
            going = Going(actor, regions, administrators, urgent)
            async with self._database.begin() as unit:
                await unit.publishing.may_go_out(article, draft.revision, going)
            judged = await self.reader.judge(draft, tell)
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
            await self.reader.caught_up()
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

    async def draft(self, article: int) -> Draft:
        """What is being written of an article.

        Raises:
            NoDraft: nothing is.
        """
        async with self._database.begin() as unit:
            draft = await unit.drafts.get(article)
        if draft is None:
            raise NoDraft(article)
        return draft

    async def _accounts_of_administrators(self, region: str) -> int:
        async with self._database.begin() as unit:
            return await unit.accounts.administrators(region)
