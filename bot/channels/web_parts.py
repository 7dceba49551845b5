"""What the web chat needs from the rest of the house, and the limits at its door."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from aiohttp import web

from actions.content import Reply
from bot.channels.http import Network
from bot.images import MAX_BYTES, CleanPhoto
from bot.messages import Inbound, Outcome, Receipt, RiderLine
from bot.metrics import Metrics
from bot.ratelimit import Crowd, RateLimit
from knowledge.article_pictures import ArticlePicture
from knowledge.clock import Clock, SystemClock

#: Where the page, the interface and the tests meet.
HISTORY_PAGE = 50
#: A request waits this long for its answer; what takes longer comes with the events.
ANSWER_WAIT = 10.0
#: After this long the page is told that its message is safe, before the answer is there.
ACK_AFTER = 0.15
#: A silent stream says that it lives: below the 30 s after which carriers drop a connection.
HEARTBEAT = 15.0
#: A stream ends after this long and the page opens another, so that a new process gets its share.
STREAM_LIFE = 30 * 60.0
#: So many conversations are known without asking the database.
NUMBERS_KEPT = 10_000
#: No message is longer; the first 1,000 characters are kept (`bot/inbox.py` cuts).
LONGEST_TEXT = 10_000


class Inbox(Protocol):
    """Where everything goes in (`bot/inbox.py`)."""

    async def put(self, inbound: Inbound, /) -> Receipt: ...

    async def wait(self, receipt: Receipt, seconds: float, /) -> Outcome: ...

    async def number(self, bot: str, channel: str, key: str, /) -> int | None: ...


class Log(Protocol):
    """What was said in a conversation (`bot/log.py`)."""

    async def after(
        self, conversation: int, message_id: int, limit: int, /
    ) -> list[Reply | RiderLine]: ...

    async def before(
        self, conversation: int, message_id: int | None, limit: int, /
    ) -> list[Reply | RiderLine]: ...

    async def elsewhere(
        self, conversation: int, message_id: int | None, limit: int, /
    ) -> list[Reply | RiderLine] | None: ...

    async def held(self, conversation: int, /) -> bool: ...

    def subscribe(
        self, conversation: int, after: int, /
    ) -> AsyncIterator[Reply | RiderLine | None]: ...


class Photos(Protocol):
    """Keeps photos sealed."""

    async def keep(self, inbound: Inbound, photo: CleanPhoto, /) -> int:
        """The number of the kept file, a file of the conversation that `inbound` belongs to."""
        ...

    async def read(self, conversation: int, file_id: int, /) -> tuple[str, bytes]:
        """(mime, bytes). Raises LookupError: this conversation has no such file."""
        ...


class Pictures(Protocol):
    """Articles' pictures (`bot/article_pictures.py`)."""

    async def at(self, name: str, /) -> ArticlePicture:
        """A picture by the name in its address. Raises LookupError: there is none."""
        ...


class Typing(Protocol):
    """That somebody is writing (`bot/typing_signs.py`)."""

    async def sign(self, side: Literal["rider", "staff"], conversation: int, /) -> None: ...

    def watch(self, side: Literal["rider", "staff"], conversation: int, /) -> asyncio.Event: ...

    def leave(
        self, side: Literal["rider", "staff"], conversation: int, event: asyncio.Event, /
    ) -> None: ...


class Arrivals(Protocol):
    """How far a rider's page has fetched what staff have said (`bot/arrivals.py`)."""

    async def note(self, conversation: int, line: int, /) -> None: ...


class OwnFile(Protocol):
    """A rider's own data (`bot/own_file.py`)."""

    async def of(self, conversation: int, /) -> bytes | None: ...


@dataclass(frozen=True)
class WebLimits:
    """The public limits, each a setting; 0 lifts one.

    Mobile carriers put thousands of riders behind one address, so what counts by address is
    wide: it holds back a script, not a depot at noon. What counts by conversation is narrower.
    """

    new_conversations_per_hour: int = 600
    requests_per_minute: int = 3000
    messages_per_minute: int = 60
    photos_per_hour: int = 60
    streams_per_conversation: int = 8
    streams_per_address: int = 2000
    body_bytes: int = 64 * 1024
    photo_bytes: int = MAX_BYTES


@dataclass
class WebParts:
    """All that the web chat is put together from."""

    inbox: Inbox
    log: Log
    photos: Photos
    pictures: Pictures | None = None
    metrics: Metrics = field(default_factory=Metrics)
    limits: WebLimits = field(default_factory=WebLimits)
    trusted_proxies: tuple[Network, ...] = ()
    clock: Clock = field(default_factory=SystemClock)
    typing: Typing | None = None
    arrivals: Arrivals | None = None
    own_file: OwnFile | None = None
    bot: str = "main"
    trace: bool = False
    https: bool = False

    def __post_init__(self) -> None:
        limits = self.limits
        self.new_conversations = RateLimit(
            "new_conversations", limits.new_conversations_per_hour, 3600
        )
        self.requests = RateLimit("requests", limits.requests_per_minute, 60)
        self.messages = RateLimit("messages", limits.messages_per_minute, 60)
        self.photo_messages = RateLimit("photos", limits.photos_per_hour, 3600)
        self.conversation_streams = Crowd("streams", limits.streams_per_conversation)
        self.address_streams = Crowd("address_streams", limits.streams_per_address)
        self._numbers: OrderedDict[str, int] = OrderedDict()

    async def conversation(self, key: str) -> int | None:
        """The number of a conversation, once it has begun."""
        number = self._numbers.get(key)
        if number is not None:
            self._numbers.move_to_end(key)
            return number
        found = await self.inbox.number(self.bot, "web", key)
        if found is None:
            return None
        self._numbers[key] = found
        if len(self._numbers) > NUMBERS_KEPT:
            self._numbers.popitem(last=False)
        return found


PARTS: web.AppKey[WebParts] = web.AppKey("web_parts", WebParts)
