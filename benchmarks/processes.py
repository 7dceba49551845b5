"""Processes under measurement: started, waited for, ended, and their memory."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from knowledge import child

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
"""What is made once and used again: trained models, kept vectors."""

STOP_SECONDS = 15.0


class NotReady(RuntimeError):
    """A process under measurement didn't come up; the message says where its log is."""


class Running:
    """One process of ours, in a group of its own, with its output in a file."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name, self.log, self._process = name, log, process

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path
    ) -> Running:
        """Start it in `folder`, where its log `NAME.log` goes, too. It ends when we do."""
        log = folder / f"{name.replace(' ', '-')}.log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *child.command(os.getpid(), signal.SIGTERM, list(command)),
                cwd=folder,
                env=dict(env),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        return self._process.pid

    def must_live(self) -> None:
        """Raise NotReady if it has ended: what is measured then is something else."""
        if self._process.returncode is not None:
            raise NotReady(f"{self.name} ended with {self._process.returncode}; see {self.log}")

    async def until(self, ready: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Wait until it is ready.

        Raises:
            NotReady: it ended first, or took longer.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not await ready():
            self.must_live()
            if loop.time() > deadline:
                raise NotReady(f"{self.name} was not ready after {seconds:.0f} s; see {self.log}")
            await asyncio.sleep(0.25)

    def says(self, words: str) -> Callable[[], Awaitable[bool]]:
        """Whether it has written these words yet, to be asked again and again."""

        async def said() -> bool:
            return words in self.log.read_text("utf-8", errors="replace")

        return said

    async def done(self) -> int:
        """Its exit code, once it has ended by itself."""
        return await self._process.wait()

    async def stop(self) -> None:
        """End it, and what it began."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self._process.returncode is not None:
                return
            with suppress(ProcessLookupError):
                os.killpg(self.pid, sign)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)


async def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session,
            session.get(url) as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


@dataclass(frozen=True)
class Memory:
    """Of some processes, in MiB: `pss` shares out what they share, `rss` counts it for each."""

    processes: int
    pss: float
    rss: float


def memory_of(pid: int, *, children: bool = True) -> Memory:
    """The memory of a process and, if wished, of all that it began (Linux, smaps_rollup)."""
    pids = [pid, *(_descendants(pid) if children else ())]
    found = [sizes for one in pids if (sizes := _sizes(one)) is not None]
    return Memory(
        len(found),
        sum(sizes.get("Pss", 0) for sizes in found) / 1024,
        sum(sizes.get("Rss", 0) for sizes in found) / 1024,
    )


def cpu_of(*pids: int) -> float:
    """Seconds of processor that these processes and all that they began have used so far."""
    ticks = sum(_ticks(one) for pid in dict.fromkeys(pids) for one in (pid, *_descendants(pid)))
    return ticks / os.sysconf("SC_CLK_TCK")


class Neighbourhood:
    """What else this machine did meanwhile: figures of a shared machine say little without it."""

    def __init__(self) -> None:
        self._began = _machine_ticks()
        self._ours = cpu_of(os.getpid())

    def told(self) -> str:
        """In a sentence, for the time since it was made."""
        busy, stolen, whole = (
            now - then for now, then in zip(_machine_ticks(), self._began, strict=True)
        )
        ours = (cpu_of(os.getpid()) - self._ours) * os.sysconf("SC_CLK_TCK")
        others = 100 * max(0.0, busy - ours) / max(whole, 1)
        return (
            f"Meanwhile {others:.0f} % of the cores' time went to other programs and "
            f"{100 * stolen / max(whole, 1):.0f} % to other machines."
        )


def _machine_ticks() -> tuple[int, int, int]:
    """Busy, stolen, and all ticks of all cores since the start (proc_stat(5))."""
    user, nice, system, idle, wait, irq, soft, stolen, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    busy = user + nice + system + irq + soft
    return busy, stolen, busy + idle + wait + stolen


def _ticks(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    # utime, stime and those of ended children (proc_pid_stat(5))
    return sum(map(int, stat[11:15]))


def _sizes(pid: int) -> dict[str, int] | None:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return None
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
    return found
