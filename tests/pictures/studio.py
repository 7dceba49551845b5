"""A house with the demonstration content, browsers in it, and how a picture is taken and kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pyotp
from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright

from bot.accounts import Accounts
from bot.codes import new_secret
from bot.logins import Caller, Logins
from bot.passwords import Passwords
from bot.rehearsal.form import USUAL_NOW
from bot.rehearsal.house import RehearsalHouse, own_stage
from bot.settings import ROOT, Settings
from knowledge.access import Actor
from tests.e2e.browser.conftest import CHROMIUM, FLAGS

FOLDER = ROOT / "docs" / "pictures"

DESK, PHONE = (1280, 800), (390, 844)
"""What is seen of a page at once, in CSS pixels."""

SHARP = 2
"""Pixels for one of CSS, where a picture stands alone."""

PATIENCE_MS = 120_000
"""A busy machine still gets its pictures."""

COLOURS = 128
"""Enough for pages of few colours; a third of the bytes."""

PASSWORD = "七月里 麦子黄了 一大片"
FROM = Caller("203.0.113.7", "Chrome · Windows")


@dataclass(frozen=True)
class Picture:
    """A picture by its file's name; `take` does what leads to it, and says what is shown.

    That is a page as it stands in its window, or a part of one. The pictures of a guide are taken
    in their order, in one house: a later one finds what an earlier one has done.
    """

    name: str
    take: Callable[[Studio], Awaitable[Page | Locator]]


@dataclass
class Person:
    """Somebody with an account, and what their app has."""

    login: str
    secret: str


class Studio:
    """A house, an administrator at a desk (in English), one on a phone (in Chinese), a rider."""

    def __init__(self, house: RehearsalHouse, desk: Page, phone: Page, rider: Page) -> None:
        self.house, self.desk, self.phone, self.rider = house, desk, phone, rider
        self.database = house.house.database
        self.chief = Person("赵敏", new_secret())
        self.colleague = Person("王师傅", new_secret())

    @property
    def console(self) -> str:
        return f"{self.house.address}/console"

    async def furnish(self) -> None:
        """Accounts of the two, and the desk's session."""
        await self._invite(self.chief, "en", None)
        await self._invite(self.colleague, "zh", "yantai")
        await self.fill_login(self.desk, self.chief)
        await self.desk.keyboard.press("Enter")
        await self.desk.fill("#code", self.code(self.chief))
        await self.desk.keyboard.press("Enter")
        await self.desk.locator("nav").wait_for()

    async def fill_login(self, page: Page, person: Person) -> None:
        """The login's page with name and password in it."""
        await page.goto(f"{self.console}/login")
        await page.fill("#login", person.login)
        await page.fill("#password", PASSWORD)

    def code(self, person: Person) -> str:
        """What the person's app shows now."""
        return pyotp.TOTP(person.secret).at(self.house.clock.now())

    async def at_desk(self, path: str) -> Page:
        await self.desk.goto(self.console + path)
        return self.desk

    async def on_phone(self, path: str) -> Page:
        await self.phone.goto(self.console + path)
        return self.phone

    async def _invite(self, person: Person, language: str, region: str | None) -> None:
        boss = Actor.operator("root", self.database.region_tree)
        logins = Logins(self.database, Passwords())
        account, token = await Accounts(self.database).invite(
            boss, name=person.login, role="administrator", region=region, language=language
        )
        await logins.take_invitation(token, PASSWORD, PASSWORD, FROM)
        async with self.database.begin() as unit:
            await unit.second_factors.set(account.id, person.secret, None)


@asynccontextmanager
async def studio(settings: Settings) -> AsyncIterator[Studio]:
    """A house on a Tuesday morning, gone afterwards.

    Raises:
        Trouble: there is no model yet.
    """
    async with (
        own_stage(settings) as stage,
        stage.house() as house,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        made = Studio(
            house,
            await _page(browser, DESK, "en-GB", 1),
            await _page(browser, PHONE, "zh-CN", 1),
            await _page(browser, PHONE, "zh-CN", SHARP),
        )
        await made.furnish()
        yield made
        await browser.close()


async def _page(browser: Browser, size: tuple[int, int], locale: str, sharp: int) -> Page:
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=sharp,
        locale=locale,
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        service_workers="block",
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.clock.set_fixed_time(USUAL_NOW)
    return await context.new_page()


async def keep(shown: Page | Locator, name: str, folder: Path = FOLDER) -> int:
    """Write what is shown to a file; its bytes."""
    shot = await shown.screenshot(animations="disabled", caret="hide")
    return await asyncio.to_thread(_write, shot, folder / f"{name}.png")


def _write(shot: bytes, file: Path) -> int:
    picture = Image.open(BytesIO(shot)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    return file.stat().st_size
