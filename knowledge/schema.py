"""All tables together, and how a database comes to have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from knowledge import (  # noqa: F401  each of them adds its tables to the metadata
    accounts,
    article_pictures,
    article_rows,
    attempts,
    attendance,
    audit,
    behalf,
    books,
    case_rows,
    claims,
    clock_recounts,
    clock_rows,
    course_rows,
    duty,
    figures,
    files,
    gate_stands,
    handoff_rows,
    imports,
    inbox_history,
    inbox_notes,
    link_proposals,
    linking,
    membership,
    notice_rows,
    people,
    regions,
    review,
    schemes,
    second_factors,
    sessions,
    station_care,
    stations,
    trainings,
)
from knowledge.base import Base

if TYPE_CHECKING:
    from knowledge.database import Database

metadata = Base.metadata
MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest step's name."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


async def migrate(database: Database) -> None:
    """Bring the database to the newest step. Two processes at once: one does it, one waits."""

    def run(connection: Connection) -> None:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('gongyou_migrate'))"))
        command.upgrade(_config(connection), "head")

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


async def is_current(database: Database) -> bool:
    """Whether the database is at the newest step."""

    def run(connection: Connection) -> bool:
        return MigrationContext.configure(connection).get_current_revision() == head()

    async with database.engine.connect() as connection:
        return await connection.run_sync(run)
