"""The way in: durable before it is acknowledged, and once only."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict, deque
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from pydantic import TypeAdapter

from actions.content import Content, Text
from bot.log import Log
from bot.messages import Inbound, Outcome, Receipt
from knowledge.conversations import Conversation
from knowledge.database import Database
from knowledge.turns import Arrived, Taken
from nlu import crisis
from nlu.reading import Reading

CONVERSATIONS_KEPT = 10_000

PER_MINUTE = 20
"""Messages a minute that a person may send before they are slowed."""

SLOWED_BY = 1.5
LONGEST_WAIT = timedelta(seconds=30)
"""Each message over the pace waits so many seconds longer, up to a limit."""

FIRST_LOOK = 0.1
"""Seconds after which an answer is looked for although no bell has rung."""

CONTENT: TypeAdapter[Any] = TypeAdapter(Content)


class Bells:
    """Who waits for which conversation's bell in this process."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def subscribe(self, key: str) -> asyncio.Event:
        event = asyncio.Event()
        self._waiting[key].add(event)
        return event

    def leave(self, key: str, event: asyncio.Event) -> None:
        self._waiting[key].discard(event)
        if not self._waiting[key]:
            del self._waiting[key]

    def ring(self, key: str) -> None:
        """Wake who waits for `key`; everybody, if it is empty (a bell may have been missed)."""
        for name in [key] if key else list(self._waiting):
            for event in self._waiting.get(name, ()):
                event.set()


class Pace:
    """How fast one sender writes: what is over the pace is taken, but answered later."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._seen: OrderedDict[int, deque[datetime]] = OrderedDict()

    def wait(self, sender: int, now: datetime) -> timedelta:
        """How long the sender's message has to wait that comes now."""
        if not self._per_minute:
            return timedelta(0)
        seen = self._seen.setdefault(sender, deque())
        self._seen.move_to_end(sender)
        if len(self._seen) > CONVERSATIONS_KEPT:
            self._seen.popitem(last=False)
        while seen and now - seen[0] > timedelta(minutes=1):
            seen.popleft()
        seen.append(now)
        over = len(seen) - self._per_minute
        return min(timedelta(seconds=SLOWED_BY * max(over, 0)), LONGEST_WAIT)


class Server(Protocol):
    """Serves at once what this process takes in (`bot/worker.py`)."""

    @property
    def name(self) -> str: ...

    def read(self, content: Content, /) -> asyncio.Task[Reading | None]: ...

    def serve(
        self, taken: Taken, payload: dict[str, Any], reading: asyncio.Task[Reading | None], /
    ) -> asyncio.Future[Outcome | None]: ...


class Inbox:
    """Writes what came in and waits for what comes of it."""

    server: Server | None = None
    """Serves what comes in here, where this process has a worker that runs."""

    def __init__(
        self, database: Database, log: Log, bells: Bells, *, per_minute: int = PER_MINUTE
    ) -> None:
        """`per_minute` messages of one sender are taken at once, 0 takes any number."""
        self._database, self._log, self._bells = database, log, bells
        self._pace = Pace(per_minute)
        self._known: OrderedDict[tuple[str, str, str], tuple[int, UUID]] = OrderedDict()

    async def put(self, inbound: Inbound) -> Receipt:
        """Write it; when this returns it is durable.

        A repeat (the same external id in the same conversation) has no effect.
        """
        payload = inbound.content.model_dump(mode="json")
        if inbound.language:
            payload = {**payload, "_language": inbound.language}
        if inbound.staff:
            payload = {**payload, "_staff": inbound.staff}
        if inbound.address:
            blind = self._database.keyring.blind("address", inbound.address)
            payload = {**payload, "_address": blind.hex()}
        server = self.server
        # A reading knows nothing of the books, so it needn't wait for them.
        reading = None if server is None else server.read(inbound.content)
        try:
            number, arrived = await self._arrive(inbound, payload, server)
        except BaseException:
            if reading is not None:
                reading.cancel()
            raise
        answer = None
        if server is not None and reading is not None and arrived.taken is not None:
            answer = server.serve(arrived.taken, payload, reading)
        return Receipt(arrived.inbox_id, number, arrived.repeated, answer)

    async def _arrive(
        self, inbound: Inbound, payload: dict[str, Any], server: Server | None
    ) -> tuple[int, Arrived]:
        """Write it, once its conversation is known; a later turn if its sender is over the pace."""
        number, person = await self._conversation(inbound)
        async with self._database.statements() as unit:
            wait = self._pace.wait(number, unit.now)
            if wait and isinstance(inbound.content, Text) and crisis.find(inbound.content.text):
                wait = timedelta(0)
            arrived = await unit.turns.arrive(
                number,
                person,
                external_id=inbound.external_id,
                kind=inbound.content.kind,
                payload=payload,
                received_at=inbound.at,
                due_at=unit.now + wait,
                taker=None if server is None else server.name,
            )
            if wait and not arrived.repeated:
                minute = f"{unit.now:%Y%m%d%H%M}"
                await unit.turns.arrive(
                    number,
                    person,
                    external_id=f"news:slow:{minute}",
                    kind="news",
                    payload={"kind": "news", "key": "dialogue.too_fast", "values": {}},
                    received_at=unit.now,
                )
        return number, arrived

    async def correct(self, inbound: Inbound) -> bool:
        """An edited message replaces what was not answered yet; whether that was still possible."""
        number, person = await self._conversation(inbound)
        async with self._database.begin() as unit:
            row = await unit.conversations.last_unhandled(number, inbound.external_id)
            if row is None:
                return False
            return await unit.conversations.correct(
                row, person, inbound.content.model_dump(mode="json")
            )

    async def conversation(self, inbound: Inbound) -> tuple[int, UUID]:
        """The conversation of this inbound and its person, begun if it is new."""
        return await self._conversation(inbound)

    async def exists(self, bot: str, channel: str, key: str) -> Conversation | None:
        """The conversation of this key, if there is one."""
        async with self._database.statements() as unit:
            return await unit.conversations.find(bot, channel, key)

    async def number(self, bot: str, channel: str, key: str) -> int | None:
        """Only its number, which this process may know."""
        known = self._known.get((bot, channel, key))
        if known is not None:
            return known[0]
        found = await self.exists(bot, channel, key)
        return None if found is None else found.id

    async def wait(self, receipt: Receipt, seconds: float) -> Outcome:
        """What came of it, as soon as there is something, or "pending" after some seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        if receipt.answer is not None:
            done, _ = await asyncio.wait({receipt.answer}, timeout=seconds)
            outcome = receipt.answer.result() if done else Outcome("pending")
            if outcome is not None:
                return outcome
        event = self._bells.subscribe(str(receipt.conversation_id))
        # What was just written has no answer yet, unless its bell has rung before we listened.
        patience = 0.0 if receipt.repeated else FIRST_LOOK
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), min(patience, deadline - loop.time()))
                event.clear()
                outcome = await self.outcome(receipt.inbox_id)
                if outcome.state != "pending" or loop.time() >= deadline:
                    return outcome
                # A slow poll behind the bell: a notification can be lost with its connection.
                patience = 1.0
        finally:
            self._bells.leave(str(receipt.conversation_id), event)

    async def outcome(self, inbox_id: int) -> Outcome:
        """What has come of it by now."""
        async with self._database.statements() as unit:
            found = await unit.turns.outcome(inbox_id)
            if found is None or not found.done:
                return Outcome("pending")
            replies, trace = await self._log.answer(unit, found)
            return Outcome("held" if found.held else "answered", replies, trace)

    async def _conversation(self, inbound: Inbound) -> tuple[int, UUID]:
        key = (inbound.bot, inbound.channel, inbound.conversation)
        known = self._known.get(key)
        # Whose key is gone may have been erased: then the conversation is somebody else's now.
        if known is not None and self._database.keys.get(known[1]) is not None:
            self._known.move_to_end(key)
            return known
        async with self._database.statements() as unit:
            found = await unit.conversations.find_or_begin(*key)
        self._known[key] = found
        if len(self._known) > CONVERSATIONS_KEPT:
            self._known.popitem(last=False)
        return found


def read_content(payload: dict[str, Any]) -> Content:
    """What was written into the inbox."""
    plain = {key: value for key, value in payload.items() if not key.startswith("_")}
    found: Content = CONTENT.validate_python(plain)
    return found
