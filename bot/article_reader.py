"""What articles are tried with in one process: asked, and passed through the gate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.gate_stand import Stand, Teller
from bot.lessons import questions_of
from bot.live_articles import LiveArticles
from knowledge.article_writing import Writing
from knowledge.articles import Place
from knowledge.database import Database
from knowledge.drafts import Draft
from knowledge.gate_stands import Work
from knowledge.shelf import Article
from nlu.article_gate import ArticleGate, Report
from nlu.choose import Choice
from nlu.evaluate import read_lines
from nlu.gate_tests import Probe
from nlu.model import Progress, silent
from nlu.routes import faq, topic_of
from nlu.trial import SETS
from nlu.understanding import Understanding

CANDIDATES = 5
"""Things that are told beside the one that was chosen."""

LOOKED_EVERY = 1.0
"""Seconds between two looks whether something is to be made ready."""

RIDERS_FIRST = 3.0
"""Seconds that a process which starts answers before it makes anything ready."""


BREATH = 0.0002
"""Seconds of rest before each text that is made ready while nobody waits for it: a rider's answer
in the same process is then held up by a third of a millisecond instead of five."""


class Over(Exception):
    """The process ends; nothing needs to be made ready any more."""


@dataclass(frozen=True)
class Answer:
    """What the bot makes of a question.

    Attributes:
        choice: the route, with its confidence and reasons.
        nearest: what the nearest known texts say, likeliest first, with their shares.
        model: what the model says, likeliest first, with its shares.
        article: the answer that a rider of the region gets, if it is a question of fact.
    """

    choice: Choice
    nearest: tuple[tuple[str, float], ...]
    model: tuple[tuple[str, float], ...]
    article: Article | None


@dataclass(frozen=True)
class Asked:
    """A question as it is answered now, and as it would be with a draft."""

    now: Answer
    then: Answer | None = None


@dataclass(frozen=True)
class Judged:
    """What the gate said, and the number of the last change that it knew of."""

    report: Report
    change: int


class ArticleReader:
    """The articles as this process understands by them; made ready when first needed."""

    def __init__(
        self, database: Database, understanding: Callable[[], Understanding], sets: Path = SETS
    ) -> None:
        self._database = database
        self._make, self._sets = understanding, sets
        self._understanding: Understanding | None = None
        self._live: LiveArticles | None = None
        self._gate: ArticleGate | None = None
        self._tested: dict[int, Article] = {}
        self._tested_at = -1
        """The change up to which all tests are ready."""
        self._doing = ("", 0, 0)
        self._judging: int | None = None
        self._teller = Teller(database, self._work)
        self._over, self._awaited = False, 0
        self._one_at_a_time = asyncio.Lock()

    @classmethod
    def beside(
        cls, database: Database, understanding: Understanding, live: LiveArticles
    ) -> ArticleReader:
        """With what a running process keeps up to date anyway."""
        made = cls(database, lambda: understanding)
        made._understanding, made._live = understanding, live
        return made

    async def ready(self) -> tuple[Understanding, LiveArticles]:
        """Bring it to where the store is."""
        if self._understanding is None:
            self._understanding = await asyncio.to_thread(self._make)
        understanding = self._understanding
        if self._live is None:
            self._live = LiveArticles(self._database, understanding)
        await self._live.begin()
        await self._live.catch_up()
        await self._live.embedded(self._told)
        return understanding, self._live

    @property
    def stand(self) -> Stand:
        """How far this process is."""
        work = self._work()
        return Stand(self._model, work.ready, work.step, work.done, work.of)

    async def stand_of_all(self, article: int | None = None) -> Stand:
        """How far the processes are, whichever tries the draft of an article."""
        return await self._teller.of_all(self._model, article)

    @property
    def _model(self) -> bool | None:
        return None if self._understanding is None else self._understanding.ready

    def _work(self) -> Work:
        live, gate = self._live, self._gate
        ready = (
            live is not None
            and gate is not None
            and self._tested_at == live.seen
            and not gate.behind
        )
        return Work(ready, *self._doing, article=self._judging)

    async def keep_ready(self) -> None:
        """Make ready beside the answering what a gate needs, until cancelled.

        Else the first gate of a process would take a minute with ten thousand articles.
        """
        try:
            await asyncio.sleep(RIDERS_FIRST)
            while True:
                if not self.stand.ready:
                    await self.prepare()
                await asyncio.sleep(LOOKED_EVERY)
        finally:
            self._over = True

    async def prepare(self) -> None:
        """Make everything ready that a gate needs, with rests as long as nobody waits for it."""
        async with self._one_at_a_time, self._teller.telling():
            try:
                await self._prepare(silent)
            finally:
                self._doing = ("", 0, 0)

    async def topics_like(self, text: str) -> list[str]:
        """The topics that the bot would look at for a text, the likeliest first."""
        understanding, _ = await self.ready()
        answer = await self._answer(understanding, text, None, "zh", None)
        ranked = [answer.choice.route, *(label for label, _ in (*answer.nearest, *answer.model))]
        topics = (topic_of(label) for label in ranked)
        return [topic for topic in dict.fromkeys(topics) if topic is not None]

    async def ask(
        self, text: str, *, region: str | None, language: str, draft: Draft | None = None
    ) -> Asked:
        """What the bot answers to a question, and what it would with a draft published."""
        understanding, _ = await self.ready()
        now = await self._answer(understanding, text, region, language, None)
        if draft is None:
            return Asked(now)
        article = article_of(draft)
        questions = {str(draft.article): questions_of(article)}
        would_be = await asyncio.to_thread(understanding.supposing, questions)
        return Asked(now, await self._answer(would_be, text, region, language, article))

    async def judge(self, draft: Draft, tell: Progress = silent) -> Judged:
        """What publishing a draft would do to everything else (the gate)."""
        self._awaited += 1
        try:
            async with self._one_at_a_time, self._teller.telling():
                return await self._judge(draft, tell)
        finally:
            self._awaited -= 1

    async def _judge(self, draft: Draft, tell: Progress) -> Judged:
        self._judging = draft.article
        try:
            gate = await self._prepare(tell)
            # Not what is live by now: of what has come since, the tests aren't ready.
            seen, article = self._tested_at, article_of(draft)
            report = await asyncio.to_thread(
                gate.judge,
                str(draft.article),
                questions_of(article),
                probes_of(article),
                self._telling(tell),
            )
            return Judged(report, seen)
        finally:
            self._doing, self._judging = ("", 0, 0), None

    async def _prepare(self, tell: Progress) -> ArticleGate:
        self._doing = ("articles", 0, 0)
        understanding, live = await self.ready()
        if self._gate is None:
            lines = await asyncio.to_thread(read_lines, self._sets / "known_good.jsonl")
            self._gate = ArticleGate(understanding, lines)
        seen, articles = live.seen, dict(live.articles)
        changed = {
            number: articles.get(number)
            for number in self._tested.keys() | articles.keys()
            if self._tested.get(number) is not articles.get(number)
        }
        tests = {str(n): probes_of(a) if a else () for n, a in changed.items()}
        told = self._telling(tell)
        await asyncio.to_thread(self._gate.keep, tests, told, self._rest)
        self._tested, self._tested_at = articles, seen
        return self._gate

    def _telling(self, tell: Progress) -> Progress:
        def told(step: str, done: int, of: int) -> None:
            if self._over:
                raise Over
            self._doing = (step, done, of)
            tell(step, done, of)

        return told

    def _rest(self) -> None:
        if not self._awaited:
            time.sleep(BREATH)

    def _told(self, done: int, of: int) -> None:
        self._doing = ("taken_in", done, of)

    async def caught_up(self) -> None:
        """Take over what was just published, without waiting for the bell."""
        if self._live is not None:
            await self._live.catch_up()

    async def _answer(
        self,
        understanding: Understanding,
        text: str,
        region: str | None,
        language: str,
        draft: Article | None,
    ) -> Answer:
        reading = await understanding.read(text)
        choice = understanding.choose(reading)
        ready = understanding.as_read(text) if reading.ready is None else reading.ready
        match = understanding.index.match(ready, reading.vector)
        nearest = sorted(match.shares.items(), key=lambda pair: -pair[1])
        async with self._database.begin() as unit:
            if draft is not None:
                unit.shelf = await unit.shelf.supposing(unit.session, draft)
            topic = topic_of(choice.route)
            article = topic and await unit.articles.answer(topic, region, language)
        return Answer(
            choice, tuple(nearest[:CANDIDATES]), reading.routes[:CANDIDATES], article or None
        )


def article_of(draft: Draft) -> Article:
    """A draft as riders would get it."""
    return article_with(draft.article, draft.place, draft.writing, draft.saved_at.date())


def article_with(number: int, place: Place, writing: Writing, day: date) -> Article:
    """What is written, as riders get it; `day` stands for one that it doesn't say."""
    return Article(
        id=number,
        topic=place.topic,
        region=place.region,
        language=place.language,
        question=writing.question,
        similar=writing.similar,
        answer=writing.answer,
        buttons=writing.buttons,
        related=writing.related,
        source=writing.source,
        checked_on=writing.checked_on or day,
        valid_from=writing.valid_from,
        valid_until=writing.valid_until,
        tests=writing.tests,
        picture=writing.picture,
        picture_alt=writing.picture_alt,
    )


def probes_of(article: Article) -> tuple[Probe, ...]:
    """An article's test questions."""
    return tuple(Probe(text, faq(article.topic), str(article.id)) for text in article.tests)
