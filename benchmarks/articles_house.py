"""A house that answers, in a process of its own, while articles are published in another one.

python -m benchmarks.articles_house URL FOLDER PORT     (of the database; with model and vectors)
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.app import House
from bot.settings import Settings
from knowledge.secrets import Keyring
from nlu.understanding import Understanding

KEYS = Keyring({"bench": b"\x01" * 32}, "bench", b"\x02" * 32)


async def answer(url: str, folder: Path, port: int) -> None:
    """Answer until ended."""
    unlimited = dict.fromkeys(
        (
            "messages_per_minute", "web_messages_per_minute", "requests_per_minute",
            "new_conversations_per_hour",
        ),
        0,
    )  # fmt: skip
    settings = Settings.load().model_copy(
        update={"data_dir": folder, "port": port, "telegram_token": None, **unlimited}
    )
    understanding = Understanding.at(folder, now=lambda: house.clock.now())
    house = House(settings, url, KEYS, understanding)
    await house.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(answer(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
