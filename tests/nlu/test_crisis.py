"""The rules for a life in danger."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from nlu import crisis
from nlu.normalise import MAX_READ, fold

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "crisis.yaml").read_text("utf-8"))


@pytest.mark.parametrize("text", CASES["danger"])
def test_a_life_in_danger_is_found(text: str) -> None:
    """In any script, spaced out, and after harmless hyperbole."""
    assert crisis.find(text) is not None


@pytest.mark.parametrize("text", CASES["none"])
def test_the_way_tired_people_talk_is_no_crisis(text: str) -> None:
    """Nor a phone that died, nor a question about death as a matter of insurance."""
    assert crisis.find(text) is None


def test_the_whole_text_is_read() -> None:
    """A wish to die at the end of a rant of ten thousand characters is found."""
    rant = "今天单子又少站长又骂人，" * 800
    assert crisis.find(rant[: MAX_READ - 20] + "我真的不想活了") is not None


def test_one_harmless_word_does_not_hide_another() -> None:
    """What is excused stands aside for what follows it."""
    assert crisis.find("没工资活不下去了，遗书都写好了") is not None


@pytest.mark.parametrize(
    "hostile", ["累死了" * 3300, "a b" * 3300, "想" * 10_000, "拿着刀" * 3300, "he is " * 1600]
)
def test_hostile_text_costs_little(hostile: str) -> None:
    """Time grows with the length and nothing else."""
    crisis.find("你好")
    began = time.process_time()
    crisis.find(hostile)
    assert time.process_time() - began < 0.25


@pytest.mark.parametrize(
    "text", ["我撑不下去了", "真的绝望", "活着太累", "i can't take it anymore"]
)
def test_despair_leans_towards_a_crisis(text: str) -> None:
    """It is no verdict, but makes the model's be heard earlier."""
    assert crisis.leans(fold(text))
