"""Rasa as a supervised child."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlu import server as serving
from nlu.server import RasaServer, end_orphan

FAKE = """#!{python}
import json, os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
port = int(sys.argv[sys.argv.index("-p") + 1])
Path("environment.json").write_text(json.dumps(dict(os.environ)))
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if Path("hang").exists():
            time.sleep(60)
        self.send_response(200)
        self.end_headers()
    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(409 if Path("refuse").exists() else 204)
        self.end_headers()
    def log_message(self, *args):
        pass
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""
"""Takes `rasa run`'s options and answers what the supervisor asks."""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """What stands in for the 3.10 interpreter."""
    path = tmp_path / "python"
    path.write_text(FAKE.format(python=sys.executable))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


async def _until(what: object, limit: float = 20.0) -> None:
    async with asyncio.timeout(limit):
        while not what():  # type: ignore[operator]
            await asyncio.sleep(0.05)


async def test_it_starts_is_watched_and_ended(python: Path, tmp_path: Path) -> None:
    """Killed, it is started again; cancelled, nothing of it stays."""
    told: list[str] = []
    server = RasaServer(python, tmp_path / "home", lambda event, facts: told.append(event))
    running = asyncio.create_task(server.run(tmp_path / "model.tar.gz"))
    await _until(lambda: server.address)
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await _until(lambda: server.pid not in (None, first) and server.address)
    second = server.pid
    assert second is not None
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not Path(f"/proc/{second}").exists()
    assert not (tmp_path / "home" / "rasa.pid").exists()
    assert told[:4] == ["started", "ready", "ended", "started"]
    assert server.restarts == 1


async def test_it_gets_a_clean_environment(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No credentials, no settings of the house."""
    monkeypatch.setenv("DATABASE_URL", "secret")
    server = RasaServer(python, tmp_path / "home")
    running = asyncio.create_task(server.run(tmp_path / "model.tar.gz"))
    await _until(lambda: server.address)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    environment = json.loads((tmp_path / "home" / "environment.json").read_text())
    assert "secret" not in environment.values()
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"


async def test_a_hung_server_is_restarted(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives but doesn't answer."""
    monkeypatch.setattr(serving, "CHECK_EVERY", 0.1)
    monkeypatch.setattr(serving, "HUNG_AFTER", 1)
    reasons: list[object] = []
    server = RasaServer(
        python, tmp_path / "home", lambda event, facts: reasons.append(facts.get("reason"))
    )
    running = asyncio.create_task(server.run(tmp_path / "model.tar.gz"))
    await _until(lambda: server.address)
    (tmp_path / "home" / "hang").touch()
    await _until(lambda: "hung" in reasons)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_model_is_swapped_in_the_running_server(python: Path, tmp_path: Path) -> None:
    """Without a restart if the server takes it, with one if not."""
    server = RasaServer(python, tmp_path / "home")
    assert not await server.swap(tmp_path / "other.tar.gz")
    running = asyncio.create_task(server.run(tmp_path / "model.tar.gz"))
    await _until(lambda: server.address)
    pid = server.pid
    assert await server.swap(tmp_path / "other.tar.gz")
    assert (server.pid, server.address is not None) == (pid, True)
    (tmp_path / "home" / "refuse").touch()
    assert not await server.swap(tmp_path / "third.tar.gz")
    await _until(lambda: server.pid not in (None, pid) and server.address)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_an_orphan_is_ended(tmp_path: Path) -> None:
    """One that an earlier, killed parent left behind."""
    orphan = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    pid_file = tmp_path / "rasa.pid"
    born = Path(f"/proc/{orphan.pid}/stat").read_text().rpartition(")")[2].split()[19]
    pid_file.write_text(json.dumps({"pid": orphan.pid, "born": born}))
    assert end_orphan(pid_file)
    assert orphan.wait(5) == -signal.SIGKILL
    assert not pid_file.exists()


def test_another_program_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    """Process ids come round again; when it began tells them apart."""
    other = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    pid_file = tmp_path / "rasa.pid"
    pid_file.write_text(json.dumps({"pid": other.pid, "born": "1"}))
    assert not end_orphan(pid_file)
    time.sleep(0.1)
    assert other.poll() is None
    other.kill()
    other.wait()


@pytest.mark.parametrize("written", ["", "{}", "[]", "nonsense", '{"pid": "x", "born": 1}'])
def test_a_broken_pid_file_does_no_harm(tmp_path: Path, written: str) -> None:
    """Nothing is ended."""
    (tmp_path / "rasa.pid").write_text(written)
    assert not end_orphan(tmp_path / "rasa.pid")
    assert not end_orphan(tmp_path / "none.pid")
