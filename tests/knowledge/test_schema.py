"""The schema's history and the tables say the same."""

from __future__ import annotations

import warnings

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from knowledge.database import Database
from knowledge.schema import is_current, metadata, migrate


async def test_a_migrated_database_is_what_the_tables_say(database: Database) -> None:
    """No column or index is in one and not in the other."""
    async with database.engine.connect() as connection:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy has no type for a cube
            differences = await connection.run_sync(
                lambda conn: compare_metadata(MigrationContext.configure(conn), metadata)
            )
    assert differences == []
    assert await is_current(database)


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """Also with a second process at the same time it is done once."""
    await migrate(database)
    assert await is_current(database)
