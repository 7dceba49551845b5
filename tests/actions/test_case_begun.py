"""What a case knows before its first question: nobody tells the same thing twice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.actions.talk import House, Talk

HANLEFANG = (37.476, 122.162)
NUMBER = re.compile(r"[A-Z]{2}-[2-9A-HJKMNP-Z]{6}")
JPEG = b"\xff\xd8\xff" + b"x" * 100


async def filed(house: House, talk: Talk) -> dict[str, Any]:
    """The details of the case that this conversation files now, and its region."""
    assert "同意吗" in talk.heard, talk.heard.text
    await talk.presses("同意")
    return await confirmed(house, talk)


async def confirmed(house: House, talk: Talk) -> dict[str, Any]:
    """As `filed`, where the consent was given already."""
    await talk.presses("确认提交")
    found = NUMBER.search(talk.heard.text)
    assert found, talk.heard.text
    async with house.database.begin() as unit:
        case = await unit.cases.get(found[0])
        assert case is not None
        documents = await unit.case_documents.of(case)
        return {
            **await unit.cases.details(case), "region": case.region, "photos": len(documents),
        }  # fmt: skip


async def a_photo(house: House, talk: Talk) -> int:
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        return await unit.files.keep(conversation.person, talk.number, "image/jpeg", JPEG)


async def test_that_station_is_the_one_that_was_asked_about(house: House) -> None:
    """Its name stands in the account, its region decides; neither is asked for."""
    talk = Talk(house)
    await talk.says("附近哪里能歇脚")
    names = [card.title for card in (await talk.shares(*HANLEFANG)).cards]
    await talk.says("第二个几点关门")
    await talk.says("那个驿站微波炉坏了")
    assert "有照片" in talk.heard, talk.heard.text
    await talk.presses("以后再补")
    details = await filed(house, talk)
    name = names[1].removeprefix("2. ")
    assert details["what"] == f"{name}: 那个驿站微波炉坏了"
    assert details["region"].startswith("weihai-jingkai")


async def test_one_of_the_list_by_its_number(house: House) -> None:
    """Without having been asked about before."""
    talk = Talk(house)
    await talk.says("附近哪里能歇脚")
    names = [card.title for card in (await talk.shares(*HANLEFANG)).cards]
    await talk.says("第三个的微波炉坏了")
    await talk.presses("以后再补")
    assert (await filed(house, talk))["what"].startswith(names[2].removeprefix("3. "))


@pytest.mark.parametrize(
    "text", ["第二个路口的红绿灯坏了没人管好几天了", "海滨中路的路灯坏了好几天没人管"]
)
async def test_another_second_and_the_street_of_a_station_are_no_station(
    house: House, text: str
) -> None:
    talk = Talk(house)
    await talk.says("附近哪里能歇脚")
    await talk.shares(*HANLEFANG)
    await talk.says(text)
    await talk.presses("以后再补")
    assert (await filed(house, talk))["what"] == text


async def test_which_of_several_is_asked_where_nothing_tells(house: House) -> None:
    """What was told stays told, and where they are says whose union answers."""
    talk = Talk(house)
    await talk.says("附近哪里能歇脚")
    await talk.shares(*HANLEFANG)
    heard = await talk.says("那个微波炉坏了")
    assert "「那个微波炉坏了」，记下了" in heard
    assert "具体在哪儿" in heard
    await talk.says("韩乐坊进门右手边")
    await talk.presses("以后再补")
    details = await filed(house, talk)
    assert details["what"] == "那个微波炉坏了；韩乐坊进门右手边"
    assert details["region"].startswith("weihai")


async def test_a_list_from_this_morning_is_no_longer_meant(house: House) -> None:
    talk = Talk(house)
    await talk.says("附近哪里能歇脚")
    await talk.shares(*HANLEFANG)
    await talk.says("第二个几点关门")
    await talk.waits(timedelta(hours=2))
    assert "具体在哪儿" in await talk.says("那个驿站微波炉坏了")


async def test_what_is_changed_is_told_anew(house: House) -> None:
    """The first words don't come back."""
    talk = Talk(house)
    await talk.says("微波炉坏了")
    await talk.says("皇冠街道的驿站里")
    await talk.presses("以后再补")
    if "干活" in talk.heard:
        await talk.says("威海经区皇冠街道")
    await talk.presses("同意")
    heard = await talk.presses("改问题")
    assert "记下了" not in heard
    await talk.says("饮水机一直漏水没人管")
    assert (await confirmed(house, talk))["what"] == "饮水机一直漏水没人管"


async def test_a_place_alone_says_where_it_is(house: House) -> None:
    """It is no search for a place to rest, and says whose union answers."""
    talk = Talk(house)
    await talk.says("厕所坏了")
    await talk.says("皇冠街道")
    assert "有照片" in talk.heard, talk.heard.text
    await talk.presses("以后再补")
    details = await filed(house, talk)
    assert details["what"] == "厕所坏了；皇冠街道"
    assert details["region"] == "weihai-jingkai-huangguan"


async def test_a_photo_sent_first_is_not_asked_for(house: House) -> None:
    """Sent at the question before, it goes with the case."""
    talk = Talk(house)
    await talk.says("微波炉坏了")
    heard = await talk.photo(await a_photo(house, talk))
    assert "照片存好了" in heard
    await talk.says("皇冠街道的驿站里，不加热")
    assert "有照片" not in talk.heard, talk.heard.text
    if "干活" in talk.heard:
        await talk.says("威海经区皇冠街道")
    assert (await filed(house, talk))["photos"] == 1


async def test_a_photo_that_was_put_off_may_come_later(house: House) -> None:
    """At the consent it still goes with the case."""
    talk = Talk(house)
    await talk.says("厕所坏了")
    await talk.says("皇冠街道")
    await talk.presses("以后再补")
    await talk.photo(await a_photo(house, talk))
    assert (await filed(house, talk))["photos"] == 1


async def test_another_place_that_is_named_decides_over_where_the_rider_is(house: House) -> None:
    talk = Talk(house)
    await talk.says("附近哪里能歇脚")
    await talk.shares(*HANLEFANG)
    await talk.says("烟台芝罘区幸福路路灯坏了好几天了没人管")
    await talk.presses("以后再补")
    assert (await filed(house, talk))["region"].startswith("yantai")


async def test_a_short_wish_alone_has_told_nothing(house: House) -> None:
    talk = Talk(house)
    assert "记下了" not in await talk.says("我要随手拍")
    assert "是什么问题" in talk.heard
