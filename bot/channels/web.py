"""The web chat: one page for the phone, and the interface that it speaks."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.article_pictures import PATH
from bot.channels.http import errors, security_headers
from bot.channels.web_messages import post_file, post_message
from bot.channels.web_pages import pages
from bot.channels.web_parts import PARTS, WebParts
from bot.channels.web_reading import (
    CLOSING,
    get_elsewhere,
    get_events,
    get_file,
    get_history,
    get_my_data,
    get_picture,
)
from bot.channels.web_typing import post_typing


def build_web(parts: WebParts) -> web.Application:
    """An application with the house's errors and headers, and the chat in it.

    Other surfaces (`ops.add_ops`, the Telegram webhook, the console) are added to what it returns.
    """
    app = web.Application(
        middlewares=[errors(parts.metrics)], client_max_size=parts.limits.body_bytes or 2**40
    )
    app.on_response_prepare.append(security_headers(https=parts.https))
    add_web_chat(app, parts)
    return app


def add_web_chat(app: web.Application, parts: WebParts) -> None:
    """The page at `/` and the interface under `/api/chat`."""
    app[PARTS] = parts
    app[CLOSING] = asyncio.Event()
    app.router.add_post("/api/chat/messages", post_message)
    app.router.add_post("/api/chat/files", post_file)
    app.router.add_get(r"/api/chat/files/{id:\d+}", get_file)
    app.router.add_get(PATH, get_picture)
    app.router.add_get("/api/chat/history", get_history)
    app.router.add_get("/api/chat/elsewhere", get_elsewhere)
    app.router.add_get("/api/chat/my-data", get_my_data)
    app.router.add_get("/api/chat/events", get_events)
    app.router.add_post("/api/chat/typing", post_typing)
    pages().add_to(app)
    app.on_shutdown.append(_end_streams)


async def _end_streams(app: web.Application) -> None:
    """Open streams would hold up the end of the process; their pages come again elsewhere."""
    app[CLOSING].set()
