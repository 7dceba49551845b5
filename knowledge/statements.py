"""Statements that stand for themselves, straight to the driver: each is committed at once.

The few that run for every message go this way; SQLAlchemy's session around each of them cost more
than the statement, and asyncpg's own pool lets a busy loop go round several times for each.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import asyncpg

WAIT = 10.0
"""Seconds to wait for a free connection."""

IDLE = 300.0
"""Seconds after which a connection that nobody needs is closed."""


class Statements:
    """A few connections, opened when they are needed and shared by a process's parts."""

    def __init__(self, url: str, *, size: int, durable: bool = True) -> None:
        """
        Args:
            url: as asyncpg reads it.
            size: the most connections at a time.
            durable: whether a statement waits for the disk. Without, it may be lost by a crash of
                the machine (never by one of the server's alone).
        """
        self._url, self._durable = url, durable
        self._places = asyncio.Semaphore(size)
        self._free: deque[tuple[float, asyncpg.Connection[asyncpg.Record]]] = deque()
        """Since when each is free; the one that was used last is taken first."""
        self._closed = False

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement with `$1`, `$2`, …; its rows.

        Raises:
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: see
                `knowledge.database.is_away`.
        """
        async with asyncio.timeout(WAIT):
            await self._places.acquire()
        try:
            connection = self._last() or await self._open()
            try:
                found: list[Any] = await connection.fetch(sql, *values)
            except asyncpg.PostgresError:
                self._give_back(connection)
                raise
            except BaseException:
                connection.terminate()  # nobody knows what it still does
                raise
            self._give_back(connection)
            return found
        finally:
            self._places.release()

    async def close(self) -> None:
        """Close what is free now; what still runs is closed when it has ended."""
        self._closed = True
        while self._free:
            self._free.pop()[1].terminate()

    def _last(self) -> asyncpg.Connection[asyncpg.Record] | None:
        """The connection that was used last; those that the server has closed are forgotten."""
        while self._free:
            _, connection = self._free.pop()
            if not connection.is_closed():
                return connection
        return None

    def _give_back(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        if self._closed:
            connection.terminate()
            return
        now = asyncio.get_running_loop().time()
        self._free.append((now, connection))
        if now - self._free[0][0] > IDLE:
            self._free.popleft()[1].terminate()

    async def _open(self) -> asyncpg.Connection[asyncpg.Record]:
        return await asyncpg.connect(
            self._url,
            timeout=5,
            command_timeout=30,
            server_settings={} if self._durable else {"synchronous_commit": "off"},
        )
