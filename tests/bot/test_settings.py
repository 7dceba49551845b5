"""Settings: read from the environment, explained in the README, refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, table, variable
from bot.trouble import Trouble

README = Path(__file__).parents[2] / "README.md"

FIXED = (
    "DATABASE_URL",
    "GONGYOU_HOST",
    "GONGYOU_PORT",
    "GONGYOU_DATA_DIR",
    "GONGYOU_KEYS",
    "GONGYOU_PUBLIC_URL",
    "GONGYOU_TRUSTED_PROXIES",
    "GONGYOU_TELEGRAM_TOKEN",
    "GONGYOU_TELEGRAM_SECRET",
    "GONGYOU_TELEGRAM_API_URL",
    "GONGYOU_NLU_URL",
    "GONGYOU_TRACE",
)


def test_the_readme_has_the_table_of_all_settings() -> None:
    """Word for word: whoever adds a setting pastes the table anew."""
    missing = [row for row in table().splitlines() if row not in README.read_text()]
    assert not missing, "paste into README.md:\n" + table()


def test_the_names_that_others_build_on_stay() -> None:
    """They are in operators' files."""
    assert set(FIXED) <= {variable(name) for name in Settings.model_fields}


def test_everything_has_a_default_for_one_machine() -> None:
    """`make run` asks nothing."""
    settings = Settings.load()
    assert settings.embedded
    assert settings.with_demo
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.data_dir == Path("var")


def test_a_unions_own_database_brings_no_invented_persons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unless somebody asks for them."""
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@db/union")
    settings = Settings.load()
    assert not settings.with_demo
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://u:p@db/union"
    monkeypatch.setenv("GONGYOU_DEMO", "1")
    assert Settings.load().with_demo


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "mysql://db/union", "must begin with postgresql://"),
        ("GONGYOU_PORT", "eighty", "integer"),
        ("GONGYOU_PORT", "70000", "less than or equal to 65535"),
        ("GONGYOU_PUBLIC_URL", "example.org", "begins with http"),
        ("GONGYOU_TRUSTED_PROXIES", "10.0.0.0/99", "does not appear to be"),
        ("GONGYOU_TELEGRAM_SECRET", "not allowed!", "letters, digits"),
        ("GONGYOU_MESSAGES_PER_MINUTE", "-1", "greater than or equal to 0"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    """Which one, why, and what to do."""
    monkeypatch.setenv(name, value)
    with pytest.raises(Trouble, match=says) as caught:
        Settings.load()
    assert name in str(caught.value)
    assert "correct it and start again" in str(caught.value)


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in an error nor when settings are printed."""
    monkeypatch.setenv("DATABASE_URL", "mysql://u:geheim@db/union")
    with pytest.raises(Trouble) as caught:
        Settings.load()
    assert "geheim" not in str(caught.value)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("GONGYOU_TELEGRAM_TOKEN", "1:geheim")
    assert "geheim" not in repr(Settings.load())


def test_proxies_are_networks_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single address is a network of one."""
    monkeypatch.setenv("GONGYOU_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1")
    assert [str(one) for one in Settings.load().proxies] == ["10.0.0.0/8", "192.0.2.1/32"]
