"""What was handed in is to be changed or taken back: in words, by the office."""

from __future__ import annotations

import pytest

from bot.amending import amends
from tests.actions.talk import House, Talk
from tests.actions.test_cases import disputed


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("撤回申请", True), ("撤回刚才的反映", True), ("取消预约", True), ("不约了", True),
        ("把这个申请撤了吧", True), ("时间改成周四", True), ("换到周四行吗", True),
        ("金额改成一万五", True), ("手机号也换成13900005556", True), ("我名字写错了，是王武", True),
        ("他们把钱发了，不用办了", True), ("can i change it to friday", True),
        ("cancel my booking", True), ("cancel", False), ("算了", False), ("取消课程", False),
        ("改天再说", False),
        ("时间是几点", False), ("老板还没发钱", False), ("怎么撤回", False), ("换一个驿站", False),
        ("名字叫什么来着", False), ("change my course", False),
    ],
)  # fmt: skip
def test_these_are_about_what_was_handed_in(text: str, same: bool) -> None:
    assert amends(text) is same


async def test_the_words_stand_with_the_case_and_nothing_is_changed_by_itself(house: House) -> None:
    """Staff decide; the rider is told so, and hears of it later."""
    talk = Talk(house)
    case = await disputed(house, talk)
    heard = await talk.says("金额改成一万五")
    assert case.number in heard
    assert "由他们来办" in heard
    async with house.database.begin() as unit:
        now = await unit.cases.locked(case.number)
        last = (await unit.cases.events(case.number))[-1]
    assert now.step == case.step
    assert (last.what, last.text) == ("answered", "金额改成一万五")


async def test_without_anything_handed_in_it_is_a_line_like_others(house: House) -> None:
    talk = Talk(house)
    await talk.says("你好")
    await talk.says("金额改成一万五")
    async with house.database.begin() as unit:
        assert not await unit.rows("select 1 from case_events where what = 'answered'")
