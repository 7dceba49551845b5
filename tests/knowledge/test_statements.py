"""Single statements straight to the driver: few connections, used again, never a broken one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from knowledge.database import is_away
from knowledge.statements import Statements
from tests.conftest import Databases

MINE = "select pg_backend_pid()"


@pytest.fixture
async def statements(databases: Databases) -> AsyncIterator[Statements]:
    made = Statements(databases.url("postgres"), size=2)
    yield made
    await made.close()


async def backend(statements: Statements) -> int:
    return int((await statements.rows(MINE))[0][0])


async def pids(statements: Statements, sql: str, among: list[int]) -> list[int]:
    return [row[0] for row in await statements.rows(sql, among)]


async def test_one_after_the_other_they_share_a_connection(statements: Statements) -> None:
    assert len({await backend(statements) for _ in range(5)}) == 1


async def test_no_more_connections_than_allowed_and_everybody_is_served(
    statements: Statements,
) -> None:
    slow = f"{MINE} from pg_sleep(0.05)"
    found = await asyncio.gather(*(statements.rows(slow) for _ in range(6)))
    assert len({rows[0][0] for rows in found}) == 2


async def test_a_refused_statement_leaves_the_connection_usable(statements: Statements) -> None:
    before = await backend(statements)
    with pytest.raises(asyncpg.PostgresError):
        await statements.rows("select 1 / $1::int", 0)
    assert await backend(statements) == before


async def test_a_cancelled_statement_s_connection_is_not_used_again(
    statements: Statements,
) -> None:
    before = await backend(statements)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await statements.rows("select pg_sleep(5)")
    assert await backend(statements) != before
    assert await backend(statements) == await backend(statements)


async def test_a_connection_that_the_server_ended_is_replaced(statements: Statements) -> None:
    before = await backend(statements)
    with pytest.raises(asyncpg.PostgresError) as ended:
        await statements.rows("select pg_terminate_backend(pg_backend_pid())")
    assert is_away(ended.value)
    assert await backend(statements) != before


async def test_what_runs_while_it_is_closed_leaves_no_connection(
    statements: Statements, databases: Databases
) -> None:
    running = asyncio.create_task(statements.rows(f"{MINE} from pg_sleep(0.2)"))
    await asyncio.sleep(0.1)
    await statements.close()
    pid = (await running)[0][0]
    other = Statements(databases.url("postgres"), size=1)
    async with asyncio.timeout(5):
        while await other.rows("select from pg_stat_activity where pid = $1", pid):
            await asyncio.sleep(0.05)
    await other.close()


async def test_a_connection_that_nobody_needs_is_closed(
    statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = f"{MINE} from pg_sleep(0.05)"
    two = await asyncio.gather(statements.rows(slow), statements.rows(slow))
    monkeypatch.setattr("knowledge.statements.IDLE", 0.0)
    kept = await backend(statements)
    monkeypatch.undo()
    open_ones = "select pid from pg_stat_activity where pid = any($1::int[])"
    async with asyncio.timeout(5):
        while [kept] != await pids(statements, open_ones, [rows[0][0] for rows in two]):
            await asyncio.sleep(0.05)
