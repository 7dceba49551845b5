"""The list in a real browser: what a key, a scrolled screen and a live change cost on the page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from playwright.async_api import async_playwright

from benchmarks.stations import share
from benchmarks.tables import table

KEYS = 49
"""How often the key for the next conversation is pressed: through a whole page of the list."""

FRAME = 1000 / 60
"""Milliseconds of a frame: what takes longer is seen."""

PRESS = """(times) => {
    const spent = [];
    for (let i = 0; i < times; i++) {
        const began = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "j", bubbles: true}));
        document.getElementById("list").getBoundingClientRect();  // style and layout, now
        spent.push(performance.now() - began);
    }
    return spent;
}"""
"""Milliseconds of script, style and layout of each press."""

SCROLL = """async () => {
    const frames = [];
    const frame = () => new Promise(requestAnimationFrame);
    let last = await frame();
    for (let i = 0; i < 60; i++) {
        scrollBy(0, 60);
        const now = await frame();
        frames.push(now - last);
        last = now;
    }
    return frames;
}"""
"""Milliseconds between the frames of a list that is scrolled."""

CHANGE = """async () => {
    const list = document.getElementById("list");
    const text = await (await fetch(list.dataset.rows)).text();
    const spent = [];
    for (let i = 0; i < 20; i++) {
        const began = performance.now();
        const fresh = new DOMParser().parseFromString(text, "text/html").body;
        list.textContent = "";
        list.append(...fresh.childNodes);
        list.getBoundingClientRect();
        spent.push(performance.now() - began);
    }
    return spent;
}"""
"""Milliseconds of putting a changed list in place, style and layout included."""


@dataclass
class Fluency:
    """Milliseconds."""

    rows: int
    keys: list[float]
    frames: list[float]
    changes: list[float]

    def told(self) -> str:
        """The table."""
        parts = (
            ("the key for the next one (script, style, layout)", self.keys),
            ("between two frames while scrolling", self.frames),
            ("a live change put in place (script, style, layout)", self.changes),
        )
        return table(
            f"the list in Chromium, {self.rows} rows a page|p50 ms|p95 ms|most ms|a frame",
            [
                (name, share(spent, 0.5), share(spent, 0.95), round(max(spent), 1), round(FRAME, 1))
                for name, spent in parts
            ],
        )


async def look_at(url: str, token: str) -> Fluency:
    """Open a list as somebody of staff, go through it, scroll it, change it.

    Raises:
        playwright.async_api.Error: there is no Chromium, or the page doesn't come.
    """
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            context = await browser.new_context(viewport={"width": 1280, "height": 900})
            where = url.partition("/console")[0]
            cookie = {"name": "gongyou_console", "value": token, "url": where}
            await context.add_cookies([cookie])  # type: ignore[list-item]
            page = await context.new_page()
            await page.goto(url)
            await page.wait_for_selector(".talk-row")
            await page.wait_for_timeout(1000)  # the live list has come once
            rows = await page.locator(".talk-row").count()
            keys = await page.evaluate(PRESS, KEYS)
            await page.evaluate("scrollTo(0, 0)")
            return Fluency(rows, keys, await page.evaluate(SCROLL), await page.evaluate(CHANGE))
        finally:
            await browser.close()
