"""A browser with the page open."""

from __future__ import annotations

from typing import Any

from playwright.async_api import BrowserContext, Page, expect


class Phone:
    """A browser with the page open, and what went wrong in it."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context, self.page, self.url = context, page, url
        self.troubles: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._console)
        page.on("request", lambda request: self.asked.append(request.url))

    def _console(self, message: Any) -> None:
        # A failed request is what some tests are about; a refused policy never is.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)

    async def open(self) -> Page:
        await self.page.goto(self.url)
        return self.page

    async def say(self, text: str) -> None:
        await self.page.fill("#write", text)
        await self.page.press("#write", "Enter")


async def walk(phone: Phone) -> Page:
    """A conversation that shows nearly everything there is to see."""
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    for text, sign in (
        ("夜校", ".card"),
        ("不想活了", ".urgent"),
        ("查询码", ".veil"),
        ("驿站", ".ask"),
    ):
        await phone.say(text)
        await expect(page.locator(sign).first).to_be_visible()
    return page
