"""The audit's chain tells when somebody has changed or taken away a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from knowledge.clock import MovableClock
from knowledge.database import Database

START = datetime(2026, 11, 24, tzinfo=UTC)


async def _three_lines(database: Database) -> None:
    clock = MovableClock(START)
    database.clock = clock
    async with database.begin() as unit:
        person, _ = await unit.people.create()
        for name in ("陈", "雨", "林"):
            await unit.people.change(person, {"name": name}, actor="rider")
    clock.move(timedelta(minutes=1))
    async with database.begin() as unit:
        assert await unit.audit.seal_batch() == 3
    async with database.begin() as unit:
        assert await unit.audit.seal_batch() == 0
        assert await unit.audit.verify() is None


@pytest.mark.parametrize(
    "harm",
    [
        "update audit set actor = 'nobody' where id = (select min(id) from audit)",
        "delete from audit where id = (select max(id) from audit)",
        "update audit set after = null where id = (select max(id) from audit)",
        "update audit set at = at + interval '1 second'",
    ],
)
async def test_a_changed_line_breaks_the_chain(database: Database, harm: str) -> None:
    """Whatever is changed afterwards."""
    await _three_lines(database)
    async with database.begin() as unit:
        await unit.session.execute(text(harm))
    async with database.begin() as unit:
        assert await unit.audit.verify() is not None


async def test_young_lines_wait_for_their_seal(database: Database) -> None:
    """A line with a smaller number may still be on its way."""
    database.clock = MovableClock(START)
    async with database.begin() as unit:
        person, _ = await unit.people.create()
        await unit.people.change(person, {"name": "陈"}, actor="rider")
        assert await unit.audit.seal_batch() == 0
