"""Server-sent events of the console: one open answer for each page that looks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import hdrs, web

from bot.channels.web_reading import BEAT, CLOSING
from bot.console.visit import Visit

HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it lives."""

LIFE = 5 * 60.0
"""Seconds after which a stream ends. The page opens another, and is asked again who it is."""


async def stream(visit: Visit, news: Callable[[], Awaitable[bytes | None]]) -> web.StreamResponse:
    """Send what `news` gives, as long as the page is there; None is nothing to send."""
    request = visit.request
    response = web.StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
            hdrs.CACHE_CONTROL: "no-store, no-transform",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    loop = asyncio.get_running_loop()
    end = loop.time() + LIFE
    closing = asyncio.ensure_future(request.app[CLOSING].wait())
    coming: asyncio.Task[bytes | None] | None = None
    # A closed laptop leaves no sign until something is written to it.
    with suppress(ConnectionResetError):
        try:
            await response.write(b"retry: 1000\n\n: open\n\n")
            while loop.time() < end and not closing.done():
                coming = coming or asyncio.create_task(_next(news))
                first: set[asyncio.Future[Any]] = {coming, closing}
                await asyncio.wait(first, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if coming.done():
                    told, coming = coming.result(), None
                    if told is not None:
                        await response.write(told)
                elif not closing.done():
                    await response.write(BEAT)
            await response.write_eof()
        finally:
            closing.cancel()
            if coming is not None:
                coming.cancel()
                await asyncio.wait({coming})
    return response


async def _next(news: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
    return await news()
