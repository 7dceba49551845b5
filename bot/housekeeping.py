"""What a worker keeps up to date by the way: articles and places in memory, the audit's chain.

And what it clears away: lines to learn from that nobody wanted, sessions and tries that are over.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from bot.article_renewal import tell_owners
from bot.live_articles import LiveArticles
from bot.metrics import Metrics
from bot.wording import Texts
from knowledge.database import BELL_REGIONS, Database
from knowledge.regions import RegionTree
from nlu.routes import ROUTES
from nlu.slots.place_names import Kind, PlaceName, PlaceNames
from nlu.understanding import Understanding

log = structlog.get_logger()

EVERY = 10.0
"""Seconds between two rounds: sealing the audit, writing down what was counted."""

TIDY_EVERY = timedelta(hours=1)
"""Between two looks for what is old enough to be removed."""

REVIEW_KEPT = timedelta(days=90)
"""How long a line waits to be reviewed."""

PICTURES_KEPT = timedelta(days=30)
"""How long a picture stays that nothing shows."""
NOTICES_KEPT = timedelta(days=90)
"""How long a notice stands in a list; what it was about stands where it leads."""

KINDS: dict[str, Kind] = {
    "province": "province",
    "city": "city",
    "district": "district",
    "street": "street",
    "circle": "landmark",
    "community": "landmark",
}


class Housekeeping:
    """Keeps one process's memory true to the store."""

    def __init__(
        self, database: Database, understanding: Understanding, texts: Texts, metrics: Metrics
    ) -> None:
        self._database = database
        self._understanding = understanding
        self._texts = texts
        self._metrics = metrics
        self.articles = LiveArticles(database, understanding)
        reader = ArticleReader.beside(database, understanding, self.articles)
        self.publishing = ArticlePublishing(database, reader)
        self._rung = asyncio.Event()
        self._tidied: datetime | None = None

    async def refresh(self) -> None:
        """Read regions, places and articles anew and swap them in."""
        await self.refresh_places()
        await self.articles.read()

    async def run(self) -> None:
        """Take over changes at each bell, seal the audit, tidy up, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.articles.run())
            tasks.create_task(self.follow_places())
            tasks.create_task(self._rounds())
            tasks.create_task(self._publish())

    async def follow_places(self) -> None:
        """Take over changed regions and places at each bell, until cancelled."""
        listener = asyncio.create_task(self._database.listen(self._heard, BELL_REGIONS))
        try:
            while True:
                await self._rung.wait()
                self._rung.clear()
                await self.refresh_places()
        finally:
            listener.cancel()

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._seal()
            await self._write_down()
            await self.tidy()

    async def count(self) -> None:
        """Fill the gauges that are read from the database."""
        async with self._database.begin() as unit:
            for state, rows in (await unit.outbox.counts()).items():
                self._metrics.outbox.labels(state).set(rows)
            for queue, rows in (await unit.conversations.depths()).items():
                self._metrics.queue.labels(queue).set(rows)

    async def tidy(self) -> None:
        """Remove what has had its time, and tell who renews what ends soon, once an hour."""
        now = self._database.clock.now()
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        async with self._database.begin() as unit:
            gone = await unit.review.forget_old(now - REVIEW_KEPT)
            await unit.sessions.tidy()
            await unit.attempts.tidy()
            await unit.imports.tidy()
            await unit.article_pictures.forget_unused(now - PICTURES_KEPT)
            await unit.notices.forget_old(now - NOTICES_KEPT)
        await tell_owners(self._database)
        if gone:
            log.info("review.old_removed", lines=gone)

    async def refresh_places(self) -> None:
        """Read regions and names of places anew and swap them in."""
        await self._database.refresh_regions()
        async with self._database.begin() as unit:
            names = await unit.stations.place_names()
        self._understanding.set_places(place_names(self._database.region_tree, names))
        self._understanding.set_labels(self._labels())

    async def _publish(self) -> None:
        """Publish articles at their time."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.publishing.publish_due()
            except Exception as error:  # noqa: BLE001 - the next look tries again
                log.warning("articles.not_published", error=type(error).__name__)

    async def _write_down(self) -> None:
        """How often articles were used since, and what else was counted."""
        async with self._database.begin() as unit:
            await unit.articles.write_down_used()
            await unit.figures.write_down()

    async def _seal(self) -> None:
        async with self._database.begin() as unit:
            await unit.audit.seal_batch()

    def _heard(self, _bell: str, _payload: str) -> None:
        self._rung.set()

    def _labels(self) -> dict[str, str]:
        return {
            texts[f"menu.{route}"]: route
            for texts in self._texts.languages.values()
            for route in ROUTES
            if f"menu.{route}" in texts
        }


def place_names(tree: RegionTree, streets_and_landmarks: list[str]) -> PlaceNames:
    """All names of places that the store knows, for reading them out of sentences."""
    regions = [
        PlaceName(region.name_zh, KINDS[region.level], (region.name_en, *region.aliases))
        for region in tree
        if region.level in KINDS
    ]
    known = {name.name for name in regions}
    places = [PlaceName(name, "landmark") for name in streets_and_landmarks if name not in known]
    return PlaceNames([*regions, *places])
