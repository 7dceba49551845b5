"""How fast Telegram hears that an update is safe, at half of what the house can answer.

Open loop: the times are fixed beforehand, and a call's time counts from its own, not from when
the client got round to it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import aiohttp

from benchmarks.aims import Aim
from benchmarks.house import SECRET, RunningHouse
from benchmarks.load import Figures, Request, crowd, post, schedule
from benchmarks.tables import table
from benchmarks.texts import Lines
from bot.channels.telegram_hearing import PATH, SECRET_HEADER

AIM_P99 = 50.0
CHATS = 200
FIRST_CHAT = 7_000_000

Send = Callable[[aiohttp.ClientSession, int], Awaitable[bool]]


async def capacity(house: RunningHouse, seconds: float) -> float:
    """Messages a second that the house answers: 32 riders, no text known."""
    texts = Lines.load().play(7)
    await crowd(house.chat, texts, riders=4, seconds=10, most=40)
    got = await crowd(house.chat, texts, riders=32, seconds=seconds, most=100_000, warm=2)
    return got.per_second


async def measure(
    house: RunningHouse, *, rate: float, seconds: float, say: Callable[[str], None]
) -> tuple[Figures, Figures]:
    """Updates of 200 chats at `rate` a second: (acknowledged, by which the client was late)."""
    texts = Lines.load().play(8)
    for number in range(CHATS):
        house.telegram.chat(FIRST_CHAT + number).started = True
    say(f"Telegram brings {rate:.1f} updates a second for {seconds:.0f} s")

    async def bring(session: aiohttp.ClientSession, number: int) -> bool:
        update = _update(number, next(texts))
        request = Request(f"{house.url}{PATH}", update, {SECRET_HEADER: SECRET})
        return await post(session, request) is not None

    # The first ones open conversations, load what is loaded once, and aren't measured.
    await schedule(_shifted(bring, 10_000_000), rate=rate, seconds=3, seed=2)
    return await schedule(bring, rate=rate, seconds=seconds)


def report(rate: float, capacity: float, acknowledged: Figures, late: Figures) -> str:
    """The table, and whether the aim is met."""
    row = (
        capacity, rate, acknowledged.share(0.5), acknowledged.share(0.99), acknowledged.share(1.0),
        len(acknowledged.ms), acknowledged.failed, late.share(0.99),
    )  # fmt: skip
    names = (
        "capacity /s|offered /s|p50 ms|p99 ms|most ms|acknowledged|failed|of it client late p99 ms"
    )
    (aim,) = aims(acknowledged)
    return f"{table(names, [row])}\n\nAim: {aim.said}"


def aims(acknowledged: Figures) -> list[Aim]:
    """Every update is acknowledged, and soon."""
    p99, failed = acknowledged.share(0.99), acknowledged.failed
    return [
        Aim(
            f"webhook, p99 at most {AIM_P99:.0f} ms and none failed",
            f"{p99:.1f} ms, {failed} failed",
            p99 <= AIM_P99 and not failed,
        )
    ]


def _shifted(bring: Send, by: int) -> Send:
    return lambda session, number: bring(session, number + by)


def _update(number: int, text: str) -> dict[str, object]:
    chat = FIRST_CHAT + number % CHATS
    return {
        "update_id": 900_000 + number,
        "message": {
            "message_id": 1 + number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "骑手"},
            "from": {"id": chat, "is_bot": False, "first_name": "骑手", "language_code": "zh-hans"},
            "text": text,
        },
    }
