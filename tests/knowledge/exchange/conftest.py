"""A store with the demonstration, and what brings files into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from knowledge.clock import MovableClock
from knowledge.database import Database
from knowledge.exchange.exchange import Exchange
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from tests.conftest import Databases

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
async def store(databases: Databases, keyring: Keyring) -> AsyncIterator[Database]:
    """A store with the demonstration."""

    async def fill(url: str) -> None:
        database = Database(url, keyring, clock=MovableClock(NOW))
        await migrate(database)
        await load_demonstration(database)
        await database.close()

    with databases.lent("exchange", fill) as url:
        database = Database(url, keyring, clock=MovableClock(NOW))
        await database.refresh_regions()
        yield database
        await database.close()


@pytest.fixture
def exchange(store: Database) -> Exchange:
    return Exchange(store)
