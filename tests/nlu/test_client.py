"""Asking Rasa, and giving up in time."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from nlu.client import Breaker, RasaClient, RasaUnavailable

RIGHT: dict[str, Any] = {
    "intent_ranking": [{"name": "join_union", "confidence": 0.9}],
    "embedding": base64.b64encode(np.ones(384, dtype=np.float32).tobytes()).decode(),
}
Answer = Callable[[], Awaitable[web.Response]]


class Standing:
    """A server in Rasa's place that answers as it is told."""

    def __init__(self) -> None:
        self.answer: Answer = self.right
        self.calls = 0
        self.at_once = 0
        self.most_at_once = 0
        self.address: str | None = None

    async def right(self) -> web.Response:
        return web.json_response(RIGHT)

    async def handle(self, request: web.Request) -> web.Response:
        self.calls += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self.answer()
        finally:
            self.at_once -= 1


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """Running on loopback."""
    made = Standing()
    app = web.Application()
    app.router.add_post("/model/parse", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.address = f"http://127.0.0.1:{port}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def client(standing: Standing) -> AsyncIterator[RasaClient]:
    """Asks the standing server; gives up after a fifth of a second."""
    made = RasaClient(lambda: standing.address, timeout=0.2)
    yield made
    await made.close()


async def test_routes_and_vector_come_back(client: RasaClient) -> None:
    """As the components put them into the answer."""
    parsed = await client.parse("我要入会")
    assert parsed.routes == (("join_union", 0.9),)
    assert parsed.vector.shape == (384,)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"intent_ranking": []},
        {**RIGHT, "intent_ranking": []},
        {**RIGHT, "embedding": "AAAA"},
        {**RIGHT, "embedding": None},
        "text",
    ],
)
async def test_an_answer_without_sense_is_a_failure(
    standing: Standing, client: RasaClient, answer: Any
) -> None:
    """Rasa answers 200 with an empty list when it failed inside."""

    async def nonsense() -> web.Response:
        return web.json_response(answer)

    standing.answer = nonsense
    with pytest.raises(RasaUnavailable):
        await client.parse("我要入会")


async def test_an_error_is_a_failure(standing: Standing, client: RasaClient) -> None:
    """Whatever the server says about it."""

    async def broken() -> web.Response:
        return web.Response(status=500, text="<html>")

    standing.answer = broken
    with pytest.raises(RasaUnavailable):
        await client.parse("我要入会")


async def test_a_hung_server_costs_one_time_out(standing: Standing, client: RasaClient) -> None:
    """Counted from the send."""

    async def hung() -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    standing.answer = hung
    began = time.monotonic()
    with pytest.raises(RasaUnavailable):
        await client.parse("我要入会")
    assert time.monotonic() - began < 1


async def test_one_call_is_in_flight(standing: Standing, client: RasaClient) -> None:
    """Others wait their turn, and waiting is no time-out."""

    async def slow() -> web.Response:
        await asyncio.sleep(0.12)
        return web.json_response(RIGHT)

    standing.answer = slow
    parsed = await asyncio.gather(*(client.parse(f"第{n}句") for n in range(6)))
    assert len(parsed) == 6
    assert standing.most_at_once == 1


async def test_without_an_address_nothing_is_asked(standing: Standing) -> None:
    """While Rasa is being installed, trained or started."""
    client = RasaClient(lambda: None)
    assert not client.available()
    with pytest.raises(RasaUnavailable):
        await client.parse("我要入会")


async def test_a_dead_server_is_left_alone_and_tried_again(standing: Standing) -> None:
    """After three failures in a row; one call tries whether it is back."""
    now = 0.0
    breaker = Breaker(clock=lambda: now)
    client = RasaClient(lambda: standing.address, breaker=breaker)

    async def broken() -> web.Response:
        return web.Response(status=500)

    standing.answer = broken
    for _ in range(5):
        with pytest.raises(RasaUnavailable):
            await client.parse("我要入会")
    assert standing.calls == 3
    assert not client.available()
    now = 1.5
    with pytest.raises(RasaUnavailable):
        await client.parse("我要入会")
    assert standing.calls == 4
    now = 2.0
    assert not client.available(), "the second pause is longer"
    now = 10.0
    standing.answer = standing.right
    assert client.available()
    await client.parse("我要入会")
    await client.parse("我要入会")
    assert breaker.failures == 0
    await client.close()


async def test_asking_whether_it_is_available_takes_no_chance_away(standing: Standing) -> None:
    """Only a call uses up the one try after a pause."""
    now = 0.0
    breaker = Breaker(clock=lambda: now)
    client = RasaClient(lambda: standing.address, breaker=breaker)
    for _ in range(3):
        breaker.failed()
    now = 5.0
    assert client.available()
    assert client.available()
    await client.parse("我要入会")
    await client.close()
