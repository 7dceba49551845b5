"""The embedded PostgreSQL: real servers, really killed."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from knowledge import child
from knowledge.postgres import NOT_DURABLE, AlreadyRunning, EmbeddedPostgres, PostgresTrouble, find
from knowledge.postgres_processes import left_over

ROOT = Path(__file__).parents[2]

#: A house in a process of its own: says its address, and lives until it is killed.
PARENT = """
import asyncio, signal, sys
from pathlib import Path
from knowledge.postgres import EmbeddedPostgres

async def main():
    async with EmbeddedPostgres(Path(sys.argv[1])) as server:
        print(server.url, flush=True)
        await asyncio.sleep(600)

# Tests that run in the background inherit an ignored SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
asyncio.run(main())
"""


def parent(folder: Path, user: str | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PARENT, str(folder)]
    if user is not None:
        entry = pwd.getpwnam(user)
        # The checkout may lie in a folder of root's, so the way there is left open.
        whom = f"{entry.pw_uid}:{entry.pw_gid}:dac"
        command = child.command(os.getpid(), signal.SIGTERM, command, user=whom)
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def server_on(folder: Path, **options: str) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, options={**NOT_DURABLE, **options})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


async def write(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("create table if not exists kept (word text)")
    await connection.execute("insert into kept values ('骑手')")
    await connection.close()


async def words(url: str) -> int:
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("select count(*) from kept where word = '骑手'")
    await connection.close()
    return int(found)


async def gone(data: Path, seconds: float = 15) -> bool:
    for _ in range(int(seconds * 20)):
        if not left_over(data):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_it_starts_on_an_empty_folder_and_keeps_what_was_written(folder: Path) -> None:
    """A second start finds the data of the first."""
    async with server_on(folder) as server:
        await write(server.url)
    assert not left_over(folder / "data")
    async with server_on(folder) as server:
        assert await words(server.url) == 1


async def test_another_process_finds_it_while_it_runs_and_no_longer(folder: Path) -> None:
    """The address lies in the folder, and only counts while the owner lives."""
    assert find(folder) is None
    async with server_on(folder) as server:
        found = find(folder)
        assert found == server.url
        await write(found)
    assert find(folder) is None


async def test_a_second_owner_is_refused(folder: Path) -> None:
    """Two servers on one folder would destroy it; the first one stays where it can be found."""
    async with server_on(folder) as first:
        with pytest.raises(AlreadyRunning, match="another gongyou"):
            await server_on(folder).start()
        assert find(folder) == first.url


async def test_after_kill_9_of_the_parent_nothing_is_left_and_the_next_start_works(
    folder: Path,
) -> None:
    """The server ends by itself when its parent is gone, whatever killed it."""
    first = parent(folder)
    assert first.stdout is not None
    url = (await asyncio.to_thread(first.stdout.readline)).strip()
    await write(url)
    first.kill()
    first.wait()
    assert find(folder) is None
    async with server_on(folder) as server:
        assert server.url == url
        assert await words(url) == 1
    assert await gone(folder / "data")


async def test_a_server_that_was_killed_comes_back_at_the_same_address(folder: Path) -> None:
    """What was committed survives kill -9 of every one of its processes."""
    async with server_on(folder) as server:
        await write(server.url)
        for pid in left_over(folder / "data"):
            os.kill(pid, signal.SIGKILL)
        for _ in range(200):
            if server.restarts:
                break
            await asyncio.sleep(0.05)
        assert server.restarts == 1
        assert await words(server.url) == 1


async def test_an_orphan_of_an_earlier_run_is_ended_first(folder: Path) -> None:
    """Whatever holds the data but is nobody's child any more is stopped, not trusted."""
    first = server_on(folder)
    await first.start()
    await write(first.url)
    assert first._watch is not None
    assert first._lock is not None
    first._watch.cancel()
    os.close(first._lock)
    orphan = first.pid
    async with server_on(folder) as second:
        assert second.pid != orphan
        assert await words(second.url) == 1


async def test_a_stale_lock_that_names_a_living_pid_is_no_hindrance(folder: Path) -> None:
    """Pids are used again; PostgreSQL alone would refuse to start."""
    async with server_on(folder):
        pass
    (folder / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{folder}\n1\n5432\n")
    async with server_on(folder) as server:
        await write(server.url)


async def test_a_start_that_was_killed_half_way_is_begun_anew(folder: Path) -> None:
    """Half-made files are never taken for a database."""
    half = folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    async with server_on(folder) as server:
        await write(server.url)


async def test_a_recovery_of_more_than_ten_seconds_is_waited_for(folder: Path) -> None:
    """The operator hears what takes so long, and then it works."""
    async with server_on(folder) as server:
        await write(server.url)
    (folder / "data" / "recovery.signal").touch()
    shutil.chown(folder / "data" / "recovery.signal", (folder / "data").owner())
    said: list[str] = []
    slow = EmbeddedPostgres(folder, options={"restore_command": "sleep 6; false"}, say=said.append)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with slow as server:
        assert loop.time() - began > 10
        assert await words(server.url) == 1
    assert any("recovering" in line for line in said)


async def test_a_folder_with_a_very_long_name_works(tmp_path: Path) -> None:
    """A socket's path is short by law (107 bytes); a folder's needn't be."""
    async with server_on(tmp_path / ("深" * 40) / "postgres") as server:
        await write(server.url)


async def test_data_of_another_release_are_not_touched(folder: Path) -> None:
    """The sentence names both releases."""
    async with server_on(folder):
        pass
    (folder / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresTrouble, match=r"by PostgreSQL 16, and \d+ is installed"):
        await server_on(folder).start()
    assert find(folder) is None


async def test_a_full_disk_is_told_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(100, 100, 0))
    with pytest.raises(PostgresTrouble, match=r"disk .* is full .* free at least"):
        await server_on(folder).start()


async def test_the_password_is_needed_and_for_nobody_elses_eyes(folder: Path) -> None:
    """Somebody else on the machine may reach the socket, and gets no further."""
    async with server_on(folder) as server:
        for name in ("password", "address.json"):
            assert (folder / name).stat().st_mode & 0o777 == 0o600
        wrong = server.url.replace(server._files.password, "guessed")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)


async def test_the_servers_log_never_quotes_a_statement(folder: Path) -> None:
    """What riders write is in statements."""
    async with server_on(folder) as server:
        connection = await asyncpg.connect(server.url)
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute("insert into nowhere values ('我想不开')")
        await connection.execute("create table one (word text unique)")
        await connection.execute("insert into one values ('13900000001')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("insert into one values ($1)", "13900000001")
        await connection.close()
    written = (folder / "log").read_text()
    assert "想不开" not in written
    assert "13900000001" not in written


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@needs_root
async def test_root_runs_it_as_somebody_else_without_opening_its_folders(tmp_path: Path) -> None:
    """PostgreSQL refuses root; root's closed folders stay closed."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    async with server_on(closed / "postgres") as server:
        await write(server.url)
        (owner,) = {Path(f"/proc/{pid}").stat().st_uid for pid in left_over(server.data)}
        assert owner != 0
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="gongyou-test-"))
    shutil.chown(made, "nobody")
    yield made
    shutil.rmtree(made)


@needs_root
async def test_an_ordinary_user_runs_it_as_themselves(nobodys_folder: Path) -> None:
    """No root is needed."""
    first = parent(nobodys_folder / "postgres", user="nobody")
    assert first.stdout is not None
    try:
        url = (await asyncio.to_thread(first.stdout.readline)).strip()
        assert url.startswith("postgresql://")
        await write(url)
    finally:
        first.send_signal(signal.SIGINT)
        first.wait()
    assert await gone(nobodys_folder / "postgres" / "data")
