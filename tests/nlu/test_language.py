"""Languages, scripts, and pinyin."""

from __future__ import annotations

import pytest

from nlu.language import language_of, pinyin, script_of


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        ("我要入会", "zh", "hans"),
        ("我要入會", "zh", "hant"),
        ("唔該，邊度有得叉電", "zh", "hant"),
        ("I want to join", "en", "latin"),
        ("where can I rest", "en", "latin"),
        ("hello", "en", "latin"),
        ("wo yao ruhui", "zh", "latin"),
        ("fujin nali you cesuo", "zh", "latin"),
        ("我要join工会", "zh", "hans"),
        ("my station 站长 took my money", "en", "hans"),
        ("YT-7K3Q9M", "en", "latin"),
        ("", "en", "latin"),
    ],
)
def test_language_and_script(text: str, language: str, script: str) -> None:
    """Pinyin is Chinese in Latin letters."""
    assert (language_of(text), script_of(text)) == (language, script)


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("wo yao ruhui", ["wo", "yao", "ru", "hui"]),
        ("woyaoruhui", ["wo", "yao", "ru", "hui"]),
        ("tian'anmen", ["tian", "an", "men"]),
        ("cesuo zai na", ["ce", "suo", "zai", "na"]),
        ("he can go", None),
        ("i want to join", None),
        ("how long", None),
        ("toilet", None),
        ("where can I sleep", None),
        ("hi", None),
        ("我要", None),
    ],
)
def test_pinyin(text: str, syllables: list[str] | None) -> None:
    """All letters must be used up, and common English words make none."""
    assert pinyin(text) == syllables
