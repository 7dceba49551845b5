"""The evaluation's page in a real browser, opened from disk: phone and desk, day and night."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.commands.evaluate import write_page
from nlu.report.compare import compare
from nlu.report.words import PageLanguage
from tests.e2e.browser.axe import violations
from tests.nlu.reports import ORIGIN, report
from tests.nlu.test_compare import earlier_of

pytestmark = pytest.mark.browser


@pytest.fixture(params=["zh", "en"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A page with something of everything, as `gongyou evaluate --html` writes it."""
    language: PageLanguage = request.param
    now = report()
    then = earlier_of(now, {"我想入会": "find_job", "累死了": "smalltalk"})
    file = tmp_path / "report.html"
    write_page(file, now, ORIGIN, language, compare(then, now.verdicts))
    return file.as_uri()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_it_opens_from_disk_and_asks_for_nothing(
    browser: Browser, address: str, width: int
) -> None:
    """No request but for the page itself, no complaint, and nothing wider than the screen."""
    page = await browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(address)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter((node) => !node.closest(".scroll") && !node.closest("svg")
                && node.getBoundingClientRect().right > innerWidth + 1)
            .map((node) => node.outerHTML.slice(0, 200))"""
    )
    assert wide == []
    assert (asked, troubles) == ([address], [])
    await page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(browser: Browser, address: str, scheme: str) -> None:
    """With everything unfolded; the colours follow the machine's."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = await context.new_page()
    await page.goto(address)
    await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true })"
    )
    shade = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert shade == ("rgb(17, 23, 21)" if scheme == "dark" else "rgb(241, 242, 236)")
    assert await violations(page) == []
    await context.close()
