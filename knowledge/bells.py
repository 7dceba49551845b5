"""Bells: what one process rings in the database, others hear (LISTEN and NOTIFY).

All who listen in a process share one connection: a union's own PostgreSQL has few to give.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import asyncpg
import structlog

log = structlog.get_logger()

AGAIN = 0.5
"""Seconds until a lost connection is opened anew."""

type Heard = Callable[[str, str], None]
"""Is called with a bell and what was told with it."""


class _Line:
    """A connection, and whether it is gone."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self.connection = connection
        self.lost = asyncio.Event()
        connection.add_termination_listener(lambda _: self.lost.set())


class Bells:
    """Those of one database; the connection is there as long as somebody listens."""

    def __init__(self, url: str) -> None:
        """`url` as asyncpg reads it."""
        self._url = url
        self._listeners: dict[str, list[Heard]] = {}
        self._line: _Line | None = None
        self._one_at_a_time = asyncio.Lock()

    async def listen(self, heard: Heard, *bells: str) -> None:
        """Call `heard(bell, payload)` for each bell until cancelled; reconnects by itself.

        After each (re)connection `heard(bell, "")` is called once for every bell: whatever rang
        meanwhile was not heard.
        """
        while True:
            for bell in bells:
                self._listeners.setdefault(bell, []).append(heard)
            try:
                line = await self._tuned(bells)
                for bell in bells:
                    heard(bell, "")
                await line.lost.wait()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("database.bell_lost", error=type(error).__name__)
            finally:
                self._leave(heard, bells)
            await asyncio.sleep(AGAIN)

    async def _tuned(self, bells: Sequence[str]) -> _Line:
        """The connection, which hears these bells too."""
        async with self._one_at_a_time:
            if self._line is None or self._line.connection.is_closed():
                self._line = _Line(await asyncpg.connect(self._url, timeout=5))
            for bell in bells:
                await self._line.connection.add_listener(bell, self._ring)
            return self._line

    def _ring(self, _connection: object, _process: int, bell: str, payload: object) -> None:
        loop = asyncio.get_running_loop()
        for heard in self._listeners.get(bell, ()):
            loop.call_soon(heard, bell, str(payload))  # one that fails keeps it from no other

    def _leave(self, heard: Heard, bells: Sequence[str]) -> None:
        for bell in bells:
            self._listeners[bell].remove(heard)
            if not self._listeners[bell]:
                del self._listeners[bell]
        if not self._listeners and self._line is not None:
            self._line.connection.terminate()
            self._line = None
