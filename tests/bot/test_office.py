"""What an office decides, and how the rider hears of it."""

from __future__ import annotations

import pytest

from bot.office import Office, OfficeRefused
from bot.wording import Texts
from tests.actions.talk import House, Talk


@pytest.fixture
def office(house: House) -> Office:
    return Office(house.database, Texts())


async def joined(talk: Talk) -> str:
    await talk.says("我叫李雷，在威海经区送外卖，手机13900000088，想入会")
    await talk.presses("同意")
    await talk.presses("确认提交")
    return talk.heard.text.split("编号：")[1][:9]


async def test_the_rider_is_told_of_every_step_by_itself(house: House, office: Office) -> None:
    """In review, then accepted: two messages, and a member afterwards."""
    talk = Talk(house)
    number = await joined(talk)
    await office.decide_application(number.lower(), "in_review", staff="王敏")
    await talk.hears()
    assert f"{number} 开始审核" in talk.heard
    decided = await office.decide_application(number, "approved", staff="王敏")
    assert decided.told == 1
    await talk.hears()
    assert "通过了" in talk.heard
    await talk.says("我是会员吗")
    assert "会籍：有效" in talk.heard


async def test_a_refusal_comes_with_its_reason_in_the_riders_language(
    house: House, office: Office
) -> None:
    talk = Talk(house)
    number = await joined(talk)
    await office.decide_application(number, "refused", staff="王敏", reason="name_id_mismatch")
    await talk.hears()
    assert "姓名和身份证号对不上" in talk.heard


async def test_who_has_just_proved_whose_claim_it_is_hears_of_it(
    house: House, office: Office
) -> None:
    """Everybody else hears nothing."""
    talk, other = Talk(house), Talk(house)
    await talk.says("my claim YT-2W8H5D 706158")
    await other.says("你好")
    await office.decide_claim("YT-2W8H5D", "approved", staff="王敏", amount="1860")
    await talk.hears()
    assert "1,860.00" in talk.heard
    assert "approved" in talk.heard
    assert not await other.hears()


async def test_a_step_proved_by_the_last_four_is_not_enough_for_news(
    house: House, office: Office
) -> None:
    talk = Talk(house)
    await talk.says("我的理赔 YT-2W8H5D")
    await talk.says("0001")
    decided = await office.decide_claim("YT-2W8H5D", "approved", staff="王敏", amount="1860")
    assert decided.told == 0
    assert not await talk.hears()


@pytest.mark.parametrize(
    ("number", "step", "amount", "why"),
    [
        ("YT-2W8H5D", "paid", None, "is at in_review"),
        ("YT-2W8H5D", "approved", None, "needs an amount"),
        ("YT-2W8H5D", "approved", "viel", "is no amount"),
        ("YT-2W8H5D", "approved", "1.234", "is no amount"),
        ("YT-2W8H5D", "approved", "-1", "is no amount"),
        ("YT-2W8H5D", "approved", "NaN", "is no amount"),
        ("YT-2W8H5D", "refused", "5", "has no amount"),
        ("YT-ZZZZZZ", "refused", None, "there is no claim YT-ZZZZZZ"),
        ("YT-2W8H5D", "lost", None, "there is no state 'lost'"),
    ],
)
async def test_what_can_not_be_decided_is_refused_with_its_reason(
    house: House, office: Office, number: str, step: str, amount: str | None, why: str
) -> None:
    """And nothing has changed."""
    with pytest.raises(OfficeRefused, match=why):
        await office.decide_claim(number, step, staff="王敏", amount=amount)
    async with house.database.begin() as unit:
        claim = await unit.claims.claim("YT-2W8H5D")
    assert claim is not None
    assert claim.step == "in_review"


async def test_an_application_is_decided_once(office: Office) -> None:
    await office.decide_application("WH-3N6P8C", "approved", staff="王敏")
    with pytest.raises(OfficeRefused, match="is at approved"):
        await office.decide_application("WH-3N6P8C", "refused", staff="王敏")


async def test_lists_are_filtered_by_state(office: Office) -> None:
    assert [one.number for one in await office.applications("in_review")] == ["WH-3N6P8C"]
    assert [one.number for one in await office.claims("approved")] == ["YC-9R4T6B"]
    with pytest.raises(OfficeRefused, match="there is no state"):
        await office.applications("nowhere")
