"""The one store: connections, transactions and the bell."""

from __future__ import annotations

import asyncio
import random
import secrets as chance
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import structlog
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from knowledge import article_changes, conversations, erasing, notices, regions
from knowledge.bells import Bells, Heard
from knowledge.case_kinds import CaseKinds, read_case_kinds
from knowledge.clock import Clock, SystemClock
from knowledge.figures import Counts
from knowledge.key_cache import KeyCache
from knowledge.orm_sessions import TAKEN, TurnSession, closing
from knowledge.programmes import Programmes
from knowledge.regions import RegionTree, load_tree
from knowledge.secrets import Keyring
from knowledge.shelf import Shelf
from knowledge.statements import Statements
from knowledge.turns import Taken
from knowledge.unit import Knowledge

log = structlog.get_logger()

BELL_INBOX = "gongyou_inbox"
BELL_OUTBOX = "gongyou_outbox"
BELL_REPLY = "gongyou_reply"
BELL_INBOX_PAGE = conversations.BELL_PAGE
BELL_TYPING = "gongyou_typing"
BELL_ARTICLES = article_changes.BELL
BELL_ERASED = erasing.BELL
BELL_REGIONS = regions.BELL
BELL_NOTICES = notices.BELL
BELL_NOTICES_SHOWN = notices.BELL_SHOWN
BELLS = (
    BELL_INBOX,
    BELL_OUTBOX,
    BELL_REPLY,
    BELL_ARTICLES,
    BELL_ERASED,
    BELL_REGIONS,
    BELL_NOTICES,
    BELL_NOTICES_SHOWN,
)


RECOVERY = 60.0
"""Seconds that a server which says that it is starting or recovering is waited for."""

STARTING = "57P03"
"""SQLSTATE cannot_connect_now: starting up, or recovering from a crash."""


class DatabaseAway(Exception):
    """The database doesn't answer."""


def is_away(error: BaseException) -> bool:
    """Whether the store was at fault (gone, starting, full), and not what was asked of it.

    SQLSTATE classes 08 (connection), 53 (resources: disk, memory, connections) and 57P (shutdown,
    crash, not yet up), https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
            return True
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return state.startswith(("08", "53", "57P"))
    return isinstance(error, DatabaseAway | PoolTimeout | OSError | asyncpg.InterfaceError) or str(
        getattr(error, "sqlstate", "")
    ).startswith(("08", "53", "57P"))


def _lost(*_: Any) -> None:
    log.warning("database.connection_lost")


class Database:
    """One PostgreSQL, and everything that is needed to write to it."""

    def __init__(
        self,
        url: str,
        keyring: Keyring,
        *,
        clock: Clock | None = None,
        chance_source: random.Random | None = None,
        pool_size: int = 10,
    ) -> None:
        self.url = url
        self.keyring = keyring
        self.clock: Clock = clock or SystemClock()
        self.chance = chance_source or chance.SystemRandom()
        self.keys = KeyCache()
        self.region_tree = RegionTree(())
        self.case_kinds: CaseKinds = read_case_kinds()
        self.shelf = Shelf()
        self.programmes = Programmes()
        self.counts: Counts = Counter()
        self.engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            hide_parameters=True,  # an error's text goes to the log
            connect_args={"timeout": 5, "command_timeout": 30},
        )
        self._one_by_one = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._statements = Statements(self.plain_url, size=pool_size)
        # Leases only spare double work: they needn't wait for the disk.
        self._loose = Statements(self.plain_url, size=pool_size, durable=False)
        self._bells = Bells(self.plain_url)

        event.listen(self.engine.sync_engine, "invalidate", _lost)

    @property
    def plain_url(self) -> str:
        """The address as asyncpg reads it."""
        return make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def begin(self, *, keep: bool = True) -> AsyncIterator[Knowledge]:
        """One transaction: committed at the end, rolled back on an error.

        Without `keep` it is rolled back at the end as well: what would be done is tried out.
        """
        async with (
            AsyncSession(self.engine, expire_on_commit=False) as session,
            session.begin() as transaction,
        ):
            yield self._unit(session)
            if not keep:
                await transaction.rollback()

    @asynccontextmanager
    async def turn(self, taken: Taken) -> AsyncIterator[Knowledge]:
        """A turn's view of the records: what asks nothing of them needs no transaction.

        The first question begins one, and locks the conversation before it is put.

        Raises:
            Overtaken: the conversation has changed since the message was taken on.
        """
        async with closing(
            AsyncSession(
                self.engine,
                sync_session_class=TurnSession,
                expire_on_commit=False,
                info={TAKEN: taken},
            )
        ) as session:
            yield self._unit(session, statements=self._statements, taken=taken)
            if session.in_transaction():
                await session.commit()

    @asynccontextmanager
    async def statements(self, *, loose: bool = False) -> AsyncIterator[Knowledge]:
        """Statements that stand for themselves: each is committed at once.

        Written-out ones (`Knowledge.rows`) may be `loose`: not to wait for the disk.
        """
        async with closing(AsyncSession(self._one_by_one, expire_on_commit=False)) as session:
            yield self._unit(session, statements=self._loose if loose else self._statements)

    def _unit(
        self,
        session: AsyncSession,
        *,
        statements: Statements | None = None,
        taken: Taken | None = None,
    ) -> Knowledge:
        return Knowledge(
            session,
            keyring=self.keyring,
            now=self.clock.now(),
            chance=self.chance,
            region_tree=self.region_tree,
            keys=self.keys,
            shelf=self.shelf,
            counts=self.counts,
            statements=statements,
            taken=taken,
            programmes=None if taken is None else self.programmes,
            case_kinds=self.case_kinds,
        )

    async def check(self) -> None:
        """Raise `DatabaseAway` unless the database answers a question."""
        try:
            async with asyncio.timeout(5), self.engine.connect() as connection:
                await connection.execute(text("select 1"))
        except Exception as cause:
            raise DatabaseAway(str(cause).partition("\n")[0]) from cause

    async def wait(self, seconds: float = RECOVERY) -> None:
        """Wait for a server that is just starting or recovering from a crash.

        Raises:
            DatabaseAway: it doesn't answer, or not in time.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            try:
                return await self.check()
            except DatabaseAway as away:
                cause = away.__cause__
                state = str(getattr(getattr(cause, "orig", cause), "sqlstate", ""))
                if state != STARTING or loop.time() > until:
                    raise
                await asyncio.sleep(0.5)

    async def refresh_regions(self) -> None:
        """Read the tree of regions anew, and forget what their unions offer."""
        self.programmes.forget()
        async with self.begin() as unit:
            self.region_tree = await load_tree(unit.session)

    async def listen(self, heard: Heard, *bells: str) -> None:
        """Call `heard(bell, payload)` for each bell until cancelled (`Bells.listen`)."""
        await self._bells.listen(heard, *bells)

    @asynccontextmanager
    async def only_one(self, name: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
        """Wait until this process is the only one that does `name` (an advisory lock).

        Yields a check that is false once the lock's connection is lost.
        """
        while True:
            connection = await asyncpg.connect(self.plain_url, timeout=5)
            try:
                if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", name):
                    await asyncio.sleep(0.5)
                    continue

                async def held(connection: Any = connection) -> bool:
                    try:
                        await connection.fetchval("select 1", timeout=5)
                    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                        return False
                    return True

                yield held
                return
            finally:
                with suppress(Exception):
                    await connection.close(timeout=1)

    async def close(self) -> None:
        await self.engine.dispose()
        await self._statements.close()
        await self._loose.close()
