"""The README's picture: the web chat on a phone."""

from __future__ import annotations

from playwright.async_api import Page

from tests.pictures.studio import Picture, Studio


async def chat(studio: Studio) -> Page:
    page = studio.rider
    await page.goto(studio.house.address)
    await page.locator(".tile").first.wait_for()
    await page.fill("#write", "我是送外卖的，在威海经区，想入会")
    await page.press("#write", "Enter")
    await page.locator("#lines .rider + .bot").first.wait_for()
    await studio.house.rest()
    return page


PICTURES = (Picture("chat", chat),)
