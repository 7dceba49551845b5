"""The web chat's door: who asks, whether they may, and what a body must look like."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from actions.content import Content, Location, Press, Text
from bot.channels.http import ApiError, client_address, limit_key
from bot.channels.web_parts import LONGEST_TEXT, PARTS, WebParts
from bot.ratelimit import RateLimit

#: 22 characters of base64url hold 132 bits; a token in hex needs 32 for its 128.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}")
_HEX = re.compile(r"[0-9a-fA-F]+")
#: A token of chance has more different characters than this, all but for one in millions.
_FEWEST_DIFFERENT = 8

# PostgreSQL keeps no NUL, and the others are never meant by a person.
_CONTROLS = {code: None for code in range(32) if code not in (9, 10)} | {0x7F: None}

Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class Position(BaseModel):
    """Where the phone says it is, WGS-84 degrees."""

    model_config = ConfigDict(extra="ignore", strict=False)

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class MessageIn(BaseModel):
    """The body of `POST /api/chat/messages`: one of text, location and button."""

    model_config = ConfigDict(extra="forbid")

    id: ClientId
    text: str | None = None
    location: Position | None = None
    button: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    label: Annotated[str, Field(max_length=200)] | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> MessageIn:
        if sum(value is not None for value in (self.text, self.location, self.button)) != 1:
            raise ValueError("exactly one of text, location and button")
        return self

    def content(self) -> Content:
        """What was sent, as the house knows it.

        Raises:
            ApiError: 400 for an empty text, 413 for one that passes all bounds.
        """
        if self.location is not None:
            return Location(lat=self.location.lat, lon=self.location.lon)
        if self.button is not None:
            label = None if self.label is None else plain(self.label)
            return Press(id=plain(self.button), label=label or None)
        text = plain(self.text or "").strip()
        if not text:
            raise ApiError(400, "empty_text", "the message has no text")
        if len(text) > LONGEST_TEXT:
            raise ApiError(413, "text_too_long", f"at most {LONGEST_TEXT} characters")
        return Text(text=text)


def plain(text: str) -> str:
    """Text without control characters and halves of surrogate pairs."""
    return text.translate(_CONTROLS).encode("utf-8", "replace").decode("utf-8")


def conversation_key(request: web.Request) -> str:
    """The SHA-256 (hex) of the bearer token: the token itself is kept nowhere.

    Raises:
        ApiError: 401, there is none, or one that could be guessed.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise ApiError(401, "no_token", "send Authorization: Bearer and a token of 128 bits")
    short_hex = _HEX.fullmatch(token) and len(token) < 32
    if short_hex or len(set(token)) < _FEWEST_DIFFERENT:
        raise ApiError(401, "weak_token", "the token has fewer than 128 bits of chance")
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def address_key(request: web.Request, parts: WebParts) -> str:
    """What limits by address count by."""
    return limit_key(client_address(request, parts.trusted_proxies))


def hold_to(limit: RateLimit, key: str, parts: WebParts) -> None:
    """Take one from a limit.

    Raises:
        ApiError: 429 with the seconds to wait.
    """
    seconds = limit.wait(key)
    if seconds:
        parts.metrics.refused.labels(limit.name).inc()
        raise ApiError(
            429,
            f"too_many_{limit.name}",
            "that was a little fast; please try again in a moment",
            retry_after=seconds,
        )


async def enter(request: web.Request) -> tuple[WebParts, str]:
    """Every request to the interface: the parts and the conversation's key.

    Raises:
        ApiError: 401 without a token, 429 when the address asks too much.
    """
    parts = request.app[PARTS]
    hold_to(parts.requests, address_key(request, parts), parts)
    return parts, conversation_key(request)


async def may_speak(request: web.Request, parts: WebParts, key: str) -> None:
    """Before a message is taken: the conversation's pace, and the address's if it is new.

    Raises:
        ApiError: 429.
    """
    hold_to(parts.messages, key, parts)
    if await parts.conversation(key) is None:
        hold_to(parts.new_conversations, address_key(request, parts), parts)


async def read_message(request: web.Request, parts: WebParts) -> MessageIn:
    """Read and check a JSON body.

    Raises:
        ApiError: 400 for what is no such message, 413 for too much of it.
    """
    try:
        body: Any = json.loads(await _read(request, parts.limits.body_bytes))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ApiError(400, "bad_json", "the body is not JSON") from error
    try:
        return MessageIn.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "body"
        raise ApiError(400, "bad_message", f"{where}: {first['msg']}") from error


async def _read(request: web.Request, most: int) -> bytes:
    if most and (request.content_length or 0) > most:
        raise ApiError(413, "too_large", f"at most {most} bytes")
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if most and len(body) > most:
            raise ApiError(413, "too_large", f"at most {most} bytes")
    return bytes(body)
