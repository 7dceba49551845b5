"""Browsers and a small house for the page: Debian's Chromium, or Playwright's own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright

from bot.channels.web import build_web
from bot.channels.web_parts import WebLimits, WebParts
from knowledge.database import Database
from knowledge.secrets import Keyring
from tests.bot.door import Door
from tests.bot.web_house import House
from tests.e2e.browser.phone import Phone

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The one without windows is quicker; None: Playwright's own, which has none either."""
FLAGS = (
    "--no-sandbox",
    # axe runs once or twice in a page: compiling it plainly pays, making the best of it doesn't.
    "--js-flags=--always-sparkplug --no-maglev --no-opt",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No test reaches the network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    lifted = WebLimits(messages_per_minute=0, new_conversations_per_hour=0)
    made = WebParts(inbox=house, log=house, photos=house, limits=lifted)
    server = TestServer(build_web(made))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def door(database_url: str, keyring: Keyring) -> AsyncIterator[Door]:
    """The console's accounts, for the tests of its pages."""
    database = Database(database_url, keyring)
    yield await Door.on(database)
    await database.close()


@pytest.fixture
def address(server: TestServer) -> str:
    """Where the house under test answers."""
    return str(server.make_url("/"))


@pytest.fixture
async def phones(browser: Browser, address: str) -> AsyncIterator[Any]:
    """Makes phones: `await phones(locale="en-GB", …)`; afterwards none may have had trouble."""
    made: list[Phone] = []

    async def make(**options: Any) -> Phone:
        settings: dict[str, Any] = {
            "viewport": {"width": 390, "height": 844},
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "service_workers": "block",
            **options,
        }
        context = await browser.new_context(**settings)
        context.set_default_timeout(8000)
        phone = Phone(context, await context.new_page(), address)
        made.append(phone)
        return phone

    yield make
    for phone in made:
        await phone.context.close()
    assert [phone.troubles for phone in made] == [[] for _ in made]
