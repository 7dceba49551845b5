"""Takes the README's picture from a running house: `scripts/picture.py ADDRESS FILE`."""

from __future__ import annotations

import asyncio
import sys

from playwright.async_api import async_playwright

LINES = ("我是送外卖的，在威海经区，想入会",)
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]


async def take(address: str, file: str, lines: tuple[str, ...]) -> None:
    """Write the lines on a phone's page and take its picture."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = await browser.new_page(
            viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="zh-CN"
        )
        await page.goto(address)
        await asyncio.sleep(3)
        for line in lines:
            before = await page.locator("[role=log] > *").count()
            await page.locator("textarea").fill(line)
            await page.keyboard.press("Enter")
            for _ in range(100):
                await asyncio.sleep(0.1)
                if await page.locator("[role=log] > *").count() >= before + 2:
                    break
        await asyncio.sleep(0.7)
        await page.screenshot(path=file)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1], sys.argv[2], tuple(sys.argv[3:]) or LINES))
