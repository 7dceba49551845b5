"""What the model makes of a text: by Rasa, else by the same head in this process."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlu import routes
from nlu.client import RasaClient, RasaUnavailable
from nlu.embed import Encoder
from nlu.head import Head
from nlu.reading import Source

UNREAD: tuple[tuple[str, float], ...] = ((routes.OUT_OF_SCOPE, 1.0),)
"""What a text is that nothing can read."""


QUEUED = 2
"""Readings that are here before Rasa helps out, where the cores are full."""


class Ranked(NamedTuple):
    """Routes with their probabilities, likeliest first, and the text's vector, shape (384,)."""

    routes: tuple[tuple[str, float], ...] = UNREAD
    vector: NDArray[np.float32] | None = None
    source: Source = "rules"


class Ranker:
    """Asks Rasa and, while it is taken or away, a head here; never both idle.

    A call of Rasa costs the machine about 2 ms more than the same reading here, but another core's:
    where the cores are full anyway, the head here comes first and Rasa helps out.
    """

    def __init__(self, encoder: Encoder, rasa: RasaClient | None) -> None:
        self._encoder, self._rasa = encoder, rasa
        self._here = ThreadPoolExecutor(max_workers=1, thread_name_prefix="head")
        self._here_waiting = 0

    async def ask(self, ready: str, head: Head | None, *, busy: bool = False) -> Ranked:
        """Of a text as the model reads it; `head` is that of the model in use, if there is one.

        `busy`: the machine has no core to spare.
        """
        rasa, busy = self._rasa, busy and head is not None
        if rasa is not None and rasa.available() and self._is_better(rasa, busy):
            try:
                parsed = await rasa.parse(ready)
                return Ranked(parsed.routes, parsed.vector, "rasa")
            except RasaUnavailable:
                pass
        self._here_waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._here, self.compute, ready, head)
        finally:
            self._here_waiting -= 1

    def _is_better(self, rasa: RasaClient, busy: bool) -> bool:
        if busy:
            return self._here_waiting >= QUEUED and not rasa.full
        return not rasa.full or self._here_waiting > 0

    def compute(self, ready: str, head: Head | None) -> Ranked:
        """The same here and now."""
        if head is None:
            return Ranked()
        vector = self._encoder.embed(ready)
        return Ranked(head.ranked(ready, vector), vector, "head")

    async def close(self) -> None:
        """Let Rasa's connections and the thread go."""
        self._here.shutdown(wait=False, cancel_futures=True)
        if self._rasa is not None:
            await self._rasa.close()
