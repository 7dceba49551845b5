"""How a played Telegram brings updates: kept until they are confirmed, or carried to a webhook."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import aiohttp

from bot.rehearsal.telegram_rules import ApiRefusal, Params


class Updates:
    """The updates of one bot."""

    def __init__(self, clock: Callable[[], float], *, retry: float) -> None:
        """`retry`: seconds before an update is brought to the webhook again."""
        self.webhook: dict[str, Any] | None = None
        self._clock, self._retry = clock, retry
        self._numbers = itertools.count(500_000)
        self._waiting: dict[int, dict[str, Any]] = {}
        self._history: dict[int, dict[str, Any]] = {}
        self._arrived = asyncio.Event()
        self._polls = 0
        self._pushing: dict[Any, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: aiohttp.ClientSession | None = None

    @property
    def waiting(self) -> int:
        """How many the bot has not confirmed."""
        return len(self._waiting) + len(self._tasks)

    def make(self, **content: Any) -> dict[str, Any]:
        """A new update, not delivered yet."""
        update = {"update_id": next(self._numbers), **content}
        self._history[update["update_id"]] = update
        return update

    async def deliver(self, *updates: Mapping[str, Any]) -> None:
        """Bring updates to the bot, in this order; again and in any order, if a test wants it."""
        for update in updates:
            if self.webhook is None:
                self._waiting[int(update["update_id"])] = dict(update)
                continue
            task = asyncio.create_task(self._push(dict(update)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            # Telegram brings one chat's updates one after the other.
            await asyncio.sleep(0)
        self._arrived.set()

    async def repeat(self, *numbers: int) -> None:
        """Bring updates a second time."""
        await self.deliver(*(self._history[number] for number in numbers))

    async def set_webhook(self, webhook: dict[str, Any] | None) -> None:
        """Where updates go from now on, the waiting ones too; None: to whoever asks."""
        self.webhook = webhook
        if webhook is not None and self._waiting:
            pending = [self._waiting[number] for number in sorted(self._waiting)]
            self._waiting.clear()
            await self.deliver(*pending)

    def drop(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    async def poll(self, params: Params) -> list[dict[str, Any]]:
        """`getUpdates`.

        Raises:
            ApiRefusal: there is a webhook, or somebody else polls, too.
        """
        if self.webhook is not None:
            raise ApiRefusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        self._polls += 1
        mine = self._polls
        offset = int(params.get("offset") or 0)
        self._waiting = {n: update for n, update in self._waiting.items() if n >= offset}
        deadline = self._clock() + min(int(params.get("timeout") or 0), 50)
        while not self._waiting and self._clock() < deadline:
            self._arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), 0.05)
            if self._polls != mine:
                raise ApiRefusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one "
                    "bot instance is running",
                )
        wanted = set(params.get("allowed_updates") or ())
        ready = [self._waiting[number] for number in sorted(self._waiting)]
        kept = [update for update in ready if not wanted or set(update) & wanted]
        return kept[: min(int(params.get("limit") or 100), 100)]

    async def bring(self, update: Mapping[str, Any], *, secret: str | None = None) -> int:
        """Bring one update to the webhook once; the HTTP status, 0 if it wasn't reached."""
        assert self.webhook is not None
        if self._client is None:
            self._client = aiohttp.ClientSession()
        shown = self.webhook.get("secret_token", "") if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": shown} if shown else {}
        try:
            async with self._client.post(
                self.webhook["url"], json=dict(update), headers=headers
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError):
            return 0

    async def close(self) -> None:
        """Bring nothing any more."""
        running = list(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def _push(self, update: dict[str, Any]) -> None:
        async with self._pushing.setdefault(chat_of(update), asyncio.Lock()):
            while self.webhook is not None:
                if await self.bring(update) // 100 == 2:
                    return
                await asyncio.sleep(self._retry)
            self._waiting[int(update["update_id"])] = update
            self._arrived.set()


def chat_of(update: Mapping[str, Any]) -> Any:
    """The chat that an update comes from."""
    query = update.get("callback_query")
    message = (query or update).get("message") or update.get("edited_message")
    if message is None:
        message = update.get("my_chat_member") or {}
    return message.get("chat", {}).get("id")
