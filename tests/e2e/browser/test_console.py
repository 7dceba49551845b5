"""The console in a real browser: by keyboard alone, by day and night, on a phone and at a desk.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from tests.bot.console import build
from tests.bot.door import OFFICE, PASSWORD, Door
from tests.e2e.browser.axe import violations
from tests.e2e.browser.phone import Phone

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("GONGYOU_PICTURES")
"""Read when the file is: the tests don't see the settings of whoever runs them."""

WIDTHS = {"phone": (390, 844), "desk": (1280, 800)}


@pytest.fixture
async def server(door: Door) -> AsyncIterator[TestServer]:
    server = TestServer(build(door))
    await server.start_server()
    yield server
    await server.close()


async def check(page: Page, where: str) -> None:
    """Axe finds nothing, nothing is wider than the screen, what can be pressed is large enough."""
    assert await violations(page) == [], where
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        out = await page.evaluate(
            """() => [...document.querySelectorAll("main *, header *")]
                .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
                .map((node) => node.tagName + "." + node.className).slice(0, 20)"""
        )
        pytest.fail(f"{where}: {wide} px too wide, of {out}")
    small = await page.evaluate(
        """() => [...document.querySelectorAll(
                "button, input:not([type=hidden], [type=checkbox]), select, textarea, .places a, " +
                ".menu > summary, .ticks label")]
            .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 40)
            .map((node) => node.outerHTML)"""
    )
    assert small == [], where


async def look(page: Page, name: str, scheme: str) -> None:
    """Check the page at both widths, and take its picture where wanted."""
    for size, (width, height) in WIDTHS.items():
        await page.set_viewport_size({"width": width, "height": height})
        await check(page, f"{name} {size} {scheme}")
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{size}-{scheme}.png", full_page=True)


async def press_to(page: Page, name: str, *, exact: bool = False, most: int = 30) -> None:
    """Tab until the thing of this name has the focus, with a ring that can be seen."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        # A date's button in its own shadow has the focus, but `:focus` doesn't match its field.
        active = await page.evaluate_handle("document.activeElement")
        label = await active.evaluate(
            "(n) => n.labels && n.labels[0] ? n.labels[0].innerText : n.innerText || n.value || ''"
        )
        if name == label.strip() if exact else name in label:
            outline = await active.evaluate("(node) => getComputedStyle(node).outlineStyle")
            assert outline != "none", name
            return
    raise AssertionError(f"{name} is not reached by keyboard")


async def test_from_the_invitation_to_the_first_page_by_keyboard_alone(
    phones: Any, door: Door
) -> None:
    """Password, second factor, recovery codes, home; nothing is clicked."""
    _, token = await door.accounts.invite(
        door.operator, name="赵敏", role="administrator", region=None
    )
    phone: Phone = await phones()
    page = phone.page
    await page.goto(f"{phone.url}console/invitation/{token}")
    await expect(page.get_by_label("新密码")).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await press_to(page, "再输入一次")
    await page.keyboard.type(PASSWORD)
    await press_to(page, "设好密码")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("设置第二重验证")
    await expect(page.locator("svg")).to_be_visible()
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await expect(page.get_by_label("应用里的验证码")).to_be_focused()
    await page.keyboard.type(door.code(secret))
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await press_to(page, "我已经存好了")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport()
    await press_to(page, "退出")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("已退出。")
    # And in again: name, password, code.
    door.clock.move(timedelta(minutes=1))
    await page.keyboard.type("赵敏")
    await press_to(page, "密码")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("验证码")).to_be_focused()
    await page.keyboard.type(door.code(secret))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("首页")


async def furnished(door: Door) -> dict[str, str]:
    """People, records and lines, so that pages have something to show; their addresses."""
    secret = door.secret()
    await door.member("赵敏", "administrator", secret=secret)
    await door.member("王师傅", "lead", "yantai", secret=door.secret())
    gone = await door.member("孙丽", "auditor", "weihai")
    await door.accounts.disable(door.operator, gone.id)
    account, _ = await door.accounts.invite(
        door.operator, name="欧阳建国", role="staff", region="zhifu"
    )
    _, link = await door.accounts.invite(
        door.operator, name="Chen Yu", role="administrator", region="yantai"
    )
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        fields = {
            "name": "林晓",
            "phone": "13900000001",
            "id_number": "000000198803120126",
            "employer": "烟台顺达配送服务有限公司",
            "workplace": "芝罘区幸福中路",
        }
        await unit.people.change(person, fields, actor="rider", region="zhifu")
        await unit.people.change(person, {"employer": None}, actor="staff:王师傅", region="zhifu")
        await unit.audit.write(
            None, actor="staff:赵敏", action="article.publish", subject="article:dues",
            region="yantai", before={"state": "draft"}, after={"state": "published"},
        )  # fmt: skip
        await unit.memberships.apply(
            person, sector="express", region="zhifu", details={}, consent="1", code="123456"
        )
    return {"secret": secret, "account": str(account.id), "person": str(person), "link": link}


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
async def test_every_page_is_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Axe finds nothing, and nothing is cut off, at 390 and 1280 pixels, by day and by night."""
    there = await furnished(door)
    english = locale.startswith("en")
    phone: Phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    page = phone.page
    at = f"{phone.url}console"

    async def see(name: str, path: str) -> None:
        await page.goto(at + path)
        await look(page, name, scheme)

    await see("login", "/login")
    await page.locator("summary").click()
    await page.fill("#login", "赵敏")
    await page.fill("#password", "something else")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, "login-refused", scheme)
    await see("invitation", f"/invitation/{there['link']}{'?language=en' if english else ''}")
    await see("invitation-void", "/invitation/nothing")
    async with door.database.begin() as unit:
        chief = await unit.accounts.with_login("赵敏")
        assert chief is not None
        if english:
            await unit.accounts.change(chief.id, language="en")
    await page.goto(f"{at}/login")
    await page.fill("#login", "赵敏")
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#code")).to_be_visible()
    await look(page, "second-factor", scheme)
    await page.fill("#code", door.code(there["secret"]))
    await page.keyboard.press("Enter")
    await expect(page.locator(".tiles")).to_be_visible()
    await look(page, "home", scheme)
    await page.locator(".menu > summary").first.click()
    await look(page, "menu", scheme)
    await door.logins.login("王师傅", PASSWORD, OFFICE)
    await see("account", "/account")
    await see("set-up", "/account/second-factor")
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await page.fill("#code", door.code(secret))
    await page.fill("#current", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await look(page, "codes", scheme)
    await see("staff", "/staff")
    await see("staff-one", f"/staff/{there['account']}?done=saved")
    await see("staff-new", "/staff/new")
    await page.fill("#name", "李姐")
    await page.keyboard.press("Enter")
    await expect(page.locator("#link")).to_have_value(re.compile("/console/invitation/"))
    await look(page, "staff-link", scheme)
    await page.goto(f"{at}/audit")
    for summary in await page.locator("details:not(.sift > details)").all():
        await summary.locator("summary").click()
    await look(page, "audit", scheme)
    await see("audit-empty", "/audit?action=nothing")
    await see("person", f"/persons/{there['person']}")
    await page.fill("#reason", "回电核对地址")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("13900000001")).to_be_visible()
    await look(page, "person-shown", scheme)
    await see("nothing", "/nothing")


async def test_a_stored_script_does_not_run(phones: Any, door: Door, browser: Browser) -> None:
    """What a rider calls themselves is text, also to a browser."""
    there = await furnished(door)
    evil = "<img src=x onerror=\"document.title='mine'\"><script>document.title='mine'</script>"
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        await unit.people.change(person, {"name": evil}, actor=evil, region="zhifu")
        chief = await unit.accounts.with_login("赵敏")
        assert chief is not None
        token = await unit.sessions.begin(chief, evil, complete=True)
    phone: Phone = await phones()
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    for path in ("audit", f"persons/{person}", "account", f"persons/{there['person']}"):
        await phone.page.goto(f"{phone.url}console/{path}")
        assert "mine" not in (await phone.page.title()).split(" ")
    assert await phone.page.locator("img[src=x]").count() == 0
