"""A rider who is played on the Telegram that is none."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any

from bot.app import House
from bot.rehearsal.drivers import PATIENCE, CannotPlay, Heard
from bot.rehearsal.telegram import FakeTelegram, Message
from bot.rehearsal.telegram_user import NothingToPress, TelegramUser
from knowledge.quiet import last_from_rider

_numbers = itertools.count(900_001)


class TelegramDriver:
    """A rider with Telegram on their phone, in a private chat of their own."""

    def __init__(self, house: House, telegram: FakeTelegram) -> None:
        self._house = house
        self._telegram = telegram
        self._user = TelegramUser(telegram, next(_numbers))
        self._heard_of = 0

    async def say(self, text: str) -> None:
        await self._brought(self._user.text(text))

    async def locate(self, lat: float, lon: float) -> None:
        await self._brought(self._user.location(lat, lon))

    async def share_contact(self, phone: str) -> None:
        self._user.phone = phone.removeprefix("+")
        await self._brought(self._user.contact())

    async def send_photo(self, path: Path) -> None:
        await self._brought(self._user.photo(await asyncio.to_thread(path.read_bytes)))

    async def send_voice(self, path: Path) -> None:
        await self._brought(self._user.voice(await asyncio.to_thread(path.read_bytes)))

    async def send_sticker(self, emoji: str) -> None:
        await self._brought(self._user.sticker(emoji))

    async def press(self, label: str) -> None:
        try:
            await self._brought(self._user.press(label))
        except NothingToPress as error:
            shown = [b["text"] for m in self._user.chat.from_bot[-3:] for b in m.buttons]
            raise CannotPlay(
                f"there is no button “{label}”, only {', '.join(shown) or 'none'}"
            ) from error

    async def heard(self) -> Heard:
        self._check()
        text = "\n".join(line for message in self._user.unread() for line in _lines(message))
        number = await self.conversation()
        row = None if number is None else await self._last(number)
        route = None
        if row is not None and row != self._heard_of:
            self._heard_of = row
            outcome = await self._house.inbox.outcome(row)
            route = outcome.trace.route if outcome.trace else None
        return Heard(text, route)

    async def conversation(self) -> int | None:
        found = await self._house.inbox.exists("main", "telegram", str(self._user.number))
        return None if found is None else found.id

    async def close(self) -> None:
        """Nothing is open."""

    async def _brought(self, act: Awaitable[int]) -> None:
        """Do something and wait until the bot has taken it."""
        await act
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while loop.time() < deadline:
            number = await self.conversation()
            row = None if number is None else await self._last(number)
            if row is not None and row > self._heard_of:
                return
            await asyncio.sleep(0.02)
        raise CannotPlay("the bot did not take it")

    def _check(self) -> None:
        """Whatever Telegram would not have liked of what came to this chat."""
        for violation in self._telegram.violations:
            if str(violation.params.get("chat_id")) == str(self._user.number):
                what = f"{violation.method}: {violation.description}"
                raise CannotPlay(f"a limit of Telegram's was broken: {what}")

    async def _last(self, conversation: int) -> int | None:
        async with self._house.database.statements() as unit:
            return await last_from_rider(unit, conversation)


def _lines(message: Message) -> Iterator[str]:
    """A message as the rider sees it; a link's address, too."""
    yield message.text
    for row in (message.markup or {}).get("inline_keyboard", []):
        for button in row:
            yield f"{button['text']} {button.get('url', '')}"
    keyboard: list[list[dict[str, Any]]] = (message.markup or {}).get("keyboard", [])
    for keys in keyboard:
        yield from (str(key["text"]) for key in keys)
