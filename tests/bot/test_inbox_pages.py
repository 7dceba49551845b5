"""What a conversation's page says to staff: in their words, and true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.quick_replies import QuickReplies
from knowledge.accounts import Account
from tests.actions.talk import House
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.inbox import somebody, waiting, working


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[tuple[Visitor, Account]]:
    """Somebody of staff with a browser, while a worker serves what they do."""
    door = Door(house.database)
    account = await door.member("老王", "staff")
    async with visitors(door) as visitor, working(house):
        yield visitor(await door.enter(account)), account


async def test_lines_for_a_person_are_told_in_words_and_not_by_inner_names(house: House) -> None:
    """ "held", "cancel" and "return" are names for programmers."""
    rider, number = await waiting(house, "我要入会", "取消")
    async with at_work(house) as (page, _):
        await page.get(f"/console/inbox/{number}")
        await page.post(f"/console/inbox/{number}/take")
        await rider.says("您在吗")
        await page.get(f"/console/inbox/{number}")
    assert "理解为：不办了" in page.text
    assert "理解为：留给接待的人" in page.text
    for inner in ("held", "cancel"):
        assert f"理解为：{inner}" not in page.text


async def test_who_is_called_by_a_wrong_name_is_not_said_to_be_told(house: House) -> None:
    _, number = await waiting(house)
    async with at_work(house) as (page, _):
        await page.get(f"/console/inbox/{number}")
        for note, warned in (("请 @不存在的人 看", True), ("明天再打电话", False)):
            kept = await page.post(f"/console/inbox/{number}/note", {"note": note})
            await page.get(kept.headers["Location"])
            assert ("没有人收到提醒" in page.text) is warned


async def test_a_quick_reply_names_the_office_as_the_rider_reads_it(house: House) -> None:
    """Who works for all regions comes as from the rider's own union; no braces are left."""
    _, number = await waiting(house, region="weihai-jingkai")
    await QuickReplies(house.database).save(
        somebody(house, "老王"), None, title="问候", text="我是{office}的{staff}"
    )
    async with at_work(house) as (page, _):
        await page.get(f"/console/inbox/{number}")
        await page.post(f"/console/inbox/{number}/take")
        await page.get(f"/console/inbox/{number}")
    region = house.database.region_tree.get("weihai-jingkai")
    assert region is not None
    assert f"我是{region.body_zh}的老王" in page.text
    assert "我是{office}" not in page.text


async def test_what_a_rider_has_filled_in_so_far_is_told_in_words(house: House) -> None:
    """A trade is kept as a code, which no member of staff should read."""
    _, number = await waiting(house, "我是送外卖的，在威海经区，想入会", "人工")
    async with at_work(house) as (page, _):
        await page.get(f"/console/inbox/{number}")
    assert "正在填的表" in page.text
    assert "<dd>外卖</dd>" in page.text
    assert "food_delivery" not in page.text


async def test_where_a_rider_works_is_told_in_words_too(house: House) -> None:
    """Also where the words fitted several regions and one was chosen."""
    _, number = await waiting(house, "我是送外卖的，在开发区，想入会", "烟台的", "人工")
    async with at_work(house) as (page, _):
        await page.get(f"/console/inbox/{number}")
    assert "工作地点" in page.text
    for raw in ("region of", "&#39;name&#39;", "{'name'", "yantai-"):
        assert raw not in page.text.partition("正在填的表")[2].partition("</dl>")[0], raw
