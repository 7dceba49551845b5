"""Cases in a real browser: by day and night, on a phone and at a desk, and by keyboard.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.async_api import expect

from knowledge.case_records import Given
from tests.bot.door import Door
from tests.e2e.browser.test_console import press_to, server
from tests.e2e.browser.test_offers import Eyes, day_and_night

__all__ = ["server"]

pytestmark = pytest.mark.browser

PAPER = b"%PDF-1.7"


async def furnished(door: Door) -> list[str]:
    """A dispute with everything to be seen, one more about the same firm, some of other kinds."""
    numbers = []
    told = {"employer": "顺达配送", "what": "老板拖欠我三个月工资一直不给发", "months": 3,
            "phone": "+8613900000001"}  # fmt: skip
    async with door.database.begin() as unit:
        kinds = unit.case_kinds
        for kind, details in (
            ("dispute", told),
            ("dispute", {**told, "employer": "烟台顺达配送有限公司"}),
            ("hardship", {"trouble": "家里老人住院，收入断了两个月", "family": 4}),
            ("report", {"what": "幸福中路的路灯坏了"}),
            ("counselling", {"way": "online", "when": "工作日晚上"}),
        ):
            person, _ = await unit.people.create()
            profile = {"name": "林晓", "phone": "+8613900000001"}
            await unit.people.change(person, profile, actor="rider", region="zhifu")
            case = await unit.cases.file(
                person, kinds.get(kind), region="zhifu", details=details, consent="1",
                code="123456", sector="food_delivery",
            )  # fmt: skip
            numbers.append(case.number)
        dispute = await unit.cases.locked(numbers[0])
        await unit.case_documents.keep(dispute, "工资条和考勤记录.pdf", PAPER, actor="rider")
        await unit.cases.move(numbers[0], "quick_check", actor="staff:王师傅")
        await unit.case_offices.escalate(numbers[0], "涉及两个区", actor="staff:王师傅")
        await unit.cases.move(numbers[2], "in_review", actor="staff:王师傅")
        given = Given(reason="给予慰问金", amount=Decimal(8000))
        await unit.cases.move(numbers[2], "granted", actor="staff:王师傅", given=given)
        await unit.case_offices.add_rule("zhifu", "dispute", None, "王师傅", actor="house")
    return numbers


@day_and_night
async def test_cases_are_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Axe finds nothing, and nothing is cut off, at 390 and 1280 pixels, by day and by night."""
    numbers = await furnished(door)
    eyes = await Eyes.of(phones, door, scheme, locale)
    page = eyes.page
    await eyes.see("cases", "/cases")
    await eyes.see("cases-kind", "/cases?kind=dispute")
    await eyes.see("cases-none", "/cases?text=ZZZZ")
    await eyes.see("cases-board", "/cases/board?kind=dispute&closed=1")
    await page.goto(f"{eyes.at}/cases/{numbers[0]}")
    for details in await page.locator("main details").all():
        await details.locator("summary").click()
    await eyes.look("case")
    await page.locator("#to").select_option("settled")
    await page.fill("#reason", "公司已经补发全部工资，请查收。")
    await page.locator("form[action$='/move'] button.primary").click()
    await expect(page.locator(".bubble").first).to_be_visible()
    await eyes.look("case-ask")
    await eyes.see("case-payment", f"/cases/{numbers[2]}")
    await eyes.see("case-print", f"/cases/{numbers[0]}/print")
    await page.goto(f"{eyes.at}/cases?kind=report")
    await page.locator("[name^=pick_]").first.check()
    await page.locator("#to").select_option("solved")
    await page.locator("form[action$='/bulk'] button").click()
    await expect(page.locator("#reason")).to_be_visible()
    await eyes.look("cases-bulk")
    await eyes.see("cases-rules", "/cases/rules")
    await page.goto(f"{eyes.at}/cases/import")
    table = f"编号,步骤,给本人的说明\n{numbers[3]},已解决,修好了\n{numbers[4]},飞走,x\n"
    await page.set_input_files(
        "#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    await page.locator("main form button").click()
    await expect(page.get_by_role("alert").or_(page.locator("#h-trouble"))).to_be_visible()
    await eyes.look("cases-import")
    await eyes.see("joint", "/cases/joint")
    await page.locator("form[action$='/joint'] button").click()
    await expect(page.locator("#h-names")).to_be_visible()
    await eyes.look("joint-one")


async def test_a_case_is_taken_and_moved_by_keyboard_alone(phones: Any, door: Door) -> None:
    """From the list over the preview to the news; nothing is clicked."""
    numbers = await furnished(door)
    eyes = await Eyes.of(phones, door, "light", "zh-CN", "lead")
    page = eyes.page
    await page.goto(f"{eyes.at}/cases?kind=report")
    await press_to(page, numbers[3])
    await page.keyboard.press("Enter")
    await expect(page.locator("#reason")).to_be_visible()
    headings = await page.locator("main .desk h2").all_inner_texts()
    assert headings[:3] == ["登记的内容", "材料", "办理"]  # what the rider wrote comes first
    await press_to(page, "直接去办理", most=20)
    await page.keyboard.press("Enter")
    await expect(page.locator("#h-move")).to_be_focused()
    await press_to(page, "办到", most=1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await press_to(page, "先看骑手会读到什么")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("请写明原因")
    await expect(page.locator("#reason")).to_be_focused()  # what is wrong stands beside it, too
    await expect(page.locator("#reason")).to_have_accessible_description(re.compile("请写明原因"))
    await page.keyboard.type("已经修好了")
    await press_to(page, "先看骑手会读到什么")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble").first).to_contain_text("已经修好了")
    await press_to(page, "确认办理")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("办好了")
