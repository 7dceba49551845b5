"""What tired thumbs write instead of an answer, and that no form takes it for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from actions.case_answers import Count
from actions.content import Text
from actions.fields import Given
from tests.actions.talk import House, Talk, open_house

NO_TURN = cast(Any, None)


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with open_house(database_url) as opened:
        yield opened


@pytest.mark.parametrize(
    "answer", ["13912345678", "139000001", "我要入会", "怎么填", "1391234567a"]
)
async def test_a_number_or_a_wish_is_no_place_of_work(house: House, answer: str) -> None:
    """The question stays the same, and nobody is asked in which city a phone number lies."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    heard = await talk.says(answer)
    assert "没认出地方" in heard
    assert "属于哪个市" not in heard


@pytest.mark.parametrize("word", ["返回", "后退", "返回上一步", "退回去", "上一步。", "back"])
async def test_the_word_for_back_is_never_an_answer(house: House, word: str) -> None:
    """It goes to the question before; at the first there is nothing but to leave."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    assert "哪一行" in await talk.says(word)
    assert "先不办了" in await talk.says(word)


async def test_back_leads_to_what_was_asked_and_not_to_what_the_first_sentence_said(
    house: House,
) -> None:
    """At the first question there is nothing before it, however much was said at once."""
    talk = Talk(house)
    await talk.says("我是送外卖的，在威海经区，想入会")
    assert "手机" in talk.heard
    assert "先不办了" in await talk.says("返回")


async def test_back_at_the_summary_asks_the_last_question_again(house: House) -> None:
    talk = Talk(house)
    await talk.says("我叫李雷，是送外卖的，在威海经区，手机13900000077，想入会")
    await talk.presses("同意")
    assert "确认提交" in talk.heard
    assert "同意吗" in await talk.says("返回")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9R4T6B", None),
        ("YC-9R4T6B 315947", None),
        ("13912345678", None),
        ("3", 3),
        ("３个人", 3),
        ("四口人", 4),
        ("大概12个吧", 12),
        ("2 people", 2),
        ("一家四口", 4),
        ("就我自己", 1),
        ("just me", 1),
        ("我们俩", 2),
        ("不是一万二 是一万三千五", None),
        ("两个月吧 一共一万二", None),
        ("3 months", None),
        ("没合同", None),
    ],
)
def test_only_a_figure_that_counts_people_counts(text: str, number: int | None) -> None:
    assert Count(slot="people").read(Given(Text(text=text)), NO_TURN).value == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("俩月", 2), ("3 months", 3), ("三个", 3), ("12人", None), ("200块", None), ("200", None)],
)
def test_only_a_figure_that_counts_months_counts(text: str, number: int | None) -> None:
    assert Count(slot="months").read(Given(Text(text=text)), NO_TURN).value == number


@pytest.mark.parametrize(
    ("word", "then"), [("确定", "哪一行"), ("好的", "哪一行"), ("不要", "情况")]
)
async def test_which_form_comes_first_is_answered_with_yes_or_no_too(
    house: House, word: str, then: str
) -> None:
    """A plain yes loses nothing: the open form is kept."""
    talk = Talk(house)
    await talk.says("申请困难帮扶")
    await talk.says("我要入会")
    assert "先办新的" in talk.heard
    assert then in await talk.says(word)
