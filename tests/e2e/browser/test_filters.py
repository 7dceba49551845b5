"""What lists are narrowed by: folded away on a phone, all there at a desk, without a script.

With GONGYOU_PICTURES naming a folder, pictures are put there.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.bot.door import Door
from tests.e2e.browser.test_console import look, server
from tests.e2e.browser.test_places import enter, furnished

__all__ = ["server"]

pytestmark = pytest.mark.browser

LISTS = {
    "places": ("搜索", "text=观海路"),
    "courses": ("查找", "seats=free"),
    "cases": ("编号", "overdue=1"),
    "cases/board": ("地区", "closed=1"),
    "questions": ("语言", "days=7"),
    "audit": ("做了什么", "action=staff"),
    "figures": ("语言", "weeks=4"),
    "calls": ("地区", "how=phone"),
    "leads/figures": ("地区", "weeks=4"),
}
"""A field of each list, and an address that narrows it."""

USUAL = {"courses": "text=&when=coming", "questions": "days=30&page=1", "figures": "weeks=12"}
"""What a form sends that narrows nothing."""


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_s_filters_are_folded_away_on_a_phone(
    phones: Any, door: Door, name: str
) -> None:
    """Opened by the keyboard, open where something is set; the page has no script for it."""
    label, narrowed = LISTS[name]
    phone = await phones(java_script_enabled=False)
    page = await enter(phone, door)
    at, sift = f"{phone.url}console/{name}", page.locator(".sift")
    for address in [at, *([f"{at}?{USUAL[name]}"] if name in USUAL else [])]:
        await page.goto(address)
        await expect(sift.get_by_label(label, exact=True)).not_to_be_visible()
        box = await sift.bounding_box()
        assert box is not None
        assert box["height"] < 70
    await sift.locator("summary").press("Enter")
    await expect(sift.get_by_label(label, exact=True)).to_be_visible()
    await page.goto(f"{at}?{narrowed}")
    await expect(sift.get_by_label(label, exact=True)).to_be_visible()


@pytest.mark.parametrize("name", LISTS)
async def test_nothing_is_folded_away_at_a_desk(phones: Any, door: Door, name: str) -> None:
    """Fields are there to be tabbed to; there is nothing to be opened first."""
    label, _ = LISTS[name]
    phone = await phones(viewport={"width": 1280, "height": 900})
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/{name}")
    sift = page.locator(".sift")
    await expect(sift.locator("summary")).not_to_be_visible()
    field = sift.get_by_label(label, exact=True)
    await expect(field).to_be_visible()
    await field.focus()
    await expect(field).to_be_focused()


async def test_the_first_places_stand_on_the_first_screen_of_a_phone(
    phones: Any, door: Door
) -> None:
    """Not below the filters; with one set, what it is set to can be seen and changed."""
    await furnished(door)
    phone = await phones()
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/places")
    row = await page.locator("tr[data-code]").first.bounding_box()
    assert row is not None
    assert row["y"] + row["height"] < 844
    await look(page, "filters-folded", "light")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.locator(".sift summary").click()
    await page.get_by_label("搜索").fill("幸福路")
    await page.locator(".sift").get_by_role("button").click()
    await expect(page.locator("tr[data-code]")).to_have_count(1)
    await expect(page.get_by_label("搜索")).to_have_value("幸福路")
    await look(page, "filters-set", "light")
