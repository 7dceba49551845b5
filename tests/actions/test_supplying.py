"""What a case lacks is handed in where it was asked for, and the case goes on."""

from __future__ import annotations

from sqlalchemy import select

from knowledge.notice_rows import NoticeRow
from tests.actions.talk import House, Talk
from tests.actions.test_case_begun import JPEG, a_photo
from tests.actions.test_cases import decided, disputed


async def test_what_is_missing_is_sent_under_the_news_that_asks_for_it(house: House) -> None:
    """In words: the case goes on, with them in its history; a photo is a document of it."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await decided(house, case.number, "waiting_rider", "还差一张欠条的照片")
    heard = await talk.hears()
    assert "还差一张欠条的照片" in heard
    await talk.presses("现在就补")
    assert "还差一张欠条的照片" in talk.heard
    await talk.says("微信里有8月到10月的转账记录")
    assert "收到了" in talk.heard
    async with house.database.begin() as unit:
        now = await unit.cases.get(case.number)
        assert now is not None
        events = await unit.cases.events(case.number)
    assert not unit.case_kinds.get(now.kind).step(now.step).rests
    assert (events[-1].actor, str(events[-1].text)) == (
        "rider",
        "本人已补：微信里有8月到10月的转账记录",
    )
    await talk.presses("再补一样")
    await talk.photo(await a_photo(house, talk))
    assert "收到了" in talk.heard
    async with house.database.begin() as unit:
        (document,) = await unit.case_documents.of(now)
        _, body = await unit.case_documents.read(now, document.id)
    assert (document.actor, body) == ("rider", JPEG)


async def test_another_wish_is_none_of_it(house: House) -> None:
    talk = Talk(house)
    case = await disputed(house, talk)
    await decided(house, case.number, "waiting_rider", "还差身份证号")
    await talk.hears()
    await talk.presses("现在就补")
    await talk.says("附近哪有驿站歇脚？")
    assert talk.route == "find_station"


async def test_words_that_nobody_waits_for_stand_with_the_case(house: House) -> None:
    """Staff have a notice of them; nothing is asked of the rider."""
    talk = Talk(house)
    case = await disputed(house, talk)
    await decided(house, case.number, "waiting_rider", "还差身份证号")
    await talk.hears()
    await talk.presses("现在就补")
    await talk.says("000000198306040184")
    await talk.presses("再补一样")
    await talk.says("站长电话是13900000099")
    async with house.database.begin() as unit:
        assert await unit.handoffs.current(talk.number) is None
        last = (await unit.cases.events(case.number))[-1]
        notices = [row.subject for row in await unit.session.scalars(select(NoticeRow))]
    assert (last.what, last.text) == ("answered", "站长电话是13900000099")
    assert notices.count(f"/console/cases/{case.number}") == 2


async def test_nobody_hands_in_for_somebody_else(house: House) -> None:
    talk, other = Talk(house), Talk(house)
    case = await disputed(house, talk)
    await decided(house, case.number, "waiting_rider", "还差身份证号")
    await talk.hears()
    button = next(one for one in talk.heard.buttons if one.id.startswith("r:supply:"))
    await other.says("你好")
    other.all = talk.all
    await other.presses(button.label)
    assert "没找到还在办的这一件" in other.heard


async def test_a_paper_that_a_claim_lacks_goes_to_that_claim(house: House) -> None:
    """Proved by number and code; no new claim is begun."""
    talk = Talk(house)
    await talk.says("理赔 YT-2W8H5D 706158")
    await talk.says("理赔我要补材料")  # as well as the button
    assert "拍张照片" in talk.heard
    assert "YT-2W8H5D" in talk.heard
    await talk.photo(await a_photo(house, talk))
    assert "收到了" in talk.heard
    async with house.database.begin() as unit:
        claim = await unit.cases.get("YT-2W8H5D")
        assert claim is not None
        assert [one.actor for one in await unit.case_documents.of(claim)] == ["rider"]
