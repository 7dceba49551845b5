"""The staff's inbox with 1,000 open and 200,000 past conversations: pages, live changes, messages.

A house answers in a process of its own. A change counts from the wish until the list that shows it
has been fetched; a rider's message from the page's request until the line has come to staff.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.aims import Aim
from benchmarks.articles import model_and_vectors, second_house
from benchmarks.articles_house import KEYS
from benchmarks.inbox_filling import fill, token_of
from benchmarks.inbox_page import Fluency, look_at
from benchmarks.stations import own_database, share
from benchmarks.tables import table
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.schema import migrate

Say = Callable[[str], None]

AIM_PAGE = 150.0
AIM_LIVE = 500.0
AIM_MESSAGE = 300.0
"""Milliseconds: the first at the median, the others at the 95th of a hundred."""

PATIENCE = 10.0
TOKEN = re.compile(r'name="_token" value="([0-9a-f]+)"')

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
    fluency: Fluency | None = None


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
            held = await fill(database, open_, past, say)
            token = await _colleague(database)
            async with second_house(url, folder, say) as chat:
                address = chat.request("x", 0, "").url.rpartition("/api/")[0]
                async with aiohttp.ClientSession(
                    trust_env=False, cookies={"gongyou_console": token}
                ) as staff:
                    await _look(staff, address, held, measured, times, say)
                say("the list in Chromium")
                measured.fluency = await look_at(f"{address}/console/inbox?view=all", token)
            await database.close()
    return measured


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


def aims(measured: Measured) -> list[Aim]:
    """Each page's middle time, and the 95th part of what comes to the screen by itself."""
    wanted = [
        (f"inbox, {name}: p50", share(spent, 0.5), AIM_PAGE)
        for name, spent in measured.pages.items()
    ]
    wanted += [
        ("inbox, a change on the list: p95", share(measured.live, 0.95), AIM_LIVE),
        ("inbox, a rider's message: p95", share(measured.messages, 0.95), AIM_MESSAGE),
    ]
    return [
        Aim(f"{name} at most {aim:g} ms", f"{ms:.1f} ms", ms <= aim) for name, ms, aim in wanted
    ]


def report(measured: Measured) -> str:
    """The tables."""
    pages = table(
        "page|p50 ms|p95 ms|most ms|aim (p50)",
        [
            (name, share(spent, 0.5), share(spent, 0.95), round(max(spent), 1), AIM_PAGE)
            for name, spent in measured.pages.items()
        ],
    )
    changes = table(
        "from … to the screen of staff|p50 ms|p95 ms|most ms|aim (p95)|times",
        [
            (name, share(spent, 0.5), share(spent, 0.95), round(max(spent), 1), aim, len(spent))
            for name, spent, aim in (
                ("a conversation is taken, the list shows it", measured.live, AIM_LIVE),
                ("a rider's message", measured.messages, AIM_MESSAGE),
            )
        ],
    )
    head = f"{measured.open:,} open and {measured.past:,} past conversations"
    tables = [head, pages, changes, *([measured.fluency.told()] if measured.fluency else [])]
    return "\n\n".join(tables)
