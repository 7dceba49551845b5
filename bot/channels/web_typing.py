"""The rider is writing: a sign for the person who has the conversation, kept nowhere."""

from __future__ import annotations

from aiohttp import web

from bot.channels.web_door import enter


async def post_typing(request: web.Request) -> web.Response:
    """`POST /api/chat/typing`, without a body; nothing comes of it where nobody looks."""
    parts, key = await enter(request)
    conversation = await parts.conversation(key)
    if conversation is not None and parts.typing is not None:
        await parts.typing.sign("rider", conversation)
    return web.Response(status=204)
