"""The page on a bad network: nothing is lost, nothing happens twice."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Route, expect

from actions.content import Reply, Text
from tests.bot.web_house import House

pytestmark = pytest.mark.browser


async def test_without_a_network_it_is_marked_and_sent_when_the_network_is_back(
    phones: Any, house: House
) -> None:
    """In order, once each, and without a word from the rider."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.context.set_offline(True)
    await phone.say("第一句")
    await phone.say("第二句")
    await expect(page.locator("#banner")).to_contain_text("没有网络")
    await expect(page.locator(".mark.late")).to_have_count(2)
    await expect(page.locator(".mark.late").first).to_contain_text("还没送达")
    await phone.context.set_offline(False)
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：第二句")
    await expect(page.locator(".mark")).to_have_count(0)
    await expect(page.locator("#banner")).to_be_hidden()
    texts = [one.content.text for one in house.inbound if isinstance(one.content, Text)]
    assert texts == ["第一句", "第二句"]


async def test_what_was_not_delivered_survives_closing_the_page(phones: Any, house: House) -> None:
    """It is shown, still marked, and sent at the next chance; "resend" doesn't wait for it."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.route("**/api/chat/messages", lambda route: route.abort())
    await phone.say("别丢了我")
    await expect(page.locator(".mark.late")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".rider .said")).to_have_text("别丢了我")
    await expect(page.locator(".mark.late")).to_contain_text("还没送达")
    await page.unroute("**/api/chat/messages")
    await page.get_by_role("button", name="现在重发").click()
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：别丢了我")
    assert sum(isinstance(one.content, Text) for one in house.inbound) == 1


async def test_a_lost_answer_is_asked_for_again_with_the_same_id(phones: Any, house: House) -> None:
    """The house heard it, the page didn't: nothing happens twice and nothing is shown twice."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    lost: list[str] = []

    async def lose_once(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(str(route.request.post_data))
        await route.fetch()
        await route.abort()

    await page.route("**/api/chat/messages", lose_once)
    await phone.say("只算一次")
    await expect(page.locator(".mark")).to_have_count(0)
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：只算一次")
    await expect(page.locator(".rider")).to_have_count(1)
    await expect(page.locator(".bot")).to_have_count(2)
    assert sum(isinstance(one.content, Text) for one in house.inbound) == 1


async def test_a_message_that_can_never_go_is_told_and_can_be_edited(phones: Any) -> None:
    """The words come back to the field; what is over 1,000 characters is said while writing."""
    phone = await phones()
    page = await phone.open()
    await page.fill("#write", "长" * 1001)
    await expect(page.locator("#hint")).to_contain_text("1001")
    await page.route(
        "**/api/chat/messages",
        lambda route: route.fulfill(
            status=413, json={"error": {"code": "text_too_long", "message": ""}}
        ),
    )
    await page.press("#write", "Enter")
    await expect(page.locator(".mark.failed")).to_contain_text("太长")
    await page.get_by_role("button", name="改一改").click()
    assert await page.input_value("#write") == "长" * 1001
    await expect(page.locator(".rider")).to_have_count(0)


async def test_a_page_that_is_too_fast_waits_as_long_as_it_is_told(
    phones: Any, house: House
) -> None:
    """429 is no failure."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    refused: list[int] = []

    async def refuse_once(route: Route) -> None:
        if refused:
            await route.continue_()
            return
        refused.append(429)
        await route.fulfill(
            status=429,
            headers={"Retry-After": "1"},
            json={"error": {"code": "too_many_messages", "message": ""}},
        )

    await page.route("**/api/chat/messages", refuse_once)
    await phone.say("快")
    await expect(page.locator(".mark.late")).to_contain_text("稍后自动发")
    await expect(page.locator("#banner")).to_be_hidden()
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：快")


async def test_events_go_on_after_the_stream_broke(
    phones: Any, house: House, server: TestServer
) -> None:
    """What came in between is there as well, once."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await house.say(1, Reply(text="第一条"))
    await expect(page.locator(".bot .said").last).to_have_text("第一条")
    await phone.context.set_offline(True)
    await house.say(1, Reply(text="第二条"))
    await phone.context.set_offline(False)
    await house.say(1, Reply(text="第三条"))
    await expect(page.locator(".bot .said").last).to_have_text("第三条")
    texts = await page.locator(".bot .said").all_inner_texts()
    assert texts[1:] == ["第一条", "第二条", "第三条"]


async def test_where_no_stream_gets_through_the_history_is_asked(phones: Any, house: House) -> None:
    """A proxy that holds streams back delays a message by seconds, no more."""
    phone = await phones()
    await phone.page.route("**/api/chat/events", lambda route: route.abort())
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.wait_for_timeout(1000)
    await house.say(1, Reply(text="照样到"))
    await expect(page.locator(".bot .said").last).to_have_text("照样到", timeout=10000)


async def test_when_the_house_is_away_the_page_says_so_and_comes_back(phones: Any) -> None:
    """By itself or by the button."""
    phone = await phones()
    await phone.page.route("**/api/**", lambda route: route.abort())
    page = await phone.open()
    await expect(page.locator("#state-text")).to_contain_text("连不上")
    await page.unroute("**/api/**")
    await page.get_by_role("button", name="再试一次").click()
    await expect(page.locator(".tile")).to_have_count(6)
    await expect(page.locator("#state")).to_be_hidden()


async def test_an_installed_page_opens_without_a_network(phones: Any) -> None:
    """The service worker has the shell; what was said is not in it."""
    phone = await phones(service_workers="allow")
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await page.reload()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.context.set_offline(True)
    await page.reload()
    await expect(page.locator("#state-text")).to_contain_text("连不上")
    kept = await page.evaluate(
        """async () => { const all = []; for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) all.push(request.url);
            return all; }"""
    )
    assert kept
    assert not [url for url in kept if "/api/" in url]
