"""The duty roster in a real browser, at both widths, day and night.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from knowledge.duty_roster import Absence, Shift
from tests.bot.door import Door
from tests.e2e.browser.test_console import server
from tests.e2e.browser.test_offers import Eyes, day_and_night

__all__ = ["server"]

pytestmark = pytest.mark.browser


@day_and_night
async def test_the_roster_is_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Empty, and with a week, an absence, every form open, and a refusal."""
    eyes = await Eyes.of(phones, door, scheme, locale)
    page = eyes.page
    await eyes.see("duty-empty", "/duty")
    async with door.database.begin() as unit:
        now = unit.now
        for name, region in (("王师傅", "zhifu"), ("李师傅", "yantai"), ("赵敏", None)):
            await unit.duty.put_shift(Shift(name, region, "workdays", 9 * 60, 17 * 60 + 30))
        await unit.duty.put_shift(
            Shift("王师傅", "zhifu", None, begins=now, ends=now + timedelta(hours=3))
        )
        await unit.duty.put_absence(Absence("李师傅", now, now + timedelta(days=2)))
    await page.goto(f"{eyes.at}/duty")
    for details in await page.locator("main details").all():
        await details.locator("summary").click()
    await eyes.look("duty")
    await eyes.see("duty-holiday", "/duty?from=2026-09-28")
    await page.goto(f"{eyes.at}/duty")
    await page.locator("form[action$='/office']").evaluate(
        "(form) => { form.closest('details').open = true; form.noValidate = true; }"
    )
    await page.fill("#hours", "immer")
    await page.locator("form[action$='/office'] button").click()
    await page.get_by_role("alert").wait_for()
    await eyes.look("duty-refused")
