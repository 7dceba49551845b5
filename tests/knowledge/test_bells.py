"""Bells are heard on one connection a process, which comes back by itself."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

import asyncpg
import pytest

from knowledge.bells import Bells, Heard
from knowledge.database import Database
from tests.waiting import until

LISTENING = (
    "select pid from pg_stat_activity where datname = current_database() and query like 'LISTEN%'"
)
COUNT = f"select count(*) from ({LISTENING}) found"
NONE = f"select not exists ({LISTENING})"
CUT = f"select pg_terminate_backend(pid) from ({LISTENING}) found"


class Listeners:
    """Who listens, and what each has heard."""

    def __init__(self, bells: Bells) -> None:
        self._bells = bells
        self.heard: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, name: str, *bells: str, ear: Heard | None = None) -> None:
        heard = self.heard[name]
        ear = ear or (lambda bell, told: heard.append((bell, told)))
        self.tasks[name] = asyncio.create_task(self._bells.listen(ear, *bells))

    async def stop(self, name: str) -> None:
        task = self.tasks.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def listeners(database: Database) -> AsyncIterator[Listeners]:
    made = Listeners(Bells(database.plain_url))
    yield made
    for name in list(made.tasks):
        await made.stop(name)


@pytest.fixture
async def ringer(database: Database) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(database.plain_url)
    yield connection
    await connection.close()


async def test_each_hears_its_own_bells_on_one_connection(
    listeners: Listeners, ringer: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Also one that begins later, and with a bell that another hears, too."""
    listeners.begin("worker", "inbox")
    await until(lambda: listeners.heard["worker"] == [("inbox", "")])
    listeners.begin("page", "reply", "inbox")
    await until(lambda: listeners.heard["page"] == [("reply", ""), ("inbox", "")])
    await ringer.execute("notify inbox, '7'")
    await ringer.execute("notify reply, '8'")
    await until(lambda: ("reply", "8") in listeners.heard["page"])
    assert listeners.heard["page"][2:] == [("inbox", "7"), ("reply", "8")]
    assert listeners.heard["worker"][1:] == [("inbox", "7")]
    assert await ringer.fetchval(COUNT) == 1


async def test_who_leaves_takes_nothing_from_the_others(
    listeners: Listeners, ringer: asyncpg.Connection[asyncpg.Record]
) -> None:
    """The last one closes the connection; who comes after opens one."""
    for name in ("one", "other"):
        listeners.begin(name, "inbox")
    await until(lambda: len(listeners.heard["one"]) == len(listeners.heard["other"]) == 1)
    await listeners.stop("one")
    await ringer.execute("notify inbox, '7'")
    await until(lambda: ("inbox", "7") in listeners.heard["other"])
    assert len(listeners.heard["one"]) == 1
    await listeners.stop("other")
    await until(lambda: ringer.fetchval(NONE))
    listeners.begin("next", "inbox")
    await until(lambda: listeners.heard["next"] == [("inbox", "")])


async def test_all_are_told_that_they_may_have_missed_something(
    listeners: Listeners, ringer: asyncpg.Connection[asyncpg.Record]
) -> None:
    """After the connection was lost, of each bell; and it is one connection again."""
    listeners.begin("one", "inbox")
    listeners.begin("other", "reply")
    await until(lambda: len(listeners.heard["one"]) == len(listeners.heard["other"]) == 1)
    await ringer.fetch(CUT)
    await until(lambda: len(listeners.heard["one"]) == len(listeners.heard["other"]) == 2)
    assert listeners.heard["one"] == [("inbox", "")] * 2
    await ringer.execute("notify reply, '8'")
    await until(lambda: ("reply", "8") in listeners.heard["other"])
    assert await ringer.fetchval(COUNT) == 1


async def test_one_that_fails_keeps_a_bell_from_no_other(
    listeners: Listeners, ringer: asyncpg.Connection[asyncpg.Record]
) -> None:
    """What is wrong with it is the loop's to tell."""
    told: list[object] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))

    def fails(_bell: str, payload: str) -> None:
        if payload:
            raise RuntimeError(payload)

    listeners.begin("one", "inbox", ear=fails)
    listeners.begin("other", "inbox")
    try:
        await until(lambda: listeners.heard["other"] == [("inbox", "")])
        await ringer.execute("notify inbox, '7'")
        await until(lambda: listeners.heard["other"] == [("inbox", ""), ("inbox", "7")])
        assert [str(error) for error in told] == ["7"]
    finally:
        loop.set_exception_handler(before)
