"""What a played Telegram remembers: chats, messages, and what went wrong, on purpose or not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from aiohttp import web

from bot.rehearsal.telegram_rules import ApiRefusal, Params

FaultKind = Literal[
    "accept_and_hang",  # taken, and never answered
    "accept_and_drop",  # taken, and the connection breaks
    "accept_and_502",  # taken, and a gateway answers without the Bot API's JSON
    "hang",  # not taken, and never answered
    "502",  # not taken, a gateway answers
    "500",  # not taken, and the Bot API says so
    "429",  # too fast, says the Bot API
]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with one call."""

    kind: FaultKind
    retry_after: int = 1


Plan = Callable[[str, Params], Fault | None]
"""What goes wrong: asked at every call that sends (method in lower case, parameters)."""


@dataclass(frozen=True)
class Violation:
    """A call that Telegram would not have liked."""

    method: str
    description: str
    params: Params


@dataclass
class Message:
    """A message in a chat, by whom it may be."""

    message_id: int
    by_bot: bool
    at: float
    method: str = ""
    text: str = ""
    params: Params = field(default_factory=dict)
    markup: dict[str, Any] | None = None
    answered: bool = True
    """Whether the bot heard that it was taken."""

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons under it."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass
class Chat:
    """A chat as its people see it."""

    id: int
    type: str = "private"
    started: bool = True
    blocked: bool = False
    messages: list[Message] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None
    """The keyboard in place of the phone's own, if the bot has put one up."""
    actions: list[tuple[float, str]] = field(default_factory=list)
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def from_bot(self) -> list[Message]:
        """What the bot has written."""
        return [message for message in self.messages if message.by_bot]

    @property
    def closest(self) -> float | None:
        """The shortest time between two messages of the bot, seconds; None if there are not two."""
        return min((b.at - a.at for a, b in pairwise(self.from_bot)), default=None)


def refused(refusal: ApiRefusal) -> web.Response:
    """The Bot API's own no."""
    body: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return web.json_response(body, status=refusal.code)


async def go_wrong(request: web.Request, fault: Fault) -> web.StreamResponse:
    """Answer, or don't, as the fault will have it."""
    kind = fault.kind.removeprefix("accept_and_")
    if kind == "500":
        return refused(ApiRefusal(500, "Internal Server Error"))
    if kind == "429":
        wait = fault.retry_after
        return refused(ApiRefusal(429, f"Too Many Requests: retry after {wait}", wait))
    if kind == "502":
        page = "<html><head><title>502 Bad Gateway</title></head></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    if kind == "hang":
        await asyncio.sleep(3600)
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError
