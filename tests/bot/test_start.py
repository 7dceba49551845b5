"""What can go wrong when the house starts: one sentence, what to do, and an exit code."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import Settings
from bot.supervisor import ready_message
from bot.trouble import Trouble, explain
from knowledge.database import DatabaseAway
from nlu.ports import free_port

ROOT = Path(__file__).parents[2]


def gongyou(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as it is started from a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "GONGYOU_DATA_DIR": str(data), **settings},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def here(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same command in this process: a new one needs two seconds before it looks at anything."""
    result = CliRunner().invoke(app, arguments, env={"GONGYOU_DATA_DIR": str(data), **settings})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("gongyou: ")]
    return line


def test_a_port_in_use_is_told_before_anything_else_is_begun(tmp_path: Path) -> None:
    """No database is made for a house that can't open its door."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = told(gongyou("run", data=tmp_path, GONGYOU_PORT=port))
    assert f"Port {port} is in use" in line
    assert "GONGYOU_PORT" in line
    assert not (tmp_path / "postgres").exists()


def test_a_port_of_a_stranger_is_not_shared(tmp_path: Path) -> None:
    """Only who shares it, too, may have it with us."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = told(gongyou("run", data=tmp_path, GONGYOU_PORT=port, GONGYOU_SHARE_PORT="1"))
    assert f"Port {port} is in use" in line


def test_an_address_that_is_not_ours_is_told(tmp_path: Path) -> None:
    """192.0.2.1 is nobody's (RFC 5737)."""
    line = told(gongyou("run", data=tmp_path, GONGYOU_HOST="192.0.2.1"))
    assert "192.0.2.1 is not one of this machine's" in line
    assert "GONGYOU_HOST" in line


def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    """Nothing embedded is started instead."""
    line = told(here("migrate", data=tmp_path, DATABASE_URL="postgresql://u:geheim@127.0.0.1:1/x"))
    assert "database doesn't answer" in line
    assert "check DATABASE_URL" in line
    assert "geheim" not in line
    assert not (tmp_path / "postgres").exists()


def test_a_key_file_that_others_may_read_is_told(tmp_path: Path) -> None:
    """With the command that puts it right."""
    (tmp_path / "keys").write_text(f"first:{'0' * 64}\n")
    (tmp_path / "keys").chmod(0o644)
    line = told(here("migrate", data=tmp_path))
    assert "chmod 600" in line


def test_a_key_file_with_nothing_usable_is_told(tmp_path: Path) -> None:
    """And no new key is made over it: the old one may be in a backup."""
    (tmp_path / "keys").write_text("first:nonsense\n")
    (tmp_path / "keys").chmod(0o600)
    assert "hexadecimal" in told(here("migrate", data=tmp_path))
    assert (tmp_path / "keys").read_text() == "first:nonsense\n"


def test_a_setting_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """As by every command."""
    assert "GONGYOU_PORT" in told(here("doctor", data=tmp_path, GONGYOU_PORT="eighty"))


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """For example below a file."""
    (tmp_path / "file").touch()
    line = told(here("migrate", data=tmp_path / "file" / "var"))
    assert "GONGYOU_DATA_DIR" in line


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (DatabaseAway("refused"), "check DATABASE_URL"),
        (Trouble("As it stands."), "As it stands."),
        (ExceptionGroup("two", [ValueError("x"), Trouble("In a group.")]), "In a group."),
    ],
)
def test_an_error_has_its_sentence_wherever_it_is_wrapped(error: Exception, says: str) -> None:
    """The cause counts, not what was made of it on the way."""
    outer = RuntimeError("outer")
    outer.__cause__ = error
    assert says in str(explain(error))
    assert says in str(explain(outer))


def test_a_mistake_of_ours_has_no_sentence() -> None:
    """It is shown with its stack, to be reported."""
    assert explain(KeyError("x")) is None


def test_the_ready_message_has_the_address_and_five_things_to_try() -> None:
    """With a demonstration member's number and query code."""
    text = ready_message(Settings.load(), 8123)
    assert "http://127.0.0.1:8123" in text
    assert "YT-7K3Q9M 482913" in text
    assert "GONGYOU_TELEGRAM_TOKEN" in text
    assert sum(line.startswith("    ") for line in text.splitlines()) == 5


def test_invented_members_are_not_offered_where_there_are_none() -> None:
    """A union's own database has none of them."""
    text = ready_message(Settings.load(database_url="postgresql://u:p@db/union"), 8123)
    assert "YT-7K3Q9M" not in text


def test_the_doctor_finds_nothing_wrong_on_a_fresh_machine_and_makes_nothing(
    tmp_path: Path,
) -> None:
    """What isn't there yet is a note, not a fault."""
    data = tmp_path / "var"
    done = gongyou("doctor", data=data, GONGYOU_PORT=str(free_port()))
    assert done.returncode == 0, done.stdout
    assert "gongyou run" in done.stdout
    assert not data.exists()


def test_the_doctor_tells_what_is_wrong(tmp_path: Path) -> None:
    """And goes on to the next thing."""
    done = here(
        "doctor",
        data=tmp_path,
        DATABASE_URL="postgresql://u:geheim@127.0.0.1:1/x",
        GONGYOU_NLU_URL="http://127.0.0.1:1",
        GONGYOU_TELEGRAM_TOKEN="1:geheim",
        GONGYOU_TELEGRAM_API_URL="http://127.0.0.1:1",
    )
    assert done.returncode == 1
    wrong = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert wrong == ["database:", "Rasa:", "Telegram:"]
    assert "geheim" not in done.stdout + done.stderr
