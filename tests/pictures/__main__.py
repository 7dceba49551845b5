"""Takes the pictures of `docs/pictures` anew: all, or those whose names are given.

python -m tests.pictures [NAME …]

It needs a trained model (`gongyou train`, or GONGYOU_DATA_DIR where one lies) and Chromium. All
steps are gone through, since a later one builds on earlier ones; only what is named is written.
"""

from __future__ import annotations

import asyncio
import sys

from bot import logs
from bot.settings import Settings
from tests.pictures.guides import GUIDES
from tests.pictures.studio import FOLDER, keep, studio


async def take(names: set[str]) -> None:
    settings = Settings.load(log_level="error")
    logs.configure(settings)
    FOLDER.mkdir(exist_ok=True)
    for pictures in GUIDES.values():
        async with studio(settings) as made:
            for picture in pictures:
                shown = await picture.take(made)
                if not names or picture.name in names:
                    print(f"{await keep(shown, picture.name):>8,}  {picture.name}.png")


if __name__ == "__main__":
    asyncio.run(take(set(sys.argv[1:])))
