"""Opens the house's database: the union's own, or the embedded one, wherever it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from bot.settings import Settings
from bot.trouble import Trouble
from knowledge.clock import Clock
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.postgres import AlreadyRunning, EmbeddedPostgres, PostgresTrouble, find
from knowledge.schema import migrate
from knowledge.secrets import Keyring

log = structlog.get_logger(__name__)

Say = Callable[[str], None]

#: How long another process may take to start or to stop the embedded database.
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 1.0


def silent(_line: str) -> None:
    """Say nothing."""


def keyring(settings: Settings) -> Keyring:
    """The master keys: from the setting, else from the key file, which is made if need be.

    Raises:
        SecretsError: They can't be read.
        Trouble: The data folder can't be written.
    """
    if settings.keys is not None:
        return Keyring.parse(settings.keys.get_secret_value())
    make_data_dir(settings)
    return Keyring.at(settings.key_file)


def make_data_dir(settings: Settings) -> None:
    """Make the data folder.

    Raises:
        Trouble: It can't be made.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(
            f"The data folder {settings.data_dir} can't be made ({error.strerror}); make it by "
            "hand or set GONGYOU_DATA_DIR to another one."
        ) from error


@asynccontextmanager
async def database_url(settings: Settings, say: Say = silent) -> AsyncIterator[str]:
    """The address of a running database, as long as the block runs.

    An embedded one that another process of the house runs is used; if that process ends, this
    one takes the database over, at the same address.

    Raises:
        PostgresTrouble: The embedded one can't run.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = EmbeddedPostgres(settings.postgres_dir, say=say)
    found = await _find_or_start(settings, server)
    heir: asyncio.Task[None] | None = None
    if found is not None:
        heir = asyncio.create_task(_take_over(settings, server))
    try:
        yield found or server.url
    finally:
        if heir is not None:
            heir.cancel()
            with suppress(asyncio.CancelledError):
                await heir
        await server.stop()


async def _find_or_start(settings: Settings, server: EmbeddedPostgres) -> str | None:
    """The address of another process's server, or `None`: ours has been started."""
    until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        if (found := find(settings.postgres_dir)) is not None:
            return found
        try:
            await server.start()
        except AlreadyRunning:
            # It is about to start, or to stop.
            if asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.2)
        else:
            return None


async def _take_over(settings: Settings, server: EmbeddedPostgres) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        if find(settings.postgres_dir) is not None:
            continue
        try:
            await server.start()
        except AlreadyRunning:
            continue
        except PostgresTrouble as error:
            log.error("postgres.not_taken_over", reason=str(error))
            continue
        log.info("postgres.taken_over")
        return


@asynccontextmanager
async def open_database(
    settings: Settings,
    *,
    say: Say = silent,
    clock: Clock | None = None,
) -> AsyncIterator[Database]:
    """The store, at the newest migration, with the demonstration content where it is wanted.

    Raises:
        DatabaseAway: The union's own database doesn't answer.
        PostgresTrouble: The embedded one can't run.
        SecretsError, ContentError, Trouble: What `bot.trouble.explain` has a sentence for.
    """
    keys = keyring(settings)
    async with database_url(settings, say) as url:
        database = Database(url, keys, clock=clock)
        try:
            await database.wait()
            await migrate(database)
            if settings.with_demo:
                await load_demonstration(database, say)
            await database.refresh_regions()
            yield database
        finally:
            await database.close()
