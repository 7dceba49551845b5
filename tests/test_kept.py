"""What stays from test to test is as good as new, and what a test leaves running ends."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from knowledge.database import Database
from knowledge.secrets import Keyring
from tests.kept import Kept

left: list[asyncio.Task[None]] = []


async def process(database: Database) -> int:
    """The server's, of the connection that is used next."""
    async with database.begin() as unit:
        found: int = (await unit.session.execute(text("select pg_backend_pid()"))).scalar_one()
        return found


async def test_the_next_store_gets_the_connection_of_the_last(
    database_url: str, keyring: Keyring, kept_connections: Kept
) -> None:
    """Of the same database; one of another size has its own."""
    first = Database(database_url, keyring, pool_size=2)
    at = await process(first)
    await first.close()
    assert at in kept_connections.processes(database_url)
    other, second = Database(database_url, keyring), Database(database_url, keyring, pool_size=2)
    assert await process(second) == at != await process(other)
    await other.close()
    await second.close()


async def test_who_is_held_is_not_kept(
    database_url: str, keyring: Keyring, kept_connections: Kept
) -> None:
    """A connection in use when its store is closed is nobody else's."""
    store = Database(database_url, keyring, pool_size=2)
    async with store.engine.connect() as connection:
        at = (await connection.execute(text("select pg_backend_pid()"))).scalar_one()
        await store.close()
    assert at not in kept_connections.processes(database_url)


async def test_statements_go_on_where_the_last_stopped(database_url: str, keyring: Keyring) -> None:
    """Durable ones and others apart: a connection is set up for one of the two."""
    for _ in range(3):  # more are kept than are used afterwards
        stores = [Database(database_url, keyring) for _ in range(2)]
        for store in stores:
            async with store.statements() as unit:
                await unit.rows("select 1")
        for store in stores:
            await store.close()
    seen: list[tuple[int, str, int, str]] = []
    for _ in range(2):
        store = Database(database_url, keyring)
        pairs = []
        for loose in (False, True):
            async with store.statements(loose=loose) as unit:
                (row,) = await unit.rows(
                    "select pg_backend_pid() as at, current_setting('synchronous_commit') as waits"
                )
                pairs += [row["at"], row["waits"]]
        seen.append(tuple(pairs))
        await store.close()
    assert seen[0] == seen[1]
    assert seen[0][1::2] == ("on", "off")


@pytest.mark.parametrize("time", ["first", "second"])
async def test_what_is_left_running_ends(time: str) -> None:
    """The second time sees what became of the first's."""
    assert [task.cancelled() for task in left] == [True] * len(left)
    left.append(asyncio.create_task(asyncio.sleep(600)))
