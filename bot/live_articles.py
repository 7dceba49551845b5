"""Keeps one process's articles true to the store: an edit is in the next answer, everywhere.

A bell brings the number of what has changed; only that is read, indexed and swapped in. Each look
compares the number of the last change, so that a bell that nobody heard costs a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from bot.lessons import questions_of, taught_questions
from knowledge.database import BELL_ARTICLES, Database
from knowledge.shelf import Article
from nlu.match import Question
from nlu.understanding import Understanding

log = structlog.get_logger()

POLL = 1.0
"""Seconds between two looks for what no bell told."""

MANY = 500
"""Texts from which on it is logged how far their embedding has come."""

TOLD_EVERY = 0.5
"""Seconds between two words on how far the embedding is."""

TAUGHT = ""
"""The key of questions that were accepted in review and belong to a topic."""


class LiveArticles:
    """The articles in one process's memory: on the shelf, and in what it understands by."""

    def __init__(self, database: Database, understanding: Understanding) -> None:
        self._database, self._understanding = database, understanding
        self._articles: dict[int, Article] = {}
        self._taught: tuple[Question, ...] = ()
        self._seen = 0
        self._waiting: dict[int, datetime] = {}
        """Articles that begin to hold at a time, and are understood from then on."""
        self._rung = asyncio.Event()
        self._one_at_a_time, self._beginning = asyncio.Lock(), asyncio.Lock()
        self._was_read = False
        self._embedding: asyncio.Task[None] | None = None
        self._embedded = (0, 0)
        """How many of how many texts are embedded by now."""

    @property
    def seen(self) -> int:
        """The number of the last change that is in memory."""
        return self._seen

    @property
    def articles(self) -> Mapping[int, Article]:
        """Everything that is published, by number."""
        return self._articles

    @property
    def taught(self) -> Sequence[Question]:
        """Questions that were accepted in review."""
        return self._taught

    async def begin(self) -> None:
        """Read everything, unless that was done."""
        async with self._beginning:
            if not self._was_read:
                await self.read()

    async def read(self) -> None:
        """Read everything anew and swap it in."""
        async with self._one_at_a_time:
            self._database.shelf.forget()
            async with self._database.begin() as unit:
                # The number first: what is changed meanwhile is read once more.
                seen = await unit.article_changes.last()
                shelf = await unit.shelf.by_topic(unit.session)
                taught = await unit.review.taught()
                now = unit.now
            self._articles = {n: a for held in shelf.values() for n, a in held.items()}
            self._taught = taught_questions(taught, _topics(self._begun(now)))
            asked = [q for a in self._begun(now) for q in questions_of(a)]
            await asyncio.to_thread(self._understanding.set_articles, [*asked, *self._taught])
            self._seen, self._was_read = seen, True
            self._wait_for_beginnings(now)

    async def catch_up(self) -> int:
        """Take over what has changed since; how many articles that were."""
        async with self._one_at_a_time:
            now = self._database.clock.now()
            beginning = {n for n, at in self._waiting.items() if at <= now}
            async with self._database.statements() as unit:
                seen = await unit.article_changes.last()
            if seen == self._seen and not beginning:
                return 0
            async with self._database.begin() as unit:
                changed = await unit.article_changes.since(self._seen)
                taught = await unit.review.taught()
            began = time.perf_counter()
            self._database.shelf.replace(changed)
            for number, article in changed.items():
                self._articles.pop(number, None)
                if article is not None:
                    self._articles[number] = article
            questions: dict[str, Sequence[Question]] = {
                str(number): questions_of(article) if article and article.begun(now) else ()
                for number in changed.keys() | beginning
                for article in (self._articles.get(number),)
            }
            known = taught_questions(taught, _topics(self._begun(now)))
            if known != self._taught:
                questions[TAUGHT] = self._taught = known
            await asyncio.to_thread(
                self._understanding.change_articles, questions, words_first=True
            )
            self._seen = max(seen, self._seen)
            self._wait_for_beginnings(now)
            self._embed()
            ms = round((time.perf_counter() - began) * 1000, 1)
            log.info("articles.live", articles=len(changed), change=seen, ms=ms)
            return len(changed)

    async def run(self) -> None:
        """Take over every change until cancelled."""
        listener = asyncio.create_task(self._database.listen(self._heard, BELL_ARTICLES))
        try:
            await self.begin()
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._rung.wait(), POLL)
                self._rung.clear()
                try:
                    await self.catch_up()
                except Exception as error:  # noqa: BLE001 - the next look tries again
                    log.warning("articles.behind", error=type(error).__name__)
        finally:
            listener.cancel()
            if self._embedding is not None:
                self._embedding.cancel()

    async def embedded(self, tell: Callable[[int, int], None] | None = None) -> None:
        """Wait until what came last is compared by its meaning, too, telling how far that is."""
        while self._embedding is not None and not self._embedding.done():
            await asyncio.wait([self._embedding], timeout=TOLD_EVERY)
            if tell is not None:
                tell(*self._embedded)

    def _embed(self) -> None:
        """Embed beside the answering what is found by its wording so far."""
        if self._embedding is None or self._embedding.done():
            self._embedding = asyncio.create_task(self._embed_all())

    async def _embed_all(self) -> None:
        while self._understanding.unseen:
            await asyncio.to_thread(self._understanding.see_articles, self._told)

    def _begun(self, now: datetime) -> list[Article]:
        return [article for article in self._articles.values() if article.begun(now)]

    def _wait_for_beginnings(self, now: datetime) -> None:
        self._waiting = {
            number: article.valid_from
            for number, article in self._articles.items()
            if article.valid_from is not None and article.valid_from > now
        }

    def _heard(self, _bell: str, _payload: str) -> None:
        self._rung.set()

    def _told(self, done: int, of: int) -> None:
        """A large import is embedded for minutes."""
        self._embedded = (done, of)
        if of > MANY:
            log.info("articles.embedded", done=done, of=of)


def _topics(articles: Sequence[Article]) -> frozenset[str]:
    return frozenset(article.topic for article in articles)
