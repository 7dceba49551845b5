"""A whole house for browsers, its clock, and those of staff and riders who look into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.async_api import Browser, FilePayload, Page
from pydantic import SecretStr

from bot.app import House
from bot.rehearsal.telegram import FakeTelegram
from bot.settings import Settings
from knowledge.accounts import Account
from knowledge.clock import MovableClock
from knowledge.database import Database
from tests.actions.talk import KEYS, START, ByRule, demonstration_url
from tests.bot.door import Door
from tests.conftest import Databases
from tests.e2e.browser.phone import Phone

LIFTED = (
    "messages_per_minute",
    "web_messages_per_minute",
    "new_conversations_per_hour",
    "requests_per_minute",
    "photos_per_hour",
)


class Office:
    """A whole house, and the accounts of those who work in it."""

    def __init__(self, house: House, door: Door, browser: Browser, clock: MovableClock) -> None:
        self.house, self.door, self.clock = house, door, clock
        self.url = f"http://127.0.0.1:{house.port}/"
        self.phones: list[Phone] = []
        self.telegram: FakeTelegram | None = None
        self._browser = browser

    async def phone(self, **options: Any) -> Phone:
        settings: dict[str, Any] = {
            "viewport": {"width": 390, "height": 844},
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "service_workers": "block",
            **options,
        }
        context = await self._browser.new_context(**settings)
        context.set_default_timeout(15_000)
        phone = Phone(context, await context.new_page(), self.url)
        self.phones.append(phone)
        return phone

    async def desk(self, account: Account, **options: Any) -> Page:
        """A browser of somebody of staff, logged in."""
        phone = await self.phone(viewport={"width": 1280, "height": 900}, **options)
        async with self.door.database.begin() as unit:
            token = await unit.sessions.begin(account, "test", complete=True)
        cookie = {"name": "gongyou_console", "value": token, "url": self.url}
        await phone.context.add_cookies([cookie])  # type: ignore[list-item]
        return phone.page


@asynccontextmanager
async def office(
    databases: Databases,
    browser: Browser,
    start: datetime = START,
    telegram: FakeTelegram | None = None,
) -> AsyncIterator[Office]:
    """An office whose clock starts at `start`; afterwards no page may have had trouble."""
    with demonstration_url(databases) as url:
        async with _on(url, browser, start, telegram) as made:
            yield made


@asynccontextmanager
async def _on(
    url: str, browser: Browser, start: datetime, telegram: FakeTelegram | None
) -> AsyncIterator[Office]:
    clock = MovableClock(start)
    defaults = {
        one: field.get_default(call_default_factory=True)
        for one, field in Settings.model_fields.items()
    }
    own: dict[str, Any] = {"host": "127.0.0.1", "port": 0} | dict.fromkeys(LIFTED, 0)
    if telegram is not None:
        own |= {
            "telegram_token": SecretStr(telegram.token),
            "telegram_api_url": telegram.url,
        }
    settings = Settings.model_construct(**defaults | own)
    house = House(settings, url, KEYS, ByRule(clock), clock=clock, name="test")
    database = Database(url, KEYS, pool_size=2)
    door = Door(database)
    database.clock = clock
    await database.refresh_regions()
    await house.start("web")
    if telegram is not None:
        await house.start("sender")
    worker = [asyncio.create_task(part()) for part in (house.worker.run,)]
    house.inbox.server = house.worker
    made = Office(house, door, browser, clock)
    made.telegram = telegram
    try:
        yield made
        assert [phone.troubles for phone in made.phones] == [[] for _ in made.phones]
    finally:
        for phone in made.phones:
            await phone.context.close()
        for task in worker:
            task.cancel()
        await house.stop()
        await database.close()


def picture_bytes(colour: str) -> bytes:
    """A small picture of one colour."""
    out = BytesIO()
    Image.new("RGB", (320, 200), colour).save(out, "PNG")
    return out.getvalue()


def picture(colour: str) -> FilePayload:
    """A small picture of one colour, as a file that is chosen on a page."""
    return {"name": "x.png", "mimeType": "image/png", "buffer": picture_bytes(colour)}
