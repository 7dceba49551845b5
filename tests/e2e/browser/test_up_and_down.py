"""A conversation that goes to the level above and comes back with its answer, in real browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import Databases
from tests.e2e.browser.office import Office, office
from tests.e2e.browser.test_district import DISTRICT, STREET, hears
from tests.e2e.browser.test_story import begin_to_join

pytestmark = pytest.mark.browser


@pytest.fixture
async def there(databases: Databases, browser: Browser) -> AsyncIterator[Office]:
    async with office(databases, browser) as made:
        yield made


async def step(desk: Page, name: str, label: str, note: str) -> None:
    """Unfold what is seldom done, say why, and do it."""
    form = desk.locator(f"form[action$='/{name}']")
    await desk.locator("summary", has_text=label).click()
    await form.locator("textarea").fill(note)
    await form.get_by_role("button").click()


async def test_what_is_known_above_comes_down_as_an_answer(there: Office) -> None:
    """The rider hears each time who has it now; nothing is sent up or down without a word."""
    street, district = (
        await there.desk(await there.door.member("王敏", "staff", STREET)),
        await there.desk(await there.door.member("李娜", "lead", DISTRICT)),
    )
    phone = await begin_to_join(there)
    await phone.say("威海经区皇冠街道")
    await hears(phone, "手机")
    await phone.say("转人工")
    await street.goto(f"{there.url}console/inbox")
    await expect(street.locator(".talk-row")).to_have_count(1)
    await street.get_by_role("button", name="接下一个").click()
    await expect(street.get_by_text("已由你接待")).to_be_visible()
    await hears(phone, "王敏")
    at = street.url.partition("?")[0]

    await street.locator("summary", has_text="上报给").click()
    await street.locator("form[action$='/escalate']").get_by_role("button").click()
    await expect(street.locator(".wrong")).to_be_visible()
    await street.goto(at)
    await step(street, "escalate", "上报给", "新规定街道没见过，请区里答")
    await expect(street.get_by_role("status").first).to_be_visible()
    await hears(phone, "开发区总工会")

    await district.goto(f"{there.url}console/inbox")
    await expect(district.locator(".talk-row")).to_have_count(1)
    await district.goto(at)
    await expect(district.locator("main")).to_contain_text("新规定街道没见过，请区里答")
    await district.get_by_role("button", name="接手").click()
    await hears(phone, "李娜")
    await step(district, "send-down", "退回给", "可以办，照新规定")
    await expect(district.get_by_text("已退回下一级，对方知道了。")).to_be_visible()
    await hears(phone, "您的事有了答复", "皇冠街道")

    await street.goto(at)
    await expect(street.locator("main")).to_contain_text("可以办，照新规定")
    await street.get_by_role("button", name="接手").click()
    await street.get_by_role("button", name="办结").click()
    await expect(street.get_by_text("已办结，对方知道了。")).to_be_visible()
    await expect(phone.page.get_by_role("button", name="5 很好")).to_be_visible()
