"""Whose page of a conversation is open: seen by every process, and over when its own one is.

Each open page is a shared advisory lock on one connection of the process, so that nothing is left
behind by a kill. Who wants to know tries the same lock.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import asyncpg
import structlog
from sqlalchemy import func, select

if TYPE_CHECKING:
    from knowledge.database import Database
    from knowledge.unit import Knowledge

log = structlog.get_logger()

TIMEOUT = 5.0
"""Seconds after which a lock's connection counts as lost."""


class Presence:
    """Pages that are open in this process. Without its connection nobody is seen to look."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: Counter[str] = Counter()
        self._one_at_a_time = asyncio.Lock()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    @asynccontextmanager
    async def reading(self, conversation: int, name: str) -> AsyncIterator[None]:
        """Somebody has the page of a conversation open meanwhile."""
        key = _key(conversation, name)
        await self._count(key, 1)
        try:
            yield
        finally:
            await self._count(key, -1)

    async def close(self) -> None:
        """Let go of everything."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _count(self, key: str, by: int) -> None:
        async with self._one_at_a_time:
            self._open[key] += by
            try:
                await self._show(key, by)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("presence.lost", error=type(error).__name__)
                with suppress(Exception):
                    await self.close()

    async def _show(self, key: str, by: int) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._database.plain_url, timeout=TIMEOUT)
            for one in +self._open:
                await self._lock("pg_advisory_lock_shared", one)
        elif self._open[key] == 0:
            await self._lock("pg_advisory_unlock_shared", key)
        elif by > 0 and self._open[key] == 1:
            await self._lock("pg_advisory_lock_shared", key)

    async def _lock(self, function: str, key: str) -> None:
        assert self._connection is not None
        await self._connection.fetchval(
            f"select {function}(hashtextextended($1, 0))",
            key,
            timeout=TIMEOUT,
        )


async def looks(unit: Knowledge, conversation: int, name: str) -> bool:
    """Whether somebody has the page of a conversation open, in whichever process."""
    key = func.hashtextextended(_key(conversation, name), 0)
    free = await unit.session.scalar(select(func.pg_try_advisory_xact_lock(key)))
    return not free


def _key(conversation: int, name: str) -> str:
    return f"inbox:{conversation}:{name}"
