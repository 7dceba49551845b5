"""A soak: messages of many riders through real processes that are killed all the while."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from bot.rehearsal.telegram import FakeTelegram, Fault
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.postgres import EmbeddedPostgres
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from tests.soak.books import Books, audit
from tests.soak.processes import Processes
from tests.soak.riders import Tally, TelegramRider, WebRider, live

KINDS = ("accept_and_hang", "accept_and_drop", "accept_and_502", "hang", "502", "500", "429")


@dataclass(frozen=True)
class Plan:
    """How long and how rough: `kill_every` in messages answered, `faults` a share of the calls.

    Kills are counted in messages, not in seconds: a quick machine would see hardly any.
    """

    messages: int = 500
    conversations: int = 20
    kill_every: float = 30.0
    faults: float = 0.02
    seed: int = 1
    rasa: bool = True
    limit: float = 600.0


@dataclass
class Run:
    """What came of it."""

    books: Books
    kills: Counter[str]
    faults: Counter[str]
    seconds: float


async def soak(plan: Plan, folder: Path, models: Path, vectors: Path) -> Run:
    """Run it in `folder`; `models` has a trained model, `vectors` what it was made with."""
    chance = random.Random(plan.seed)
    (folder / "models").symlink_to(models)
    (folder / "vectors").symlink_to(vectors)
    keyring = Keyring.at(folder / "keys")
    faults: Counter[str] = Counter()

    def goes_wrong(_method: str, _params: Mapping[str, Any]) -> Fault | None:
        if chance.random() >= plan.faults:
            return None
        kind = chance.choice(KINDS)
        faults[kind] += 1
        return Fault(kind)  # type: ignore[arg-type]

    async with EmbeddedPostgres(folder / "postgres") as postgres, FakeTelegram() as telegram:
        database = Database(postgres.url, keyring)
        await migrate(database)
        await load_demonstration(database)
        await database.close()
        course, taken = await _stage(postgres.url, plan.conversations)
        telegram.plan = goes_wrong
        processes = Processes(folder, postgres.url, telegram.url, telegram.token, rasa=plan.rasa)
        tally = Tally()
        await processes.start()
        began = time.monotonic()
        killer = asyncio.create_task(_kill(processes, postgres, plan, chance, tally))
        try:
            async with asyncio.timeout(plan.limit):
                await _ride(plan, processes, telegram, postgres, course, tally)
                killer.cancel()
                telegram.plan = None
                await _settle(postgres.url)
        finally:
            killer.cancel()
            await processes.stop()
        seconds = time.monotonic() - began
        connection = await asyncpg.connect(postgres.url)
        books = await audit(
            connection, tally, telegram, course, taken_before=taken,
            kills_of_sender=processes.kills["sender"] + processes.kills["postgres"],
            faults=faults,
        )  # fmt: skip
        await connection.close()
        broken = [v for v in telegram.violations if "Too Many Requests" not in v.description]
        books.must(not broken, f"Telegram's limits were broken: {broken[:3]}")
        return Run(books, processes.kills, faults, seconds)


async def _stage(url: str, riders: int) -> tuple[str, int]:
    """A course with a seat for every rider."""
    connection = await asyncpg.connect(url)
    course, taken = await connection.fetchrow(
        "select code, taken from courses c where exists (select 1 from course_sessions s "
        "where s.course = c.code and s.starts_at > now() + interval '2 days') "
        "order by code limit 1"
    )
    await connection.execute(
        "update courses set seats = taken + $2 where code = $1", course, riders
    )
    await connection.execute("delete from enrolments")
    await connection.close()
    return course, taken


async def _ride(
    plan: Plan, processes: Processes, telegram: FakeTelegram, postgres: EmbeddedPostgres,
    course: str, tally: Tally,
) -> None:  # fmt: skip
    """Half of the riders on the web, half on Telegram, all at once."""

    async def answered(chat: int, count: int) -> bool:
        try:
            connection = await asyncpg.connect(postgres.url, timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        try:
            done = await connection.fetchval(
                "select count(*) from inbox i join conversations c on c.id = i.conversation_id "
                "where c.channel = 'telegram' and c.key = $1 and i.handled_at is not null "
                "and i.kind in ('text', 'button')",
                str(chat),
            )
            return bool(done >= count)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        finally:
            connection.terminate()

    each = plan.messages // plan.conversations
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for number in range(plan.conversations):
            chance = random.Random(plan.seed * 1000 + number)
            rider: WebRider | TelegramRider
            if number % 2:
                rider = TelegramRider(telegram, 7000 + number, chance, tally, answered)
            else:
                rider = WebRider(processes.ports, session, chance, tally)
            group.create_task(live(rider, each, course, chance, tally, number))


async def _kill(
    processes: Processes, postgres: EmbeddedPostgres, plan: Plan, chance: random.Random,
    tally: Tally,
) -> None:  # fmt: skip
    due = 0.0
    while True:
        # A moment of its own, so that a kill doesn't always follow an answer.
        await asyncio.sleep(chance.uniform(0.05, 0.5))
        if tally.answered < due:
            continue
        if processes.kill(chance, postgres):
            due = tally.answered + chance.uniform(0.3, 1.7) * plan.kill_every


async def _settle(url: str) -> None:
    """Wait until nothing is under way any more."""
    while True:
        await asyncio.sleep(0.5)
        try:
            connection = await asyncpg.connect(url)
            left = await connection.fetchval(
                "select (select count(*) from outbox where state in ('ready', 'sending')) + "
                "(select count(*) from inbox where handled_at is null and due_at <= now())"
            )
            connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            continue
        if left == 0:
            return
