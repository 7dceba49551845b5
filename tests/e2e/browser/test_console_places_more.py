"""Childcare centres and offices, crowds on a map, pictures of articles, one enrolment cancelled.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import FilePayload, expect

from bot import places
from bot.article_pictures import ArticlePictures
from bot.channels.web_parts import PARTS
from bot.console.parts import CONSOLE
from knowledge.database import Database
from knowledge.secrets import Keyring
from tests.bot.console import build
from tests.bot.door import Door
from tests.bot.newsroom import photo, written
from tests.bot.offers import enrol, offer
from tests.bot.stations import put, station
from tests.bot.test_article_pictures import ALT
from tests.e2e.browser.test_console import look
from tests.e2e.browser.test_places import enter

pytestmark = pytest.mark.browser

day_and_night = pytest.mark.parametrize(
    ("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")]
)
MANY = 40


@pytest.fixture
async def door(database_url: str, keyring: Keyring) -> AsyncIterator[Door]:
    database = Database(database_url, keyring)
    door = await Door.on(database)
    await offer(database)
    yield door
    await database.close()


@pytest.fixture
async def server(door: Door) -> AsyncIterator[TestServer]:
    app = build(door)
    app[PARTS].pictures = ArticlePictures(door.database)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


async def furnished(door: Door) -> None:
    """A centre, an office, and many stations around them."""
    words = {"zh": "入会、困难帮扶、法律咨询", "en": "joining, hardship aid, legal advice"}
    await put(
        door,
        station(
            "zf-care", name={"zh": "幸福路托育园", "en": "Xingfu Road Childcare"}, lat=37.54,
            lon=121.39, kind="childcare", ages={"from_months": 6, "to_months": 36},
            about={"zh": "日托、临时托", "en": "day care, by the hour"},
            price={"zh": "由托育园确认", "en": "the centre confirms it"},
        ),
        station(
            "zf-office", name={"zh": "芝罘区总工会", "en": "Zhifu union"}, lat=37.541, lon=121.392,
            kind="union_office", about=words, phone="12351",
        ),
        *(
            station(f"zf-{n}", lat=37.5 + n % 7 / 100, lon=121.3 + n % 11 / 100)
            for n in range(MANY)
        ),
    )  # fmt: skip


@day_and_night
async def test_places_of_all_services_for_every_eye_and_screen(
    phones: Any, door: Door, monkeypatch: pytest.MonkeyPatch, scheme: str, locale: str
) -> None:
    """A centre's and an office's form, and a map on which they are too many to draw each."""
    await furnished(door)
    monkeypatch.setattr(places, "MOST_POINTS", MANY // 2)
    phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    page, at = await enter(phone, door, locale[:2]), phone.url
    await page.goto(f"{at}console/places/one/zf-care")
    await expect(page.locator("#ages")).not_to_have_value("")
    await look(page, "place-childcare", scheme)
    await page.goto(f"{at}console/places/one/zf-office")
    await look(page, "place-office", scheme)
    await page.goto(f"{at}console/places")
    await expect(page.locator("#map-told")).not_to_be_empty()
    counts = await page.locator(".crowd").all_inner_texts()
    assert sum(map(int, counts)) == MANY + 2
    await look(page, "places-crowded", scheme)
    await page.goto(f"{at}console/places?kind=childcare")
    await expect(page.locator(".pin")).to_have_count(1)
    await expect(page.locator(".crowd")).to_have_count(0)


@day_and_night
async def test_a_picture_in_the_editor_for_every_eye_and_screen(
    phones: Any, door: Door, server: TestServer, scheme: str, locale: str
) -> None:
    """Chosen while something is being written: both are kept, and both previews show it."""
    phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    page, at = await enter(phone, door, locale[:2]), phone.url
    article = await written(door, server.app[CONSOLE].articles)
    await page.goto(f"{at}console/articles/{article}/edit")
    await page.fill("#question", "高温津贴怎么领取")
    await page.fill("#picture_alt", ALT)
    picture: FilePayload = {"name": "p.png", "mimeType": "image/png", "buffer": photo(form="PNG")}
    await page.set_input_files("#picture-file", picture)
    await page.click("#picture button")
    shown = page.locator(f"img[alt='{ALT}']")
    await expect(shown).to_have_count(3)
    for one in await shown.all():
        assert await one.evaluate("(image) => image.complete && image.naturalWidth") == 400
    await expect(page.locator("#question")).to_have_value("高温津贴怎么领取")
    await look(page, "article-picture", scheme)


@day_and_night
async def test_one_enrolment_cancelled_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """The course, its register, the question before, and who was told after."""
    for name in ("林小北", "周小南", "吴小西"):
        await enrol(door.database, "zhifu-course", name, "zhifu")
    phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    page, at = await enter(phone, door, locale[:2]), phone.url
    await page.goto(f"{at}console/courses/zhifu-course")
    await page.locator("section[aria-labelledby=h-enrolled] summary").first.click()
    await look(page, "course-people", scheme)
    await page.goto(f"{at}console/courses/zhifu-course/attendance")
    await look(page, "course-register", scheme)
    await page.fill("#reason", "重复报名")
    await page.click("section[aria-labelledby=h-remove] button")
    await look(page, "course-remove", scheme)
    await page.click("button[value=save]")
    await look(page, "course-removed", scheme)
