"""`gongyou run` as a real process: started, asked, told to stop, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from bot.settings import Settings
from bot.store import database_url
from knowledge.postgres import find
from knowledge.postgres_processes import left_over
from nlu.ports import free_port

ROOT = Path(__file__).parents[2]


class Run:
    """A house of one role in a process of its own."""

    def __init__(self, data: Path, port: int, **settings: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.data = data
        self._log = (data.parent / f"run-{time.monotonic_ns()}.log").open("w+")
        # The web role alone needs no model, which would take minutes to train.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--role", "web"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "GONGYOU_DATA_DIR": str(data),
                "GONGYOU_PORT": str(port),
                "GONGYOU_DEMO": "0",
                **settings,
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    async def answers(self) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                assert self.process.poll() is None, self.said()
                try:
                    async with session.get(f"{self.url}/readyz") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError(self.said())

    async def says(self, words: str) -> None:
        """Wait for it: the page answers a moment before it is told where it is."""
        for _ in range(100):
            if words in self.said():
                return
            await asyncio.sleep(0.1)
        raise AssertionError(self.said())

    def said(self) -> str:
        self._log.flush()
        return Path(self._log.name).read_text()

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    made: list[Run] = []
    yield made
    for run in made:
        run.end()


async def no_postgres(data: Path) -> bool:
    for _ in range(300):
        if not left_over(data / "postgres" / "data"):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_several_processes_answer_at_one_port(
    tmp_path: Path, port: int, runs: list[Run], database_url: str
) -> None:
    """Where they were told to share it; when one ends, the others go on."""
    shared = {"DATABASE_URL": database_url, "GONGYOU_SHARE_PORT": "1"}
    for _ in range(2):
        runs.append(Run(tmp_path / "var", port, **shared))
        await runs[-1].says(" is ready")
    one, other = runs
    os.kill(one.process.pid, signal.SIGTERM)
    assert one.process.wait(20) == 0
    await other.answers()


async def test_ctrl_c_ends_everything_and_kill_9_leaves_nothing_behind(
    tmp_path: Path, port: int, runs: list[Run]
) -> None:
    """The next start works after the one as after the other, on the same port and data."""
    data = tmp_path / "var"
    first = Run(data, port)
    runs.append(first)
    await first.answers()
    await first.says(f"http://127.0.0.1:{port}")
    os.killpg(first.process.pid, signal.SIGINT)
    assert await asyncio.to_thread(first.process.wait, 30) == 0
    assert "stopped; nothing is lost" in first.said()
    assert not left_over(data / "postgres" / "data")

    second = Run(data, port)
    runs.append(second)
    await second.answers()
    second.process.kill()
    second.process.wait()
    assert await no_postgres(data)

    third = Run(data, port)
    runs.append(third)
    await third.answers()


async def test_whoever_shares_the_embedded_database_takes_it_over(
    tmp_path: Path, port: int, runs: list[Run]
) -> None:
    """A process that found it goes on at the same address when its owner is killed."""
    owner = Run(tmp_path / "var", port)
    runs.append(owner)
    await owner.answers()
    settings = Settings.load(data_dir=tmp_path / "var")
    async with database_url(settings) as url:
        assert url == find(settings.postgres_dir)
        owner.process.kill()
        owner.process.wait()
        for _ in range(300):
            try:
                connection = await asyncpg.connect(url)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.1)
                continue
            assert await connection.fetchval("select count(*) from alembic_version") == 1
            await connection.close()
            if find(settings.postgres_dir) == url:
                break
            await asyncio.sleep(0.1)
        assert find(settings.postgres_dir) == url
    assert find(settings.postgres_dir) is None
