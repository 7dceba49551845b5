"""What every test may ask for: a real PostgreSQL, an own database, keys. And no network."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import itertools
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
import typer.main
from structlog.dev import ConsoleRenderer, plain_traceback

from knowledge.copies import Copies
from knowledge.postgres import NOT_DURABLE, EmbeddedPostgres, is_held
from knowledge.secrets import Keyring

if TYPE_CHECKING:
    from tests.actions.talk import House
    from tests.kept import Kept

ROOT = Path(__file__).parents[1]

pytest_plugins = ["tests.longest_first", "tests.kept"]


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector needn't go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_sessionfinish() -> None:
    """What is left goes with the process: nobody need look through it once more."""
    gc.freeze()


APART = ("tests/soak/", "tests/e2e/browser/")
"""Where the tests stand that run beside the others: the Makefile looks only there."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test is left out because it stands elsewhere."""
    for item in items:
        if item.get_closest_marker("long") and not item.nodeid.startswith(APART):
            raise pytest.UsageError(f"{item.nodeid}: long tests stand in {APART}")


class Outside(AssertionError):
    """A test wanted to leave this machine."""


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Fail the test that connects to, or looks up, anything but this machine."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_here(address):
            raise Outside(f"a test connects to {address}")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _is_here(address):
            raise Outside(f"a test connects to {address}")
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if host is not None and not _is_here((host if isinstance(host, str) else host.decode(),)):
            raise Outside(f"a test looks up {host!r}")
        return look_up(host, *rest, **named)

    patch.setattr(socket.socket, "connect", guarded)
    patch.setattr(socket.socket, "connect_ex", guarded_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a house configured; the tests don't see it."""
    for name in os.environ:
        if name.startswith("GONGYOU_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def one_command_line() -> Iterator[None]:
    """What `gongyou` can be told is put together once a session, not for each command tried."""
    patch = pytest.MonkeyPatch()
    patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_logging_of_before() -> None:
    """A command sets up the log for its whole process; the next test doesn't hear of it."""
    structlog.reset_defaults()
    *before, _ = structlog.get_config()["processors"]
    # Tracebacks by `rich` took one minute in fifty of all tests.
    last = ConsoleRenderer(colors=False, exception_formatter=plain_traceback)
    structlog.configure(processors=[*before, last])


class Background:
    """An event loop in a thread of its own, for what lives longer than one test's loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    loop = Background()
    yield loop
    loop.close()


MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free in memory before databases are made there."""


@pytest.fixture(scope="session")
def databases_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the server works: in memory if there is room, for each database is 750 small files."""
    if not (os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM):
        yield tmp_path_factory.mktemp("postgres")
        return
    for old in MEMORY.glob("gongyou-tests-*"):
        # Of a run that was killed: nobody holds it, nor is anybody just about to.
        if not is_held(old) and old.stat().st_mtime < time.time() - 3600:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="gongyou-tests-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(background: Background, databases_folder: Path) -> Iterator[EmbeddedPostgres]:
    """One server for the whole session (with xdist, one a worker)."""
    server = EmbeddedPostgres(databases_folder, options=NOT_DURABLE)
    background.run(server.start())
    yield server
    background.run(server.stop())


@pytest.fixture(scope="session")
def full_model() -> Path:
    """The folder of a model of all sentences, packed for Rasa where Rasa is installed."""
    from tests.full_model import make

    return make()


type Fill = Callable[[str], Coroutine[Any, Any, None]]


class Databases:
    """Makes databases: empty ones, and copies of one that was filled once (`Copies`)."""

    def __init__(self, postgres: EmbeddedPostgres, background: Background, kept: Kept) -> None:
        self._postgres = postgres
        self._background = background
        self._kept = kept
        self._numbers = itertools.count(1)
        self._templates: dict[str, str] = {}
        self._copies = Copies(postgres, "copy")

    def template(self, name: str, fill: Fill) -> str:
        """The database that `fill(url)` has filled, the first time this name is asked for."""
        if name not in self._templates:
            database = f"template_{name}"
            self._execute(f"create database {database}")
            self._background.run(fill(self._postgres.url_of(database)))
            self._templates[name] = database
        return self._templates[name]

    @contextmanager
    def lent(self, name: str, fill: Fill) -> Iterator[str]:
        """The address of a database that is as `fill(url)` has filled the template."""
        taken = self._background.run(self._copies.take(self.template(name, fill)))
        url = self.url(taken)
        self._kept.lend(url)
        try:
            yield url
        finally:
            spared = self._kept.processes(url)
            if not self._background.run(self._copies.give_back(taken, spared)):
                self._kept.forget(url)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a new database."""
        name = f"empty_{next(self._numbers)}"
        self._execute(f"create database {name}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"drop database {name} with (force)")

    def url(self, name: str) -> str:
        return self._postgres.url_of(name)

    def close(self) -> None:
        self._background.run(self._copies.close())

    def _execute(self, statement: str) -> None:
        self._background.run(self._postgres.execute(statement))


@pytest.fixture(scope="session")
def databases(
    postgres: EmbeddedPostgres, background: Background, kept_connections: Kept
) -> Iterator[Databases]:
    made = Databases(postgres, background, kept_connections)
    yield made
    made.close()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """Keys of tests: always the same, so that a copied database can be read."""
    return Keyring({"test": b"\x01" * 32}, "test", b"\x02" * 32)


@pytest.fixture
async def house(databases: Databases) -> AsyncIterator[House]:
    """The demonstration in a database of its own, at a fixed time, with an engine that reads it."""
    from tests.actions.talk import demonstration

    async with demonstration(databases) as made:
        yield made


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without any table."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def database_url(databases: Databases, keyring: Keyring) -> Iterator[str]:
    """A database of the newest migration with nothing in it, for this test alone."""

    async def fill(url: str) -> None:
        from knowledge.database import Database
        from knowledge.schema import migrate

        database = Database(url, keyring)
        await migrate(database)
        await database.close()

    with databases.lent("migrated", fill) as url:
        yield url


@pytest.fixture
async def database(database_url: str, keyring: Keyring) -> AsyncIterator[Any]:
    """The store over `database_url`, a `knowledge.database.Database`."""
    from knowledge.database import Database

    made = Database(database_url, keyring)
    yield made
    await made.close()
