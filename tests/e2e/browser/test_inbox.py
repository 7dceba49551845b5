"""The inbox in real browsers: on a bad network, without a script, for every eye and screen.

The story of a conversation from its beginning to its end is in `test_story.py`. With
GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from bot.quick_replies import QuickReplies
from tests.conftest import Databases
from tests.e2e.browser.office import Office, office
from tests.e2e.browser.test_console import look

pytestmark = pytest.mark.browser


@pytest.fixture
async def there(databases: Databases, browser: Browser) -> AsyncIterator[Office]:
    async with office(databases, browser) as made:
        yield made


async def wait_for_person(there: Office) -> Page:
    """A rider who has asked for a person."""
    phone = await there.phone()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.say("我是送外卖的，手机13900000099，工伤怎么弄")
    await expect(page.locator(".line.bot")).to_have_count(2)
    await phone.say("转人工")
    await expect(page.locator(".line.bot")).to_have_count(3)
    return page


async def test_a_bad_network_says_an_answer_once(there: Office) -> None:
    """It waits, says so, and goes out by itself; the rider reads it one time."""
    zhao = await there.door.member("赵敏")
    rider = await wait_for_person(there)
    desk = await there.desk(zhao)
    await desk.goto(f"{there.url}console/inbox")
    await desk.keyboard.press("n")
    await expect(desk.locator("#say")).to_be_visible()
    # The house has it, but its answer is lost on the way: the page must send it again.
    lost: list[str] = []

    async def lose(route: Any) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(route.request.url)
        await route.fetch()
        await route.abort()

    await desk.route("**/say", lose)
    await desk.fill("#text", "我在，请说")
    await desk.keyboard.press("Control+Enter")
    await expect(rider.locator(".line.staff")).to_have_count(1)
    await expect(desk.locator("li.pending")).to_have_count(0)
    await asyncio.sleep(2)
    assert len(lost) == 1
    await expect(rider.locator(".line.staff")).to_have_count(1)
    await expect(desk.locator("li.speech.staff")).to_have_count(1)


async def test_without_a_script_everything_works_by_reload(there: Office) -> None:
    """Take, answer, insert an article, close."""
    zhao = await there.door.member("赵敏")
    rider = await wait_for_person(there)
    page = await there.desk(zhao, java_script_enabled=False)
    await page.goto(f"{there.url}console/inbox")
    await page.get_by_role("button", name="接下一个").click()
    await expect(page.get_by_text("已由你接待")).to_be_visible()
    await page.fill("#find", "会费")
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("button", name="放进：").first.click()
    assert "会费" in await page.locator("#text").input_value()
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator("li.speech.staff")).to_have_count(1)
    await expect(rider.locator(".line.staff")).to_have_count(1)
    await page.get_by_role("button", name="办结").click()
    await expect(page.get_by_text("已办结，对方知道了。")).to_be_visible()


async def test_a_conversation_from_taking_to_closing_by_keyboard_alone(there: Office) -> None:
    """Next, answer, ask for a photo, note, close, the next one; no key works inside a field."""
    zhao = await there.door.member("赵敏")
    first = await wait_for_person(there)
    second = await wait_for_person(there)
    desk = await there.desk(zhao)
    keys = desk.keyboard
    await desk.goto(f"{there.url}console/inbox")
    await expect(desk.locator(".talk-row")).to_have_count(2)
    await keys.press("n")
    await expect(desk.locator("#say")).to_be_visible()
    await desk.wait_for_load_state()  # keys are heard once the page's script runs
    await keys.press("a")
    await expect(desk.locator("#text")).to_be_focused()
    await keys.type("can you call back")  # holds a, b, c and l: letters like any others
    await keys.press("Control+Enter")
    await expect(first.locator(".line.staff .said").last).to_have_text("can you call back")
    await desk.locator("#wish").focus()
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await expect(desk.locator("#wish")).to_have_value("photo")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(first.locator(".line.staff")).to_have_count(2)
    await expect(first.locator(".line.staff").last.get_by_role("button")).to_be_visible()
    await desk.locator("#about-end").focus()
    await keys.type("called back")
    await desk.locator("#said").focus()
    await keys.press("c")
    await expect(desk.get_by_text("已办结，对方知道了。")).to_be_visible()
    await expect(first.get_by_role("button", name="5 很好")).to_be_visible()
    await keys.press("l")
    await expect(desk.locator(".talk-row")).to_have_count(1)
    await keys.press("n")
    await expect(second.locator(".line.bot").last).to_contain_text("赵敏")
    await expect(desk.locator("#lines > li").first).to_be_visible()
    await expect(desk.locator(".nothing")).to_be_hidden()


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
async def test_every_page_is_for_every_eye_and_screen(
    there: Office, scheme: str, locale: str
) -> None:
    """Axe finds nothing, and nothing is cut off, at 390 and 1280 pixels, by day and by night."""
    account = await there.door.member("赵敏", "lead")
    async with there.door.database.begin() as unit:
        language = "en" if locale.startswith("en") else "zh"
        await unit.accounts.change(account.id, language=language)
        account = await unit.accounts.get(account.id)
        actor = account.actor(unit)
    await QuickReplies(there.door.database).save(
        actor, None, title="问好", text="{rider}您好，我是{staff}，我来帮您看看这件事。"
    )
    options = {"color_scheme": scheme, "locale": locale, "reduced_motion": "reduce"}
    page = await there.desk(account, **options)
    await page.goto(f"{there.url}console/inbox")
    await look(page, "inbox-empty", scheme)
    await wait_for_person(there)
    rider = await wait_for_person(there)
    await rider.fill("#write", "我不想活了")
    await rider.press("#write", "Enter")
    await expect(page.locator(".talk-row.urgent")).to_have_count(1)
    await page.locator(".shortcuts summary").click()
    await look(page, "inbox", scheme)
    await page.locator(".talk-row a").first.click()
    await look(page, "inbox-waiting", scheme)
    await page.keyboard.press("t")
    await expect(page.locator("#say")).to_be_visible()
    await page.fill("#text", "我在，您现在在哪里？")
    await page.locator("#text").press("Control+Enter")
    await expect(page.locator("li.speech.staff")).to_have_count(1)
    await page.locator(".understood summary").first.click()
    await page.fill("#note", "已打电话，家人在身边")
    await page.locator("form[action$=note] button").click()
    await page.locator(".understood summary").first.click()
    await look(page, "inbox-talk", scheme)
    # A crisis isn't ended without a note: the sentence stands at the field.
    await page.locator("button[data-key=c]").click()
    await expect(page.locator("#about-end")).to_be_focused()
    await expect(page.locator("#about-end-wrong")).to_be_visible()
    for summary in await page.locator("#h-elsewhere ~ details > summary").all():
        await summary.click()
    await look(page, "inbox-note-missing", scheme)
    await page.fill("#about-end", "已联系家人，人是安全的")
    await page.locator("button[data-key=c]").click()
    await page.goto(f"{there.url}console/inbox?view=closed")
    await look(page, "inbox-closed", scheme)
    await page.locator(".talk-row a").first.click()
    await expect(page.get_by_text("已联系家人，人是安全的")).to_be_visible()
    await look(page, "inbox-over", scheme)
    await page.goto(f"{there.url}console/quick-replies")
    await page.locator("details summary").first.click()
    await look(page, "quick-replies", scheme)


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
async def test_linking_is_for_every_eye_and_screen(there: Office, scheme: str, locale: str) -> None:
    """Found, asked in the chat, agreed to on papers, linked, and the form to take it apart."""
    account = await there.door.member("王敏", "lead")
    async with there.door.database.begin() as unit:
        await unit.accounts.change(account.id, language=locale[:2])
        account = await unit.accounts.get(account.id)
    options = {"color_scheme": scheme, "locale": locale, "reduced_motion": "reduce"}
    page = await there.desk(account, **options)
    rider = await wait_for_person(there)
    await page.goto(f"{there.url}console/inbox")
    await page.keyboard.press("n")
    await expect(page.locator("#say")).to_be_visible()
    await page.locator("#same summary").click()
    await page.fill("#wanted", "YT-7K3Q9M")
    await page.locator("form[action*='/link/find'] button").click()
    await expect(page.locator("#papers-1")).to_be_visible()
    await look(page, "inbox-link-found", scheme)
    await page.fill("#papers-1", "11月24日窗口看过身份证原件")
    await page.locator("form[action$='/link'] button").click()
    await expect(page.locator("#same .notice")).to_be_visible()
    await rider.get_by_role("button", name="同意", exact=True).click()
    await expect(rider.get_by_text("已经合起来看了")).to_be_visible()
    # Nobody reloads: the history of both is another page, and it comes by itself.
    await expect(page.locator("#split-1")).to_have_count(1)
    await page.locator("#same details summary").first.click()
    await expect(page.locator("#split-1")).to_be_visible()
    await look(page, "inbox-linked", scheme)
    await page.fill("#split-1", "弄错了人")
    await page.locator("form[action$='/split'] button").click()
    await expect(page.locator("#split-1")).to_have_count(0)
    await expect(rider.get_by_text("又各看各的了")).to_be_visible()


async def test_what_happened_before_a_page_listens_is_shown_too(there: Office) -> None:
    """A colleague takes the conversation while the page of a refused form is still being opened."""
    zhao = await there.door.member("赵敏")
    late, quick = await there.desk(await there.door.member("王敏")), await there.desk(zhao)
    await wait_for_person(there)
    taken = asyncio.Event()

    async def hold(route: Route) -> None:
        await taken.wait()
        await route.continue_()

    await late.route("**/inbox/*/events?*", hold)
    await late.goto(f"{there.url}console/inbox")
    await late.locator(".talk-row a").first.click()
    await late.locator("form[action$='/note']").evaluate("form => form.submit()")
    await expect(late).to_have_url(re.compile("/note$"))
    await quick.goto(f"{there.url}console/inbox")
    await quick.keyboard.press("n")
    await expect(quick.locator("#say")).to_be_visible()
    await expect(late.get_by_text("由 赵敏 接待", exact=True)).to_have_count(0)
    taken.set()
    await expect(late.get_by_text("由 赵敏 接待", exact=True)).to_be_visible()


async def test_the_panel_of_the_same_person_is_live(there: Office) -> None:
    """Who looks on sees that the rider was asked and said no; what they are writing stays."""
    own = await there.door.member("王敏", "lead")
    looks_on = await there.door.member("赵敏", "lead")
    page = await there.desk(own, reduced_motion="reduce")
    other = await there.desk(looks_on, reduced_motion="reduce")
    rider = await wait_for_person(there)
    await page.goto(f"{there.url}console/inbox")
    await page.keyboard.press("n")
    await expect(page.locator("#say")).to_be_visible()
    await other.goto(page.url.partition("?")[0])
    await expect(other.locator("#same")).to_be_visible()
    await other.fill("#note", "我在看")
    await other.evaluate("window.sameAsBefore = true")
    await expect(other.locator("#same .notice")).to_have_count(0)
    await page.locator("#same summary").click()
    await page.fill("#wanted", "YT-7K3Q9M")
    await page.locator("form[action*='/link/find'] button").click()
    await page.locator("form[action$='/link'] button").click()
    await expect(other.locator("#same .notice")).to_have_count(1)
    asked = await other.locator("#same .notice").inner_text()
    await rider.get_by_role("button", name="不同意", exact=True).click()
    await expect(other.locator("#same .notice")).not_to_have_text(asked)
    await expect(page.locator("#same .notice")).not_to_have_text(asked)
    assert await other.evaluate("window.sameAsBefore")
    assert await other.input_value("#note") == "我在看"
