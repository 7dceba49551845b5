"""How updates come: by our own polling, or by webhook. Nothing is confirmed that isn't durable."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from bot.channels.http import ApiError
from bot.channels.telegram import FileNotThere, Telegram
from bot.channels.telegram_api import Refused, TelegramError
from bot.channels.telegram_inbound import UPDATES, NotAnUpdate
from bot.channels.telegram_limits import OFFSET_DAYS, UPDATES_AT_ONCE
from knowledge.database import Database

log = structlog.get_logger()

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

BODY_BYTES = 512 * 1024
"""An update is a few kilobytes; 4,096 characters with entities stay far below this."""

POLL_SECONDS = 25
"""How long Telegram holds a request open when there is nothing to tell."""

CHECK_WEBHOOK = 300.0
"""Seconds between two looks whether Telegram still has our address."""

CHATS_AT_ONCE = 8
"""Chats whose updates are taken at the same time; within one it goes in order."""

TRIES = 5
"""After so many failures an update is given up, if it isn't the store that fails."""

Held = Callable[[], Awaitable[bool]]


class Hearing:
    """Hears for one bot; of all processes that run this, one does."""

    def __init__(
        self,
        telegram: Telegram,
        database: Database,
        *,
        public_url: str = "",
        secret: str = "",
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        self._telegram, self._database = telegram, database
        self._public_url, self._secret = public_url.rstrip("/"), secret
        self._poll_seconds = poll_seconds
        self._tries: dict[int, int] = {}

    async def run(self) -> None:
        """Hear until cancelled; waits while another process does."""
        while True:
            try:
                async with self._database.only_one(f"telegram:{self._telegram.bot}") as held:
                    if self._public_url:
                        await self._by_webhook(held)
                    else:
                        await self._by_polling(held)
            except Refused as error:
                log.error("telegram.refused", code=error.code, why=error.description)
                await asyncio.sleep(error.retry_after or (3 if error.code == 409 else 15))
            except Exception as error:  # noqa: BLE001 - whatever it was, hearing must go on
                log.warning("telegram.hearing_interrupted", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _by_webhook(self, held: Held) -> None:
        """Tell Telegram where to bring updates, and see to it that it stays so."""
        url = f"{self._public_url}{PATH}"
        await self._telegram.api.call(
            "setWebhook",
            url=url,
            secret_token=self._secret,
            allowed_updates=list(UPDATES),
            drop_pending_updates=False,
        )
        log.info("telegram.by_webhook")
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while await held():
            await asyncio.sleep(2)
            if loop.time() - looked >= CHECK_WEBHOOK:
                looked = loop.time()
                found = await self._telegram.api.call("getWebhookInfo")
                if found.get("url") != url:
                    log.warning("telegram.webhook_was_changed")
                    return

    async def _by_polling(self, held: Held) -> None:
        await self._telegram.api.call("deleteWebhook", drop_pending_updates=False)
        log.info("telegram.by_polling")
        offset = await self._offset()
        pause = 1.0
        while await held():
            try:
                updates = await self._updates(offset)
            except Refused:
                raise
            except TelegramError as error:
                log.warning("telegram.not_reached", error=type(error).__name__, why=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)
                continue
            pause = 1.0
            if not updates:
                # Without an update for days the offset says nothing about the next one.
                offset = offset and await self._offset()
                continue
            done = await self._take(updates)
            if done is not None:
                offset = done + 1
                await self._keep_offset(offset)

    async def _updates(self, offset: int | None) -> list[dict[str, Any]]:
        """What Telegram has; with this it forgets everything before the offset."""
        where = {} if offset is None else {"offset": offset}
        found = await self._telegram.api.call(
            "getUpdates",
            read=self._poll_seconds + 10.0,
            timeout=self._poll_seconds,
            limit=UPDATES_AT_ONCE,
            allowed_updates=list(UPDATES),
            **where,
        )
        return list(found)

    async def _take(self, updates: list[dict[str, Any]]) -> int | None:
        """Take a batch; the last number up to which all are durable, None if not even the first."""
        chats: dict[Any, list[dict[str, Any]]] = {}
        for update in updates:
            chats.setdefault(_chat(update), []).append(update)
        slots = asyncio.Semaphore(CHATS_AT_ONCE)
        failed: set[int] = set()

        async def chat(mine: list[dict[str, Any]]) -> None:
            async with slots:
                for place, update in enumerate(mine):
                    if not await self._one(update):
                        # In order within a chat: what comes after it waits, too.
                        failed.update(int(late["update_id"]) for late in mine[place:])
                        return

        await asyncio.gather(*(chat(mine) for mine in chats.values()))
        numbers = sorted(int(update["update_id"]) for update in updates)
        if not failed:
            self._tries.clear()
            return numbers[-1]
        await asyncio.sleep(1)
        before = [number for number in numbers if number < min(failed)]
        return before[-1] if before else None

    async def _one(self, update: dict[str, Any]) -> bool:
        """Whether it is done with: durable, or given up because it can't be taken at all."""
        number = int(update["update_id"])
        try:
            await self._telegram.take(update)
        except FileNotThere:
            return False
        except NotAnUpdate as error:
            log.error("telegram.not_an_update", error=str(error))
        except Exception as error:  # noqa: BLE001 - whatever it was, the others go on
            self._tries[number] = self._tries.get(number, 0) + 1
            log.warning("telegram.not_taken", error=type(error).__name__, tries=self._tries[number])
            if self._tries[number] < TRIES:
                return False
            await self._database.check()  # raises if it is the store that fails
            log.error("telegram.given_up", error=type(error).__name__)
        return True

    @property
    def _fact(self) -> str:
        return f"telegram.offset.{self._telegram.api.bot_id}"

    async def _offset(self) -> int | None:
        async with self._database.begin() as unit:
            kept, now = await unit.conversations.fact(self._fact), unit.now
        if kept is None:
            return None
        fact = json.loads(kept)
        old = now - datetime.fromisoformat(fact["at"]) > timedelta(days=OFFSET_DAYS)
        return None if old else int(fact["next"])

    async def _keep_offset(self, offset: int) -> None:
        async with self._database.begin() as unit:
            fact = {"next": offset, "at": unit.now.isoformat()}
            await unit.conversations.set_fact(self._fact, json.dumps(fact))


def routes(telegram: Telegram, secret: str) -> list[web.RouteDef]:
    """`POST /telegram/webhook`: 200 when the update is durable, and not before.

    Telegram brings the updates of one chat one after the other, and brings again what wasn't
    answered with a 2xx.
    """

    async def webhook(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "")
        if not secret or not hmac.compare_digest(shown.encode(), secret.encode()):
            raise ApiError(401, "unauthorized", "this address is Telegram's")
        update = _update(await _body(request))
        try:
            await telegram.take(update)
        except FileNotThere as error:
            raise ApiError(503, "not_yet", "bring it again") from error
        except NotAnUpdate as error:
            # What can't be read now can't be read when it is brought again. Only the kind of the
            # mistake goes to the log: its words may hold what a person wrote.
            log.error("telegram.not_an_update", error=str(error))
        return web.json_response({"ok": True})

    return [web.post(PATH, webhook)]


def webhook_secret(token: str, key: bytes) -> str:
    """The secret where none is set: the same in every process of a house, and no one else's."""
    return hmac.new(key, f"telegram webhook {token}".encode(), hashlib.sha256).hexdigest()


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > BODY_BYTES:
        raise ApiError(413, "too_large", f"at most {BODY_BYTES} bytes")
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > BODY_BYTES:
            raise ApiError(413, "too_large", f"at most {BODY_BYTES} bytes")
    return bytes(body)


def _update(body: bytes) -> dict[str, Any]:
    try:
        update = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ApiError(400, "bad_json", "the body is not JSON") from error
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise ApiError(400, "bad_update", "the body is no update")
    return update


def _chat(update: Mapping[str, Any]) -> Any:
    """Which chat an update belongs to, as far as the order goes."""
    query = update.get("callback_query")
    within = query if isinstance(query, dict) else update
    for kind in ("message", "edited_message", "my_chat_member"):
        found = within.get(kind)
        if isinstance(found, dict) and isinstance(found.get("chat"), dict):
            return found["chat"].get("id")
    return None
