"""A form that brings a file: its fields first, then the file, each no longer than it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from bot.channels.web_door import plain
from knowledge.exchange.limits import MOST_BYTES

MOST_FIELDS = 20
LONGEST_FIELD = 16 * 1024
"""Bytes; a form with a file has a few choices besides, and at most an answer to a rider."""

CHUNK = 64 * 1024


class TooLarge(Exception):
    """More than the house reads."""


class Odd(Exception):
    """No form of ours: no browser sends it so."""


class Foreign(Exception):
    """A form that we gave to somebody else, or to nobody."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent, under the name that it has there."""

    name: str
    body: bytes


@dataclass
class Sent:
    """What a form brought."""

    fields: dict[str, str] = field(default_factory=dict)
    file: Upload | None = None


async def read_sent(request: web.Request, check: Callable[[Mapping[str, str]], None]) -> Sent:
    """Read a form; `check` sees the fields before a byte of the file is read.

    Raises:
        TooLarge: the file or a field is longer than it may be.
        Odd: it is cut off, nested, or has more than one file.
        Foreign: `check` says so.
    """
    if (request.content_length or 0) > MOST_BYTES + MOST_FIELDS * LONGEST_FIELD:
        raise TooLarge
    sent = Sent()
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.name:
                raise Odd
            await _take(part, sent, check)
    except (ValueError, RuntimeError, KeyError, AssertionError) as broken:
        raise Odd from broken
    check(sent.fields)
    return sent


async def _take(
    part: BodyPartReader, sent: Sent, check: Callable[[Mapping[str, str]], None]
) -> None:
    assert part.name is not None
    if part.filename is None:
        if len(sent.fields) >= MOST_FIELDS:
            raise Odd
        text = (await _read(part, LONGEST_FIELD)).decode("utf-8", "replace")
        sent.fields[part.name] = plain(text)
        return
    check(sent.fields)
    if sent.file is not None:
        raise Odd
    sent.file = Upload(plain(part.filename), await _read(part, MOST_BYTES))


async def _read(part: BodyPartReader, most: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        body += chunk
        if len(body) > most:
            raise TooLarge
    return bytes(body)
