"""What an actor does with articles: written, reviewed, published, taken back.

Every function asks the actor first, by function and by the article's region.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.article_pictures import ArticlePictures, picture_of
from bot.article_publishing import ArticlePublishing, Out
from bot.article_sheets import its_place, regions_of
from knowledge.access import Actor
from knowledge.article_errors import NoDraft
from knowledge.articles import Place
from knowledge.database import Database
from knowledge.drafts import Draft
from nlu.article_gate import Report
from nlu.model import Progress, silent


class ArticleOffice:
    """Articles for whoever has an account.

    Beside what each function names, all raise `Denied` (the role may not) and, where a number is
    given, `NotThere` (no such article in the actor's regions).
    """

    def __init__(self, database: Database, publishing: ArticlePublishing) -> None:
        self._database, self._publishing = database, publishing
        self._pictures = ArticlePictures(database)

    async def begin(self, actor: Actor, place: Place) -> Draft:
        """The draft of a place's article.

        Raises:
            WritingError: there is no such region or language, or that is no topic.
        """
        actor.ask("article.write")
        if actor.tree.get(place.region) is not None:
            actor.ask_about("article.write", place.region)
        async with self._database.begin() as unit:
            return await unit.drafts.begin(place, **_who(actor))

    async def begin_again(self, actor: Actor, article: int, language: str | None = None) -> Draft:
        """A draft of an article that there is, or of the same in another language."""
        place = await its_place(self._database, actor, "article.write", article)
        return await self.begin(actor, replace(place, language=language or place.language))

    async def change(
        self,
        actor: Actor,
        article: int,
        changes: dict[str, Any],
        *,
        revision: int | None = None,
        base_version: int | None = None,
    ) -> Draft:
        """Write some fields of a draft anew, on top of a revision (of the newest if None).

        Raises:
            EditedMeanwhile: another revision is kept by now, with the difference.
            WritingError: a field can't hold that, or there is no draft.
        """
        await its_place(self._database, actor, "article.write", article)
        async with self._database.begin() as unit:
            draft = await unit.drafts.get(article)
            if draft is None:
                raise NoDraft(article)
            return await unit.drafts.save(
                article,
                draft.writing.with_changes(changes),
                revision=draft.revision if revision is None else revision,
                base_version=base_version,
                **_who(actor),
            )

    async def discard(self, actor: Actor, article: int) -> None:
        """Throw a draft away.

        Raises:
            NoDraft: there is none.
        """
        await its_place(self._database, actor, "article.write", article)
        async with self._database.begin() as unit:
            await unit.drafts.discard(article, **_who(actor))

    async def put_picture(self, actor: Actor, article: int, raw: bytes | None, alt: str) -> Draft:
        """Give a draft another picture, or (None) the one that it has other words.

        Raises:
            WritingError: it is no picture that can be shown, or there is none to describe.
        """
        await its_place(self._database, actor, "article.write", article)
        photo = None if raw is None else await picture_of(raw)
        return await self._pictures.put(article, photo, alt, **_who(actor))

    async def remove_picture(self, actor: Actor, article: int) -> Draft:
        """Take the picture out of a draft.

        Raises:
            WritingError: there is no draft.
        """
        await its_place(self._database, actor, "article.write", article)
        return await self._pictures.remove(article, **_who(actor))

    async def send(self, actor: Actor, article: int) -> None:
        """Ask for a review of the newest revision.

        Raises:
            WritingError: something is missing.
        """
        await its_place(self._database, actor, "article.write", article)
        revision = (await self._publishing.draft(article)).revision
        async with self._database.begin() as unit:
            await unit.article_reviews.send(article, revision=revision, **_who(actor))

    # Reviewing and publishing

    async def approve(self, actor: Actor, article: int, revision: int | None = None) -> None:
        """A second person has looked at a revision (the newest if None).

        Raises:
            WritingError: it isn't in review, the actor wrote at it, or it was changed meanwhile.
        """
        await its_place(self._database, actor, "article.review", article)
        if revision is None:
            revision = (await self._publishing.draft(article)).revision
        async with self._database.begin() as unit:
            await unit.article_reviews.approve(article, revision=revision, **_who(actor))

    async def send_back(self, actor: Actor, article: int, reason: str) -> None:
        """It isn't good yet.

        Raises:
            WritingError: it isn't in review, or there is no reason.
        """
        await its_place(self._database, actor, "article.review", article)
        async with self._database.begin() as unit:
            await unit.article_reviews.send_back(article, reason, **_who(actor))

    async def review_afterwards(self, actor: Actor, article: int, version: int) -> None:
        """A second person has looked at what was published urgently.

        Raises:
            WritingError: it doesn't wait for that, or the actor published it.
        """
        await its_place(self._database, actor, "article.review", article)
        async with self._database.begin() as unit:
            await unit.article_reviews.afterwards(article, version, **_who(actor))

    async def judge(self, actor: Actor, article: int, tell: Progress = silent) -> Report:
        """What publishing a draft would do to everything else; `tell` hears how far that is.

        Raises:
            NoDraft: there is none.
        """
        await its_place(self._database, actor, "article.publish", article)
        return await self._publishing.judge(article, tell)

    async def publish(
        self,
        actor: Actor,
        article: int,
        *,
        revision: int | None = None,
        at: datetime | None = None,
        urgent: str | None = None,
        confirmed: str | None = None,
        tell: Progress = silent,
    ) -> Out:
        """Publish a draft, at once or at a time; arguments as `ArticlePublishing.publish` has them.

        Raises:
            GateRefused: something else would be read worse, and `confirmed` gives no reason.
            WritingError: something is missing, nobody has reviewed it, or it was changed meanwhile.
        """
        await its_place(self._database, actor, "article.publish", article)
        return await self._publishing.publish(
            article,
            revision=revision,
            at=at,
            urgent=urgent,
            confirmed=confirmed,
            tell=tell,
            **_who(actor),
        )

    async def unschedule(self, actor: Actor, article: int) -> None:
        """Not at that time.

        Raises:
            NoDraft: there is none.
        """
        await its_place(self._database, actor, "article.publish", article)
        async with self._database.begin() as unit:
            await unit.publishing.unschedule(article, **_who(actor))

    async def back(self, actor: Actor, article: int, to: int | None = None) -> int:
        """Make an earlier version (the one before if None) the published one again; the number of
        the new version.

        Raises:
            WritingError: there is no such version to go back to.
        """
        await its_place(self._database, actor, "article.publish", article)
        async with self._database.begin() as unit:
            return await unit.publishing.back(article, to, **_who(actor))

    async def archive(self, actor: Actor, articles: Sequence[int], reason: str) -> list[int]:
        """Take articles out of riders' sight: all of them or none. Their new versions' numbers.

        Raises:
            WritingError: one isn't published, or there is no reason.
        """
        actor.ask("article.publish")
        for article in articles:
            await its_place(self._database, actor, "article.publish", article)
        async with self._database.begin() as unit:
            return [
                await unit.publishing.archive(article, reason, **_who(actor))
                for article in sorted(articles)
            ]

    async def checked(self, actor: Actor, articles: Sequence[int]) -> None:
        """Articles were compared with their source today: all of them or none.

        Raises:
            WritingError: one isn't published.
        """
        actor.ask("article.publish")
        for article in articles:
            await its_place(self._database, actor, "article.publish", article)
        async with self._database.begin() as unit:
            for article in sorted(articles):
                await unit.publishing.checked(article, **_who(actor))

    async def set_review(self, actor: Actor, region: str, wanted: bool | None) -> None:
        """Whether a region wants reviews; None leaves it to the number of its administrators.

        Raises:
            WritingError: there is no such region.
        """
        actor.ask_about("article.publish", region)
        async with self._database.begin() as unit:
            await unit.article_reviews.set_wanted(region, wanted, **_who(actor))


def _who(actor: Actor) -> dict[str, Any]:
    """How a step names the actor, and the regions they answer for."""
    return {"actor": actor.audited_as, "regions": regions_of(actor)}
