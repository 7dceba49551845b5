"""The house as real processes, any of which may be killed at any moment.

Each is what `gongyou run --role …` is, but for its first two seconds: a process in which all code
is imported already forks them off, for most of what a soak computes would be imports.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.settings import ROOT
from knowledge.postgres import EmbeddedPostgres
from nlu.ports import free_port

ROLES = ("web", "web", "worker", "worker", "sender", "sender")

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["pytest", "bot.supervisor"])


def _run(role: str, environment: Mapping[str, str], log: Path) -> None:
    """What the process does; nothing of where it comes from is left."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    from bot.cli import app

    app(["run", "--role", role])


@dataclass(frozen=True)
class _Running:
    """A process, and that it has ended."""

    process: BaseProcess
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    async def wait(self) -> None:
        """Until it has ended, which all others then hear of."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self.process.sentinel, self.ended.set)
        try:
            await self.ended.wait()
        finally:
            loop.remove_reader(self.process.sentinel)


class Processes:
    """One process for each of `roles`, put up again whenever it is gone.

    `telegram` is a Bot API's address, with the `token` that it knows; none is connected if empty.
    """

    def __init__(
        self,
        folder: Path,
        url: str,
        telegram: str = "",
        token: str = "",
        *,
        rasa: bool,
        roles: Sequence[str] = ROLES,
    ) -> None:
        self.roles = roles
        self.ports = [free_port() for role in roles if role == "web"]
        self.kills: Counter[str] = Counter()
        self._folder = folder
        self._running: dict[int, _Running] = {}
        self._watching: list[asyncio.Task[None]] = []
        self._rasa_pid = folder / "rasa" / "rasa.pid"
        self._env = {
            **os.environ,
            "DATABASE_URL": url,
            "GONGYOU_DATA_DIR": str(folder),
            "GONGYOU_TELEGRAM_API_URL": telegram,
            "GONGYOU_TELEGRAM_TOKEN": token,
            "GONGYOU_RASA": str(int(rasa)),
            "GONGYOU_DEMO": "0",
            "GONGYOU_LOG_FORMAT": "json",
            "GONGYOU_LOG_LEVEL": "warning",
            **{
                f"GONGYOU_{limit}": "0"
                for limit in (
                    "MESSAGES_PER_MINUTE", "WEB_MESSAGES_PER_MINUTE", "REQUESTS_PER_MINUTE",
                    "NEW_CONVERSATIONS_PER_HOUR",
                )
            },
        }  # fmt: skip

    async def start(self) -> None:
        """Start all, and wait until the web chat answers."""
        ports = iter(self.ports)
        for number, role in enumerate(self.roles):
            port = next(ports) if role == "web" else 0
            self._watching.append(asyncio.create_task(self._keep(number, role, port)))
        for port in self.ports:
            for _ in range(1800):
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """End all; also what they began."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        for one in self._running.values():
            one.process.terminate()
        for one in self._running.values():
            await asyncio.to_thread(one.process.join, 15)

    def kill(self, chance: random.Random, postgres: EmbeddedPostgres) -> bool:
        """SIGKILL for one of them, for Rasa, or for a backend of PostgreSQL (all crash then).

        False if what was chosen wasn't running.
        """
        what = chance.choice(("web", "worker", "worker", "sender", "sender", "rasa", "postgres"))
        if what == "postgres":
            killed = _kill_backend(postgres)
        elif what == "rasa":
            killed = self._kill_rasa()
        else:
            number = chance.choice([n for n, role in enumerate(self.roles) if role == what])
            killed = _sigkill(self._running[number].pid) if number in self._running else False
        if killed:
            self.kills[what] += 1
        return killed

    async def shoot(self, role: str) -> None:
        """SIGKILL for the one process of a role; it is dead when this returns, and put up again."""
        (number,) = [n for n, one in enumerate(self.roles) if one == role]
        running = self._running[number]
        _sigkill(running.pid)
        await running.ended.wait()
        self.kills[role] += 1

    async def _keep(self, number: int, role: str, port: int) -> None:
        log = self._folder / f"{role}-{number}.log"
        environment = {**self._env, "GONGYOU_PORT": str(port)}
        while True:
            process = _FORKS.Process(target=_run, args=(role, environment, log), daemon=True)
            # Without a pause: what has started is known here, also to whoever stops all right then.
            process.start()
            self._running[number] = running = _Running(process)
            await running.wait()
            del self._running[number]
            await asyncio.sleep(0.2)

    def _kill_rasa(self) -> bool:
        try:
            return _sigkill(int(json.loads(self._rasa_pid.read_text())["pid"]))
        except (OSError, ValueError, KeyError):
            return False


def _sigkill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _kill_backend(postgres: EmbeddedPostgres) -> bool:
    """A killed backend makes PostgreSQL drop every connection and recover, as after a crash."""
    for pid in _children(postgres.pid):
        with suppress(OSError):
            if b"[local]" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return _sigkill(pid)
    return False


def _children(pid: int | None) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
