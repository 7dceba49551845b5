"""Databases that are as a template is, used again and again.

To copy a database and to fill the server's caches with it takes 75 ms, twice what a short
conversation takes. So one that is given back is put back: PostgreSQL counts what is
written to each table, and the few tables that were written to get their rows again. Each copy
has a connection for that, which stays: a new one costs as much as all that it asks.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Protocol

import asyncpg

USES = 100
"""After so many a copy is dropped: what was deleted still lies in its files."""

NO_ROWS = b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\xff\xff"
"""COPY's binary form of an empty table."""

GONE_WITHIN = 5.0
"""Seconds in which connections that were left open end."""

type Connection = asyncpg.Connection[asyncpg.Record]

type Number = tuple[int, bool]
"""Of a sequence: a number, and whether it was taken already."""


class Server(Protocol):
    """A PostgreSQL in which databases may be made and dropped."""

    def url_of(self, database: str) -> str: ...

    async def execute(self, statement: str) -> str: ...


@dataclass
class _Template:
    """What a copy is put back to.

    Attributes:
        rows: of each table that a copy has written to, in COPY's binary form.
        numbers: where each sequence stands.
        spare: copies that are as the template is.
    """

    rows: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    spare: list[_Copy] = field(default_factory=list)


@dataclass
class _Copy:
    """One database; its writes are counted since `counted`, not at all if None."""

    name: str
    template: str
    connection: Connection
    counted: datetime | None
    uses: int = 0


class Copies:
    """Copies of templates on one server, their names beginning with `prefix`."""

    def __init__(self, server: Server, prefix: str) -> None:
        self._server = server
        self._prefix = prefix
        self._numbers = itertools.count(1)
        self._templates: dict[str, _Template] = {}
        self._taken: dict[str, _Copy] = {}
        self._alone = asyncio.Lock()

    async def take(self, template: str) -> str:
        """The name of a database that is as the template is; to be given back.

        Nobody may be connected to the template, nor write to it any more.
        """
        async with self._alone:
            kept = self._templates.setdefault(template, _Template())
            copy = kept.spare.pop() if kept.spare else await self._made(template, kept)
            copy.uses += 1
            self._taken[copy.name] = copy
            return copy.name

    async def give_back(self, name: str, spared: Collection[int] = ()) -> bool:
        """Put it back, or drop it where that can't be done; whether it is still there.

        Args:
            name: as it was taken.
            spared: processes of the server whose connections to it may stay: nothing is done
                there, and the server was told what they have written
                (`pg_stat_force_next_flush`). All others are ended.
        """
        async with self._alone:
            copy = self._taken.pop(name)
            if copy.counted is not None and copy.uses < USES and await self._put_back(copy, spared):
                self._templates[copy.template].spare.append(copy)
                return True
            copy.connection.terminate()
            await self._server.execute(f"drop database if exists {name} with (force)")
            return False

    async def close(self) -> None:
        """Let the connections go; the databases stay."""
        spare = [copy for kept in self._templates.values() for copy in kept.spare]
        for copy in (*spare, *self._taken.values()):
            copy.connection.terminate()

    async def _made(self, template: str, kept: _Template) -> _Copy:
        name = f"{self._prefix}_{next(self._numbers)}"
        await self._server.execute(f"create database {name} template {template} strategy file_copy")
        connection = await self._connect(name)
        if not kept.numbers:
            kept.numbers = await _numbers(connection)
        try:
            return _Copy(name, template, connection, await _count_anew(connection))
        except asyncpg.InsufficientPrivilegeError:
            return _Copy(name, template, connection, None)

    async def _put_back(self, copy: _Copy, spared: Collection[int]) -> bool:
        """Whether it is as the template now."""
        kept = self._templates[copy.template]
        try:
            if copy.connection.is_closed():  # whoever had the copy ended all others
                copy.connection = await self._connect(copy.name)
            await _end_others(copy.connection, spared)
            tables = await _written(copy.connection, copy.counted)
            if tables is None:
                return False
            await self._read(copy.template, kept, tables)
            async with copy.connection.transaction():
                # No trigger and no foreign key: what comes back is as it was.
                await copy.connection.execute("set local session_replication_role = replica")
                for table in tables:
                    await _bring_back(copy.connection, table, kept.rows[table])
                await _set_numbers(copy.connection, kept.numbers)
            copy.counted = await _count_anew(copy.connection)
            return True
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return False

    async def _read(self, template: str, kept: _Template, tables: list[str]) -> None:
        """The template's rows of these tables."""
        missing = [table for table in tables if table not in kept.rows]
        if not missing:
            return
        connection = await self._connect(template)
        try:
            for table in missing:
                rows = BytesIO()
                schema, name = table.split(".")
                await connection.copy_from_table(
                    name, schema_name=schema, output=rows, format="binary"
                )
                kept.rows[table] = rows.getvalue()
        finally:
            await connection.close()

    async def _connect(self, database: str) -> Connection:
        return await asyncpg.connect(self._server.url_of(database))


async def _bring_back(connection: Connection, table: str, rows: bytes) -> None:
    await connection.execute(f"delete from {table}")  # noqa: S608  a name from the catalogue
    if len(rows) > len(NO_ROWS):
        schema, name = table.split(".")
        await connection.copy_to_table(
            name, schema_name=schema, source=BytesIO(rows), format="binary"
        )


async def _end_others(connection: Connection, spared: Collection[int]) -> None:
    """End all others but the spared; what they have written is counted when they are gone."""
    async with asyncio.timeout(GONE_WITHIN):
        while await connection.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid() and pid <> all($1)",
            list(spared),
        ):
            await asyncio.sleep(0.001)


async def _written(connection: Connection, since: datetime | None) -> list[str] | None:
    """Tables that were written to; None if more than their rows may have changed.

    The counts end with a crash of the server, and a table that is made, altered or truncated is a
    row of the catalogue. https://www.postgresql.org/docs/current/monitoring-stats.html
    """
    if await _counted_since(connection) != since:
        return None
    written = await connection.fetch(
        "select relnamespace::regnamespace::text as schema, relname from pg_class c "
        "where relkind = 'r' and pg_stat_get_tuples_inserted(c.oid) "
        "+ pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) > 0 "
        # Not what all databases share, nor what the server itself finds out about columns.
        "and not relisshared and c.oid <> 'pg_statistic'::regclass"
    )
    if any(row["schema"] == "pg_catalog" for row in written):
        return None
    return [f"{row['schema']}.{row['relname']}" for row in written]


async def _numbers(connection: Connection) -> dict[str, Number]:
    """Where each sequence stands."""
    rows = await connection.fetch(
        "select format('%I.%I', schemaname, sequencename) as name, "
        "coalesce(last_value, start_value) as number, last_value is not null as taken "
        "from pg_sequences"
    )
    return {row["name"]: (row["number"], row["taken"]) for row in rows}


async def _set_numbers(connection: Connection, numbers: dict[str, Number]) -> None:
    moved = {
        name: numbers[name]
        for name, stands in (await _numbers(connection)).items()
        if stands != numbers[name]
    }
    if moved:
        calls = (f"setval('{name}', {last}, {taken})" for name, (last, taken) in moved.items())
        await connection.execute(f"select {', '.join(calls)}")


async def _count_anew(connection: Connection) -> datetime:
    """Forget what was counted, of this connection too; since when it is counted from now."""
    await connection.execute("select pg_stat_force_next_flush()")
    await connection.execute("select pg_stat_reset()")
    since = await _counted_since(connection)
    assert since is not None
    return since


async def _counted_since(connection: Connection) -> datetime | None:
    since: datetime | None = await connection.fetchval(
        "select stats_reset from pg_stat_database where datname = current_database()"
    )
    return since
