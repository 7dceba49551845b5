"""A message that comes to a process with a worker is answered there, without a bell or a look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from actions.content import Reply
from bot.inbox import Inbox
from bot.worker import Worker
from knowledge.books import MessageRow
from knowledge.statements import Statements
from knowledge.turns import LEASE
from tests.bot.table import Table


class Process:
    """One process of the house: an inbox and, where it has that role, a worker."""

    def __init__(self, table: Table, name: str) -> None:
        self.inbox = Inbox(table.database, table.log, table.bells, per_minute=0)
        self.worker = Worker(table.database, table.new_engine(name))
        self.inbox.server = self.worker


@asynccontextmanager
async def running(process: Process) -> AsyncIterator[None]:
    """The worker looks and listens for the others' bells."""
    task = asyncio.create_task(process.worker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def replies(table: Table) -> list[str]:
    lines = await table.log.after(table.conversation, 0, 200)
    return [line.text for line in lines if isinstance(line, Reply)]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The written-out statements that are run, by their first words."""
    seen: list[str] = []
    rows = Statements.rows

    async def noted(self: Statements, sql: str, *values: Any) -> list[Any]:
        seen.append(" ".join(sql.split()[:4]))
        return await rows(self, sql, *values)

    monkeypatch.setattr(Statements, "rows", noted)
    return seen


async def test_a_message_is_two_statements(table: Table, written: list[str]) -> None:
    """Taken in with all that an answer needs, and written with all that it leaves."""
    process = Process(table, "one")
    first = await table.send("quiet 1", process.inbox)
    assert (await process.inbox.wait(first, 5)).state == "answered"
    written.clear()
    second = await table.send("quiet 2", process.inbox)
    outcome = await process.inbox.wait(second, 5)
    assert [reply.text for reply in outcome.replies] == ["quiet 2"]
    assert written == ["with before as (", "with mine as ("]


async def test_what_is_told_at_once_is_what_is_looked_up_later(table: Table) -> None:
    """The rider who waits and the one who comes back read the same reply."""
    process = Process(table, "one")
    receipt = await table.send("echo 你好", process.inbox)
    told = await process.inbox.wait(receipt, 5)
    found = await process.inbox.outcome(receipt.inbox_id)
    assert (told.state, told.trace) == (found.state, found.trace)
    assert [r.model_dump() for r in told.replies] == [r.model_dump() for r in found.replies]


async def test_messages_to_two_processes_keep_their_order(table: Table) -> None:
    """Two processes take one rider's messages in turn, faster than they are answered."""
    table.understanding.delay = 0.005
    one, two = Process(table, "one"), Process(table, "two")
    async with running(one), running(two):
        receipts = [
            await table.send(f"echo {number}", (one, two)[number % 2].inbox) for number in range(30)
        ]
        for receipt in receipts:
            assert (await table.inbox.wait(receipt, 10)).state == "answered"
    assert await replies(table) == [f"echo echo {number}" for number in range(30)]


async def test_messages_at_the_same_moment_to_two_processes_are_answered_once(
    table: Table,
) -> None:
    """None sees the other's row when it takes its own on; one of them must give way."""
    one, two = Process(table, "one"), Process(table, "two")
    await table.send("echo first", one.inbox)
    async with running(one), running(two):
        for number in range(10):
            await asyncio.gather(
                *(
                    table.send(f"echo {number} {process.worker.name}", process.inbox)
                    for process in (one, two)
                )
            )
        await asyncio.sleep(0)
        last = await table.send("echo last", one.inbox)
        assert (await table.inbox.wait(last, 10)).state == "answered"
    told = await replies(table)
    assert len(told) == len(set(told)) == 22
    assert told[-1] == "echo echo last"
    wanted = [f"echo echo {n}" for n in range(10) for _ in "ab"]
    assert [text.rsplit(" ", 1)[0] for text in told[1:-1]] == wanted


async def test_what_a_dead_process_took_on_is_answered_by_another(table: Table) -> None:
    """A process dies between taking a message on and its answer: its lease runs out."""
    dead, alive = Process(table, "dead"), Process(table, "alive")
    table.understanding.delay = 60
    receipt = await table.send("echo 1", dead.inbox)
    assert receipt.answer is not None
    receipt.answer.cancel()
    for task in dead.worker._running.values():
        task.cancel()
    table.understanding.delay = 0
    await alive.worker._engine.serve(table.conversation)
    assert (await table.inbox.outcome(receipt.inbox_id)).state == "pending"
    table.clock.move(LEASE + timedelta(seconds=1))
    await alive.worker._engine.serve(table.conversation)
    assert (await table.inbox.outcome(receipt.inbox_id)).state == "answered"
    assert await table.count(MessageRow) == 2


async def test_a_turn_that_is_overtaken_does_not_stand(table: Table) -> None:
    """Another process has answered meanwhile (the lease ran out): one answer, not two."""
    slow, quick = Process(table, "slow"), Process(table, "quick")
    async with table.database.statements() as unit:
        number, person = await table.inbox.conversation(table.inbound("echo 1"))
        arrived = await unit.turns.arrive(
            number, person, external_id="x", kind="text",
            payload={"kind": "text", "text": "echo 1"},
            received_at=unit.now, taker="slow",
        )  # fmt: skip
    assert arrived.taken is not None
    table.conversation = number
    table.clock.move(LEASE + timedelta(seconds=1))
    await quick.worker._engine.serve(number)
    await slow.worker._engine.handle(arrived.taken, {"kind": "text", "text": "echo 1"})
    assert await replies(table) == ["echo echo 1"]


async def test_without_a_running_worker_a_bell_rings(table: Table) -> None:
    """A process that only takes in leaves the answer to the workers."""
    web, other = Process(table, "web"), Process(table, "other")
    web.inbox.server = None
    async with running(other):
        await asyncio.sleep(0.1)
        receipt = await table.send("echo 1", web.inbox)
        assert receipt.answer is None
        assert (await web.inbox.wait(receipt, 5)).state == "answered"
