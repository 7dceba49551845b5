"""What tests of a turn's books begin with."""

from __future__ import annotations

import pytest

from knowledge.database import Database
from knowledge.turns import Taken


@pytest.fixture
async def taken(database: Database) -> Taken:
    """A message that a turn is about."""
    async with database.statements() as unit:
        number, person = await unit.conversations.find_or_begin("main", "web", "a")
        arrived = await unit.turns.arrive(
            number, person, external_id="1", kind="text", payload={"kind": "text", "text": "你好"},
            received_at=unit.now, taker="here",
        )  # fmt: skip
    assert arrived.taken is not None
    return arrived.taken
