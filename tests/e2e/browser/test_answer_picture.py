"""An answer's picture in the web chat."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from actions.content import Picture, Reply
from bot.channels.web_parts import PARTS
from knowledge.article_pictures import ArticlePicture
from tests.bot.newsroom import photo
from tests.bot.test_article_pictures import ALT
from tests.bot.web_house import House

pytestmark = pytest.mark.browser

NAME = f"7-{'0' * 32}"


class OnePicture:
    """A house with one picture."""

    async def at(self, name: str) -> ArticlePicture:
        if name != NAME:
            raise LookupError(name)
        return ArticlePicture("image/jpeg", photo())


async def test_an_answer_comes_with_its_picture(
    phones: Any, house: House, server: TestServer
) -> None:
    """It is shown above the words, described, no wider than the page, and there after a reload."""
    server.app[PARTS].pictures = OnePicture()
    phone = await phones(viewport={"width": 360, "height": 640})
    page = await phone.open()
    shown = Picture(number=7, address=f"/pictures/{NAME}", alt=ALT)
    await house.say(1, Reply(text="每天10元", picture=shown))
    image = page.get_by_role("img", name=ALT)
    for _ in range(2):
        await expect(image).to_be_visible()
        await image.scroll_into_view_if_needed()
        await page.wait_for_function(
            "() => document.querySelector('img.picture').naturalWidth === 400"
        )
        box = await image.bounding_box()
        assert box is not None
        assert box["width"] <= 360
        await page.reload()
