"""The texts: the same keys in every language, and each as its language writes."""

from __future__ import annotations

import re
import string
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from actions.content import Button, Card, Picture, Reply
from bot.refused import CONSOLE_TEXTS
from bot.wording import TextError, Texts, spoken, traditional
from knowledge.clock import CHINA

TEXTS = Texts()
CONSOLE = Texts(CONSOLE_TEXTS)
both = pytest.mark.parametrize("texts", [TEXTS, CONSOLE], ids=["riders", "console"])
ROOMS = [Path(__file__).parents[2] / room for room in ("actions", "bot")]


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@both
def test_every_language_has_the_same_keys_and_values(texts: Texts) -> None:
    """English is complete, and no text asks for a value that the other doesn't get."""
    zh, en = texts.languages["zh"], texts.languages["en"]
    assert sorted(zh) == sorted(en)
    differing = [key for key in zh if _values(zh[key]) != _values(en[key])]
    assert differing == []


@both
def test_the_languages_are_not_mixed_up(texts: Texts) -> None:
    """No Chinese in English texts."""
    han = re.compile(r"[\u4e00-\u9fff]")
    mixed = [key for key, text in texts.languages["en"].items() if han.search(text)]
    assert mixed == []


def test_every_key_that_the_code_names_is_there() -> None:
    """A missing text would be an error in front of a rider."""
    named: set[str] = set()
    for room in ROOMS:
        for file in room.rglob("*.py"):
            named |= set(
                re.findall(r'(?:say|words|_say)\(\s*"([a-z_]+(?:\.[a-z0-9_]+)+)"', file.read_text())
            )
    assert len(named) > 30
    known = {*TEXTS.languages["zh"], *CONSOLE.languages["zh"]}
    assert sorted(named - known) == []


def test_everything_that_is_refused_has_its_sentence() -> None:
    """Each `Refused("…")` is a text of the console, and each such text is used."""
    code = "".join(file.read_text() for room in ROOMS for file in room.rglob("*.py"))
    refused = {f"refused.{key}" for key in re.findall(r'(?:Refused|AtNote)\(\s*"(\w+)"', code)}
    refused |= {
        f"refused.note_{step}" for step in ("escalate", "send_down", "calm")
    }  # by the step's name
    written = {key for key in CONSOLE.languages["zh"] if key.startswith("refused.")}
    assert refused == written


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2026, 11, 24), "11月24日（周二）", "Tue 24 Nov"),
        (datetime(2026, 11, 24, 19, 5, tzinfo=CHINA), "11月24日（周二） 19:05", "Tue 24 Nov 19:05"),
        (Decimal(4940), "4,940.00", "4,940.00"),
        (["水", "座位"], "水、座位", "水, 座位"),
        (3, "3", "3"),
    ],
)
def test_values_are_written_as_the_language_does(value: object, zh: str, en: str) -> None:
    """Dates with their weekday, amounts with two places."""
    assert spoken(value, "zh") == zh
    assert spoken(value, "en") == en


def test_traditional_characters_are_made_of_simplified_ones() -> None:
    """Texts, labels and cards; ids and addresses stay."""
    reply = Reply(
        text="欢迎加入工会",
        buttons=(Button(id="r:join_union", label="加入工会", url="https://例.example/简"),),
        cards=(Card(kind="station", title="骑手驿站", lines=("饮水",)),),
        picture=Picture(number=1, address="/pictures/简", alt="饮水机"),
    )
    turned = traditional(reply)
    assert turned.text == "歡迎加入工會"
    assert turned.buttons[0].label == "加入工會"
    assert turned.buttons[0].url == "https://例.example/简"
    assert turned.cards[0].title == "騎手驛站"
    assert turned.cards[0].lines == ("飲水",)
    assert turned.picture == Picture(number=1, address="/pictures/简", alt="飲水機")


def test_a_bare_yes_as_a_key_is_told(tmp_path: Path) -> None:
    """YAML reads it as a boolean; the file and key are named instead of a riddle later."""
    folder = tmp_path / "zh"
    folder.mkdir()
    (folder / "a.yaml").write_text("field:\n  yes: 是\n")
    with pytest.raises(TextError, match="quote"):
        Texts(tmp_path)
    (folder / "a.yaml").write_text("a: {b: 一}\n")
    (folder / "b.yaml").write_text("a: {b: 二}\n")
    with pytest.raises(TextError, match="twice"):
        Texts(tmp_path)


def test_one_is_one_and_more_are_many() -> None:
    """English says "1 place", and no number gets the other's word; Chinese needs none."""
    count = CONSOLE.words("en")
    assert count("places.count", count=1) == "1 place"
    assert [count("places.count", count=n) for n in (0, 2)] == ["0 places", "2 places"]
    assert count("gate.stolen", n=1, name="dues") == 'It takes 1 question from "dues"'
    assert CONSOLE.words("zh")("places.count", count=1) == "1 个地点"
