"""Where a claim or an application is, and whether somebody is a member."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from bot.office import Office
from bot.wording import Texts
from knowledge.membership import ApplicationRow
from tests.actions.talk import House, Talk

HEALTH = ("保险", "医疗", "出院", "医院", "互助", "材料")
MONEY = re.compile(r"\d+\.\d\d|元")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "我的理赔 YT-7K3Q9M 482913",
            ["自付费用 7,600.00", "打款 · 10月20日（周二） · 4,940.00 元", "YT-7K3Q9M"],
        ),
        (
            "我的理赔 YT-2W8H5D 706158",
            ["YT-2W8H5D", "审核 · 11月10日（周二）起办理中", "还缺材料：出院小结"],
        ),
        (
            "我的理赔 YC-9R4T6B 315947",
            ["1,860.00", "审核 · 11月19日", "线上报销 · 11月19日（周四）起办理中", "款项办理中"],
        ),
        (
            "我的入会申请进度 WH-3N6P8C 559201",
            ["WH-3N6P8C", "11月18日（周三）起办理中", "快递行业工会", "送快递"],
        ),
        (
            "我的入会申请进度 WH-5X2V7E 840376",
            ["11月12日（周四）未通过", "姓名和身份证号对不上", "重新申请"],
        ),
        ("我是会员吗 FS-8J4D2W 267085", ["FS-8J4D2W", "佛山市总工会", "有效"]),
    ],
)
async def test_the_demonstration_persons_see_what_is_written_of_them(
    house: House, line: str, said: list[str]
) -> None:
    """Number and query code open everything: steps with their days, amounts, what comes next."""
    talk = Talk(house)
    await talk.says(line)
    for piece in said:
        assert piece in talk.heard, piece


async def test_all_claims_are_listed_the_one_asked_for_first(house: House) -> None:
    talk = Talk(house)
    await talk.says("理赔 YT-2W8H5D 706158")
    assert [card.kind for card in talk.heard.cards] == ["claim", "claim"]
    assert "YT-2W8H5D" in talk.heard.cards[0].title
    assert "2 笔" in talk.heard
    assert "补材料" in talk.heard.labels


async def test_of_the_claims_that_were_shown_one_is_pointed_at(house: House) -> None:
    """As they were seen, whatever order the books have; and the list stays what it was."""
    talk = Talk(house)
    await talk.says("理赔 YT-2W8H5D 706158")
    first, second = (card.title for card in talk.heard.cards)
    for line, title in (("第二个到哪一步了", second), ("那第一个理赔呢", first)):
        await talk.says(line)
        assert [card.title for card in talk.heard.cards] == [title]
    await talk.says("我的理赔都到哪了")
    assert [card.title for card in talk.heard.cards] == [first, second]


async def test_the_steps_are_those_of_the_scheme(house: House) -> None:
    """Done, under way and still to come, in its own words."""
    talk = Talk(house)
    await talk.says("理赔 YT-2W8H5D 706158")
    first, second, third = talk.heard.cards[0].lines[:3]
    assert first.startswith("✓ 已提交")
    assert second.startswith("… 审核")
    assert third.startswith("○ 打款")


@pytest.mark.parametrize("tail", ["0001", "0126"])
async def test_the_last_four_open_the_step_only(house: House, tail: str) -> None:
    """Nothing about health, money, employer, nor that there is another claim."""
    talk = Talk(house)
    await talk.says("我的理赔 YT-2W8H5D")
    await talk.presses("没有查询码")
    await talk.says(tail)
    assert "YT-2W8H5D：11月10日（周二）起在审核中" in talk.heard
    assert not any(word in talk.heard for word in HEALTH)
    assert not MONEY.search(talk.heard.text)
    assert "YT-7K3Q9M" not in talk.heard
    await talk.says("我是会员吗 YT-2W8H5D")
    assert "烟台" not in talk.heard


@pytest.mark.parametrize(
    ("number", "tail"), [("YT-7K3Q9M", "0001"), ("YC-9R4T6B", "0135"), ("WH-5X2V7E", "0159")]
)
async def test_the_step_does_not_tell_how_it_was_decided(
    house: House, number: str, tail: str
) -> None:
    talk = Talk(house)
    await talk.says(f"我的理赔 {number}")
    await talk.says(tail)
    assert number in talk.heard
    for word in (*HEALTH, "通过", "打款", "对不上"):
        assert word not in talk.heard
    assert not MONEY.search(talk.heard.text)


async def test_from_the_step_the_code_leads_to_everything(house: House) -> None:
    talk = Talk(house)
    await talk.says("我的理赔 YT-2W8H5D")
    await talk.says("0001")
    await talk.presses("用查询码看详情")
    assert "YT-2W8H5D 的查询码" in talk.heard
    await talk.says("706158")
    assert "出院小结" in talk.heard


async def test_a_proof_is_good_for_half_an_hour(house: House) -> None:
    talk = Talk(house)
    await talk.says("理赔 YT-7K3Q9M 482913")
    await talk.says("我的理赔到哪了")
    assert "4,940.00" in talk.heard
    await talk.says("我是会员吗")
    assert "烟台市总工会" in talk.heard
    await talk.waits(timedelta(minutes=31))
    await talk.says("我的理赔到哪了")
    assert "编号" in talk.heard
    assert "4,940.00" not in talk.heard


async def test_a_number_of_the_other_kind_is_shown_as_what_it_is(house: House) -> None:
    talk = Talk(house)
    await talk.says("我的理赔 WH-3N6P8C 559201")
    assert "入会申请 WH-3N6P8C" in talk.heard
    other = Talk(house)
    await other.says("我的入会申请进度 YC-9R4T6B 315947")
    assert "1,860.00" in other.heard


async def test_who_asks_on_about_what_was_shown_is_shown_it_again(house: House) -> None:
    """However they call it: they have nothing else under way."""
    talk = Talk(house)
    await talk.says("我的入会申请进度 WH-3N6P8C 559201")
    heard = await talk.says("那件事怎么样了")
    assert "没有办理中" not in heard
    assert "WH-3N6P8C" in heard


async def test_who_has_no_claim_is_asked_for_another_number(house: House) -> None:
    """The proof of one's own fresh application doesn't answer for claims."""
    talk = Talk(house)
    await talk.says("入会申请进度 WH-3N6P8C 559201")
    await talk.says("我的理赔到哪了")
    assert "没有理赔记录" in talk.heard
    await talk.says("YC-9R4T6B")
    assert "没有理赔记录" not in talk.heard
    await talk.says("315947")
    assert "1,860.00" in talk.heard


async def test_a_date_that_has_passed_is_said_to_have_passed(house: House) -> None:
    async with house.database.begin() as unit:
        await unit.session.execute(
            update(ApplicationRow)
            .where(ApplicationRow.number == "WH-3N6P8C")
            .values(due=date(2026, 11, 23))
        )
    talk = Talk(house)
    await talk.says("入会申请进度 WH-3N6P8C 559201")
    assert "已经过了" in talk.heard
    assert "找人工" in talk.heard.labels


async def test_a_refused_claim_says_why(house: House) -> None:
    office = Office(house.database, Texts())
    await office.decide_claim("YT-2W8H5D", "refused", staff="王敏", reason="不在保障期内")
    talk = Talk(house)
    await talk.says("理赔 YT-2W8H5D 706158")
    assert "不在保障期内" in talk.heard
    assert "还缺材料" not in talk.heard


async def test_a_claim_goes_on_to_its_payment(house: House) -> None:
    """Approved and paid with what was decided, each on its day."""
    office = Office(house.database, Texts())
    await office.decide_claim("YT-2W8H5D", "approved", staff="王敏", amount="1,234.50")
    await office.decide_claim("YT-2W8H5D", "paid", staff="王敏")
    async with house.database.begin() as unit:
        claim = await unit.claims.claim("YT-2W8H5D")
    assert claim is not None
    assert claim.paid == Decimal("1234.50")
    talk = Talk(house)
    await talk.says("理赔 YT-2W8H5D 706158")
    assert "打款 · 11月24日（周二） · 1,234.50 元" in talk.heard


async def test_in_english(house: House) -> None:
    talk = Talk(house)
    await talk.says("where is my claim yt2w8h5d, code 706158")
    for piece in ("Discharge summary", "In review · under way since Tue 10 Nov", "YT-7K3Q9M"):
        assert piece in talk.heard
    assert not re.search("[一-鿿]", talk.heard.text)
