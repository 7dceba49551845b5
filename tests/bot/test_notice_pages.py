"""Notices in the console: the list, the badge, live, the settings, robots and Telegram."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.notice_wishes import NoticeWishes
from knowledge.access import Role
from knowledge.accounts import Account
from knowledge.audit import Filter
from knowledge.database import Database
from knowledge.notice_ways import OwnWay, Wish
from tests.bot.console import Visitor, build, visitors
from tests.bot.door import Door
from tests.bot.robots import Platforms, platforms
from tests.bot.telegram_house import post_over

KINDS = {"kind_crisis": "1", "kind_mention": "1"}
ROBOT = re.compile(r"/console/notices/robots/(\d+)")
WISH = {**KINDS, "begins": "20:00", "ends": "08:00", "urgent_always": "1", "every": "15"}


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def groups(door: Door) -> AsyncIterator[Platforms]:
    async with platforms() as made:
        made.now = lambda: door.clock.now().timestamp()
        yield made


async def member(door: Door, name: str = "王师傅", role: Role = "lead") -> tuple[Account, str]:
    account = await door.member(name, role, "yantai", secret=(secret := door.secret()))
    return account, await door.enter(account, secret)


async def tell(door: Door, **more: Any) -> None:
    async with door.database.begin() as unit:
        await unit.notices.put(
            more.pop("kind", "handoff_waiting"),
            region="zhifu",
            subject=more.pop("subject", "/console/inbox/12"),
            **more,
        )
        await unit.notice_sending.spread()


async def ways(door: Door, account: Account) -> dict[Any, OwnWay]:
    async with door.database.begin() as unit:
        return dict(await unit.notice_ways.of(account.id))


async def test_the_badge_counts_what_is_new_on_every_page(door: Door) -> None:
    """Opening one leads to what it is about and takes it off; so does marking all."""
    _, token = await member(door)
    async with visitors(door) as visitor:
        one: Visitor = visitor(token)
        await one.get("/console/notices")
        assert "没有通知" in one.text
        for number in range(3):
            await tell(door, subject=f"/console/inbox/{number}")
        await tell(door, kind="crisis", level="urgent")
        await one.get("/console/account")
        assert "4 条新通知" in one.text
        assert 'class="badge bad" data-count aria-hidden="true">4<' in one.text
        await one.get("/console/notices")
        assert one.text.index("情况危急") < one.text.index("有骑手在等人工")
        opened = await one.get(f"/console/notices/{_first(one.text)}/open")
        assert (opened.status, opened.headers["Location"]) == (303, "/console/inbox/12")
        await one.get("/console/notices")
        assert "3 条新通知" in one.text
        until = one.text.partition('name="until" value="')[2].partition('"')[0]
        await tell(door)
        await one.post("/console/notices/seen", {"until": until})
        await one.get("/console/notices")
        assert "1 条新通知" in one.text


def _first(text: str) -> str:
    return next(
        part.partition("/")[0]
        for part in text.split("/console/notices/")
        if part.partition("/")[0].isdigit()
    )


async def test_a_page_is_told_at_once(door: Door) -> None:
    """First how many there are, then each new one with its text; what isn't wished for is quiet."""
    account, token = await member(door)
    _, other = await member(door, "李师傅")
    server = TestServer(build(door))
    async with TestClient(server, cookie_jar=DummyCookieJar()) as client:
        streams = []
        for one in (token, other):
            stream = await client.get(
                "/console/notices/events", headers={"Cookie": f"gongyou_console={one}"}
            )
            assert (await _next(stream, 0))["fresh"] == []
            streams.append(stream)
        await asyncio.sleep(0.5)
        await tell(door, kind="crisis", level="urgent")
        for stream in streams:
            news = await _next(stream, 1)
            assert news["urgent"] == 1
            assert news["fresh"][0]["text"] == "有人求助，情况危急（zhifu）"
            assert (news["fresh"][0]["urgent"], news["fresh"][0]["loud"]) == (True, True)
        quiet = Wish(kinds=("crisis",))
        async with door.database.begin() as unit:
            await unit.notice_ways.put(account, "console", quiet)
        await tell(door, to="王师傅", kind="mention")
        news = await _next(streams[0], 2)
        assert [one["loud"] for one in news["fresh"]] == [False]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await _next(streams[1], 2)
        for stream in streams:
            stream.close()


async def _next(stream: Any, unseen: int) -> Any:
    """The next event that tells of so many: a page hears it twice where it may have missed one."""
    async with asyncio.timeout(10):
        while True:
            line = (await stream.content.readline()).decode()
            news = json.loads(line[6:]) if line.startswith("data: ") else {}
            if news.get("unseen") == unseen:
                return news


async def test_own_wishes_are_kept_and_audited(door: Door) -> None:
    """An address is shown to nobody but its owner; the audit says what changed."""
    account, token = await member(door)
    async with visitors(door, has_mail=True) as visitor:
        one = visitor(token)
        await one.get("/console/notices/settings")
        saved = await one.post(
            "/console/notices/settings/email", {**WISH, "address": "wang@example.org"}
        )
        assert saved.status == 303
        own = (await ways(door, account))["email"]
        assert own.wish.kinds == ("crisis", "mention")
        assert (own.wish.hours.begins, own.wish.hours.ends, own.wish.every) == (1200, 480, 15)
        await one.get("/console/notices/settings")
        assert "wang@example.org" in one.text
        for wrong in ({"address": "wang"}, {"begins": "25:00"}, {"every": "0"}, {"every": "x"}):
            fields = {**WISH, "address": "wang@example.org", **wrong}
            refused = await one.post("/console/notices/settings/email", fields)
            assert refused.status == 422, wrong
        await one.post("/console/notices/settings/email/stop")
        assert "email" not in await ways(door, account)
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="notice."), 10)
    assert [line.action for line in lines] == ["notice.stop", "notice.way"]
    assert lines[1].after is not None
    assert lines[1].after["every"] == 15


async def test_what_the_house_has_not_set_up_is_said(door: Door) -> None:
    """No mail, no Telegram: a sentence each, also to a form that comes all the same."""
    _, token = await member(door, role="staff")
    async with visitors(door) as visitor:
        one = visitor(token)
        await one.get("/console/notices/settings")
        assert "GONGYOU_SMTP_URL" in one.text
        assert "群机器人的" not in one.text
        for path, fields in (
            ("email", {**WISH, "address": "a@example.org"}), ("code", {}), ("telegram", WISH),
        ):  # fmt: skip
            assert (await one.post(f"/console/notices/settings/{path}", fields)).status == 422


async def test_a_group_s_robot_is_added_tried_changed_and_removed(
    door: Door, groups: Platforms
) -> None:
    """Its address is checked, never shown again, and gone when it is removed."""
    _, token = await member(door)
    async with visitors(door, robot_hosts=(groups.host,)) as visitor:
        one = visitor(token)
        await one.get("/console/notices/settings")
        fields = {"way": "feishu", "name": "芝罘工作群", "region": "zhifu"}
        fields |= groups.address("feishu")
        elsewhere = {**fields, "url": "https://example.org/hook"}
        assert (await one.post("/console/notices/robots", elsewhere)).status == 422
        for field in ({"name": ""}, {"region": "nowhere"}):
            assert (await one.post("/console/notices/robots", {**fields, **field})).status in (
                404,
                422,
            )
        assert (await one.post("/console/notices/robots", fields)).status == 303
        await one.get("/console/notices/settings")
        assert "芝罘工作群" in one.text
        assert groups.host not in one.text
        number = ROBOT.search(one.text)
        assert number is not None
        path = f"/console/notices/robots/{number[1]}"
        assert (await one.post(f"{path}/try")).status == 303
        assert groups.heard == [("feishu", "工友后台：王师傅 试发一条，群里收得到。")]
        assert (await one.post(path, WISH)).status == 303
        groups.faults = ["19024"]
        await one.get("/console/notices/settings")
        refused = await one.post(f"{path}/try")
        assert refused.status == 422
        assert "19024" in one.text
        await one.get("/console/notices/settings")
        await one.post(f"{path}/end")
        await one.get("/console/notices/settings")
        assert "还没有群机器人" in one.text
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="notice.robot"), 10)
    assert len(lines) == 3
    assert all(groups.host not in str(line) for line in lines)


async def test_a_telegram_is_linked_by_a_code_that_works_once(door: Door) -> None:
    """The code is no rider's message: it doesn't reach the inbox."""
    account, token = await member(door)
    async with visitors(door, has_telegram=True) as visitor, post_over(door.database) as post:
        one = visitor(token)
        await one.get("/console/notices/settings")
        shown = await one.post("/console/notices/settings/code")
        assert shown.status == 200
        code = one.text.partition("/staff ")[2].partition("<")[0]
        post.channel._link = NoticeWishes(door.database).link
        post.telegram.tempo.burst = 1000
        user = post.user()
        post.go(post.hearing())
        await user.text(f"/staff {code}")
        await user.hears(1)
        assert user.chat.from_bot[0].text.startswith("好的")
        await user.text(f"/staff {code}")
        await user.hears(1)
        assert user.chat.from_bot[1].text.startswith("这个关联码不能用了")
        assert await post.contents() == []
        assert (await ways(door, account))["telegram"].has_address
