"""Courses and programmes in a real browser: by day and night, on a phone and at a desk.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from knowledge.access import Role
from tests.bot.door import Door
from tests.bot.offers import COURSE, SCHEME, enrol, offer
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look, press_to, server

__all__ = ["server"]

pytestmark = pytest.mark.browser


async def inside(
    phone: Phone, door: Door, language: str = "zh", role: Role = "administrator"
) -> str:
    """Somebody has entered who sees all regions; the console's address."""
    account = await door.member(f"赵敏 {role}", role, None, secret=door.secret())
    async with door.database.begin() as unit:
        await unit.accounts.change(account.id, language=language)
        token = await unit.sessions.begin(account, "test", complete=True)
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    return f"{phone.url}console"


async def fill(page: Page, fields: dict[str, str]) -> None:
    """Type into a form: what is chosen is chosen, what is ticked is ticked."""
    for name, value in fields.items():
        field = page.locator(f"[name='{name}']:not([hidden])")
        kind = await field.evaluate("(node) => node.type")
        if kind == "select-one":
            await field.select_option(value)
        elif kind == "checkbox":
            await field.check()
        else:
            await field.fill(value)


async def furnished(door: Door) -> None:
    await offer(door.database)
    await enrol(door.database, "zhifu-course", "林晓", "zhifu")
    await enrol(door.database, "zhifu-course", "欧阳建国")
    await enrol(door.database, "zhifu-course", "Chen Yu", "weihai")


class Eyes:
    """Somebody who looks at each page at both widths, in one language and scheme."""

    def __init__(self, page: Page, at: str, scheme: str) -> None:
        self.page, self.at, self.scheme = page, at, scheme

    @classmethod
    async def of(
        cls, phones: Any, door: Door, scheme: str, locale: str, role: Role = "administrator"
    ) -> Eyes:
        """Who may do what the role may, everywhere."""
        phone: Phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")
        return cls(phone.page, await inside(phone, door, locale[:2], role), scheme)

    async def look(self, name: str) -> None:
        await look(self.page, name, self.scheme)

    async def see(self, name: str, path: str) -> None:
        await self.page.goto(self.at + path)
        await self.look(name)

    async def check(self, name: str) -> None:
        """Press the form's button, and look at what it would do."""
        await self.page.locator("main form button.primary").last.click()
        await expect(self.page.locator("button[value=save]")).to_be_visible()
        await self.look(name)


day_and_night = pytest.mark.parametrize(
    ("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")]
)


@day_and_night
async def test_a_course_is_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Axe finds nothing, and nothing is cut off, at 390 and 1280 pixels, by day and by night."""
    await furnished(door)
    eyes = await Eyes.of(phones, door, scheme, locale)
    page = eyes.page
    await eyes.see("courses", "/courses")
    await eyes.see("courses-none", "/courses?text=nothing")
    await page.goto(f"{eyes.at}/courses/zhifu-course")
    for details in await page.locator("details").all():
        await details.locator("summary").click()
    await eyes.look("course")
    await page.fill("#message", "周三请带围裙，七点前到。")
    await page.locator("form[action$='/tell'] button").click()
    await expect(page.locator(".bubble").first).to_be_visible()
    await eyes.look("course-ask")
    await page.locator("button[value=save]").click()
    await expect(page.locator("[role=status]")).to_be_visible()
    await eyes.look("course-told")
    await eyes.see("course-register", "/courses/zhifu-course/attendance")
    await eyes.see("course-change", "/courses/zhifu-course/change")
    await page.fill("#place", "三楼302教室")
    await eyes.check("course-change-check")


@day_and_night
async def test_a_new_course_is_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Also with mistakes in it, and before it is saved."""
    await furnished(door)
    eyes = await Eyes.of(phones, door, scheme, locale)
    page = eyes.page
    await eyes.see("course-new", "/courses/new")
    await fill(page, COURSE | {"seats": "viele"})
    await page.locator("main form button.primary").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await eyes.look("course-new-wrong")
    await fill(
        page, {"seats": "20", "meetings": "每周五 19:00-20:30，2026-12-25起，6次，节假日不上"}
    )
    await eyes.check("course-new-check")


@day_and_night
async def test_a_scheme_is_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Also where an example comes out wrong."""
    await furnished(door)
    eyes = await Eyes.of(phones, door, scheme, locale)
    page = eyes.page
    await eyes.see("programmes", "/programmes")
    await eyes.see("scheme", "/programmes/schemes/zhifu-scheme")
    await eyes.see("scheme-new", "/programmes/schemes/new")
    typed = {key: text for key, text in SCHEME.items() if key != "examples_from_0"}
    await fill(page, typed | {"examples_from_0": "600"})
    await page.locator("button.primary").click()
    await expect(page.get_by_role("alert")).to_contain_text("650")
    await eyes.look("scheme-wrong")
    await page.fill("#examples_from_0", "650")
    await eyes.check("scheme-check")
    await page.locator("button[value=save]").click()
    await expect(page.get_by_role("status")).to_be_visible()


@day_and_night
async def test_regions_lines_and_sources_are_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Also a line for a crisis before it is saved."""
    await furnished(door)
    eyes = await Eyes.of(phones, door, scheme, locale)
    page = eyes.page
    await eyes.see("regions", "/programmes/regions")
    await eyes.see("region", "/programmes/regions/zhifu")
    await eyes.see("region-new", "/programmes/regions/new")
    await eyes.see("lines", "/programmes/lines")
    await eyes.see("line", "/programmes/lines/zhifu-line")
    await page.fill("#number", "0535-12351")
    await page.locator("#for_crisis").check()
    await eyes.check("line-check")
    await eyes.see("line-new", "/programmes/lines/new")
    await eyes.see("sources", "/programmes/sources")
    await eyes.see("source-new", "/programmes/sources/new")


@day_and_night
async def test_who_only_reads_can_read_it(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """A form that can't be sent is still no riddle."""
    await furnished(door)
    eyes = await Eyes.of(phones, door, scheme, locale, "auditor")
    await eyes.see("scheme-read", "/programmes/schemes/zhifu-scheme")
    await eyes.see("course-read", "/courses/zhifu-course")


async def test_a_course_is_made_by_keyboard_alone(phones: Any, door: Door) -> None:
    """Filled, looked at, saved; and it stands in the list."""
    await offer(door.database)
    phone: Phone = await phones()
    page = phone.page
    at = await inside(phone, door)
    await page.goto(f"{at}/courses/new")
    for label, text in (
        ("编号", "video-3"), ("课程名称", "剪辑进阶"), ("主题", None), ("地区", None),
        ("上课地点", "三楼"), ("上课时间", COURSE["meetings"]), ("名额", "12"),
    ):  # fmt: skip
        await press_to(page, label)
        if text is None:
            # Neither is chosen by itself for somebody of all regions.
            await page.keyboard.press("ArrowDown")
        else:
            await page.keyboard.type(text)
    await press_to(page, "检查")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("保存前请看一遍")
    await press_to(page, "保存")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("剪辑进阶")
