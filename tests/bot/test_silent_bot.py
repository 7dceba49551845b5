"""While a person holds the conversation: what the bot keeps to itself, and what it says."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from actions.content import Content, Location, Press, StaffSay, Sticker, Text, Voice
from knowledge.clock import CHINA
from tests.actions.talk import House, Talk
from tests.actions.test_cases import decided, disputed
from tests.actions.test_courses import TEA_STARTS, enrols
from tests.bot.test_handoffs import act, clock, on_roster

SILENT: tuple[Content, ...] = (
    Text(text="附近哪儿能歇脚"),
    Text(text="我要入会"),
    Text(text="你好"),
    Text(text="谢谢"),
    Text(text="嗯嗯嗯"),
    Text(text="我的数据"),
    Text(text="还要多久"),
    Text(text="转人工"),
    Press(id="r:find_station", label="找歇脚驿站"),
    Press(id="a:0000000000:0", label="一个旧按钮"),
    Location(lat=37.48, lon=122.15),
    Voice(file_id=None, seconds=3),
    Sticker(),
)


async def held(house: House) -> Talk:
    """A rider with a dispute under way, whom a person has on a Tuesday morning."""
    clock(house, 11, 24, 10)
    await on_roster(house)
    talk = Talk(house)
    await disputed(house, talk)
    await talk.says("转人工")
    await talk.sends(act("take"))
    return talk


async def test_whatever_the_rider_sends_the_bot_is_silent(house: House) -> None:
    """Words, buttons old and new, places, voice: all of it is for the person."""
    talk = await held(house)
    for content in SILENT:
        assert not await talk.sends(content), content
    await talk.sends(StaffSay(staff="赵敏", text="我在看您的材料"))
    assert [reply.from_ for reply in talk.heard] == ["staff"]


async def test_a_decision_and_a_cry_for_help_are_told_all_the_same(house: House) -> None:
    """Once each; the person keeps the conversation."""
    talk = await held(house)
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        (case,) = await unit.cases.of(conversation.person)
    await decided(house, case.number, "quick_check")
    await talk.hears()
    assert case.number in talk.heard
    assert "110" in await talk.says("我不想活了")
    assert not await talk.says("附近哪儿能歇脚")


async def test_a_reminder_is_told_all_the_same(house: House) -> None:
    """Of the next evening's class, at six; nobody has to be asked for it."""
    clock(house, 11, 24, 10)
    await on_roster(house)
    talk = Talk(house)
    await enrols(talk)
    await talk.presses("确认报名")
    eve = datetime.combine(TEA_STARTS.date() - timedelta(days=1), time(17), tzinfo=CHINA)
    house.clock.set(eve)
    await talk.hears()
    await talk.says("转人工")
    await talk.sends(act("take"))
    await talk.waits(timedelta(minutes=59))
    assert "茶道入门" not in talk.heard
    await talk.waits(timedelta(minutes=2))
    assert "茶道入门" in talk.heard
    assert not await talk.says("附近哪儿能歇脚")


async def test_back_is_heard(house: House) -> None:
    """The rider's own way out, whenever they like."""
    talk = await held(house)
    assert "回到" in await talk.says("返回")
    assert "驿站" in (await talk.says("附近哪儿能歇脚")).text or talk.route == "find_station"
