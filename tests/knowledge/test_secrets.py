"""Keys: what is sealed opens with its key only, and a master key can be changed."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.database import Database
from knowledge.secrets import Keyring, SecretsError, seal, unseal

KEY = b"\x05" * 32


def test_what_is_sealed_opens_with_its_key_and_for_its_purpose_only() -> None:
    """Another key, another purpose or a changed byte: no."""
    sealed = seal(KEY, b"secret", "message")
    assert unseal(KEY, sealed, "message") == b"secret"
    for key, value, purpose in (
        (b"\x06" * 32, sealed, "message"),
        (KEY, sealed, "profile"),
        (KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), "message"),
    ):
        with pytest.raises(SecretsError):
            unseal(key, value, purpose)
    assert seal(KEY, b"secret") != seal(KEY, b"secret")


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """Mode 0600; the second start reads the same keys."""
    path = tmp_path / "keys"
    made = Keyring.at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.at(path) == made
    assert Keyring.parse(made.dump()) == made


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "no master key"), ("a:xyz", "hexadecimal"), ("a:00ff", "2 bytes")],
)
def test_a_bad_key_is_told_in_plain_words(text: str, word: str) -> None:
    """Which key and what is wrong with it."""
    with pytest.raises(SecretsError, match=word):
        Keyring.parse(text)


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """With what to do about it."""
    path = tmp_path / "keys"
    Keyring.at(path)
    path.chmod(0o644)
    with pytest.raises(SecretsError, match="chmod 600"):
        Keyring.at(path)


async def test_a_rotation_wraps_every_key_anew_and_the_old_master_key_can_go(
    database: Database,
) -> None:
    """What was sealed before stays readable; the blind index stays the same."""
    async with database.begin() as unit:
        person, _ = await unit.people.create()
        await unit.people.change(person, {"phone": "+8613900000001"}, actor="rider")
    old = database.keyring
    database.keyring = old.rotated()
    database.keys.drop(person)
    async with database.begin() as unit:
        assert await unit.people.rewrap() == 1
        assert await unit.people.rewrap() == 0
    new = database.keyring
    database.keyring = replace(new, keys={new.active: new.keys[new.active]})
    database.keys.drop(person)
    async with database.begin() as unit:
        assert (await unit.people.profile(person))["phone"] == "+8613900000001"
        assert await unit.people.with_phone("+8613900000001") == [person]
    database.keyring = replace(old)
    database.keys.drop(person)
    with pytest.raises(SecretsError):
        async with database.begin() as unit:
            await unit.people.profile(person)


async def test_an_erased_person_can_be_read_by_nobody(database: Database) -> None:
    """The key is gone, and with it the profile, the index and the query codes."""
    async with database.begin() as unit:
        person, _ = await unit.people.create()
        await unit.people.change(person, {"phone": "+8613900000001"}, actor="rider")
        await unit.people.issue_code(person, "YT-222222", "application", "123456")
        sealed = await unit.people.seal(person, "text")
    async with database.begin() as unit:
        await unit.people.erase(person, actor="rider")
    async with database.begin() as unit:
        assert await unit.people.with_phone("+8613900000001") == []
        assert await unit.people.shown_code("YT-222222") is None
        with pytest.raises(SecretsError):
            await unit.people.unseal(person, sealed)
