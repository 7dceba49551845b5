"""A rider says that a place is closed or wrong; an office sees it and closes the place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot.channels.telegram_limits import CALLBACK_BYTES
from bot.channels.telegram_render import TelegramRender
from bot.wording import Texts
from knowledge.content_entries import Words
from knowledge.content_schema import read_content
from knowledge.load import CONTENT
from tests.actions.talk import House, Talk

HANLEFANG = (37.476, 122.162)


async def test_a_rider_says_that_a_place_is_closed(house: House) -> None:
    """One button a station; what is wrong is one more press; an office has it on its list."""
    talk = Talk(house)
    heard = await talk.shares(*HANLEFANG)
    wrong = [label for label in heard.labels if "有误" in label]
    assert wrong == [f"{number} 有误" for number in range(1, len(heard.cards) + 1)]
    asked = await talk.presses("1 有误")
    assert heard.cards[0].title in asked
    assert asked.labels == ["关着门", "找不到", "时间不对", "设施或服务不对", "别的"]
    noted = await talk.presses("关着门")
    assert "记下了" in noted
    async with house.database.begin() as unit:
        (doubted,) = await unit.station_care.doubted()
    assert doubted.name_zh == heard.cards[0].title
    assert doubted.said == {"closed": 1}
    # The list that was shown is still what follow-ups are about.
    assert "2" not in noted
    assert await talk.says("第二个几点关门")


async def test_one_rider_counts_once_a_day_and_another_one_too(house: House) -> None:
    """And the day after again; settling clears the list, with who did it."""
    talk, other = Talk(house), Talk(house)
    for one in (talk, talk, other):
        await one.shares(*HANLEFANG)
        await one.presses("1 有误")
        await one.presses("时间不对")
    assert "您今天已经说过" not in other.heard
    await talk.presses("1 有误")
    assert "您今天已经说过" in await talk.presses("关着门")
    house.clock.move(timedelta(days=1))
    await talk.presses("1 有误")
    assert "记下了" in await talk.presses("关着门")
    async with house.database.begin() as unit:
        (doubted,) = await unit.station_care.doubted()
        assert doubted.said == {"hours": 2, "closed": 1}
        assert await unit.station_care.doubted(["foshan"]) == []
        assert await unit.station_care.settle(doubted.station, staff="王敏") == 3
        assert await unit.station_care.doubted() == []
        rows = await unit.session.execute(
            text("select actor, action, person_id is null from audit order by id desc limit 1")
        )
        assert rows.one() == ("staff:王敏", "station.settle", True)


async def test_a_place_closed_for_now_says_why_where_it_is_named(house: House) -> None:
    """It is out of what is near and of what is open now; its street still knows it."""
    talk = Talk(house)
    async with house.database.begin() as unit:
        code, street, title, lat, lon = (
            await unit.session.execute(
                text(
                    "select code, street, name_zh, lat, lon from stations s where lat is not null "
                    "and region like 'weihai%' and access = 'everyone' and (select count(*) from "
                    "stations o where o.street = s.street) = 1 order by code limit 1"
                )
            )
        ).one()
        reason = Words(zh="装修", en="Being rebuilt")
        await unit.station_care.close(code, date(2026, 11, 30), reason, staff="王敏")
    named = f"威海{street}的驿站"
    heard = await talk.says(named)
    closed = [card for card in heard.cards if card.title == title]
    assert [card.lines[2] for card in closed] == ["暂停开放到11月30日（周一）（装修）"]
    assert title not in await talk.says(f"威海{street}现在开着的驿站")
    assert title not in await talk.shares(lat, lon)
    async with house.database.begin() as unit:
        await unit.station_care.reopen(code, staff="王敏")
    assert title in await talk.shares(lat, lon)


async def test_a_place_that_is_gone_is_said_to_be(house: House) -> None:
    """A button lives on in the chat when the row doesn't."""
    talk = Talk(house)
    await talk.shares(*HANLEFANG)
    async with house.database.begin() as unit:
        await unit.session.execute(text("delete from stations"))
        with pytest.raises(LookupError):
            await unit.station_care.reopen("nowhere", staff="王敏")
    assert "撤下" in await talk.presses("1 有误")


async def test_every_button_of_a_station_fits_into_telegrams(house: House) -> None:
    """The longest code with the longest answer; a longer code isn't let in."""
    codes = [station.code for station in read_content(CONTENT).stations]
    longest = f"r:station_wrong:{'x' * 40}:closed"
    assert max(map(len, codes)) <= 40
    assert len(longest.encode()) <= CALLBACK_BYTES
    talk = Talk(house)
    await talk.shares(*HANLEFANG)
    await talk.presses("1 有误")
    assert TelegramRender(Texts())(talk.heard[0])
