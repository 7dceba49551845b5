"""What stays from test to test: compiled statements, and connections to databases that are lent.

A new connection to PostgreSQL is cheap, but all that its process must find out about tables and
plans again is not: a quarter of what the tests of the stores and the engine cost. So all tests
share one event loop, and what a store closes is kept for the next store on the same database.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any, override

import asyncpg
import pytest
from sqlalchemy import URL, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from knowledge.statements import Statements

type Connection = asyncpg.Connection[asyncpg.Record]
type Place = tuple[str, str | None]
"""A server and a database."""


def place(url: str | URL) -> Place:
    read = make_url(url)
    return f"{read.query.get('host', read.host)}:{read.query.get('port', read.port)}", read.database


class Kept:
    """What was closed by the tests' own loop, for databases that are lent again and again."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        """What other loops made (a thread's, a command's) ends with them."""
        self._lent: set[Place] = set()
        self._engines: defaultdict[Place, list[KeptEngine]] = defaultdict(list)
        self._connections: defaultdict[Place, list[tuple[bool, Connection]]] = defaultdict(list)

    def lend(self, url: str) -> None:
        """From now on connections to this database are kept."""
        self._lent.add(place(url))

    def forget(self, url: str) -> None:
        """It is gone, with all connections to it."""
        where = place(url)
        self._lent.discard(where)
        self._engines.pop(where, None)
        self._connections.pop(where, None)

    def keeps(self, where: Place) -> bool:
        """Whether what is closed now is kept."""
        try:
            return where in self._lent and asyncio.get_running_loop() is self.loop
        except RuntimeError:  # no loop runs
            return False

    def processes(self, url: str) -> list[int]:
        """Those of the server to which connections are kept."""
        where = place(url)
        connections = [one for _, one in self._connections[where]]
        connections += [one for engine in self._engines[where] for one in engine.connections]
        return [one.get_server_pid() for one in connections]

    def engine(self, where: Place, pool_size: int) -> AsyncEngine | None:
        """The one with a pool of this size that was used last, if one was kept."""
        if self.keeps(where):
            for engine in reversed(self._engines[where]):
                if engine.pool_size == pool_size:
                    self._engines[where].remove(engine)
                    return engine
        return None

    def keep_engine(self, engine: KeptEngine) -> None:
        self._engines[engine.where].append(engine)

    def connection(self, where: Place, *, durable: bool) -> Connection | None:
        """The last one for statements that are durable or not, if one was kept."""
        if self.keeps(where):
            for one in reversed(self._connections[where]):
                if one[0] is durable:
                    self._connections[where].remove(one)
                    return one[1]
        return None

    def keep_connection(self, where: Place, connection: Connection, *, durable: bool) -> None:
        self._connections[where].append((durable, connection))


class KeptEngine(AsyncEngine):
    """Is kept when it is disposed of, unless somebody still holds one of its connections."""

    kept: Kept
    where: Place
    pool_size: int
    connections: list[Connection]

    @classmethod
    def made(
        cls, kept: Kept, where: Place, url: URL, *, pool_size: int, **named: Any
    ) -> KeptEngine:
        made = create_async_engine(url, pool_size=pool_size, query_cache_size=5_000, **named)
        engine = cls(made.sync_engine)
        engine.kept, engine.where, engine.pool_size = kept, where, pool_size
        engine.connections = []

        @event.listens_for(engine.sync_engine, "connect")
        def _(connection: Any, _record: Any) -> None:
            engine.connections.append(connection.driver_connection)

        @event.listens_for(engine.sync_engine, "close")
        def _(connection: Any, _record: Any) -> None:
            engine.connections.remove(connection.driver_connection)

        return engine

    @override
    async def dispose(self, close: bool = True) -> None:
        free = self.sync_engine.pool.checkedin()  # type: ignore[attr-defined]
        if (
            self.kept.keeps(self.where)
            and free == len(self.connections)
            and all([await _is_told(one) for one in self.connections])
        ):
            self.kept.keep_engine(self)
        else:
            await super().dispose(close)


class KeptStatements(Statements):
    """Its connections are kept when it is closed."""

    def __init__(self, kept: Kept, url: str, *, size: int, durable: bool = True) -> None:
        super().__init__(url, size=size, durable=durable)
        self._kept, self._where = kept, place(url)

    @override
    async def close(self) -> None:
        free = []
        if self._kept.keeps(self._where):
            free = [one for _, one in self._free]
            self._free.clear()
        await super().close()
        for one in free:
            if await _is_told(one):
                self._kept.keep_connection(self._where, one, durable=self._durable)

    @override
    async def _open(self) -> Connection:
        kept = self._kept.connection(self._where, durable=self._durable)
        return await super()._open() if kept is None else kept


async def _is_told(connection: Connection) -> bool:
    """Whether it answers; what it has written is counted then, as `Copies` wants it."""
    try:
        await connection.fetch("select pg_stat_force_next_flush()")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return True


@pytest.fixture(autouse=True, scope="session")
def kept_connections() -> Iterator[Kept]:
    """What is kept; and a statement is compiled once a session, not once for each engine."""
    patch = pytest.MonkeyPatch()
    kept = Kept()
    first: list[AsyncEngine] = []

    def made(url: URL, *, pool_size: int, **named: Any) -> AsyncEngine:
        where = place(url)
        if (before := kept.engine(where, pool_size)) is not None:
            return before
        engine = KeptEngine.made(kept, where, url, pool_size=pool_size, **named)
        if not first:
            first.append(engine)
        engine.sync_engine.dialect = first[0].sync_engine.dialect
        engine.sync_engine._compiled_cache = first[0].sync_engine._compiled_cache
        return engine

    patch.setattr("knowledge.database.create_async_engine", made)
    patch.setattr("knowledge.database.Statements", partial(KeptStatements, kept))
    yield kept
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
async def one_loop(kept_connections: Kept) -> AsyncIterator[None]:
    """What is made in the tests' loop is kept, as long as the loop is there."""
    kept_connections.loop = asyncio.get_running_loop()
    yield
    kept_connections.loop = None


@pytest.fixture(autouse=True)
async def nothing_goes_on() -> AsyncIterator[None]:
    """What a test leaves running ends with it."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
