"""What stands around Telegram in these tests: the played platform, the real store, the real inbox.

The engine's part, writing replies into the log and the outbox, is played by `Post.reply`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from sqlalchemy import select, update

from actions.content import Content, Reply
from bot.article_pictures import ArticlePictures
from bot.channels.http import errors
from bot.channels.telegram import Telegram
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_hearing import Hearing, routes
from bot.channels.telegram_render import TelegramRender
from bot.channels.telegram_wire import TelegramWire
from bot.inbox import Bells, Inbox, read_content
from bot.log import Log
from bot.metrics import Metrics
from bot.pace import Pace
from bot.photos import Photos
from bot.rehearsal.telegram import FakeTelegram
from bot.rehearsal.telegram_user import TelegramUser
from bot.sender import Sender
from bot.wording import Texts
from knowledge.books import ConversationRow, InboxRow, MessageRow, OutboxRow
from knowledge.database import BELL_OUTBOX, Database
from knowledge.turns import Ending

SECRET = "kept-between-the-two"


class Post:
    """A bot's way in and way out over one played Telegram."""

    def __init__(self, telegram: FakeTelegram, database: Database) -> None:
        self.telegram, self.database = telegram, database
        self.texts, self.metrics = Texts(), Metrics()
        self.render = TelegramRender(self.texts)
        bells = Bells()
        self.inbox = Inbox(database, Log(database, bells), bells, per_minute=0)
        self.api = TelegramApi(telegram.token, telegram.url, read=1.0)
        self.channel = Telegram(self.api, self.inbox, database, self.texts, self.metrics)
        self._numbers = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []

    def user(self, number: int = 7001, **traits: Any) -> TelegramUser:
        return TelegramUser(self.telegram, number, **traits)

    def hearing(self, **more: Any) -> Hearing:
        return Hearing(self.channel, self.database, **{"poll_seconds": 1, **more})

    def sender(self, name: str = "one", *, fast: bool = True) -> Sender:
        """A sender; `fast` lets it write to a chat twenty times a second."""
        pace = Pace(per_chat=0.05) if fast else Pace()
        return Sender(self.database, self.wire(), self.metrics, name=name, pace=pace)

    def wire(self, api: TelegramApi | None = None) -> TelegramWire:
        photos = Photos(self.database, self.inbox)
        pictures = ArticlePictures(self.database)
        return TelegramWire(api or self.api, self.texts, photos, pictures)

    def go(self, part: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(part.run())
        self._tasks.append(task)
        return task

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.channel.close()
        await self.api.close()

    @asynccontextmanager
    async def webhook(self) -> AsyncIterator[str]:
        """The house's door for Telegram; its public address."""
        app = web.Application(middlewares=[errors(self.metrics)], client_max_size=64 * 1024)
        app.add_routes(routes(self.channel, SECRET))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    # The store

    async def contents(self) -> list[Content]:
        """Everything that waits in the inbox, in order; what is handled has no content any more."""
        async with self.database.begin() as unit:
            rows = await unit.session.execute(
                select(InboxRow.payload, ConversationRow.person_id)
                .join(ConversationRow, ConversationRow.id == InboxRow.conversation_id)
                .where(InboxRow.payload.is_not(None))
                .order_by(InboxRow.id)
            )
            return [
                read_content(await unit.people.unseal(person, payload or b"", "inbox"))
                for payload, person in rows.all()
            ]

    async def came(self, count: int, seconds: float = 10.0) -> list[Content]:
        """The contents in the inbox, as soon as there are so many."""
        async with asyncio.timeout(seconds):
            while len(found := await self.contents()) < count:
                await asyncio.sleep(0.02)
        return found

    async def handle_all(self) -> None:
        """Call everything in the inbox handled."""
        async with self.database.begin() as unit:
            await unit.session.execute(update(InboxRow).values(handled_at=unit.now, payload=None))

    async def reply(
        self, user: TelegramUser, *replies: Reply | str, crisis: bool = False
    ) -> list[int]:
        """Write replies into the log and their calls into the outbox, as the engine does."""
        user.chat.started = True
        made = [Reply(text=one) if isinstance(one, str) else one for one in replies]
        return await self.write(user, [self.render(one) for one in made], crisis=crisis)

    async def write(
        self, user: TelegramUser, calls: Sequence[list[dict[str, Any]]], *, crisis: bool = False
    ) -> list[int]:
        """Write calls into the outbox; the log lines they belong to."""
        key = str(user.number)
        async with self.database.begin() as unit:
            books, people = unit.conversations, unit.people
            number, person = await books.find_or_begin("main", "telegram", key)
            arrived = await unit.turns.arrive(
                number,
                person,
                external_id=f"test:{next(self._numbers)}",
                kind="text",
                payload={"kind": "text", "text": "?"},
                received_at=unit.now,
                taker="test",
            )
            inbox_id, taken = arrived.inbox_id, arrived.taken
            assert taken is not None
            ending = Ending(
                state=await people.seal(person, {}, "state"),
                language="zh",
                seen=True,
                trace=await people.seal(person, {}, "trace"),
                crisis=crisis,
            )
            for part, group in enumerate(calls, start=1):
                line = await people.seal(person, {"text": "…"}, "message")
                ending.lines.append((part, "bot", line))
                for at, call in enumerate(group):
                    body = await people.seal(person, call, "outbox")
                    ending.calls.append((part, at, body))
            await unit.turns.finish(taken, ending, [(BELL_OUTBOX, "main")])
            numbers = await unit.session.scalars(
                select(MessageRow.id)
                .where(MessageRow.inbox_id == inbox_id)
                .order_by(MessageRow.part)
            )
        return list(numbers)

    async def outbox(self) -> list[OutboxRow]:
        """All rows, in order."""
        async with self.database.begin() as unit:
            return list(await unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    async def states(self) -> list[str]:
        """What became of every call so far."""
        return [row.state for row in await self.outbox()]

    async def settled(self, seconds: float = 15.0) -> list[str]:
        """The states, as soon as nothing waits any more."""
        async with asyncio.timeout(seconds):
            while {"ready", "sending"} & set(states := await self.states()):
                await asyncio.sleep(0.02)
        return states

    async def blocked(self, user: TelegramUser) -> bool:
        """Whether the house knows that the rider has blocked the bot."""
        async with self.database.begin() as unit:
            row = await unit.session.scalar(
                select(ConversationRow).where(ConversationRow.key == str(user.number))
            )
            return row is not None and row.blocked_at is not None


@asynccontextmanager
async def post_over(database: Database, **traits: Any) -> AsyncIterator[Post]:
    """A post with its Telegram; ends with a look at the limits."""
    async with FakeTelegram(**traits) as telegram:
        post = Post(telegram, database)
        try:
            yield post
        finally:
            await post.close()


async def stop(task: asyncio.Task[None]) -> None:
    """End a part."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
