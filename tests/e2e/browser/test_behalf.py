"""On behalf of a rider who calls, in a real browser: day and night, phone and desk.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import Databases
from tests.e2e.browser.office import Office, office
from tests.e2e.browser.test_console import look
from tests.e2e.browser.test_offers import day_and_night

pytestmark = pytest.mark.browser

SENTENCE = "我叫李雷，在威海经区皇冠街道送外卖，手机13900000088，想入会"


@pytest.fixture
async def there(databases: Databases, browser: Browser) -> AsyncIterator[Office]:
    async with office(databases, browser) as made:
        yield made


@day_and_night
async def test_a_call_is_for_every_eye_and_screen(there: Office, scheme: str, locale: str) -> None:
    """Looked for in vain, begun, empty, and with a text that must be read out."""
    account = await there.door.member("王敏", "staff", "weihai")
    async with there.door.database.begin() as unit:
        await unit.accounts.change(account.id, language=locale[:2])
        account = await unit.accounts.get(account.id)
    options: dict[str, Any] = {"color_scheme": scheme, "locale": locale}
    page = await there.desk(account, reduced_motion="reduce", **options)
    await page.goto(f"{there.url}console/behalf")
    await look(page, "behalf-new", scheme)
    await page.fill("#wanted", "13900000088")
    await page.locator("form[action='/console/behalf'] button").click()
    await expect(page.locator(".empty")).to_be_visible()
    await look(page, "behalf-nobody", scheme)
    await page.fill("#wanted", "12")
    await page.locator("form[action='/console/behalf'] button").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await look(page, "behalf-refused", scheme)
    await page.fill("#note", "嗓子哑，打字慢")
    await page.locator("form[action$='/begin'] button").click()
    await expect(page.locator(".empty")).to_be_visible()
    await look(page, "behalf-empty", scheme)
    await page.fill("#text", SENTENCE)
    await page.locator("main form button.primary").click()
    await expect(page.locator("input[name=read_out]")).to_be_visible()
    await look(page, "behalf", scheme)
    await page.goto(f"{there.url}console/calls")
    await expect(page.locator("#calls .row")).to_have_count(1)
    await look(page, "calls", scheme)
    await page.goto(f"{there.url}console/calls?how=visit")
    await look(page, "calls-none", scheme)
