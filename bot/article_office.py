"""The articles' desk for members of staff who have an account: who may do what, and where.

Every function asks the actor first, by function and by the article's region, and then does what
`bot/article_desk.py` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.article_desk import ArticleDesk, Out, Shown, ToDo
from bot.article_pictures import ArticlePictures, picture_of
from bot.article_reader import Asked, Stand
from knowledge.access import Actor, NotThere
from knowledge.article_list import Filter, Listed
from knowledge.article_writing import Difference
from knowledge.articles import Place, place_of
from knowledge.database import Database
from knowledge.drafts import Draft
from nlu.routes import topic_of

PAGE = 50

MOST_TOPICS = 300
"""Topics that are offered to choose from; more are typed."""

LONGEST_ASKED = 1000
"""Characters of a question that is tried: so many are kept of a rider's line."""

MARKS = ("out_of_date", "never_used", "badly_judged", "older")
"""What can be wrong with an article in the list; the names are those of `Filter`."""


@dataclass(frozen=True)
class Wish:
    """What was typed into the list's filter; empty filters nothing.

    Attributes:
        text: words that stand in it, or with `like` a question that the bot would answer by it.
        marks: of `MARKS`.
    """

    text: str = ""
    like: bool = False
    topic: str = ""
    region: str = ""
    language: str = ""
    state: str = ""
    draft: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A page of the list; `more` says whether another one follows."""

    articles: tuple[Listed, ...]
    more: bool


@dataclass(frozen=True)
class Sheet:
    """An article with what its page needs to know.

    Attributes:
        other: the same in the other language, if there is one.
        review: whether a second person looks at it before it is published.
        setting: what the region itself has said about that.
        changes: from what is published to the draft.
        titles: a question for each related topic.
    """

    shown: Shown
    other: Shown | None
    review: bool
    setting: bool | None
    changes: tuple[Difference, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> Listed:
        return self.shown.listed

    @property
    def draft(self) -> Draft | None:
        return self.shown.draft


@dataclass(frozen=True)
class Offered:
    """What the editor offers to choose from: topics that there are, and colleagues' names."""

    topics: tuple[str, ...]
    owners: tuple[str, ...]


class ArticleOffice:
    """Articles for whoever has an account.

    Beside what each function names, all raise `Denied` (the role may not) and, where a number is
    given, `NotThere` (no such article in the actor's regions).
    """

    def __init__(self, database: Database, desk: ArticleDesk) -> None:
        self._database, self._desk = database, desk
        self._pictures = ArticlePictures(database)

    async def find(self, actor: Actor, wish: Wish, *, page: int = 1) -> Found:
        """A page of the list.

        Raises:
            WritingError: there is no such state or language.
        """
        actor.ask("article.read")
        if wish.region and not actor.reaches(wish.region):
            raise NotThere
        wished = Filter(
            text="" if wish.like else wish.text,
            topics=(wish.topic,) if wish.topic else None,
            regions=(wish.region,) if wish.region else tuple(_regions(actor)),
            language=wish.language or None,
            state=wish.state or None,
            draft=wish.draft or None,
            **{mark: True for mark in wish.marks if mark in MARKS},
        )
        found = await self._desk.find(
            wished,
            like=wish.text if wish.like and wish.text.strip() else None,
            limit=PAGE + 1,
            offset=PAGE * (page - 1),
        )
        return Found(tuple(found[:PAGE]), len(found) > PAGE)

    async def chosen(self, actor: Actor, articles: Iterable[int]) -> list[Listed]:
        """Those of these articles that are the actor's, for something that is done to all."""
        actor.ask("article.publish")
        regions, found = tuple(_regions(actor)), []
        for number in sorted(set(articles)):
            found += await self._desk.find(Filter(number=number, regions=regions))
        return found

    async def to_do(self, actor: Actor) -> ToDo:
        """What ends soon, and what is to be reviewed afterwards."""
        actor.ask("article.read")
        return await self._desk.to_do(_regions(actor))

    async def offered(self, actor: Actor) -> Offered:
        """What the editor offers."""
        actor.ask("article.write")
        async with self._database.begin() as unit:
            topics = sorted(await unit.shelf.by_topic(unit.session))
            accounts = await unit.accounts.within(actor.regions)
        owners = tuple(one.name for one in accounts if one.disabled_at is None)
        return Offered(tuple(topics[:MOST_TOPICS]), owners)

    async def sheet(self, actor: Actor, article: int) -> Sheet:
        """One article."""
        place = await self._mine(actor, "article.read", article)
        shown = await self._desk.show(article)
        other = await self._other(place)
        setting = await self._desk.review_setting(place.region)
        review = await self._desk.review_wanted(place.region)
        changes = await self._desk.changes(article) if shown.draft is not None else []
        writing = shown.draft.writing if shown.draft else None
        related = writing.related if writing else shown.versions[0].writing.related
        async with self._database.begin() as unit:
            titles = await unit.articles.titles(related, place.language)
        return Sheet(shown, other, review, setting, tuple(changes), titles)

    async def compared(
        self, actor: Actor, article: int, before: int, after: int
    ) -> list[Difference]:
        """The difference between two versions.

        Raises:
            NoSuchArticle: there is none of one of these numbers.
        """
        await self._mine(actor, "article.read", article)
        return await self._desk.compared(article, before, after)

    async def ask(
        self, actor: Actor, article: int, text: str, *, region: str | None = None
    ) -> Asked:
        """What the bot answers now, and what it would with the article's draft if it has one."""
        place = await self._mine(actor, "article.read", article)
        draft = (await self._desk.show(article)).draft
        return await self._desk.ask(
            text[:LONGEST_ASKED],
            region=region or place.region,
            language=place.language,
            draft=None if draft is None else article,
        )

    async def stand(self, actor: Actor) -> Stand:
        """How far this process is with what drafts are tried with."""
        actor.ask("article.read")
        return self._desk.stand

    async def titles(self, actor: Actor, routes: Iterable[str], language: str) -> dict[str, str]:
        """A question for each of these routes that is one of fact."""
        actor.ask("article.read")
        topics = [topic for route in routes if (topic := topic_of(route)) is not None]
        async with self._database.begin() as unit:
            found = await unit.articles.titles(topics, "zh") if language == "en" else {}
            return found | await unit.articles.titles(topics, language)

    # Writing

    async def begin(self, actor: Actor, place: Place) -> Draft:
        """The draft of a place's article.

        Raises:
            WritingError: there is no such region or language, or that is no topic.
        """
        actor.ask("article.write")
        if actor.tree.get(place.region) is not None:
            actor.ask_about("article.write", place.region)
        return await self._desk.begin(place, **_who(actor))

    async def begin_again(self, actor: Actor, article: int, language: str | None = None) -> Draft:
        """A draft of an article that there is, or of the same in another language."""
        place = await self._mine(actor, "article.write", article)
        return await self.begin(actor, replace(place, language=language or place.language))

    async def change(
        self,
        actor: Actor,
        article: int,
        changes: dict[str, Any],
        *,
        revision: int,
        base_version: int | None = None,
    ) -> Draft:
        """Write some fields of a draft anew.

        Raises:
            EditedMeanwhile: another revision is kept by now, with the difference.
            WritingError: a field can't hold that, or there is no draft.
        """
        await self._mine(actor, "article.write", article)
        return await self._desk.change(
            article, changes, revision=revision, base_version=base_version, **_who(actor)
        )

    async def discard(self, actor: Actor, article: int) -> None:
        """Throw a draft away.

        Raises:
            NoDraft: there is none.
        """
        await self._mine(actor, "article.write", article)
        await self._desk.discard(article, **_who(actor))

    async def put_picture(self, actor: Actor, article: int, raw: bytes | None, alt: str) -> Draft:
        """Give a draft another picture, or (None) the one that it has other words.

        Raises:
            WritingError: it is no picture that can be shown, or there is none to describe.
        """
        await self._mine(actor, "article.write", article)
        photo = None if raw is None else await picture_of(raw)
        return await self._pictures.put(article, photo, alt, **_who(actor))

    async def remove_picture(self, actor: Actor, article: int) -> Draft:
        """Take the picture out of a draft.

        Raises:
            WritingError: there is no draft.
        """
        await self._mine(actor, "article.write", article)
        return await self._pictures.remove(article, **_who(actor))

    async def send(self, actor: Actor, article: int) -> None:
        """Ask for a review.

        Raises:
            WritingError: something is missing.
        """
        await self._mine(actor, "article.write", article)
        await self._desk.send(article, **_who(actor))

    # Reviewing and publishing

    async def approve(self, actor: Actor, article: int, revision: int) -> None:
        """A second person has looked at a revision.

        Raises:
            WritingError: it isn't in review, the actor wrote at it, or it was changed meanwhile.
        """
        await self._mine(actor, "article.review", article)
        await self._desk.approve(article, revision=revision, **_who(actor))

    async def send_back(self, actor: Actor, article: int, reason: str) -> None:
        """It isn't good yet.

        Raises:
            WritingError: it isn't in review, or there is no reason.
        """
        await self._mine(actor, "article.review", article)
        await self._desk.send_back(article, reason, **_who(actor))

    async def review_afterwards(self, actor: Actor, article: int, version: int) -> None:
        """A second person has looked at what was published urgently.

        Raises:
            WritingError: it doesn't wait for that, or the actor published it.
        """
        await self._mine(actor, "article.review", article)
        await self._desk.review_afterwards(article, version, **_who(actor))

    async def publish(
        self,
        actor: Actor,
        article: int,
        *,
        revision: int,
        at: datetime | None = None,
        urgent: str | None = None,
        confirmed: str | None = None,
    ) -> Out:
        """Publish a draft, at once or at a time.

        Raises:
            GateRefused: something else would be read worse, and `confirmed` gives no reason.
            WritingError: something is missing, nobody has reviewed it, or it was changed meanwhile.
        """
        await self._mine(actor, "article.publish", article)
        return await self._desk.publish(
            article, revision=revision, at=at, urgent=urgent, confirmed=confirmed, **_who(actor)
        )

    async def unschedule(self, actor: Actor, article: int) -> None:
        """Not at that time.

        Raises:
            NoDraft: there is none.
        """
        await self._mine(actor, "article.publish", article)
        await self._desk.unschedule(article, **_who(actor))

    async def back(self, actor: Actor, article: int, to: int) -> int:
        """Make an earlier version the published one again; the number of the new version.

        Raises:
            WritingError: there is no such version to go back to.
        """
        await self._mine(actor, "article.publish", article)
        return await self._desk.back(article, to, **_who(actor))

    async def archive(self, actor: Actor, articles: Sequence[int], reason: str) -> None:
        """Take articles out of riders' sight: all of them or none.

        Raises:
            WritingError: one isn't published, or there is no reason.
        """
        actor.ask("article.publish")
        for article in articles:
            await self._mine(actor, "article.publish", article)
        await self._desk.archive_all(articles, reason, **_who(actor))

    async def checked(self, actor: Actor, articles: Sequence[int]) -> None:
        """Articles were compared with their source today: all of them or none.

        Raises:
            WritingError: one isn't published.
        """
        actor.ask("article.publish")
        for article in articles:
            await self._mine(actor, "article.publish", article)
        await self._desk.checked_all(articles, **_who(actor))

    async def set_review(self, actor: Actor, article: int, wanted: bool | None) -> None:
        """Whether the article's region wants reviews; None leaves it to the number of
        administrators.
        """
        place = await self._mine(actor, "article.publish", article)
        await self._desk.set_review(place.region, wanted, **_who(actor))

    async def _mine(self, actor: Actor, what: str, article: int) -> Place:
        actor.ask(what)
        async with self._database.begin() as unit:
            row = await unit.articles.row(article)
            if row is None:
                raise NotThere
            place = place_of(row)
        actor.ask_about(what, place.region)
        return place

    async def _other(self, place: Place) -> Shown | None:
        language = "zh" if place.language == "en" else "en"
        found = await self._desk.find(
            Filter(topics=(place.topic,), regions=(place.region,), language=language)
        )
        same = next((one for one in found if one.place.region == place.region), None)
        return None if same is None else await self._desk.show(same.id)


def _who(actor: Actor) -> dict[str, Any]:
    """How the desk names the actor, and the regions they answer for."""
    return {"actor": actor.audited_as, "regions": _regions(actor)}


def _regions(actor: Actor) -> Collection[str]:
    """The uppermost regions of an actor; of one without a region those that nothing is above."""
    if actor.region is not None:
        return [actor.region]
    return [region.code for region in actor.tree if region.parent is None]
