"""What the page reads: the history, the events that come later, its own photos."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import hdrs, web

from actions.content import Reply
from bot.channels.http import ApiError
from bot.channels.web_door import address_key, enter, hold_to
from bot.channels.web_parts import HEARTBEAT, HISTORY_PAGE, PARTS, STREAM_LIFE, WebParts
from bot.messages import RiderLine

log = structlog.get_logger(__name__)

BEAT = b": beat\n\n"
TYPING = b"event: typing\ndata: {}\n\n"
"""A person of the union is writing; no line, so it has no number."""
CLOSING: web.AppKey[asyncio.Event] = web.AppKey("closing", asyncio.Event)


async def get_history(request: web.Request) -> web.Response:
    """`GET /api/chat/history`: the last lines; `?after=ID` what came later, `?before=ID` earlier.

    Answers `{"messages": [...], "more": bool, "held": bool}`, in order; `more` says that the page
    in that direction was full, `held` that a person has the conversation now.
    """
    parts, key = await enter(request)
    after, before = _number(request, "after"), _number(request, "before")
    if after is not None and before is not None:
        raise ApiError(400, "bad_request", "after or before, not both")
    conversation = await parts.conversation(key)
    lines: list[Reply | RiderLine] = []
    if conversation is not None and after is not None:
        lines = await parts.log.after(conversation, after, HISTORY_PAGE)
    elif conversation is not None:
        lines = await parts.log.before(conversation, before, HISTORY_PAGE)
    if conversation is not None and before is None:
        await _arrived(parts, conversation, lines)
    held = conversation is not None and await parts.log.held(conversation)
    return _page(lines, held=held)


async def _arrived(parts: WebParts, conversation: int, lines: Sequence[Reply | RiderLine]) -> None:
    """What staff have said has come to the page: that is worth knowing, the bot's lines aren't."""
    spoken = [line.id for line in lines if isinstance(line, Reply) and line.from_ == "staff"]
    if spoken and parts.arrivals is not None:
        await parts.arrivals.note(conversation, max(spoken))


async def get_elsewhere(request: web.Request) -> web.Response:
    """`GET /api/chat/elsewhere`: what the proven person said on another phone; `?before=ID`.

    Answers as the history does. 403 `not_proved` unless everything of somebody is proved in this
    conversation now.
    """
    parts, key = await enter(request)
    conversation = await parts.conversation(key)
    lines = None
    if conversation is not None:
        before = _number(request, "before")
        lines = await parts.log.elsewhere(conversation, before, HISTORY_PAGE)
    if lines is None:
        raise ApiError(403, "not_proved", "prove who you are in this conversation first")
    return _page(lines)


async def get_my_data(request: web.Request) -> web.Response:
    """`GET /api/chat/my-data`: what is kept about the rider, as a JSON file.

    403 `not_proved` unless it was proved in this conversation whose it is (who has handed nothing
    in needs no proof).
    """
    parts, key = await enter(request)
    conversation = await parts.conversation(key)
    found = None
    if conversation is not None and parts.own_file is not None:
        found = await parts.own_file.of(conversation)
    if found is None:
        raise ApiError(403, "not_proved", "prove who you are in this conversation first")
    return web.Response(
        body=found,
        content_type="application/json",
        headers={
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.CONTENT_DISPOSITION: 'attachment; filename="gongyou-my-data.json"',
        },
    )


def _page(lines: Sequence[Reply | RiderLine], **more: bool) -> web.Response:
    shown = [line_json(line) for line in lines]
    body = {"messages": shown, "more": len(lines) == HISTORY_PAGE, **more}
    return web.json_response(text=json.dumps(body, ensure_ascii=False, separators=(",", ":")))


async def get_events(request: web.Request) -> web.StreamResponse:
    """`GET /api/chat/events`: every later line as a server-sent event, its number as the id.

    `event: reply` for what the house says, `event: rider` for the rider's own lines (another tab
    wants them, too). Later than `Last-Event-ID` or `?after=`; without both, later than now.
    """
    parts, key = await enter(request)
    after = _last_seen(request)
    conversation = await parts.conversation(key)
    if conversation is None:
        raise ApiError(404, "no_conversation", "nothing has been said yet")
    address = address_key(request, parts)
    if not parts.conversation_streams.enter(key):
        raise _full(parts, parts.conversation_streams.name)
    try:
        if not parts.address_streams.enter(address):
            raise _full(parts, parts.address_streams.name)
        parts.metrics.streams.inc()
        try:
            return await _stream(request, parts, conversation, after)
        finally:
            parts.metrics.streams.dec()
            parts.address_streams.leave(address)
    finally:
        parts.conversation_streams.leave(key)


async def get_file(request: web.Request) -> web.Response:
    """`GET /api/chat/files/ID`: a photo of this conversation."""
    parts, key = await enter(request)
    conversation = await parts.conversation(key)
    missing = ApiError(404, "no_file", "there is no such photo in this conversation")
    number = int(request.match_info["id"])
    if conversation is None or number >= 2**63:
        raise missing
    try:
        mime, body = await parts.photos.read(conversation, number)
    except LookupError as error:
        raise missing from error
    headers = {hdrs.CACHE_CONTROL: "private, max-age=86400, immutable"}
    if not mime.startswith("image/"):
        headers[hdrs.CONTENT_DISPOSITION] = "attachment"
    return web.Response(body=body, content_type=mime, headers=headers)


async def get_picture(request: web.Request) -> web.Response:
    """`GET /pictures/NAME`: an article's picture, for whoever was sent its address."""
    parts = request.app[PARTS]
    hold_to(parts.requests, address_key(request, parts), parts)
    try:
        if parts.pictures is None:
            raise LookupError
        picture = await parts.pictures.at(request.match_info["name"])
    except LookupError as error:
        raise ApiError(404, "no_picture", "there is no such picture") from error
    return web.Response(
        body=picture.body,
        content_type=picture.mime,
        headers={hdrs.CACHE_CONTROL: "private, max-age=31536000, immutable"},
    )


def line_json(line: Reply | RiderLine) -> dict[str, Any]:
    """A line of the history: a Reply as everywhere, or the rider's own with `"from": "rider"`."""
    if isinstance(line, Reply):
        return line.model_dump(mode="json", by_alias=True)
    own = line.model_dump(mode="json")
    own["client_id"] = own.pop("external_id")
    own["from"] = "rider"
    return own


async def _stream(
    request: web.Request, parts: WebParts, conversation: int, after: int
) -> web.StreamResponse:
    lines: AsyncIterator[Reply | RiderLine | None] = parts.log.subscribe(conversation, after)
    signs = parts.typing.watch("staff", conversation) if parts.typing else asyncio.Event()
    response = web.StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
            hdrs.CACHE_CONTROL: "no-store, no-transform",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    loop = asyncio.get_running_loop()
    end = loop.time() + STREAM_LIFE
    closing = asyncio.ensure_future(request.app[CLOSING].wait())
    writing = asyncio.ensure_future(signs.wait())
    coming: asyncio.Future[Reply | RiderLine | None] | None = None
    # A closed laptop leaves no sign until something is written to it.
    with suppress(ConnectionResetError):
        try:
            await response.write(b"retry: 2000\n\n: open\n\n")
            while loop.time() < end:
                if coming is None:
                    coming = asyncio.ensure_future(anext(lines))
                first: set[asyncio.Future[Any]] = {coming, closing, writing}
                await asyncio.wait(first, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if writing.done():
                    signs.clear()
                    writing = asyncio.ensure_future(signs.wait())
                    await response.write(TYPING)
                if coming.done():
                    line, coming = coming.result(), None
                    await response.write(BEAT if line is None else _event(line))
                    if line is not None:
                        await _arrived(parts, conversation, [line])
                elif closing.done():
                    break
                else:
                    await response.write(BEAT)
            await response.write_eof()
        except StopAsyncIteration:
            await response.write_eof()
        except ConnectionResetError:
            raise
        except Exception as error:  # noqa: BLE001 - the headers are out: all that is left is to end
            log.warning("web.stream_failed", error=type(error).__name__)
        finally:
            closing.cancel()
            writing.cancel()
            if parts.typing is not None:
                parts.typing.leave("staff", conversation, signs)
            if coming is not None:
                coming.cancel()
                await asyncio.wait({coming})
            close = getattr(lines, "aclose", None)
            if close is not None:
                await close()
    return response


def _event(line: Reply | RiderLine) -> bytes:
    name = "reply" if isinstance(line, Reply) else "rider"
    body = json.dumps(line_json(line), ensure_ascii=False, separators=(",", ":"))
    return f"id: {line.id}\nevent: {name}\ndata: {body}\n\n".encode()


def _last_seen(request: web.Request) -> int:
    """What the log is asked for: 0 is "from now on", so a page that has seen nothing says -1."""
    after = _number(request, "after")
    header = request.headers.get("Last-Event-ID", "")
    if header.isascii() and header.isdigit() and len(header) <= 18:
        after = max(after or 0, int(header))
    if after is None:
        return 0
    return after or -1


def _number(request: web.Request, name: str) -> int | None:
    raw = request.query.get(name)
    if raw is None:
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 18:
        raise ApiError(400, "bad_request", f"{name} is a message's number")
    return int(raw)


def _full(parts: WebParts, limit: str) -> ApiError:
    parts.metrics.refused.labels(limit).inc()
    return ApiError(429, f"too_many_{limit}", "too many open event streams", retry_after=30)
