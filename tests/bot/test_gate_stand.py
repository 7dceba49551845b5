"""How far the gate is, told by whichever process of the house is asked."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import timedelta
from typing import Any

import pytest

from bot import gate_stand
from bot.article_office import ArticleOffice
from bot.gate_stand import Teller
from knowledge.database import Database
from knowledge.gate_stands import SILENT, Work
from knowledge.secrets import Keyring
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.newsroom import publishing_of, trained, written


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


async def test_a_page_of_another_process_tells_how_far_a_draft_is(
    door: Door, database_url: str, keyring: Keyring, monkeypatch: Any
) -> None:
    """Two applications on one database: one tries the draft, the other is asked."""
    monkeypatch.setattr(gate_stand, "TOLD_EVERY", 0.02)
    boss = await door.member("赵敏", "administrator", "yantai", secret="A" * 32)
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(boss, "test", complete=True)
    here = publishing_of(door.database, trained())
    number = await written(door, ArticleOffice(door.database, here))
    elsewhere = Database(database_url, keyring, clock=door.database.clock)
    await elsewhere.refresh_regions()
    asked = Door(elsewhere)
    idle = publishing_of(elsewhere, trained())
    await idle.judge(number)
    assert idle.reader.stand.ready
    said: set[str] = set()
    ready: set[bool] = set()
    async with visitors(asked, article_publishing=idle) as visitor:
        page: Visitor = visitor(token)

        async def look() -> Any:
            return await (await page.get(f"/console/articles/gate?article={number}")).json()

        before = await look()
        looked = threading.Event()  # the gate goes on when the other's page has told of it

        def hold(step: str, _done: int, _of: int) -> None:
            if step == "known_good":
                looked.wait(10)

        judging = asyncio.create_task(here.judge(number, hold))
        while not judging.done():
            told = await look()
            said.add(told["said"])
            ready.add(told["over"])
            if False in ready and any(re.search(r"\d+ / \d+", one) for one in said):
                looked.set()
            await asyncio.sleep(0.01)
        await judging
        after = await look()
    await elsewhere.close()
    assert (before["over"], before["said"]) == (True, "")
    assert any(re.search(r"\d+ / \d+", one) for one in said), said
    assert False in ready
    assert (after["over"], after["said"]) == (True, "")
    async with door.database.begin() as unit:
        assert await unit.gate_stands.others("") == []


async def test_the_draft_that_is_asked_for_is_told_first(door: Door) -> None:
    """Then what this process does; and who has fallen silent does nothing any more."""
    own = Work(ready=True)
    teller = Teller(door.database, lambda: own)
    async with door.database.begin() as unit:
        await unit.gate_stands.tell("a", Work(ready=True, step="tests", done=3, of=9, article=1))
        await unit.gate_stands.tell("b", Work(ready=False, step="tests", done=5, of=9, article=2))
    for article, done in ((1, 3), (2, 5), (7, 3), (None, 3)):
        stand = await teller.of_all(True, article)
        assert (stand.model, stand.ready, stand.done) == (True, False, done), article
    own = Work(ready=True, step="articles", article=3)
    assert [(await teller.of_all(True, n)).step for n in (2, 3, None)] == [
        "tests", "articles", "articles",
    ]  # fmt: skip
    door.clock.move(SILENT + timedelta(seconds=1))
    own = Work(ready=True)
    assert await teller.of_all(True, 2) == gate_stand.Stand(model=True, ready=True)
    async with door.database.begin() as unit:
        await unit.gate_stands.tell("c", Work(ready=True))
        door.clock.move(-SILENT)
        assert await unit.gate_stands.others("") == [Work(ready=True)]


async def test_it_is_told_at_most_twice_a_second(door: Door) -> None:
    """And short work is told to nobody."""
    told = 0

    def work() -> Work:
        nonlocal told
        told += 1
        return Work(ready=False, step="tests", done=told, of=9)

    teller = Teller(door.database, work)
    async with teller.telling():
        await asyncio.sleep(gate_stand.TOLD_EVERY / 2)
    assert told == 0
    began = asyncio.get_running_loop().time()
    async with teller.telling():
        while told < 2:
            await asyncio.sleep(0.02)
            async with door.database.begin() as unit:
                assert len(await unit.gate_stands.others("")) <= 1
        took = asyncio.get_running_loop().time() - began
    assert took >= 2 * gate_stand.TOLD_EVERY
    async with door.database.begin() as unit:
        assert await unit.gate_stands.others("") == []


async def test_a_word_that_can_not_be_written_harms_no_gate(
    door: Door, database_url: str, keyring: Keyring, monkeypatch: Any
) -> None:
    """What is tried goes on, also where the table is gone."""
    monkeypatch.setattr(gate_stand, "TOLD_EVERY", 0.01)
    lame = Database(database_url.rpartition("/")[0] + "/nowhere", keyring)
    async with Teller(lame, lambda: Work(ready=False)).telling():
        await asyncio.sleep(0.1)
    await lame.close()
