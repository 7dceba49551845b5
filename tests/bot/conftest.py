"""Fixtures of the bot's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from actions.content import Reply
from actions.registry import ACTIONS, TIMERS, Action
from actions.turn import Turn
from knowledge.clock import MovableClock
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from tests.bot.table import START, Table
from tests.conftest import Databases


@pytest.fixture
def actions() -> Iterator[None]:
    """Actions of these tests beside the house's own."""
    tally: list[str] = []

    async def echo(turn: Turn) -> None:
        await turn.knowledge.audit.write(turn.person, actor="rider", action="echo")
        tally.append(turn.text)
        turn.reply(Reply(text=f"echo {turn.text}"))

    async def quiet(turn: Turn) -> None:
        turn.reply(Reply(text=turn.text))

    async def fails(turn: Turn) -> None:
        await turn.knowledge.audit.write(turn.person, actor="rider", action="fails")
        raise RuntimeError("broken")

    async def tea(turn: Turn) -> None:
        await turn.remind("chime", "tomorrow", turn.now + timedelta(days=1), {"what": "tea"})
        turn.reply(Reply(text="noted"))

    async def chime(turn: Turn) -> None:
        turn.reply(Reply(text=f"time for {turn.slots['what']}"))

    added = {"echo": echo, "quiet": quiet, "fails": fails, "tea": tea}
    for name, run in added.items():
        ACTIONS[name] = Action(name, "lookup", run)
    TIMERS["chime"] = chime
    yield
    for name in added:
        del ACTIONS[name]
    del TIMERS["chime"]


@pytest.fixture
def demonstration_url(databases: Databases, keyring: Keyring) -> Iterator[str]:
    """A database with the demonstration as of today, for commands that open it themselves."""

    async def fill(url: str) -> None:
        database = Database(url, keyring)
        await migrate(database)
        await load_demonstration(database)
        await database.close()

    with databases.lent("commands", fill) as url:
        yield url


@pytest.fixture
async def table(database: Database, actions: None) -> Table:
    clock = MovableClock(START)
    database.clock = clock
    return Table(database, clock)
