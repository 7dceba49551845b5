"""Many rows at once: copied in, compared, and only those that differ are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

CHUNK = 10_000
"""Rows that are written by one statement, so that progress can be told in between."""

PATIENCE = 600.0
"""Seconds that one such statement may take."""

Say = Callable[[int, int], None]
"""Hears how many rows are done, and of how many."""


def silent(_done: int, _of: int) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Tally:
    """What became of the rows of one kind."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged
        )

    @property
    def written(self) -> int:
        """Rows that are new or have changed."""
        return self.new + self.changed


async def put_rows(
    unit: Knowledge,
    table: str,
    key: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    derived: Mapping[str, str] | None = None,
    say: Say = silent,
) -> Tally:
    """Insert rows by `key`, or bring them up to date.

    All rows have the same names. `derived` are further columns as SQL over those of the row. Table
    and columns are our own words, never a file's.
    """
    if not rows:
        return Tally()
    derived = derived or {}
    names = list(rows[0])
    columns = ", ".join(names)
    await unit.session.execute(
        text(
            f"create temporary table loading on commit drop as "
            f"select 0::bigint as row, {columns} from {table} with no data"
        )
    )
    # What SQLAlchemy has no words for: the connection itself, in the same transaction.
    connection = await (await unit.session.connection()).get_raw_connection()
    raw = connection.driver_connection
    assert raw is not None
    await raw.copy_records_to_table(
        "loading", records=_records(names, rows), columns=["row", *names], timeout=PATIENCE
    )
    fresh = [name for name in names if name != key]
    same = (
        f"({', '.join(f'{table}.{name}' for name in fresh)}) "
        f"is not distinct from ({', '.join(f'loading.{name}' for name in fresh)})"
    )
    # What is as it was is taken out first: a conflict would lock, and so write, each of its rows.
    unchanged = await _count(
        raw, f"delete from loading using {table} where {table}.{key} = loading.{key} and {same}"
    )
    known = await raw.fetchval(
        f"select count(*) from loading join {table} using ({key})", timeout=PATIENCE
    )
    put = (
        f"insert into {table} ({', '.join([*names, *derived])}) "
        f"select {', '.join([*names, *derived.values()])} from loading "
        f"where row > $1 and row <= $2 order by row on conflict ({key}) do update set "
        f"{', '.join(f'{name} = excluded.{name}' for name in [*fresh, *derived])}"
    )
    for start in range(0, len(rows), CHUNK):
        if unchanged < len(rows):
            await raw.execute(put, start, start + CHUNK, timeout=PATIENCE)
        say(min(start + CHUNK, len(rows)), len(rows))
    await raw.execute("drop table loading")
    return Tally(len(rows) - known - unchanged, known, unchanged)


async def _count(connection: Any, statement: str) -> int:
    """Run a statement: how many rows it was about."""
    done = await connection.execute(statement, timeout=PATIENCE)
    return int(done.rpartition(" ")[2])


def _records(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Any, ...]]:
    for number, row in enumerate(rows, start=1):
        yield (number, *(_plain(row[name]) for name in names))


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
