"""What is made of riders' questions: an article's questions, training sentences, or nothing.

Each step asks the actor for every line it touches, is one transaction for all its lines where
nothing can be wrong with a single one, and leaves a line in the audit. All of them can be undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.refused import Refused
from bot.review import ReviewDesk, note, open_line
from bot.review_checks import ReviewRefused, sentence_of
from knowledge.access import Actor, NotThere
from knowledge.article_errors import NoSuchArticle, NotYours
from knowledge.article_list import Filter
from knowledge.article_writing import MOST_SIMILAR, WritingError
from knowledge.articles import Place
from knowledge.database import Database
from knowledge.drafts import Draft
from knowledge.review import Line
from knowledge.unit import Knowledge
from nlu.normalise import key

ARTICLE = "article:"
"""How a line that went into a draft says so (`settled_as`)."""


@dataclass(frozen=True)
class Done:
    """What came of a step: the lines that are off the list, and why others are not."""

    lines: tuple[int, ...]
    refused: Mapping[int, Refused]
    article: int | None = None


class QuestionSteps:
    """Makes the steps."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._desk = ReviewDesk(database)

    async def ignore(self, actor: Actor, lines: Sequence[int]) -> Done:
        """There is nothing to learn from these.

        Raises:
            Denied, NotThere: the role may not; a line is another region's or not there.
            Refused: none was chosen, or somebody was here before.
        """
        _some(actor, lines)
        async with self._database.begin() as unit:
            found = [await open_line(unit, number, actor) for number in lines]
            for line in found:
                await unit.review.move(line.id, "ignore", actor.name)
            await _audit(unit, "review.ignore", actor, found)
        return Done(tuple(lines), {})

    async def undo(self, actor: Actor, line: int) -> None:
        """The line is open again; what was taught of it, or put into a draft, is taken back.

        Raises:
            Denied, NotThere: the role may not; the line is another region's or not there.
            Refused: it is open.
        """
        actor.ask("review.write")
        async with self._database.begin() as unit:
            found = await unit.review.line(line)
            if found is None or not actor.reaches(found.region):
                raise NotThere
            if (to := found.settled_as or "").startswith(ARTICLE):
                await _take_out(unit, actor, int(to.removeprefix(ARTICLE)), found)
        await self._desk.undo(line, actor)

    async def teach(self, actor: Actor, words: Mapping[int, str], route: str) -> Done:
        """Make lines training sentences of a route, each in the words that are given.

        Raises:
            Denied, NotThere: the role may not; a line is another region's or not there.
            Refused: none was chosen.
        """
        _some(actor, words)
        done, refused = [], {}
        for number, text in words.items():
            try:
                await self._desk.teach(number, by=actor.name, route=route, text=text, actor=actor)
            except ReviewRefused as why:
                refused[number] = why
            else:
                done.append(number)
        return Done(tuple(done), refused)

    async def add(self, actor: Actor, words: Mapping[int, str], article: int) -> Done:
        """Add lines as similar questions to the draft of an article, which is begun if need be.

        Raises:
            Denied, NotThere: the role may not; a line or the article is another region's or gone.
            Refused: none was chosen, or the article has no room.
        """
        _some(actor, words)
        async with self._database.begin() as unit:
            row = await unit.articles.row(article)
            if row is None or not actor.reaches(row.region):
                raise NotThere
            return await self._put(unit, actor, words, Place(row.topic, row.region, row.language))

    async def begin(
        self, actor: Actor, words: Mapping[int, str], topic: str, region: str, language: str
    ) -> Done:
        """Begin an article with lines as its questions.

        Raises:
            Denied, NotThere: the role may not; a line is another region's or not there.
            Refused: none was chosen, no topic or another region's, or there is such an article.
        """
        _some(actor, words)
        topic = "-".join(topic.split())
        if not topic:
            raise Refused("article_topic")
        if actor.tree.get(region) is None or not actor.reaches(region):
            raise Refused("region_reach")
        if language not in ("zh", "en"):
            raise Refused("language")
        async with self._database.begin() as unit:
            place = Place(topic, region, language)
            if await unit.article_list.find(_at(place), limit=1):
                raise Refused("article_there", topic=topic)
            return await self._put(unit, actor, words, place)

    async def _put(
        self, unit: Knowledge, actor: Actor, words: Mapping[int, str], place: Place
    ) -> Done:
        lines, sentences, refused = [], [], {}
        for number, text in words.items():
            line = await open_line(unit, number, actor)
            try:
                sentences.append(sentence_of(text))
                lines.append(line)
            except ReviewRefused as why:
                refused[number] = why
        if not lines:
            return Done((), refused)
        try:
            draft = await _draft_with(unit, actor, place, sentences)
        except (NotYours, NoSuchArticle) as gone:
            raise NotThere from gone
        except WritingError as wrong:
            raise Refused("article_full", most=MOST_SIMILAR) from wrong
        for line in lines:
            await unit.review.move(line.id, "teach", actor.name, f"{ARTICLE}{draft.article}")
        await _audit(unit, "review.to_article", actor, lines, to=f"{ARTICLE}{draft.article}")
        return Done(tuple(line.id for line in lines), refused, draft.article)


def _some(actor: Actor, lines: Sequence[int] | Mapping[int, str]) -> None:
    actor.ask("review.write")
    if not lines:
        raise Refused("no_lines")


def _at(place: Place) -> Filter:
    return Filter(topics=(place.topic,), regions=(place.region,), language=place.language)


async def _draft_with(
    unit: Knowledge, actor: Actor, place: Place, sentences: Sequence[str]
) -> Draft:
    """The place's draft with these questions, each once; its own question is the first if empty."""
    regions = [place.region]
    draft = await unit.drafts.begin(place, actor=actor.audited_as, regions=regions)
    writing = draft.writing
    question, similar = writing.question, list(writing.similar)
    for sentence in sentences:
        if not question:
            question = sentence
        elif key(sentence) not in {key(one) for one in (question, *similar)}:
            similar.append(sentence)
    if len(similar) > MOST_SIMILAR:
        raise WritingError(
            zh=f"一篇文章最多写{MOST_SIMILAR}种问法，先删掉几种再加",
            en=f"an article has {MOST_SIMILAR} similar questions at most; take some out first",
        )
    return await unit.drafts.save(
        draft.article,
        writing.with_changes({"question": question, "similar": similar}),
        revision=draft.revision,
        actor=actor.audited_as,
        regions=regions,
    )


async def _take_out(unit: Knowledge, actor: Actor, article: int, line: Line) -> None:
    """Take a line's words out of a draft again, where they still stand there as they were."""
    draft = await unit.drafts.get(article)
    if draft is None or not actor.reaches(draft.place.region):
        return
    form, writing = key(line.text), draft.writing
    similar = [one for one in writing.similar if key(one) != form]
    if len(similar) != len(writing.similar):
        await unit.drafts.save(
            article,
            writing.with_changes({"similar": similar}),
            revision=draft.revision,
            actor=actor.audited_as,
            regions=[draft.place.region],
        )


async def _audit(
    unit: Knowledge, action: str, actor: Actor, lines: Sequence[Line], **after: str
) -> None:
    """A line of the audit for each region, so that those of the region read it."""
    by_region: dict[str | None, list[int]] = defaultdict(list)
    for line in lines:
        by_region[line.region].append(line.id)
    for region, numbers in by_region.items():
        await note(unit, action, actor, region, numbers, **after)
