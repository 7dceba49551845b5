"""For every eye, hand and screen: keyboard, screen reader, axe, any width and size."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from actions.content import Press, Reply
from tests.bot.web_house import House
from tests.e2e.browser.axe import violations
from tests.e2e.browser.phone import walk

pytestmark = pytest.mark.browser


async def test_everything_can_be_done_by_keyboard(phones: Any, house: House) -> None:
    """Skip link, tiles, tools, field: in the order in which they are seen, with a visible ring."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport()
    seen = []
    for _ in range(14):
        await page.keyboard.press("Tab")
        active = page.locator("*:focus")
        seen.append((await active.get_attribute("id")) or (await active.inner_text()).strip())
        outline = await active.evaluate("(node) => getComputedStyle(node).outlineStyle")
        assert outline != "none", seen[-1]
    assert seen[:3] == ["language", "settings-button", "log"]
    assert seen[3] == "找地方歇脚"
    assert seen[9:14] == ["tool-menu", "tool-place", "tool-photo", "tool-person", "write"]
    await page.locator(".tile").nth(1).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".rider .said")).to_have_text("加入工会")
    assert house.inbound[-1].content == Press(id="r:join_union", label="加入工会")


async def test_a_screen_reader_hears_what_comes_and_not_what_was(phones: Any) -> None:
    """A polite log, silent until the history is there; each line says who speaks."""
    phone = await phones()
    page = await phone.open()
    log = page.get_by_role("log")
    await phone.say("听得见吗")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：听得见吗")
    await expect(log).to_have_attribute("aria-live", "polite")
    assert await page.locator(".rider").inner_text() != ""
    await expect(page.locator(".rider .unseen").first).to_have_text("你说")
    await page.route("**/api/chat/history*", lambda route: route.abort())
    await page.reload()
    await expect(log).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_axe_finds_nothing(phones: Any, house: House, scheme: str, locale: str) -> None:
    """No violation in any state: open talk, staff, settings, no network, and a page that failed."""
    phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")

    async def check(page: Page, where: str) -> None:
        assert await violations(page) == [], where

    page = await walk(phone)
    await check(page, "talk")
    await house.say(1, Reply(text="我是小赵", **{"from": "staff"}))
    await expect(page.locator(".staff")).to_be_visible()
    await page.click("#settings-button")
    await check(page, "settings and staff")
    await phone.context.set_offline(True)
    await phone.say("没网")
    await expect(page.locator(".mark.late")).to_be_visible()
    await check(page, "no network")
    await phone.context.set_offline(False)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await check(page, "desk")
    await page.route("**/api/**", lambda route: route.abort())
    await page.reload()
    await expect(page.locator("#state-retry")).to_be_visible()
    await check(page, "failed")


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
@pytest.mark.parametrize("size", ["normal", "huge"])
async def test_nothing_is_wider_than_the_phone(phones: Any, width: int, size: str) -> None:
    """At every width and type size; what can be tapped is large enough."""
    phone = await phones(viewport={"width": width, "height": 740})
    await phone.context.add_init_script(
        f"try {{ localStorage.setItem('gongyou.size', '{size}') }} catch (e) {{}}"
    )
    page = await walk(phone)
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("body, .log, .line, .said, .card, .pill, .top")]
            .filter((node) => node.scrollWidth > node.clientWidth + 1
                || node.getBoundingClientRect().right > innerWidth + 1)
            .map((node) => node.className)"""
    )
    assert wide == []
    small = await page.evaluate(
        """() => [...document.querySelectorAll("button, .pill, .card-links a, textarea")]
            .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 40)
            .map((node) => node.outerHTML)"""
    )
    assert small == []
