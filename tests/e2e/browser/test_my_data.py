"""The rider's own data on the phone: shown, saved as a file, erased; in both languages.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import Databases
from tests.e2e.browser.axe import violations
from tests.e2e.browser.office import Office, office
from tests.e2e.browser.test_console import PICTURES, WIDTHS

pytestmark = pytest.mark.browser


@pytest.fixture
async def there(databases: Databases, browser: Browser) -> AsyncIterator[Office]:
    async with office(databases, browser) as made:
        yield made


async def look(page: Page, name: str) -> None:
    """Axe finds nothing and nothing is too wide; a picture where wanted."""
    for size, (width, height) in WIDTHS.items():
        await page.set_viewport_size({"width": width, "height": height})
        assert await violations(page) == [], (name, size)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{size}.png")


@pytest.mark.parametrize(
    ("locale", "ask", "take", "save", "erase", "yes", "done"),
    [
        ("zh-CN", "我的数据", "给我一份", "保存文件", "全部删掉", "确定，全部删掉", "都删了"),
        ("en-GB", "My data", "Give me a copy", "Save the file", "Delete everything",
         "Yes, delete everything", "Everything is deleted"),
    ],
)  # fmt: skip
async def test_seen_saved_and_erased(
    there: Office, locale: str, ask: str, take: str, save: str, erase: str, yes: str, done: str
) -> None:
    """The file comes by the page's own token; afterwards a reload shows nothing of before."""
    phone = await there.phone(locale=locale, reduced_motion="reduce")
    page = await phone.open()
    await phone.say("附近哪儿能歇脚" if locale == "zh-CN" else "a rest stop near me")
    await expect(page.locator(".line.rider")).to_have_count(1)
    await phone.say(ask)
    button = page.get_by_role("button", name=take)
    await expect(button).to_be_visible()
    await look(page, f"my-data-{locale}")
    await button.click()
    link = page.get_by_role("link", name=save)
    await expect(link).to_be_visible()
    async with page.expect_download() as coming:
        await link.click()
    saved = await coming.value
    assert saved.suggested_filename == "gongyou-my-data.json"
    file = json.loads(Path(await saved.path()).read_text("utf-8"))
    assert file["conversations"][0]["lines"][0]["who"] == "rider"
    await page.get_by_role("button", name=erase).last.click()
    await expect(page.get_by_role("button", name=yes)).to_be_visible()
    await look(page, f"my-data-sure-{locale}")
    await page.get_by_role("button", name=yes).click()
    await expect(page.get_by_text(done).last).to_be_visible()
    await look(page, f"my-data-done-{locale}")
    await page.reload()
    await expect(page.get_by_text(done)).to_be_visible()
    await expect(page.locator(".line.rider")).to_have_count(1)
    # The stream that stood open all the while is of the same number: what comes later is heard.
    await phone.say("你好" if locale == "zh-CN" else "hello")
    await expect(page.locator(".line.rider")).to_have_count(2)
