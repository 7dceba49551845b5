"""Token buckets, kept in memory: each process guards its own door.

A house of several web processes lets through as many times more; the limits are there against
floods, not for accounting, and a database round trip per refused request would be the flood's aim.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

#: So many keys are remembered; the one unused for longest is forgotten first (it is full again by
#: then, unless somebody sends from very many addresses at once).
REMEMBERED = 50_000


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class RateLimit:
    """Lets `amount` through per `seconds` and key, all at once if they were saved up.

    An `amount` of 0 lifts the limit.
    """

    def __init__(
        self,
        name: str,
        amount: int,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        remembered: int = REMEMBERED,
    ) -> None:
        if amount < 0 or seconds <= 0:
            raise ValueError("a limit is a number of 0 or more per a time over 0")
        self.name = name
        self._amount = amount
        self._rate = amount / seconds
        self._clock = clock
        self._remembered = remembered
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, key: str, cost: float = 1.0) -> float:
        """Take `cost` for `key`: 0.0 if it was there, else the seconds until it will be.

        A refused call takes nothing, so that somebody who keeps asking is not shut out for ever.
        """
        if not self._amount:
            return 0.0
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(float(self._amount), now)
            if len(self._buckets) > self._remembered:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
            bucket.level = min(self._amount, bucket.level + (now - bucket.at) * self._rate)
            bucket.at = now
        if bucket.level >= cost:
            bucket.level -= cost
            return 0.0
        return (cost - bucket.level) / self._rate


class Crowd:
    """Counts what goes on at the same time, at most `most` per key; 0 lifts the limit."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self._most = most
        self._inside: dict[str, int] = {}

    def enter(self, key: str) -> bool:
        """Whether there was room; if so, `leave` must follow."""
        inside = self._inside.get(key, 0)
        if self._most and inside >= self._most:
            return False
        self._inside[key] = inside + 1
        return True

    def leave(self, key: str) -> None:
        """One fewer."""
        inside = self._inside.get(key, 0)
        if inside <= 1:
            self._inside.pop(key, None)
        else:
            self._inside[key] = inside - 1
