"""The gate is ready before somebody waits for it; where nothing can be tried, that is said."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot import article_reader
from bot.app import House
from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from bot.live_articles import LiveArticles
from bot.settings import Settings
from knowledge.database import Database
from knowledge.secrets import Keyring
from nlu.understanding import Understanding
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.bot.newsroom import THIEF, published, publishing_of, trained, written
from tests.waiting import until

SECRET = "A" * 32

READY_WITHIN = 30.0
"""Seconds in which a gate is ready, on a busy machine too."""


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return trained()


@pytest.fixture
def empty(door: Door) -> Understanding:
    """Without a model."""
    return Understanding(now=door.database.clock.now)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that starts doesn't wait, and looks often."""
    monkeypatch.setattr(article_reader, "RIDERS_FIRST", 0.0)
    monkeypatch.setattr(article_reader, "LOOKED_EVERY", 0.02)


@pytest.fixture
async def kept(
    door: Door, understanding: Understanding, at_once: None
) -> AsyncIterator[ArticleReader]:
    """A reader that is kept ready, beside articles that are kept up to date."""
    live = LiveArticles(door.database, understanding)
    reader = ArticleReader.beside(door.database, understanding, live)
    tasks = [asyncio.create_task(part()) for part in (live.run, reader.keep_ready)]
    yield reader
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_process_is_ready_before_anybody_asks(
    door: Door, understanding: Understanding, kept: ArticleReader
) -> None:
    """And again after an article was published elsewhere: its tests count at the next gate."""
    await until(lambda: kept.stand.ready, READY_WITHIN)
    stand = kept.stand
    assert (stand.model, stand.step) == (True, "")
    elsewhere = ArticleOffice(door.database, publishing_of(door.database, understanding))
    await published(door, elsewhere, region="yantai")
    await until(lambda: len(kept._tested) == 1 and kept.stand.ready, READY_WITHIN)
    office = ArticleOffice(door.database, ArticlePublishing(door.database, kept))
    thief = await written(door, office, "summer", "yantai", **THIEF)
    steps: list[str] = []
    report = await ArticlePublishing(door.database, kept).judge(
        thief, lambda step, *_: steps.append(step)
    )
    assert [one.kind for one in report.worse] == ["stolen", "stolen"]
    assert "tests" not in steps
    assert "known_good" not in steps


async def test_it_ends_with_the_process(
    door: Door, understanding: Understanding, at_once: None
) -> None:
    """Who ends a house doesn't wait until ten thousand articles are ready."""
    reader = ArticleReader.beside(
        door.database, understanding, LiveArticles(door.database, understanding)
    )
    threads = ThreadPoolExecutor()
    asyncio.get_running_loop().set_default_executor(threads)
    keeping = asyncio.create_task(reader.keep_ready())
    await until(lambda: reader.stand.step != "", READY_WITHIN)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    began = time.monotonic()
    threads.shutdown()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
    assert time.monotonic() - began < 5
    assert not reader.stand.ready


async def test_the_page_is_told_how_far_it_is(door: Door, understanding: Understanding) -> None:
    """In the visitor's words: what is done, and how much of it."""
    publishing = publishing_of(door.database, understanding)
    boss = await door.member("赵敏", "administrator", "yantai", secret=SECRET)
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(boss, "test", complete=True)
    number = await written(door, ArticleOffice(door.database, publishing))
    said: set[str] = set()
    async with visitors(door, article_publishing=publishing) as visitor:
        page = visitor(token)

        async def look() -> Any:
            return await (await page.get("/console/articles/gate")).json()

        assert await look() == {"done": 0, "of": 0, "over": False, "said": ""}
        looked = threading.Event()  # the gate goes on when the page has told of it

        def hold(step: str, done: int, of: int) -> None:
            if step == "known_good":
                looked.wait(10)

        judging = asyncio.create_task(publishing.judge(number, hold))
        while not judging.done():
            said.add((await look())["said"])
            if any("准备必须答对的问题" in one for one in said):
                looked.set()
            await asyncio.sleep(0.005)
        assert (await judging).tried
        over = await look()
    assert (over["over"], over["said"]) == (True, "")
    assert looked.is_set(), said


async def test_without_a_model_it_is_said_that_nothing_was_tried(
    door: Door, empty: Understanding
) -> None:
    """Where one writes, before publishing, where one asks, afterwards, and in the audit."""
    live = LiveArticles(door.database, empty)
    publishing = ArticlePublishing(door.database, ArticleReader.beside(door.database, empty, live))
    office = ArticleOffice(door.database, publishing)
    await published(door, office)
    thief = await written(door, office, "summer", **THIEF)
    boss = await door.member("赵敏", "administrator", "yantai", secret=SECRET)
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(boss, "test", complete=True)
    at = f"/console/articles/{thief}"
    async with visitors(door, article_publishing=publishing) as visitor:
        page = visitor(token)
        for path in (at, f"{at}/edit", f"{at}/ask"):
            await page.get(path)
            assert "这里没有理解模型，发布时什么都没法核对" in page.text, path
        await page.get(at)
        form = {"revision": "2", "at": "", "urgent": "", "confirmed": ""}
        answer = await page.post(f"{at}/publish", form)
        assert answer.status == 303
        await page.get(answer.headers["Location"])
        assert "已发布" in page.text
        assert "这里没有模型，别的问题会不会变差，没有试过" in page.text
        await page.get("/console/audit")
        assert "发布前没有试过" in page.text


async def test_with_a_model_nobody_is_told_so(door: Door, understanding: Understanding) -> None:
    """Neither on the page nor in the audit."""
    publishing = publishing_of(door.database, understanding)
    office = ArticleOffice(door.database, publishing)
    number = await published(door, office)
    assert publishing.reader.stand.model
    boss = await door.member("赵敏", "administrator", "yantai", secret=SECRET)
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(boss, "test", complete=True)
    async with visitors(door, article_publishing=publishing) as visitor:
        page = visitor(token)
        for path in (f"/console/articles/{number}", "/console/audit"):
            await page.get(path)
            assert "没有理解模型" not in page.text
            assert "没有试过" not in page.text


@pytest.mark.usefixtures("at_once")
async def test_a_web_process_makes_itself_ready(
    database_url: str, keyring: Keyring, tmp_path: Path
) -> None:
    """By itself it follows the articles, too, and says plainly where there is no model."""
    defaults = {
        name: one.get_default(call_default_factory=True)
        for name, one in Settings.model_fields.items()
    }
    own = {"host": "127.0.0.1", "port": 0, "data_dir": tmp_path}
    for understanding, model in ((trained(), True), (None, False)):
        database = Database(database_url, keyring)
        now = database.clock.now
        settings = Settings.model_construct(**defaults | own)
        house = House(settings, database_url, keyring, understanding or Understanding(now=now))
        await house.start("web")
        try:
            reader = house.housekeeping.publishing.reader
            await until(lambda: reader.stand.ready, READY_WITHIN)  # noqa: B023  awaited here
            assert reader.stand.model is model
        finally:
            await house.stop()
            await database.close()
