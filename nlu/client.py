"""Asks Rasa, and gives up in time.

One call is in flight: Rasa computes one at a time, and a second would wait there while it could be
read here. After a few failures in a row it is left alone for a while, then tried again.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import numpy as np
from numpy.typing import NDArray

IN_FLIGHT = 1
TIMEOUT = 1.0
"""Seconds from the send; a short message takes 5 ms, the longest that is sent about 10."""


class RasaUnavailable(RuntimeError):
    """No answer is to be had from Rasa now; the in-process head reads instead."""


@dataclass(frozen=True, eq=False)
class Parsed:
    """Rasa's answer: routes ranked with probabilities, and the vector they stand on."""

    routes: tuple[tuple[str, float], ...]
    vector: NDArray[np.float32]


@dataclass
class Breaker:
    """Counts failures in a row; opens after `limit`, for longer each time it fails again."""

    limit: int = 3
    first_pause: float = 1.0
    longest_pause: float = 30.0
    clock: Callable[[], float] = time.monotonic
    failures: int = field(default=0, init=False)
    _open_until: float = field(default=0.0, init=False)
    _probing: bool = field(default=False, init=False)

    def open(self) -> bool:
        """Whether calls are refused now."""
        if self.failures < self.limit:
            return False
        return self._probing or self.clock() < self._open_until

    def take(self) -> bool:
        """Whether a call may be made now; after a pause one is let through to try."""
        if self.open():
            return False
        self._probing = self.failures >= self.limit
        return True

    def succeeded(self) -> None:
        """Close again."""
        self.failures = 0
        self._probing = False

    def failed(self) -> None:
        """Count one more; at the limit, open."""
        self.failures += 1
        self._probing = False
        if self.failures >= self.limit:
            pause = self.first_pause * 2 ** min(self.failures - self.limit, 10)
            self._open_until = self.clock() + min(pause, self.longest_pause)

    def let_go(self) -> None:
        """A call ended without a verdict (it was cancelled)."""
        self._probing = False


class RasaClient:
    """Calls `POST /model/parse` of one Rasa server.

    `where` gives the server's address at the moment (it changes with a restart), None while there
    is none.
    """

    def __init__(
        self,
        where: Callable[[], str | None],
        *,
        timeout: float = TIMEOUT,
        breaker: Breaker | None = None,
    ) -> None:
        self._where = where
        self._timeout = timeout
        self.breaker = breaker or Breaker()
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._session: aiohttp.ClientSession | None = None

    @property
    def full(self) -> bool:
        """Whether another call would have to wait."""
        return self._slots.locked()

    def available(self) -> bool:
        """Whether it is worth asking at all."""
        return self._where() is not None and not self.breaker.open()

    async def parse(self, text: str) -> Parsed:
        """The reading of a text that is ready for the model.

        Raises:
            RasaUnavailable: away, too slow, or an answer that makes no sense (Rasa answers 200
                with an empty list when it failed inside).
        """
        address = self._where()
        if address is None:
            raise RasaUnavailable("Rasa is not running")
        async with self._slots:
            if not self.breaker.take():
                raise RasaUnavailable("Rasa has failed too often")
            try:
                async with asyncio.timeout(self._timeout):
                    parsed = _parsed(await self._post(address, text))
            except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
                self.breaker.failed()
                raise RasaUnavailable(type(error).__name__) from error
            except BaseException:
                self.breaker.let_go()
                raise
        self.breaker.succeeded()
        return parsed

    async def _post(self, address: str, text: str) -> Any:
        if self._session is None or self._session.closed:
            # Nothing of the environment: a proxy there must never see what riders write.
            self._session = aiohttp.ClientSession(trust_env=False)
        async with self._session.post(f"{address}/model/parse", json={"text": text}) as response:
            if response.status != 200:
                raise ValueError(f"status {response.status}")
            return await response.json(content_type=None)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()


def _parsed(answer: Any) -> Parsed:
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    try:
        vector = np.frombuffer(base64.b64decode(answer["embedding"]), dtype=np.float32)
        routes = tuple(
            (str(entry["name"]), float(entry["confidence"])) for entry in answer["intent_ranking"]
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"incomplete: {error}") from error
    if not routes or vector.shape != (384,):
        raise ValueError("empty")
    return Parsed(routes, vector)
