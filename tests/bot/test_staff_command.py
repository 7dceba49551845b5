"""`gongyou staff`: an account from the command line, and what the list says of it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app import House
from bot.cli import app
from bot.settings import Settings
from knowledge.clock import MovableClock
from tests.actions.talk import KEYS, START, ByRule


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, database_url: str) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GONGYOU_KEYS", f"test:{'01' * 32}")
    monkeypatch.setenv("GONGYOU_PUBLIC_URL", "https://chat.example")
    return CliRunner()


def run(command: CliRunner, *words: str, code: int = 0) -> str:
    result = command.invoke(app, ["staff", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_an_account_is_made_changed_and_ended(command: CliRunner) -> None:
    """The link stands in a line of its own; mistakes are one plain sentence."""
    link = r"^https://chat\.example/console/invitation/[\w-]{43}$"
    first = run(command, "add", "王师傅", "--role", "administrator")
    assert re.search(link, first, re.MULTILINE)
    assert re.search(link, run(command, "invite", "王师傅"), re.MULTILINE)
    run(command, "on", "王师傅")
    assert "王师傅  on duty  administrator  everywhere  login 王师傅  invited" in run(
        command, "list"
    )
    assert "lead" in run(command, "role", "王师傅", "lead")
    run(command, "disable", "王师傅")
    assert "王师傅  off duty  lead  everywhere  login 王师傅  disabled" in run(command, "list")
    assert "Enable it first" in run(command, "invite", "王师傅", code=1)
    run(command, "enable", "王师傅")
    assert "already" in run(command, "add", "王师傅", code=1)
    assert "no such role" in run(command, "add", "别人", "--role", "root", code=1)
    refused = run(command, "add", "别人", "--region", "atlantis", code=1)
    assert "no region atlantis" in refused
    assert ".." not in refused
    assert "staff list" in run(command, "role", "nobody", "lead", code=1)


def test_duty_needs_no_account(command: CliRunner) -> None:
    """As it was before there were any."""
    assert "nobody yet" in run(command, "list")
    run(command, "on", "李姐")
    assert run(command, "list") == "李姐  on duty\n"


async def told_by_a_house(url: str, port: int) -> House:
    """A house that answers at any free port."""
    defaults = {
        one: field.get_default(call_default_factory=True)
        for one, field in Settings.model_fields.items()
    }
    settings = Settings.model_construct(**defaults | {"host": "127.0.0.1", "port": port})
    clock = MovableClock(START)
    return House(settings, url, KEYS, ByRule(clock), clock=clock, name="test")


async def test_the_link_leads_to_the_house_that_runs(
    command: CliRunner, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """Whatever port it was given; when it has gone, to where one would be by the settings."""
    monkeypatch.delenv("GONGYOU_PUBLIC_URL")
    first = await asyncio.to_thread(run, command, "add", "王师傅")
    assert "http://127.0.0.1:8080/console/invitation/" in first
    house = await told_by_a_house(database_url, 0)
    await house.start("web")
    try:
        assert house.port not in (0, 8080)
        again = await asyncio.to_thread(run, command, "invite", "王师傅")
    finally:
        await house.stop()
    assert f"http://127.0.0.1:{house.port}/console/invitation/" in again
    gone = await asyncio.to_thread(run, command, "invite", "王师傅")
    assert "http://127.0.0.1:8080/console/invitation/" in gone


def test_the_readmes_first_account_is_made_by_its_words(command: CliRunner) -> None:
    """Whoever copies the line gets the link, not the help."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^gongyou staff (add \S+ --role \S+)\s+#", readme, re.MULTILINE)
    assert "(administrator) sets a password here" in run(command, *line.split())
