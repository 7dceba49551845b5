"""The staff's inbox with 1,000 open and 200,000 past conversations: pages, live changes, messages.

A house answers in a process of its own. A change counts from the wish until the list that shows it
has been fetched; a rider's message from the page's request until the line has come to staff.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg

from benchmarks.articles import model_and_vectors, second_house
from benchmarks.articles_house import KEYS
from benchmarks.stations import own_database, share
from benchmarks.tables import table
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from knowledge.secrets import seal

Say = Callable[[str], None]

AIM_PAGE = 150.0
AIM_LIVE = 500.0
AIM_MESSAGE = 300.0
"""Milliseconds: the first at the median, the others at the 95th of a hundred."""

PAST_EACH = 10
"""Past conversations of a person."""

CHUNK = 20_000
PATIENCE = 10.0
REGIONS = ("weihai-jingkai", "yantai", "weihai", "haikou", None)
TOKEN = re.compile(r'name="_token" value="([0-9a-f]+)"')
TABLES = ("persons", "conversations", "inbox", "messages", "handoffs")

PAGES = {
    "waiting": "/console/inbox",
    "all": "/console/inbox?view=all",
    "with a person": "/console/inbox?view=mine",
    "over": "/console/inbox?view=closed",
    "what changes of the list": "/console/inbox/rows?view=all",
}


@dataclass
class Measured:
    """Milliseconds."""

    open: int
    past: int
    pages: dict[str, list[float]] = field(default_factory=dict)
    live: list[float] = field(default_factory=list)
    messages: list[float] = field(default_factory=list)


@dataclass
class Filling:
    """Rows that are copied into the tables next."""

    now: datetime
    rows: dict[str, list[tuple[Any, ...]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    persons: int = 0
    conversations: int = 0
    lines: int = 0

    def person(self) -> tuple[UUID, bytes]:
        """A new one, with a key of their own."""
        self.persons += 1
        person, key = UUID(int=self.persons + 2**64), bytes([1]) * 28 + self.persons.to_bytes(4)
        key_id, wrapped = KEYS.wrap(key)
        profile = seal(key, '{"name":"林晓"}'.encode(), "profile")
        self.rows["persons"].append(
            (person, key_id, wrapped, self.now, "weihai-jingkai", "food_delivery", profile)
        )
        return person, key

    def conversation(self, person: UUID, key: bytes, *, lines: int, ended: bool) -> int:
        """One with lines by turns of the rider and the bot, and its handoff; its number."""
        self.conversations += 1
        number = self.conversations
        at = self.now - timedelta(minutes=number % 5000, days=1 if ended else 0)
        web = hashlib.sha256(token_of(number).encode()).hexdigest()
        self.rows["conversations"].append((number, "main", "web", web, person, "zh", at, at))
        said = seal(key, '{"kind":"text","text":"工伤怎么认定","file_id":null}'.encode(), "message")
        heard = seal(key, '{"text":"工伤认定要在三十天内申请。"}'.encode(), "message")
        trace = seal(
            key,
            b'{"route":"report_dispute","confidence":0.8,"reasons":[],"source":"head"}',
            "trace",
        )
        for line in range(lines):
            self.lines += 1
            inbox = self.lines
            then = at + timedelta(seconds=line)
            row = (inbox, number, f"m{line}", "text", then, then, then, trace)
            self.rows["inbox"].append(row)
            self.rows["messages"].append((number, inbox, 0, "rider", then, said))
            self.rows["messages"].append((number, inbox, 1, "bot", then, heard))
        held = not ended and number % 2 == 0
        state = "closed" if ended else "held" if held else "waiting"
        summary = seal(key, '"诉求：工伤认定\\n原话：工伤怎么认定"'.encode(), "handoff")
        taken = at if held or ended else None
        over = at + timedelta(minutes=20) if ended else None
        staff = "bench" if held or ended else None
        self.rows["handoffs"].append(
            (
                number, number, person, state, "person", 10, REGIONS[number % len(REGIONS)],
                summary, staff, at, taken, over,
            )
        )  # fmt: skip
        return number


COLUMNS = {
    "persons": (
        "id", "key_id", "wrapped_key", "created_at", "region", "sector", "profile",
    ),
    "conversations": (
        "id", "bot", "channel", "key", "person_id", "language", "created_at", "seen_at",
    ),
    "inbox": (
        "id", "conversation_id", "external_id", "kind", "received_at", "due_at", "handled_at",
        "trace",
    ),
    "messages": ("conversation_id", "inbox_id", "part", "who", "at", "body"),
    "handoffs": (
        "id", "conversation_id", "person_id", "state", "kind", "priority", "region", "summary",
        "staff", "opened_at", "taken_at", "ended_at",
    ),
}  # fmt: skip


def token_of(conversation: int) -> str:
    """The web chat's token of a made-up rider."""
    return hashlib.sha256(f"bench {conversation}".encode()).hexdigest()


async def measure(open_: int, past: int, times: int, say: Say) -> Measured:
    """Fill a database, start a house, look at it.

    Raises:
        NotReady: there is no model yet, or the house doesn't come up.
    """
    measured = Measured(open_, past)
    with tempfile.TemporaryDirectory(prefix="gongyou-bench-") as name:
        folder = Path(name)
        model_and_vectors(folder)
        async with own_database(None) as url:
            database = Database(url, KEYS)
            await migrate(database)
            await load_demonstration(database)
            say(f"making {open_} open and {past} past conversations")
            held = await _fill(database, open_, past, say)
            token = await _colleague(database)
            async with second_house(url, folder, say) as chat:
                address = chat.request("x", 0, "").url.rpartition("/api/")[0]
                async with aiohttp.ClientSession(
                    trust_env=False, cookies={"gongyou_console": token}
                ) as staff:
                    await _look(staff, address, held, measured, times, say)
            await database.close()
    return measured


async def _fill(database: Database, open_: int, past: int, say: Say) -> list[int]:
    """Copy everything; the numbers of open conversations that somebody has."""
    filling = Filling(database.clock.now())
    connection = await asyncpg.connect(database.plain_url)
    held: list[int] = []
    try:
        for at in range(open_):
            number = filling.conversation(*filling.person(), lines=10, ended=False)
            if number % 2 == 0:
                held.append(number)
            if at % CHUNK == CHUNK - 1:
                await _copy(connection, filling)
        for at in range(0, past, PAST_EACH):
            person, key = filling.person()
            for _ in range(min(PAST_EACH, past - at)):
                filling.conversation(person, key, lines=2, ended=True)
            if len(filling.rows["conversations"]) >= CHUNK:
                await _copy(connection, filling)
                say(f"{at + PAST_EACH} of {past}")
        await _copy(connection, filling)
        for name in TABLES[1:]:
            highest = f"(select coalesce(max(id), 1) from {name})"
            await connection.execute(
                f"select setval(pg_get_serial_sequence('{name}', 'id'), {highest})"
            )
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return held


async def _copy(connection: Any, filling: Filling) -> None:
    for name in TABLES:
        await connection.copy_records_to_table(
            name, records=filling.rows[name], columns=COLUMNS[name]
        )
        filling.rows[name] = []


async def _colleague(database: Database) -> str:
    """A session of somebody of staff everywhere."""
    await database.refresh_regions()
    async with database.begin() as unit:
        account = await unit.accounts.add(
            login="bench", name="bench", role="lead", region=None, language="zh"
        )
        return await unit.sessions.begin(account, "bench", complete=True)


async def _look(
    staff: aiohttp.ClientSession,
    address: str,
    held: list[int],
    measured: Measured,
    times: int,
    say: Say,
) -> None:
    pages = {**PAGES, "a conversation": f"/console/inbox/{held[0]}"}
    say("pages")
    for name, path in pages.items():
        await _get(staff, f"{address}{path}")
        spent = measured.pages[name] = []
        for _ in range(times):
            began = time.perf_counter()
            await _get(staff, f"{address}{path}")
            spent.append((time.perf_counter() - began) * 1000)
    page = await _get(staff, f"{address}/console/inbox?view=waiting")
    form = TOKEN.search(page)
    assert form is not None
    waiting = [int(one) for one in re.findall(r'data-number="(\d+)"', page)]
    say("live changes")
    async with _events(staff, f"{address}/console/inbox/events") as list_events:
        for number in waiting[: min(times, len(waiting))]:
            list_events.drain()
            began = time.perf_counter()
            took = asyncio.create_task(
                _post(staff, f"{address}/console/inbox/{number}/take", {"_token": form.group(1)})
            )
            await list_events.next("changed")
            await _get(staff, f"{address}/console/inbox/rows?view=waiting")
            measured.live.append((time.perf_counter() - began) * 1000)
            await took
    say("messages of riders")
    for number in held[: min(10, len(held))]:
        await _messages(staff, address, number, times // 10 or 1, measured)


async def _messages(
    staff: aiohttp.ClientSession, address: str, number: int, times: int, measured: Measured
) -> None:
    rider = {"Authorization": f"Bearer {token_of(number)}"}
    async with (
        aiohttp.ClientSession(trust_env=False, headers=rider) as phone,
        _events(staff, f"{address}/console/inbox/{number}/events?after=0") as events,
    ):
        await asyncio.sleep(0.5)  # the history comes first
        for one in range(times):
            events.drain()
            body = {"id": f"bench-{number}-{one}", "text": f"还在吗 {one}"}
            began = time.perf_counter()
            sent = asyncio.create_task(_send(phone, f"{address}/api/chat/messages", body))
            await events.next("line")
            measured.messages.append((time.perf_counter() - began) * 1000)
            await sent


class Events:
    """The events of one stream, as they come."""

    def __init__(self) -> None:
        self._names: asyncio.Queue[str] = asyncio.Queue()

    def drain(self) -> None:
        while not self._names.empty():
            self._names.get_nowait()

    async def next(self, name: str) -> None:
        """Wait for an event of this name."""
        async with asyncio.timeout(PATIENCE):
            while await self._names.get() != name:
                pass

    async def read(self, response: aiohttp.ClientResponse) -> None:
        async for line in response.content:
            if line.startswith(b"event: "):
                self._names.put_nowait(line[7:].strip().decode())


@asynccontextmanager
async def _events(session: aiohttp.ClientSession, url: str) -> AsyncIterator[Events]:
    events = Events()
    forever = aiohttp.ClientTimeout(total=None)
    async with session.get(url, timeout=forever, read_bufsize=2**22) as response:
        response.raise_for_status()
        reading = asyncio.create_task(events.read(response))
        try:
            yield events
        finally:
            reading.cancel()


async def _get(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url, allow_redirects=False) as response:
        assert response.status == 200, (url, response.status)
        return await response.text()


async def _post(session: aiohttp.ClientSession, url: str, form: dict[str, str]) -> None:
    async with session.post(url, data=form, allow_redirects=False) as response:
        assert response.status == 303, (url, response.status)


async def _send(session: aiohttp.ClientSession, url: str, body: dict[str, str]) -> None:
    async with session.post(url, json=body) as response:
        assert response.status == 200, response.status


def report(measured: Measured) -> str:
    """The tables."""
    pages = table(
        "page|p50 ms|p95 ms|aim (p50)",
        [
            (name, share(spent, 0.5), share(spent, 0.95), AIM_PAGE)
            for name, spent in measured.pages.items()
        ],
    )
    changes = table(
        "from … to the screen of staff|p50 ms|p95 ms|aim (p95)|times",
        [
            (name, share(spent, 0.5), share(spent, 0.95), aim, len(spent))
            for name, spent, aim in (
                ("a conversation is taken, the list shows it", measured.live, AIM_LIVE),
                ("a rider's message", measured.messages, AIM_MESSAGE),
            )
        ],
    )
    head = f"{measured.open:,} open and {measured.past:,} past conversations"
    return f"{head}\n\n{pages}\n\n{changes}"
