"""Riders over HTTP, the same code for both assistants: one at a time, many at once, by schedule."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=30)
MESSAGES_EACH = 5
"""So many lines a rider writes before the next rider comes."""


@dataclass(frozen=True)
class Request:
    """What is posted."""

    url: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Chat(Protocol):
    """How an assistant is written to, and whether what came back is an answer."""

    name: str

    def request(self, rider: str, number: int, text: str) -> Request: ...

    def answered(self, body: Any) -> bool: ...


class GongyouChat:
    """The web chat's interface."""

    name = "gongyou"

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/chat/messages"

    def request(self, rider: str, number: int, text: str) -> Request:
        headers = {"Authorization": f"Bearer {rider}"}
        return Request(self._url, {"id": f"m{number}", "text": text}, headers)

    def answered(self, body: Any) -> bool:
        return bool(body["state"] == "answered" and body["replies"])


class RasaRest:
    """Rasa's REST channel."""

    name = "stock Rasa"

    def __init__(self, url: str) -> None:
        self._url = f"{url}/webhooks/rest/webhook"

    def request(self, rider: str, number: int, text: str) -> Request:
        return Request(self._url, {"sender": rider, "message": text})

    def answered(self, body: Any) -> bool:
        return bool(body)


@dataclass
class Figures:
    """What was measured: milliseconds of each answer, and how many had none.

    `played` counts all answers, also those of the warm-up; `cpu` are the seconds of processor
    that they cost together.
    """

    ms: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0
    played: int = 0
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.ms) / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor that an answer cost, in all processes together."""
        return self.cpu / self.played * 1000 if self.played else 0.0

    def share(self, part: float) -> float:
        """The milliseconds that this part of the answers stays below; 0 if there are none."""
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0

    def add(self, other: Figures) -> None:
        """Put another round's figures to these."""
        self.ms += other.ms
        self.failed += other.failed
        self.seconds += other.seconds
        self.played += other.played
        self.cpu += other.cpu


async def post(session: aiohttp.ClientSession, request: Request) -> Any:
    """The answer's JSON, None for everything else."""
    try:
        async with session.post(
            request.url, json=request.body, headers=request.headers
        ) as response:
            body = await response.json(content_type=None)
            return body if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None


async def crowd(
    chat: Chat, texts: Iterator[str], *, riders: int, seconds: float, most: int, warm: float = 0.0
) -> Figures:
    """So many riders at once, each writing on as soon as it is answered.

    What is answered in the first `warm` seconds isn't counted, nor what is after `seconds` more
    or after `most` messages.
    """
    figures = Figures()
    numbers = itertools.count()
    began = time.perf_counter()
    counted_from, until = began + warm, began + warm + seconds

    async def rider(session: aiohttp.ClientSession) -> None:
        name, number = "", 0
        while time.perf_counter() < until and next(numbers) < most:
            if number % MESSAGES_EACH == 0:
                name, number = secrets.token_urlsafe(24), 0
            number += 1
            asked = time.perf_counter()
            body = await post(session, chat.request(name, number, next(texts)))
            now = time.perf_counter()
            figures.played += 1
            if counted_from <= now < until:
                if body is not None and chat.answered(body):
                    figures.ms.append((now - asked) * 1000)
                else:
                    figures.failed += 1

    async with _session() as session:
        await asyncio.gather(*(rider(session) for _ in range(riders)))
    figures.seconds = min(time.perf_counter(), until) - counted_from
    return figures


async def schedule(
    send: Callable[[aiohttp.ClientSession, int], Awaitable[bool]],
    *,
    rate: float,
    seconds: float,
    seed: int = 1,
) -> tuple[Figures, Figures]:
    """Calls at times that are fixed beforehand (Poisson), whatever becomes of the earlier ones.

    Returns:
        The milliseconds from the *scheduled* time to the answer, and those by which the client
        itself was late, which are part of them.
    """
    chance = random.Random(seed)
    times: list[float] = []
    at = chance.expovariate(rate)
    while at < seconds:
        times.append(at)
        at += chance.expovariate(rate)
    return await at_times(send, times, seconds)


async def at_times(
    send: Callable[[aiohttp.ClientSession, int], Awaitable[bool]],
    times: Sequence[float],
    seconds: float,
) -> tuple[Figures, Figures]:
    """Call `send(session, number)` at each of `times`, in seconds from now."""
    figures, late = Figures(seconds=seconds), Figures(seconds=seconds)

    async with _session() as session:
        began = time.perf_counter() + 0.1

        async def one(number: int, due: float) -> None:
            late.ms.append(max(0.0, time.perf_counter() - due) * 1000)
            if await send(session, number):
                figures.ms.append((time.perf_counter() - due) * 1000)
            else:
                figures.failed += 1

        running = []
        for number, at in enumerate(times):
            due = began + at
            pause = due - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            running.append(asyncio.create_task(one(number, due)))
        await asyncio.gather(*running)
    return figures, late


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=TIMEOUT, trust_env=False
    )
