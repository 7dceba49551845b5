"""The master key is changed by a command, and everything stays readable."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.database import Database
from knowledge.secrets import Keyring


def _run(*command: str) -> str:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_rotation_by_command_wraps_every_key_anew(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two keys in the file afterwards, the new one seals, and a person can still be read."""
    import asyncio

    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path))
    before = Keyring.at(tmp_path / "keys")

    async def write() -> None:
        database = Database(database_url, before)
        async with database.begin() as unit:
            person, _ = await unit.people.create()
            await unit.people.change(person, {"phone": "+8613900000001"}, actor="rider")
        await database.close()

    async def read(keyring: Keyring) -> list[str]:
        database = Database(database_url, keyring)
        async with database.begin() as unit:
            persons = await unit.people.with_phone("+8613900000001")
            found = [(await unit.people.profile(person))["phone"] for person in persons]
        await database.close()
        return found

    asyncio.run(write())
    assert "1 persons" in _run("keys", "rotate")
    after = Keyring.at(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
    assert after.active not in before.keys
    assert set(before.keys) < set(after.keys)
    only_new = Keyring({after.active: after.keys[after.active]}, after.active, after.index_key)
    assert asyncio.run(read(only_new)) == ["+8613900000001"]
    assert "0 persons" in _run("keys", "wrap")


def test_keys_from_the_environment_are_changed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence says what to do."""
    monkeypatch.setenv("GONGYOU_KEYS", f"k1:{'00' * 32}")
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(app, ["keys", "rotate"])
    assert result.exit_code == 1
    assert "gongyou keys wrap" in result.output
