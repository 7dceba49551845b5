"""Childcare centres and offices of the union: found like stations, and never mixed with them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.actions.talk import House, Talk

CHANGJIANG = (35.9619, 120.1884)
"""In Qingdao's West Coast: a station, a childcare centre and an office within a kilometre."""

ZHIFU = (37.5391, 121.3921)
"""Yantai: an office near, childcare only in Qingdao, far away."""


@pytest.fixture
def talk(house: House) -> Talk:
    return Talk(house)


async def test_childcare_is_found_with_whom_it_takes(talk: Talk) -> None:
    """The nearest first, with ages, what it offers, a note on the price, and a way to staff."""
    heard = await talk.says("找托育")
    assert heard[-1].ask == "location"
    heard = await talk.shares(*CHANGJIANG)
    assert talk.route == "find_childcare"
    assert heard.replies[0].text.startswith("离您最近的托育园：")
    card = heard.cards[0]
    assert card.title == "长江路楼宇托育园（示范）"
    assert "提供 楼宇园区办的嵌入式托育，日托" in card.lines
    assert "收 6个月到3岁的孩子" in card.lines
    assert "价格 由托育园确认" in card.lines
    assert "谁都能进" in card.lines
    assert "演示数据" in heard
    assert "转给工作人员" in heard.labels
    assert all("驿站" not in one.title for one in heard.cards)


async def test_what_only_staff_may_use_says_so(talk: Talk) -> None:
    """Beside it the ones for everybody, further away."""
    await talk.says("找托育")
    heard = await talk.says("李村")
    assert "看清楚" in heard
    assert "只对京口路示范企业员工开放" in heard


async def test_without_any_near_the_nearest_is_shown_all_the_same(talk: Talk) -> None:
    """With how far it is."""
    await talk.says("找托育")
    heard = await talk.shares(*ZHIFU)
    assert "5公里内没有托育园，最近的在" in heard
    assert len(heard.cards) == 1
    assert "公里" in heard.cards[0].lines[0]


async def test_while_no_childcare_is_known_the_answer_is_the_article(
    house: House, talk: Talk
) -> None:
    """And a person is offered, as for everything that can't be done yet."""
    async with house.database.begin() as unit:
        await unit.session.execute(text("delete from stations where kind = 'childcare'"))
    heard = await talk.says("找托育")
    assert "还不能直接办" in heard
    assert "托育照看0到3岁的孩子" in heard
    assert heard[-1].ask is None
    assert "转给工作人员" in heard.labels


@pytest.mark.parametrize("line", ["最近的工会在哪", "附近有工会办公室吗", "nearest union office"])
async def test_the_nearest_office_is_found(talk: Talk, line: str) -> None:
    """With what it is for, its hours and its number."""
    await talk.says(line)
    heard = await talk.shares(*CHANGJIANG)
    assert talk.route == "find_office"
    card = heard.cards[0]
    told = "\n".join(card.lines)
    if line.startswith("n"):
        assert card.title == "West Coast union service centre (demonstration)"
        assert "For joining, hardship aid" in told
        assert "Phone 12351" in told
    else:
        assert card.title == "西海岸新区总工会职工服务中心（示范）"
        assert "能办 入会、困难帮扶、法律咨询、托育登记" in told
        assert "电话 12351" in told
        assert "工会办公点" in heard.replies[0].text


async def test_an_office_in_a_named_place(talk: Talk) -> None:
    """The district is in the sentence: nothing is asked."""
    heard = await talk.says("芝罘区的工会在哪")
    assert talk.route == "find_office"
    assert heard.cards[0].title == "烟台芝罘区总工会职工服务中心（示范）"


async def test_stations_come_without_the_others(talk: Talk) -> None:
    """At the same place only places to rest; and on the same street."""
    heard = await talk.shares(*CHANGJIANG)
    assert talk.route == "find_station"
    assert heard.cards
    assert all("托育" not in one.title and "总工会" not in one.title for one in heard.cards)
    heard = await talk.says("长江中路哪里有驿站")
    assert all("托育" not in one.title and "总工会" not in one.title for one in heard.cards)


async def test_a_question_about_the_list_is_answered_from_it(talk: Talk) -> None:
    """ "第一个几点关门" and the card again, though stations are what is usually asked about."""
    await talk.says("找托育")
    await talk.shares(*CHANGJIANG)
    heard = await talk.says("第一个几点关门")
    assert heard.replies[0].text.startswith("长江路楼宇托育园（示范）：")
    heard = await talk.says("第一个")
    assert "收 6个月到3岁的孩子" in heard
    heard = await talk.says("附近有能充电的驿站吗")
    assert all("托育" not in one.title for one in heard.cards)
    assert heard.cards


async def test_somewhere_else_looks_for_the_same_thing(talk: Talk) -> None:
    """The button under a list of offices leads to offices."""
    await talk.says("最近的工会在哪")
    await talk.shares(*CHANGJIANG)
    heard = await talk.presses("发定位")
    assert heard[-1].ask == "location"
    heard = await talk.shares(*ZHIFU)
    assert heard.cards[0].title == "烟台芝罘区总工会职工服务中心（示范）"


async def test_what_is_wrong_with_an_office_can_be_said(talk: Talk) -> None:
    """And back to the same kind of place."""
    await talk.says("最近的工会在哪")
    await talk.shares(*ZHIFU)
    await talk.presses("有误")
    heard = await talk.presses("时间不对")
    assert "芝罘区总工会职工服务中心" in heard
    assert heard.labels == ["找工会办公点"]
