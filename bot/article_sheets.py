"""What an actor sees of articles: the list, one with all that there is of it, what the bot says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.article_publishing import ArticlePublishing
from bot.article_reader import Asked
from bot.gate_stand import Stand
from knowledge.access import Actor, NotThere
from knowledge.article_list import Filter, Listed
from knowledge.article_versions import Version
from knowledge.article_writing import Difference, Writing, differences
from knowledge.articles import Due, Place, place_of, writing_of
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
class Shown:
    """An article with all that there is of it."""

    listed: Listed
    draft: Draft | None
    versions: tuple[Version, ...]


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
class ToDo:
    """What ends soon or has ended, and what was published urgently and not looked at since."""

    renew: tuple[Due, ...]
    review: tuple[Version, ...]


@dataclass(frozen=True)
class Offered:
    """What the editor offers to choose from: topics that there are, and colleagues' names."""

    topics: tuple[str, ...]
    owners: tuple[str, ...]


class ArticleSheets:
    """Articles to be looked at, by whoever has an account.

    Beside what each function names, all raise `Denied` (the role may not) and, where a number is
    given, `NotThere` (no such article in the actor's regions).
    """

    def __init__(self, database: Database, publishing: ArticlePublishing) -> None:
        self._database, self._publishing = database, publishing
        self._reader = publishing.reader

    async def find(self, actor: Actor, wish: Wish, *, page: int = 1) -> Found:
        """A page of the list.

        Raises:
            WritingError: there is no such state or language.
        """
        wished = Filter(
            text="" if wish.like else wish.text,
            topics=(wish.topic,) if wish.topic else None,
            regions=(wish.region,) if wish.region else None,
            language=wish.language or None,
            state=wish.state or None,
            draft=wish.draft or None,
            **{mark: True for mark in wish.marks if mark in MARKS},
        )
        found = await self.listed(
            actor,
            wished,
            like=wish.text if wish.like and wish.text.strip() else None,
            limit=PAGE + 1,
            offset=PAGE * (page - 1),
        )
        return Found(tuple(found[:PAGE]), len(found) > PAGE)

    async def listed(
        self,
        actor: Actor,
        wished: Filter,
        *,
        like: str | None = None,
        limit: int = PAGE,
        offset: int = 0,
    ) -> list[Listed]:
        """Articles of the wished regions, or of all of the actor's.

        With `like` what the bot itself would look at for a text.

        Raises:
            WritingError: there is no such state or language.
        """
        actor.ask("article.read")
        if wished.regions is None:
            wished = replace(wished, regions=tuple(regions_of(actor)))
        elif not all(map(actor.reaches, wished.regions)):
            raise NotThere
        if like is not None:
            wished = replace(wished, topics=tuple(await self._reader.topics_like(like)))
        async with self._database.begin() as unit:
            return await unit.article_list.find(wished, limit=limit, offset=offset)

    async def chosen(self, actor: Actor, articles: Iterable[int]) -> list[Listed]:
        """Those of these articles that are the actor's, for something that is done to all."""
        actor.ask("article.publish")
        found = []
        for number in sorted(set(articles)):
            found += await self.listed(actor, Filter(number=number))
        return found

    async def to_do(self, actor: Actor, region: str | None = None) -> ToDo:
        """What ends soon, and what is to be reviewed afterwards: of a region, or the actor's."""
        actor.ask("article.read")
        if region is not None and not actor.reaches(region):
            raise NotThere
        regions = regions_of(actor) if region is None else [region]
        async with self._database.begin() as unit:
            return ToDo(
                tuple(await unit.articles.due_for_renewal(regions)),
                tuple(await unit.article_reviews.unreviewed(regions)),
            )

    async def offered(self, actor: Actor) -> Offered:
        """What the editor offers."""
        actor.ask("article.write")
        async with self._database.begin() as unit:
            topics = sorted(await unit.shelf.by_topic(unit.session))
            accounts = await unit.accounts.within(actor.regions)
        owners = tuple(one.name for one in accounts if one.disabled_at is None)
        return Offered(tuple(topics[:MOST_TOPICS]), owners)

    async def show(self, actor: Actor, article: int) -> Shown:
        """One article, its draft and its versions."""
        await its_place(self._database, actor, "article.read", article)
        return await self._shown(article)

    async def sheet(self, actor: Actor, article: int) -> Sheet:
        """One article, with what its page needs to know."""
        place = await its_place(self._database, actor, "article.read", article)
        shown, other = await self._shown(article), await self._other(place)
        review = await self._publishing.review_wanted(place.region)
        writing = shown.draft.writing if shown.draft else None
        related = writing.related if writing else shown.versions[0].writing.related
        async with self._database.begin() as unit:
            setting = await unit.article_reviews.setting(place.region)
            titles = await unit.articles.titles(related, place.language)
            row = await unit.articles.row(article)
            published = writing_of(row) if row is not None and row.version else Writing()
        changes = differences(published, writing) if writing else []
        return Sheet(shown, other, review, setting, tuple(changes), titles)

    async def compared(
        self, actor: Actor, article: int, before: int, after: int
    ) -> list[Difference]:
        """The difference between two versions.

        Raises:
            NoSuchArticle: there is none of one of these numbers.
        """
        await its_place(self._database, actor, "article.read", article)
        async with self._database.begin() as unit:
            return await unit.article_versions.compared(article, before, after)

    async def ask(
        self,
        actor: Actor,
        text: str,
        *,
        region: str | None = None,
        language: str = "zh",
        draft: int | None = None,
    ) -> Asked:
        """What the bot answers now, and what it would with the draft of an article.

        Raises:
            NoDraft: there is no draft of it.
        """
        actor.ask("article.read")
        written = None
        if draft is not None:
            await its_place(self._database, actor, "article.read", draft)
            written = await self._publishing.draft(draft)
        return await self._reader.ask(text, region=region, language=language, draft=written)

    async def ask_at(
        self, actor: Actor, article: int, text: str, *, region: str | None = None
    ) -> Asked:
        """The same for an article's region and language, with its draft if it has one."""
        place = await its_place(self._database, actor, "article.read", article)
        async with self._database.begin() as unit:
            draft = await unit.drafts.get(article)
        return await self.ask(
            actor,
            text[:LONGEST_ASKED],
            region=region or place.region,
            language=place.language,
            draft=None if draft is None else article,
        )

    async def stand(self, actor: Actor, article: int | None = None) -> Stand:
        """How far the processes are with what drafts are tried with, that of an article first."""
        actor.ask("article.read")
        return await self._reader.stand_of_all(article)

    async def titles(self, actor: Actor, routes: Iterable[str], language: str) -> dict[str, str]:
        """A question for each of these routes that is one of fact."""
        actor.ask("article.read")
        topics = [topic for route in routes if (topic := topic_of(route)) is not None]
        async with self._database.begin() as unit:
            found = await unit.articles.titles(topics, "zh") if language == "en" else {}
            return found | await unit.articles.titles(topics, language)

    async def _shown(self, article: int) -> Shown:
        async with self._database.begin() as unit:
            found = await unit.article_list.find(Filter(number=article))
            if not found:
                raise NotThere
            draft = await unit.drafts.get(article)
            return Shown(found[0], draft, tuple(await unit.article_versions.of(article)))

    async def _other(self, place: Place) -> Shown | None:
        """The same in the other language."""
        wished = Filter(
            topics=(place.topic,),
            regions=(place.region,),
            language="zh" if place.language == "en" else "en",
        )
        async with self._database.begin() as unit:
            found = await unit.article_list.find(wished)
        same = next((one for one in found if one.place.region == place.region), None)
        return None if same is None else await self._shown(same.id)


async def its_place(database: Database, actor: Actor, what: str, article: int) -> Place:
    """Where an article stands that the actor may do this with.

    Raises:
        Denied: the role may not.
        NotThere: there is no such article in the actor's regions.
    """
    actor.ask(what)
    async with database.begin() as unit:
        row = await unit.articles.row(article)
        if row is None:
            raise NotThere
        place = place_of(row)
    actor.ask_about(what, place.region)
    return place


def regions_of(actor: Actor) -> Collection[str]:
    """The uppermost regions of an actor; of one without a region those that nothing is above."""
    if actor.region is not None:
        return [actor.region]
    return [region.code for region in actor.tree if region.parent is None]
