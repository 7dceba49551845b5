"""Statements that stand for themselves, straight to the driver: each is committed at once.

The few that run for every message go this way; SQLAlchemy's session around each of them cost more
than the statement.
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

WAIT = 10.0
"""Seconds to wait for a free connection."""


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
        self._url, self._size, self._durable = url, size, durable
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement with `$1`, `$2`, …; its rows.

        Raises:
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: see
                `knowledge.database.is_away`.
        """
        pool = self._pool or await self._open()
        async with pool.acquire(timeout=WAIT) as connection:
            found: list[Any] = await connection.fetch(sql, *values)
            return found

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    async def _open(self) -> asyncpg.Pool[asyncpg.Record]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._size,
                    reset=_as_it_is,
                    timeout=5,
                    command_timeout=30,
                    server_settings={} if self._durable else {"synchronous_commit": "off"},
                )
            return self._pool


async def _as_it_is(_connection: Any) -> None:
    """Single statements leave nothing behind that a connection must be freed of."""
