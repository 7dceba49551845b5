"""What tired thumbs write instead of an answer, and that no form takes it for one."""

from __future__ import annotations

from typing import Any, cast

import pytest

from actions.case_answers import Count, only_wishes, tells
from actions.content import Text
from actions.fields import Given
from actions.identity import Name
from tests.actions.talk import House, Talk

NO_TURN = cast(Any, None)


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
    """It goes to the question before; at the first nothing is lost, and it is said how to leave."""
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    assert "哪一行" in await talk.says(word)
    assert "不办了" in await talk.says(word)
    assert "哪一行" in talk.heard


async def test_back_leads_to_what_was_asked_and_not_to_what_the_first_sentence_said(
    house: House,
) -> None:
    """At the first question there is nothing before it, however much was said at once."""
    talk = Talk(house)
    await talk.says("我是送外卖的，在威海经区，想入会")
    assert "手机" in talk.heard
    assert "第一个问题" in await talk.says("返回")
    assert "手机" in talk.heard


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
    assert Count(slot="months", most=60).read(Given(Text(text=text)), NO_TURN).value == number


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


@pytest.mark.parametrize(
    "wish", ["我要申请困难帮扶", "你好，我想申请一下工会的困难帮扶", "我需要帮助"]
)
async def test_a_wish_said_again_is_no_account_of_what_is_the_matter(
    house: House, wish: str
) -> None:
    """Neither as the first line nor as an answer: it is asked for kindly."""
    talk = Talk(house)
    await talk.says("我要申请困难帮扶，谢谢工会")
    assert "什么情况" in talk.heard
    heard = await talk.says(wish)
    assert "再说说具体情况" in heard
    assert "什么情况" in heard
    assert "几口人" in await talk.says("我妈住院三个月，家里没收入")


async def test_what_somebody_has_done_is_no_name_of_a_firm_and_is_kept(house: House) -> None:
    """Asked for the name once more; what was told is in its place, and the months as well."""
    talk = Talk(house)
    await talk.says("欠薪，我要讨薪")
    assert "哪家公司" in talk.heard
    heard = await talk.says("站长欠我工资三个月")
    assert "先写个名字就行" in heard
    assert "哪家公司" in heard
    heard = await talk.says("顺达配送")
    assert "发生了什么" not in heard
    assert "几个月" not in heard
    assert "多少钱" in heard
    assert "先写个名字" not in heard


@pytest.mark.parametrize("words", ["不对，等一下", "no wait", "谢谢，稍等"])
async def test_who_stops_to_think_has_told_nothing(house: House, words: str) -> None:
    """The question stays."""
    talk = Talk(house)
    await talk.says("欠薪，我要讨薪")
    await talk.says("顺达配送")
    assert "发生了什么" in talk.heard
    heard = await talk.says(words)
    assert "发生了什么" in heard or "What happened" in heard


async def test_who_insists_has_it_as_they_say(house: House) -> None:
    """A firm may be called like a sentence: it is asked about once."""
    talk = Talk(house)
    await talk.says("老板拖欠我三个月工资一直不给发")
    assert "先写个名字就行" in await talk.says("工资到账网络")
    assert "多少钱" in await talk.says("工资到账网络")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("站长欠我工资三个月", True),
        ("老板不给发钱", True),
        ("my boss owes me two months", True),
        ("顺达配送", False),
        ("烟台顺达配送有限公司", False),
        ("站长叫王强", False),
        ("Shunda delivery", False),
        ("PayPal", False),
    ],
)
def test_what_is_told_and_what_is_named(text: str, told: bool) -> None:
    assert tells(text) is told


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("I want to apply for hardship aid", True),
        ("困难", True),
        ("家里困难", False),
        ("路灯坏了", False),
        ("工作日晚上", False),
        ("I want to apply for hardship aid, my mother is in hospital", False),
    ],
)
def test_what_only_wishes(text: str, only: bool) -> None:
    assert only_wishes(text) is only


async def test_taking_back_a_button_of_any_form(house: House) -> None:
    """Where one of a few was chosen, and something else is asked now."""
    talk = Talk(house)
    await talk.says("我想预约心理咨询")
    await talk.presses("当面")
    assert "什么时候" in talk.heard
    heard = await talk.says("不对，第一个")
    assert "改好了" in heard
    assert "什么时候" in heard
    async with house.database.begin() as unit:
        found = await unit.conversations.get(talk.number)
        assert found is not None
        assert found.state is not None
        state = await unit.people.unseal(found.person, found.state, "state")
    assert state["forms"][0]["answers"]["q.way"] == "online"


@pytest.mark.parametrize("text", ["第一个", "the first", "第2个"])
def test_a_place_in_a_list_is_no_name(text: str) -> None:
    assert Name().read(Given(Text(text=text)), NO_TURN).certainty == "no"


async def test_no_alone_takes_nothing_back(house: House) -> None:
    """Nor does what points past the end, or at what is chosen already."""
    talk = Talk(house)
    await talk.says("我想预约心理咨询")
    await talk.presses("当面")
    for words in ("不对，第二个", "不对，第九个"):
        heard = await talk.says(words)
        assert "改好了" not in heard
