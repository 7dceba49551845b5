"""Notices, clocks and what leads see in a real browser, at both widths, day and night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from knowledge.notice_ways import DEFAULT
from tests.bot.console import build
from tests.bot.door import Door
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look

pytestmark = pytest.mark.browser

PAGES = {
    "notices": "notices",
    "notice-settings": "notices/settings",
    "clocks": "clocks",
    "leads": "leads",
    "lead-figures": "leads/figures?weeks=4",
    "lead-own": "leads/own?weeks=4",
    "lead-month": "leads/month?month=2026-11",
}


@pytest.fixture
async def server(door: Door) -> AsyncIterator[TestServer]:
    server = TestServer(build(door, has_mail=True, has_telegram=True))
    await server.start_server()
    yield server
    await server.close()


async def furnished(door: Door, language: str) -> str:
    """A lead, requests of some weeks, notices, a robot, broken clocks; the session's token."""
    lead = await door.member("赵敏", "lead", "yantai")
    people = ("赵敏", "王师傅", "李师傅")
    async with door.database.begin() as unit:
        await unit.accounts.change(lead.id, language=language)
        await unit.duty.switch("赵敏", True, "yantai")
        await unit.rows(  # as long a name as there is
            "update regions set decision_days = 5, name_en = $1 where code = 'zhifu' returning 1",
            "Weihai Economic and Technological Development Zone",
        )
        now = unit.now
        for number in range(36):
            opened = now - timedelta(days=number * 2 // 3, hours=number % 5)
            unit.now = opened
            conversation, person = await unit.conversations.find_or_begin(
                "main", "web", str(number)
            )
            found = await unit.handoffs.open(
                conversation, person, kind="person", region="zhifu", summary="诉求：入会"
            )
            if number > 2:
                unit.now = opened + timedelta(minutes=7 * (number % 8))
                await unit.handoffs.move(conversation, "take", people[number % 3])
                await unit.handoffs.answered(found, people[number % 3])
            if number > 5:
                unit.now = opened + timedelta(hours=3)
                await unit.handoffs.move(conversation, "close", people[number % 3])
        unit.now = now
        for kind, level in (("handoff_waiting", "info"), ("clock_broken", "warning"),
                            ("crisis", "urgent")):  # fmt: skip
            await unit.notices.put(
                kind, region="zhifu", subject="/console/leads", level=level  # type: ignore[arg-type]
            )  # fmt: skip
        await unit.notice_sending.spread()
        await unit.notice_ways.add_robot(
            "dingtalk", "芝罘工作群", "zhifu", DEFAULT, {"url": "https://oapi.dingtalk.com/x"}
        )
    await door.database.refresh_regions()
    return await door.enter(lead)


async def enter(phone: Phone, token: str) -> None:
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh"), ("dark", "en")])
async def test_every_page_by_day_and_night(
    phones: Any, door: Door, scheme: Any, language: str
) -> None:
    """No violation of axe, nothing wider than the screen, everything large enough."""
    token = await furnished(door, language)
    phone: Phone = await phones(color_scheme=scheme, reduced_motion="reduce")
    await enter(phone, token)
    for name, path in PAGES.items():
        await phone.page.goto(f"{phone.url}console/{path}")
        for summary in await phone.page.locator(
            "main details:not(.sift > details) > summary"
        ).all():
            await summary.click()
        await look(phone.page, name, scheme)


async def test_a_new_notice_is_counted_without_a_reload(phones: Any, door: Door) -> None:
    """On any page; a sound and the browser's own notification where they were wished for."""
    token = await furnished(door, "zh")
    phone: Phone = await phones()
    await phone.context.grant_permissions(["notifications"])
    await enter(phone, token)
    page = phone.page
    await page.goto(f"{phone.url}console/notices/settings")
    await page.get_by_label("在这台电脑上弹出浏览器通知").check()
    await page.get_by_label("在这台电脑上出声").check()
    await page.evaluate(
        "() => { window.told = []; window.Notification = class extends EventTarget {"
        " static permission = 'granted'; static requestPermission = async () => 'granted';"
        " constructor(text) { super(); window.told.push(text); } };"
        " window.tones = 0; const Real = window.AudioContext;"
        " window.AudioContext = class extends Real {"
        " createOscillator() { window.tones += 1; return super.createOscillator(); } }; }"
    )
    badge = page.locator("[data-count]")
    await expect(badge).to_have_text("3")
    async with door.database.begin() as unit:
        await unit.notices.put("crisis", region="zhifu", subject="/console/leads", level="urgent")
        await unit.notice_sending.spread()
    await expect(badge).to_have_text("4")
    await page.wait_for_function("() => window.told.length === 1")
    assert await page.evaluate("window.told") == ["有人求助，情况危急（zhifu）"]
    assert await page.evaluate("window.tones") == 4  # an urgent one has two more
