"""Heavy steps of many tasks, one in each round of the event loop.

What computes for milliseconds without a pause would else come in heaps: eight turns at once keep
an update waiting that only has to be written down, at each of its own few steps.
"""

from __future__ import annotations

import asyncio
from collections import deque


class OneARound:
    """Who has waited here may compute; the next one in the loop's next round, in order."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def wait(self) -> None:
        """Go on in a round of the loop that nobody else has."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            loop.call_soon(self._next)
            return
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._next)
                return
        self._taken = False
