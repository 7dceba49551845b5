"""Rasa as a supervised child on loopback: started, watched, restarted, its model swapped.

It hears nothing but text and gets a clean environment. A process that an earlier, killed parent
left behind is found by its pid file and ended first.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp

from nlu.ports import free_port
from nlu.train import rasa_environment

READY_LIMIT = 120.0
"""Seconds a start may take; 13 are usual."""
CHECK_EVERY = 5.0
HUNG_AFTER = 3
"""Failed checks in a row after which a living process is taken for hung."""
LONGEST_PAUSE = 60.0
STOP_LIMIT = 5.0
_PR_SET_PDEATHSIG = 1

Told = Callable[[str, dict[str, object]], None]
"""Called with an event's name and its facts: started, ready, ended, hung, swapped."""


class RasaServer:
    """One Rasa process. `address` is where it answers, None while it doesn't."""

    def __init__(self, python: Path, home: Path, told: Told | None = None) -> None:
        """`python` is the 3.10 interpreter, `home` a folder of its own under the data directory."""
        self._python = python
        self._home = home
        self._pid_file = home / "rasa.pid"
        self._told = told or (lambda event, facts: None)
        self._model: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._port = 0
        self._ready = False
        self._changed = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self.restarts = 0

    @property
    def address(self) -> str | None:
        """The server's base address, None while nothing answers there."""
        return f"http://127.0.0.1:{self._port}" if self._ready else None

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._process.pid if self._process is not None else None

    async def run(self, model: Path) -> None:
        """Keep a server with this model alive until cancelled; then end it."""
        self._model = model
        self._home.mkdir(parents=True, exist_ok=True)
        end_orphan(self._pid_file)
        self._session = aiohttp.ClientSession(trust_env=False)
        pause = 1.0
        try:
            while True:
                began = time.monotonic()
                await self._start()
                reason = await self._watch()
                self._ready = False
                await self._end()
                self.restarts += 1
                lived = time.monotonic() - began
                pause = 1.0 if lived > 120 else min(pause * 2, LONGEST_PAUSE)
                self._told("ended", {"reason": reason, "lived": round(lived, 1), "pause": pause})
                await asyncio.sleep(pause)
        finally:
            self._ready = False
            await self._end()
            await self._session.close()

    async def swap(self, model: Path) -> bool:
        """Let the running server load another model; the head in process reads meanwhile.

        Returns whether the server took it; if not (or if none runs) it is started anew with it.
        """
        self._model = model
        address = self.address
        if address is None or self._session is None:
            return False
        self._ready = False
        try:
            async with asyncio.timeout(READY_LIMIT):
                body = {"model_file": str(model.resolve())}
                async with self._session.put(f"{address}/model", json=body) as response:
                    taken = response.status == 204
        except (TimeoutError, aiohttp.ClientError, OSError):
            taken = False
        if taken:
            self._ready = True
            self._told("swapped", {"model": model.parent.name})
        else:
            self._changed.set()
        return taken

    async def _start(self) -> None:
        self._port = free_port()
        self._changed.clear()
        log = (self._home / "rasa.log").open("wb")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(os.path.abspath(self._python), "-m", "rasa", "run", "--enable-api"),
                *("-i", "127.0.0.1", "-p", str(self._port), "-m", str(self._model)),
                cwd=self._home,
                env=rasa_environment(self._home),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        finally:
            log.close()
        _write_pid(self._pid_file, self._process.pid)
        self._told("started", {"pid": self._process.pid, "port": self._port})

    async def _watch(self) -> str:
        """Wait for readiness, then look every few seconds; returns why it must be restarted."""
        assert self._process is not None
        ended = asyncio.create_task(self._process.wait())
        began = time.monotonic()
        missed = 0
        try:
            while True:
                every = CHECK_EVERY if self._ready else 0.25
                changed = asyncio.create_task(self._changed.wait())
                await asyncio.wait(
                    {ended, changed}, timeout=every, return_when=asyncio.FIRST_COMPLETED
                )
                changed.cancel()
                if ended.done():
                    return f"ended with code {ended.result()}"
                if self._changed.is_set():
                    return "model changed"
                if await self._answers():
                    missed = 0
                    if not self._ready:
                        self._ready = True
                        self._told("ready", {"seconds": round(time.monotonic() - began, 1)})
                elif self._ready:
                    missed += 1
                    if missed >= HUNG_AFTER:
                        return "hung"
                elif time.monotonic() - began > READY_LIMIT:
                    return "not ready in time"
        finally:
            ended.cancel()

    async def _answers(self) -> bool:
        assert self._session is not None
        try:
            async with asyncio.timeout(3.0):
                url = f"http://127.0.0.1:{self._port}/status"
                async with self._session.get(url) as response:
                    return response.status == 200
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False

    async def _end(self) -> None:
        process = self._process
        self._process = None
        if process is None:
            return
        for sign, limit in ((signal.SIGTERM, STOP_LIMIT), (signal.SIGKILL, STOP_LIMIT)):
            if process.returncode is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(process.wait()), limit)
        self._pid_file.unlink(missing_ok=True)


def end_orphan(pid_file: Path) -> bool:
    """End the process that the file names, if it is still the one that was started then.

    Returns whether one was ended. A process id that has been given to another program since
    (its start time differs) is left alone.
    """
    try:
        kept = json.loads(pid_file.read_text("utf-8"))
        pid, born = int(kept["pid"]), str(kept["born"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    ended = False
    if _born(pid) == born:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
            ended = True
        for _ in range(100):
            if _born(pid) != born:
                break
            time.sleep(0.02)
    pid_file.unlink(missing_ok=True)
    return ended


def _write_pid(pid_file: Path, pid: int) -> None:
    pid_file.write_text(json.dumps({"pid": pid, "born": _born(pid)}), "utf-8")


def _born(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None if it is gone or only a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if stat[0] == "Z" else stat[19]


def _die_with_parent() -> None:
    """In the child: be killed when the parent dies, however it dies (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
