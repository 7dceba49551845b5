"""The understanding of a command that reads texts, with the store's articles and places."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.housekeeping import Housekeeping
from bot.metrics import Metrics
from bot.settings import Settings
from bot.store import open_database
from bot.training import Training
from bot.wording import Texts
from nlu.understanding import Understanding

Say = Callable[[str], None]


@asynccontextmanager
async def reading(settings: Settings, say: Say) -> AsyncIterator[Understanding]:
    """What live messages are read and decided with, in this process (the head, not Rasa).

    A model is trained first if there is none.

    Raises:
        Trouble, and what else `bot.trouble.explain` has a sentence for.
    """
    async with open_database(settings) as database:
        await Training(settings, say).first_model()
        understanding = Understanding.at(settings.data_dir, now=database.clock.now)
        await Housekeeping(database, understanding, Texts(), Metrics()).refresh()
        try:
            yield understanding
        finally:
            await understanding.close()
