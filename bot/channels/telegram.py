"""Telegram's way in: an update is in the inbox, durably, before Telegram hears that it is done."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

import structlog

from actions.content import Content, Document, Photo, Text, Voice
from bot.channels.telegram_api import TelegramApi, TelegramError, TooLarge
from bot.channels.telegram_inbound import Came, Fetch, Membership, read
from bot.channels.telegram_limits import CHAT_ACTION_SECONDS, DOWNLOAD_BYTES
from bot.images import PhotoError, clean_aside
from bot.inbox import Inbox
from bot.messages import Inbound
from bot.metrics import Metrics
from bot.wording import Texts
from knowledge.database import Database

log = structlog.get_logger()

TYPING_AFTER = 1.0
"""Seconds after which a rider whose answer isn't there sees that somebody is at it."""

TYPING_FOR = 30.0
"""Seconds for which the sign is shown; what takes longer has another reason (a person, a fault)."""

AT_ONCE = 200
"""Typing signs under way at the same time; more are left out."""

STAFF_CODE = re.compile(r"staff\s+([A-Za-z0-9]{12})\s*", re.IGNORECASE)
"""`/staff CODE`, as it is read: a command that is no button's is a text without its slash."""

Link = Callable[[str, str], Awaitable[str | None]]
"""Of a code and a chat: the account's language, or None where the code isn't good."""

FETCH_TRIES = 3
"""After so many failures a message goes on without its file."""

TRIES_KEPT = 1000


class FileNotThere(Exception):
    """A file can't be fetched now; the update is taken when it comes again."""


class Telegram:
    """Takes updates, wherever they come from (`telegram_hearing`)."""

    def __init__(
        self,
        api: TelegramApi,
        inbox: Inbox,
        database: Database,
        texts: Texts,
        metrics: Metrics,
        *,
        bot: str = "main",
        link: Link | None = None,
    ) -> None:
        """`link` takes a code by which somebody of staff has notices sent here."""
        self.api = api
        self._link = link
        self.bot = bot
        self._inbox, self._database = inbox, database
        self._texts, self._metrics = texts, metrics
        self._beside: set[asyncio.Task[None]] = set()
        self._fetch_tries: OrderedDict[str, int] = OrderedDict()

    async def take(self, raw: Mapping[str, Any]) -> None:
        """Take an update; when this returns, what it says is durable.

        Raises:
            NotAnUpdate: it can't be read, now or later.
            FileNotThere: its file can't be had yet.
            Exception: the store is away.
        """
        came = read(raw)
        if isinstance(came, Membership):
            await self._membership(came)
            return
        if came is None:
            return
        if came.callback is not None:
            # At once: the button spins on the rider's phone until it is answered.
            self._aside(self._answer(came.callback))
        if not came.private:
            await self._group(came.chat, came.language)
            return
        content = came.content
        if self._link is not None and isinstance(content, Text) and not came.edited:
            code = STAFF_CODE.fullmatch(content.text)
            if code is not None:
                await self._take_code(self._link, came.chat, code[1])
                return
        inbound = self._inbound(came, content) if content is not None else None
        if came.fetch is not None:
            inbound = self._inbound(came, await self._fetch(came, came.fetch))
        if inbound is None:
            return
        if came.start:
            inbound = inbound.model_copy(update={"language": await self._first_language(came)})
        if came.edited and await self._inbox.correct(inbound):
            return
        with self._metrics.timed("accept"):
            # An edit of what was answered already is a repeat and changes nothing; one that
            # overtook its message stands for it.
            receipt = await self._inbox.put(inbound)
        repeated = str(receipt.repeated).lower()
        self._metrics.messages.labels("telegram", inbound.content.kind, repeated).inc()
        if not receipt.repeated and len(self._beside) < AT_ONCE:
            self._aside(self._typing(came.chat, receipt.inbox_id))

    async def _take_code(self, link: Link, chat: str, code: str) -> None:
        """Somebody of staff links this chat; the code goes no further than here."""
        language = await link(code, chat)
        key = "linked" if language is not None else "not_linked"
        text = self._texts.words(language)(f"staff_notices.{key}")
        with suppress(TelegramError):
            await self.api.call("sendMessage", chat_id=int(chat), text=text)

    async def close(self) -> None:
        """End what goes on beside."""
        running = list(self._beside)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _inbound(self, came: Came, content: Content) -> Inbound:
        return Inbound(
            bot=self.bot,
            channel="telegram",
            conversation=came.chat,
            external_id=came.external_id,
            content=content,
            at=self._database.clock.now(),
        )

    async def _first_language(self, came: Came) -> str | None:
        """The language of the rider's Telegram counts until they have written in one."""
        found = await self._inbox.exists(self.bot, "telegram", came.chat)
        return came.language if found is None or found.language is None else None

    async def _fetch(self, came: Came, fetch: Fetch) -> Content:
        """Fetch, clean and keep a file.

        Raises:
            FileNotThere: not yet; after a few tries the message goes on without it.
        """
        content: Content = Document(name=fetch.name, mime=fetch.mime)
        if fetch.kind == "voice":
            content = Voice(seconds=fetch.seconds)
        try:
            body = await self.api.download(fetch.file_id, DOWNLOAD_BYTES)
            mime = fetch.mime
            if fetch.kind == "photo":
                cleaned = await clean_aside(body)
                body, mime = cleaned.data, cleaned.mime
        except (TooLarge, PhotoError) as error:
            log.info("telegram.file_not_kept", error=type(error).__name__)
            self._metrics.photos.labels(getattr(error, "code", "too_large")).inc()
            return content
        except TelegramError as error:
            log.warning("telegram.file_not_there", error=type(error).__name__)
            if self._try_again(f"{came.chat}/{came.external_id}"):
                raise FileNotThere from error
            return content
        if fetch.kind == "photo":
            self._metrics.photos.labels("kept").inc()
        conversation, person = await self._inbox.conversation(self._inbound(came, content))
        async with self._database.begin() as unit:
            number = await unit.files.keep(person, conversation, mime, body)
        if fetch.kind == "voice":
            return Voice(file_id=number, seconds=fetch.seconds)
        return Photo(file_id=number, caption=fetch.caption)

    def _try_again(self, key: str) -> bool:
        tries = self._fetch_tries.pop(key, 0) + 1
        if tries >= FETCH_TRIES:
            return False
        self._fetch_tries[key] = tries
        while len(self._fetch_tries) > TRIES_KEPT:
            self._fetch_tries.popitem(last=False)
        return True

    async def _membership(self, change: Membership) -> None:
        if not change.private:
            if change.inside:
                await self._group(change.chat, change.language)
            return
        found = await self._inbox.exists(self.bot, "telegram", change.chat)
        if found is None:
            return
        async with self._database.begin() as unit:
            if change.inside:
                await unit.outbox.unblocked(found.id)
            else:
                await unit.outbox.blocked(found.id)

    async def _group(self, chat: str, language: str | None) -> None:
        """Say once in a group that the bot answers in private. Written down first: once at most."""
        key = f"telegram.group.{self.bot}.{chat}"
        async with self._database.begin() as unit:
            if await unit.conversations.fact(key) is not None:
                return
            await unit.conversations.set_fact(key, unit.now.isoformat())
        self._aside(self._say(chat, self._texts.words(language)("telegram.group")))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what nothing depends on."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _answer(self, callback: str) -> None:
        # A press that waited too long can't be answered any more; it has its effect all the same.
        with suppress(TelegramError):
            await self.api.call("answerCallbackQuery", callback_query_id=callback)

    async def _say(self, chat: str, text: str) -> None:
        with suppress(TelegramError):
            await self.api.call("sendMessage", chat_id=int(chat), text=text)

    async def _typing(self, chat: str, inbox_id: int) -> None:
        """Show that somebody is at it while an answer takes over a second."""
        shown = 0.0
        await asyncio.sleep(TYPING_AFTER)
        while shown < TYPING_FOR:
            try:
                async with self._database.statements() as unit:
                    found = await unit.turns.outcome(inbox_id)
                if found is None or found.done:
                    return
                await self.api.call("sendChatAction", chat_id=int(chat), action="typing")
            except Exception as error:  # noqa: BLE001 - a sign is not worth more than a try
                log.debug("telegram.no_typing_sign", error=type(error).__name__)
                return
            # A little before the last sign ends.
            await asyncio.sleep(CHAT_ACTION_SECONDS - 0.5)
            shown += CHAT_ACTION_SECONDS
