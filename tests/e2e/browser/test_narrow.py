"""What went wrong on small screens once, and how it should be.

With GONGYOU_PICTURES naming a folder, pictures are put there.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.bot.door import Door
from tests.e2e.browser.test_console import look, server
from tests.e2e.browser.test_places import enter, furnished

__all__ = ["server"]

pytestmark = pytest.mark.browser


async def box(of: Locator) -> FloatRect:
    found = await of.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize("width", [320, 390])
async def test_the_head_in_english_takes_one_row_beside_the_menus(
    phones: Any, door: Door, width: int
) -> None:
    """The house's name gives way to who one is; at a desk it stands there whole."""
    phone = await phones(viewport={"width": width, "height": 844}, locale="en-GB")
    page = await enter(phone, door, "en")
    await page.goto(f"{phone.url}console")
    brand, who = page.get_by_role("link", name="Gongyou console"), page.locator(".who")
    first, second = await box(brand), await box(who)
    assert abs(first["y"] - second["y"]) < 20
    assert first["x"] + first["width"] <= second["x"]
    await page.set_viewport_size({"width": 1280, "height": 900})
    words = brand.locator("span")
    assert await words.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    await look(page, "narrow-head", "light")


async def test_boxes_to_tick_keep_their_size_beside_long_words(phones: Any, door: Door) -> None:
    """Also where the words take two lines."""
    phone = await phones(locale="en-GB")
    page = await enter(phone, door, "en")
    await page.goto(f"{phone.url}console/notices/settings")
    boxes = page.locator(".ticks input")
    widths = [(await box(one))["width"] for one in await boxes.all()]
    assert len(widths) > 10
    assert max(widths) - min(widths) < 0.1


async def test_what_is_folded_leaves_no_hole(phones: Any, door: Door) -> None:
    """A card that only opens is as high as its words; a table's head doesn't break a word."""
    await furnished(door)
    phone = await phones()
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/duty")
    card = page.locator("details.card").first
    await expect(card).not_to_have_attribute("open", "")
    words = await box(card.locator("summary"))
    assert (await box(card))["height"] - words["height"] < 45
    await page.goto(f"{phone.url}console/places")
    head = page.locator(".listing thead th").first
    assert (await box(head))["height"] < 50
