"""Riders who write, press, lose their connection, and send everything again."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.rehearsal.telegram import FakeTelegram
from bot.rehearsal.telegram_user import TelegramUser

TEXTS = (
    "附近哪里能充电", "会费怎么算", "谢谢师傅", "入会有什么好处", "hello, anybody there?",
    "你们能干啥", "夜校有什么课", "今天天气咋样", "跑了一天累死了", "工会是干嘛的",
)  # fmt: skip


@dataclass
class Tally:
    """What the riders have done: the books must say the same."""

    messages: int = 0
    judged: int = 0
    enrolling: int = 0
    repeats: int = 0
    answered: int = 0
    unanswered: list[str] = field(default_factory=list)


class WebRider:
    """Posts with an id of its own until somebody answers, now and then once more."""

    def __init__(
        self, ports: list[int], session: aiohttp.ClientSession, chance: random.Random, tally: Tally
    ) -> None:
        self._ports, self._session = ports, session
        self._chance, self._tally = chance, tally
        self._token = secrets.token_urlsafe(24)
        self._number = 0
        self._last: list[dict[str, Any]] = []
        self._judged: set[str] = set()

    async def send(self, **body: Any) -> None:
        """Send one message; done when its answer is there."""
        self._number += 1
        self._tally.messages += 1
        body = {"id": f"m{self._number}", **body}
        while True:
            answer = await self._post(body)
            if answer is not None and answer["state"] == "answered":
                break
            await asyncio.sleep(0.3)
        self._tally.answered += 1
        self._last = answer["replies"]
        if self._chance.random() < 0.2:
            self._tally.repeats += 1
            again = await self._post(body)
            if again is not None and again["state"] == "answered":
                assert [r["id"] for r in again["replies"]] == [r["id"] for r in self._last]

    async def say(self, text: str) -> None:
        await self.send(text=text)

    async def press(self, number: str) -> None:
        await self.send(button=number)

    def question(self) -> str | None:
        """The first button of the open question."""
        return next((one for one in self._buttons() if one.startswith("a:")), None)

    def verdict(self) -> str | None:
        """The button "helpful" under the last answer, as long as it wasn't pressed."""
        return _not_judged(self._buttons(), self._judged)

    def _buttons(self) -> list[str]:
        return [str(b["id"]) for reply in reversed(self._last) for b in reply["buttons"]]

    async def _post(self, body: dict[str, Any]) -> dict[str, Any] | None:
        port = self._chance.choice(self._ports)
        try:
            async with self._session.post(
                f"http://127.0.0.1:{port}/api/chat/messages",
                json=body, headers={"Authorization": f"Bearer {self._token}"},
                timeout=aiohttp.ClientTimeout(total=15),
            ) as response:  # fmt: skip
                found: dict[str, Any] = await response.json()
                return found if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None


class TelegramRider:
    """Writes over the fake Telegram; its updates are sometimes brought twice, or out of order."""

    def __init__(
        self, telegram: FakeTelegram, number: int, chance: random.Random, tally: Tally,
        answered: Callable[[int, int], Any],
    ) -> None:  # fmt: skip
        self._user = TelegramUser(telegram, number)
        self._telegram, self._chance, self._tally = telegram, chance, tally
        self._number, self._count, self._answered = number, 0, answered
        self._judged: set[str] = set()

    async def send(self, update: int) -> None:
        """One message is on its way; done when the books say that it was handled."""
        self._tally.messages += 1
        self._count += 1
        if self._chance.random() < 0.2:
            self._tally.repeats += 1
            await self._telegram.updates.repeat(update)
        while not await self._answered(self._number, self._count):
            await asyncio.sleep(0.2)
        self._tally.answered += 1
        if self._chance.random() < 0.05:
            self._tally.repeats += 1
            await self._telegram.updates.repeat(update)

    async def say(self, text: str) -> None:
        await self.send(await self._user.text(text))

    async def press(self, number: str) -> None:
        await self.send(await self._press(number))

    async def _press(self, data: str) -> int:
        message = {
            "message_id": 1, "date": 1, "chat": {"id": self._number, "type": "private"},
            "text": "…",
        }  # fmt: skip
        update = self._telegram.updates.make(
            callback_query={
                "id": self._telegram.callback(), "chat_instance": "1", "data": data,
                "from": {"id": self._number, "is_bot": False, "first_name": "骑手"},
                "message": message,
            }
        )  # fmt: skip
        await self._telegram.updates.deliver(update)
        return int(update["update_id"])

    def question(self) -> str | None:
        """The first button of the open question, as far as it has arrived."""
        return next((one for one in self._buttons() if one.startswith("a:")), None)

    def verdict(self) -> str | None:
        """The button "helpful" under an answer that has arrived and wasn't judged."""
        return _not_judged(self._buttons(), self._judged)

    def _buttons(self) -> list[str]:
        return [
            str(button.get("callback_data", ""))
            for message in reversed(self._user.chat.from_bot)
            for button in message.buttons
        ]


def _not_judged(buttons: list[str], judged: set[str]) -> str | None:
    for button in buttons:
        if button.startswith("r:judge:+") and button not in judged:
            judged.add(button)
            return button
    return None


async def live(
    rider: WebRider | TelegramRider, messages: int, course: str,
    chance: random.Random, tally: Tally, number: int,
) -> None:  # fmt: skip
    """A rider's life: a course signed up for first, then questions, presses, judgements."""
    tally.enrolling += 1
    await rider.say("你好")
    await rider.press(f"r:enroll_course:{course}")
    await rider.say("陈雨")
    await rider.say(f"139{number:08d}")
    button = None
    for _ in range(100):
        button = rider.question()
        if button is not None:
            break
        await asyncio.sleep(0.1)
    # A summary that never arrived (an unknown send) is agreed to in words.
    await (rider.press(button) if button is not None else rider.say("确认"))
    for _ in range(messages - 5):
        verdict = rider.verdict() if chance.random() < 0.5 else None
        if verdict is not None:
            tally.judged += 1
            await rider.press(verdict)
        else:
            await rider.say(chance.choice(TEXTS))
