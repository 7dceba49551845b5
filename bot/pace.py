"""How fast a platform lets a bot write: in one chat, in all chats together, and after a "no"."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW = 1.05
"""Seconds of the overall limit: a little over one, since requests overtake each other."""

UNLIMITED = 1_000_000
"""Calls that may start at once where nothing limits them."""


class Pace:
    """Says who has to rest. Kept by the one active sender.

    A chat rests from the end of a call (so that two never arrive closer than that), all chats
    together share `overall` starts per `WINDOW`; 0 lifts either. A chat that was told to wait
    rests alone; when a second chat is told so meanwhile, the bot as a whole is meant, and
    everybody rests.
    """

    def __init__(
        self,
        *,
        per_chat: float = 1.0,
        overall: int = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_chat, self._overall, self._clock = per_chat, overall, clock
        self._starts: deque[float] = deque()
        self._resting: dict[int, float] = {}
        self._flooded: dict[int, float] = {}
        self._paused = 0.0

    def free(self) -> int:
        """How many calls may start now."""
        now = self._clock()
        if now < self._paused:
            return 0
        while self._starts and self._starts[0] <= now - WINDOW:
            self._starts.popleft()
        return max(0, self._overall - len(self._starts)) if self._overall else UNLIMITED

    def started(self) -> None:
        """A call goes out now."""
        self._starts.append(self._clock())

    def ended(self, chat: int) -> None:
        """A call to this chat is over, however it ended."""
        self.rest(chat, self._per_chat)

    def rest(self, chat: int, seconds: float) -> None:
        """Nothing to this chat for so long."""
        self._resting[chat] = max(self._resting.get(chat, 0.0), self._clock() + seconds)

    def pause(self, seconds: float) -> None:
        """Nothing to anybody for so long."""
        self._paused = max(self._paused, self._clock() + seconds)

    def flooded(self, chat: int, seconds: float) -> None:
        """The platform said that it was too fast, and how long to wait."""
        now = self._clock()
        self._flooded = {one: until for one, until in self._flooded.items() if until > now}
        self._flooded[chat] = now + seconds
        self.rest(chat, seconds)
        if len(self._flooded) > 1:
            self.pause(seconds)

    def resting(self) -> list[int]:
        """The chats that nothing may go to now."""
        now = self._clock()
        self._resting = {chat: until for chat, until in self._resting.items() if until > now}
        return list(self._resting)

    def wait(self) -> float | None:
        """Seconds until somebody may be written to who may not be now; None if nobody rests."""
        now = self._clock()
        ends = [until for until in self._resting.values() if until > now]
        if self._paused > now:
            ends = [self._paused]
        elif self._starts and not self.free():
            ends.append(self._starts[0] + WINDOW)
        return min(ends) - now if ends else None
