"""Where the union's office is: asked in few ways, and told from what sounds like it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from nlu.normalise import fold
from nlu.offices import asks_for_office

DATA = Path(__file__).parents[2] / "nlu" / "rasa" / "data"


@pytest.mark.parametrize(
    "text",
    [
        "最近的工会在哪", "附近有工会吗？", "离我最近的工会", "工会办公室在哪里", "去工会怎么走",
        "烟台芝罘区总工会地址", "找工会办公室", "工会办公室几点下班", "請問附近的總工會怎麼走",
        "where is the nearest union office?", "nearest union", "Where's the union office in Yantai",
        "is there a union office near me",
    ],
)  # fmt: skip
def test_it_is_asked(text: str) -> None:
    """In Chinese, Traditional too, and English."""
    assert asks_for_office(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "货车司机的工会在哪", "我们公司的工会在哪", "离我最近的工会小屋开着没", "工会驿站在哪",
        "转工会办公室", "工会最近有什么活动", "我要加入工会在哪报名", "工会电话",
        "工会的托育点在哪", "show me union activities near me",
        "where do i sign to be with the union",
    ],
)  # fmt: skip
def test_it_is_not_asked(text: str) -> None:
    """A sector's or an employer's union, its stations, activities, a person, joining."""
    assert not asks_for_office(fold(text))


def test_nothing_that_is_taught_is_taken_for_it() -> None:
    """No sentence of any route."""
    taught = [
        (content["route"], str(sentence))
        for file in sorted(DATA.glob("*/*.yaml"))
        for content in [yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)]
        for sentence in content["sentences"]
    ]
    assert len(taught) > 1000
    assert [one for one in taught if asks_for_office(fold(one[1]))] == []
