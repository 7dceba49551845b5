"""What a rider sends from the page: messages and photos."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import structlog
from aiohttp import BodyPartReader, web
from pydantic import TypeAdapter, ValidationError

from actions.content import Content, Photo
from bot.channels.http import ApiError, client_address, limit_key
from bot.channels.web_door import (
    ClientId,
    Language,
    enter,
    hold_to,
    may_speak,
    plain,
    read_message,
)
from bot.channels.web_parts import ACK_AFTER, ANSWER_WAIT, WebParts
from bot.images import PhotoError, clean_aside
from bot.messages import Inbound, Outcome, Receipt

log = structlog.get_logger(__name__)

_ID = TypeAdapter(ClientId)
_LANGUAGE = TypeAdapter(Language)
#: What stands beside the photo in the form is short.
_FIELD_BYTES = 8 * 1024
_LONGEST_CAPTION = 1000


async def post_message(request: web.Request) -> web.StreamResponse:
    """`POST /api/chat/messages`: durable first, then up to 10 s for the answer."""
    parts, key = await enter(request)
    await may_speak(request, parts, key)
    message = await read_message(request, parts)
    inbound = _inbound(request, parts, key, message.id, message.content(), message.language)
    return await _take(request, parts, inbound)


async def post_file(request: web.Request) -> web.StreamResponse:
    """`POST /api/chat/files`: a form with `id`, `caption`?, `language`? and the photo as `file`."""
    parts, key = await enter(request)
    await may_speak(request, parts, key)
    hold_to(parts.photo_messages, key, parts)
    fields, raw = await _read_form(request, parts)
    try:
        external_id = _ID.validate_python(fields.get("id"))
        language = _LANGUAGE.validate_python(fields["language"]) if "language" in fields else None
    except ValidationError as error:
        raise ApiError(400, "bad_message", "id or language is not as it should be") from error
    try:
        photo = await clean_aside(raw)
    except PhotoError as error:
        parts.metrics.photos.labels(error.code).inc()
        status = 413 if error.code == "too_large" else 415
        raise ApiError(status, f"photo_{error.code}", str(error)) from error
    parts.metrics.photos.labels("kept").inc()
    caption = plain(fields.get("caption", "")).strip()[:_LONGEST_CAPTION]
    content = Photo(file_id=0, caption=caption or None)
    inbound = _inbound(request, parts, key, external_id, content, language)
    file_id = await parts.photos.keep(inbound, photo)
    content = content.model_copy(update={"file_id": file_id})
    return await _take(request, parts, inbound.model_copy(update={"content": content}))


def _inbound(
    request: web.Request,
    parts: WebParts,
    key: str,
    external_id: str,
    content: Content,
    language: str | None,
) -> Inbound:
    return Inbound(
        bot=parts.bot,
        channel="web",
        conversation=key,
        external_id=external_id,
        content=content,
        at=parts.clock.now(),
        language=language,
        address=limit_key(client_address(request, parts.trusted_proxies)),
    )


async def _take(request: web.Request, parts: WebParts, inbound: Inbound) -> web.StreamResponse:
    with parts.metrics.timed("accept"):
        receipt = await parts.inbox.put(inbound)
    parts.metrics.messages.labels("web", inbound.content.kind, str(receipt.repeated).lower()).inc()
    with parts.metrics.timed("answer"):
        return await _answer(request, parts, receipt)


async def _answer(request: web.Request, parts: WebParts, receipt: Receipt) -> web.StreamResponse:
    """The outcome; if it takes a while, the headers go ahead.

    With them the page knows that its message is safe and sends the next one. The space that
    carries them is allowed before any JSON.
    """
    waiting = asyncio.ensure_future(parts.inbox.wait(receipt, ANSWER_WAIT))
    try:
        done, _ = await asyncio.wait({waiting}, timeout=ACK_AFTER)
        if done:
            return web.json_response(text=_body(waiting.result(), parts.trace))
        response = web.StreamResponse()
        response.content_type = "application/json"
        response.charset = "utf-8"
        response.headers["X-Accel-Buffering"] = "no"
        await response.prepare(request)
        await response.write(b" ")
        try:
            outcome = await waiting
        except Exception:
            # The message is safe and its answer will come by event: no reason to send it again.
            log.exception("web.wait_failed", inbox_id=receipt.inbox_id)
            outcome = Outcome("pending")
        await response.write(_body(outcome, parts.trace).encode())
        await response.write_eof()
        return response
    finally:
        waiting.cancel()


def _body(outcome: Outcome, with_trace: bool) -> str:
    body: dict[str, Any] = {
        "state": outcome.state,
        "replies": [reply.model_dump(mode="json", by_alias=True) for reply in outcome.replies],
    }
    if with_trace and outcome.trace is not None:
        body["trace"] = outcome.trace.model_dump(mode="json")
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


async def _read_form(request: web.Request, parts: WebParts) -> tuple[dict[str, str], bytes]:
    """The form's short fields and the photo, read no further than the limits.

    Raises:
        ApiError: 400 for another body, 413 for too much of it.
    """
    if not request.content_type.startswith("multipart/"):
        raise ApiError(415, "unsupported_media_type", "send multipart/form-data")
    fields: dict[str, str] = {}
    photo: bytes | None = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise ApiError(400, "bad_form", "a form within a form")
            if part.name == "file" and photo is None:
                photo = await _read_part(part, parts.limits.photo_bytes, "photo_too_large")
            elif part.name in ("id", "caption", "language"):
                raw = await _read_part(part, _FIELD_BYTES, "too_large")
                fields[part.name] = raw.decode("utf-8", "replace")
            else:
                raise ApiError(400, "bad_form", "only id, caption, language and file")
    except (ValueError, AssertionError) as error:
        raise ApiError(400, "bad_form", "the form cannot be read") from error
    if photo is None:
        raise ApiError(400, "bad_form", "the form has no file")
    return fields, photo


async def _read_part(part: BodyPartReader, most: int, code: str) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        body += chunk
        if most and len(body) > most:
            raise ApiError(413, code, f"at most {most} bytes")
    return bytes(body)
