"""What every page and interface has in common."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest
from aiohttp import web

from bot.channels.http import errors
from bot.metrics import Metrics


async def test_a_caller_who_has_gone_is_nobodys_error(caplog: pytest.LogCaptureFixture) -> None:
    """Neither before nor after the headers; nothing is logged as one."""
    began, ended = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        began.set()
        try:
            while True:
                await response.write(b"x" * 1000)
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    app = web.Application(middlewares=[errors(Metrics())])
    app.router.add_get("/", slow)
    runner = web.AppRunner(app)  # as the house has it; a TestServer cancels its handlers
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session:
        with caplog.at_level(logging.DEBUG):
            response = await session.get(address)
            await began.wait()
            response.close()
            async with asyncio.timeout(10):
                await ended.wait()
            await runner.cleanup()
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
