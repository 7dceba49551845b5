"""Places, import and export in a real browser: by keyboard, on a phone and at a desk.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import FilePayload, Page, expect
from sqlalchemy import text

from bot.console.parts import CONSOLE
from bot.console.tiles import Tiles
from knowledge.database import Database
from knowledge.secrets import Keyring
from tests.bot.door import Door
from tests.bot.stations import doubt, put, station
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look, press_to, server

__all__ = ["server"]

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"document.title='mine'\"><script>document.title='mine'</script>"
HEAD = "名称,地区,地址,类型,开放时间,纬度,经度,坐标系\n"
BAD = HEAD + (
    "一号驿站,zhifu,一路1号,休息室,9点到5点,,,\n"
    "二号驿站,亚特兰蒂斯,二路2号,休息室,24小时,,,\n"
    "三号驿站,zhifu,三路3号,休息室,24小时,121.39,37.54,GCJ-02\n"
    "四号驿站,zhifu,四路4号,休息室,24小时,37.54,121.39,GCJ-02\n"
)
GOOD = HEAD + (
    "一号驿站,zhifu,一路1号,休息室,每天9点到17点；周日休息,,,\n"
    "二号驿站,zhifu,二路2号,休息室,24小时,,,\n"
    "三号驿站,zhifu,三路3号,休息室,24小时,37.5401,121.3901,GCJ-02\n"
    "四号驿站,zhifu,四路4号,休息室,24小时,37.54,121.39,GCJ-02\n"
)


@pytest.fixture
async def door(database_url: str, keyring: Keyring) -> AsyncIterator[Door]:
    database = Database(database_url, keyring)
    door = await Door.on(database)
    async with database.begin() as unit:
        for code, zh, en, lat, lon in (
            ("shandong", "山东", "Shandong", 36.67, 117.02),
            ("yantai", "烟台", "Yantai", 37.46, 121.45),
            ("zhifu", "芝罘区", "Zhifu", 37.54, 121.40),
            ("weihai", "威海", "Weihai", 37.51, 122.12),
        ):
            await unit.session.execute(
                text("update regions set name_zh=:z, name_en=:e, lat=:a, lon=:o where code=:c"),
                {"z": zh, "e": en, "a": lat, "o": lon, "c": code},
            )
    await database.refresh_regions()
    yield door
    await database.close()


async def furnished(door: Door) -> None:
    """Places of all kinds of states, and what riders say of some."""
    spots = ((37.541, 121.381), (37.536, 121.402), (37.529, 121.391), (37.548, 121.410))
    names = (("观海路骑手驿站", "Guanhai Road riders' station"), ("幸福路暖心驿站", "Xingfu Road"),
             ("大悦城爱心驿站", "Joy City"), ("北马路歇脚点", "Beima Road"))  # fmt: skip
    await put(
        door,
        *(
            station(
                f"zf-{n}", name={"zh": zh, "en": en}, lat=lat, lon=lon,
                address={"zh": f"芝罘区{zh[:3]}{n}号", "en": f"{n} {en}"},
                closed_until="2026-12-31" if n == 2 else None,
                closed_reason={"zh": "装修", "en": "Renovation"} if n == 2 else None,
            )
            for n, ((lat, lon), (zh, en)) in enumerate(zip(spots, names, strict=True), start=1)
        ),
        station("zf-9", name={"zh": "只有地址的驿站", "en": "Address only"}),
    )  # fmt: skip
    await doubt(door, "zf-1", "closed", "closed", "hours")
    await doubt(door, "zf-9", "place")


async def enter(phone: Phone, door: Door, language: str = "zh") -> Page:
    """In as an administrator of Yantai."""
    account = await door.member("赵敏", "administrator", "yantai", secret=door.secret())
    async with door.database.begin() as unit:
        if language == "en":
            await unit.accounts.change(account.id, language="en")
        token = await unit.sessions.begin(account, "test", complete=True)
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    return phone.page


def csv(content: str) -> FilePayload:
    return {"name": "站点.csv", "mimeType": "text/csv", "buffer": content.encode()}


async def hand_in(page: Page, content: str) -> None:
    await page.set_input_files("#file", csv(content))
    await page.click("form .primary")
    await expect(page.locator("#progress")).to_have_attribute("data-running", "0", timeout=20_000)


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
async def test_every_page_is_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, locale: str
) -> None:
    """Axe finds nothing, and nothing is cut off, at 390 and 1280 pixels, by day and by night."""
    await furnished(door)
    phone: Phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    page = await enter(phone, door, "en" if locale.startswith("en") else "zh")
    at = f"{phone.url}console"

    async def see(name: str, path: str) -> None:
        await page.goto(at + path)
        if name.startswith("place") and await page.locator("#map").count():
            await expect(page.locator("#map .leaflet-control-scale-line")).to_be_visible()
        await look(page, name, scheme)

    await see("places", "/places")
    await page.locator(".pin").first.click()
    await expect(page.locator(".leaflet-popup a[href^='/console']")).to_be_focused()
    await look(page, "places-card", scheme)
    await see("places-none", "/places?text=nothing")
    await see("places-new", "/places/new")
    await see("place", "/places/one/zf-1")
    await see("place-closed", "/places/one/zf-2?done=place_closed")
    await page.goto(f"{at}/places/one/zf-1")
    await page.fill("#hours", "9点到5点")
    await page.fill("#lat", "north")
    await page.locator("[name=step][value=save]").click()
    await expect(page.locator(".wrong")).to_have_count(2)
    await look(page, "place-wrong", scheme)
    await see("place-reports", "/places/reports")
    await page.locator(".row button").first.click()
    await expect(page.get_by_role("status")).to_be_visible()
    await look(page, "place-reports-settled", scheme)
    await see("import", "/import")
    await hand_in(page, BAD)
    await look(page, "import-wrong", scheme)
    await page.goto(f"{at}/import")
    await hand_in(page, GOOD)
    await look(page, "import-tried", scheme)
    await page.click("form .primary")
    await expect(page.locator("#progress .notice.done")).to_be_visible(timeout=20_000)
    await look(page, "import-done", scheme)
    await see("import-list", "/import")
    await see("export", "/export")


async def test_an_upload_with_three_bad_rows_is_put_right_and_written(
    phones: Any, door: Door
) -> None:
    """Each is named with row and column; nothing is written; the mended file is, after a look."""
    phone: Phone = await phones(viewport={"width": 1280, "height": 800})
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/import")
    await hand_in(page, BAD)
    rows = page.locator("#progress tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("开放时间")
    await expect(rows.nth(1)).to_contain_text("没有“亚特兰蒂斯”这个地区")
    await expect(rows.nth(2)).to_contain_text("请对调")
    await expect(rows.locator("td.number")).to_have_text(["2", "3", "4"])
    await expect(page.get_by_role("button", name="全部写入")).to_have_count(0)
    await page.click("text=回到导入")
    await hand_in(page, GOOD)
    await expect(page.get_by_text("周日 不开")).to_be_visible()
    await expect(page.get_by_text("可能重复")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="全部写入").click()
    await expect(page.get_by_text("全部写入了")).to_be_visible(timeout=20_000)
    await page.goto(f"{phone.url}console/places?text=四号")
    await expect(page.locator("tbody tr")).to_have_count(1)


async def test_how_far_an_import_is_survives_a_reload(phones: Any, door: Door) -> None:
    """Done by whichever process: what the page shows comes from the database."""
    phone: Phone = await phones()
    page = await enter(phone, door)
    async with door.database.begin() as unit:
        account = await unit.accounts.with_login("赵敏")
        assert account is not None
        number = await unit.imports.keep(account.id, "二十万.csv", b"x", None, None)
        await unit.imports.beat(number, 50_000, 200_000)
    await page.goto(f"{phone.url}console/import/{number}")
    await expect(page.get_by_role("progressbar")).to_have_attribute("value", "50000")
    await look(page, "import-running", "light")
    async with door.database.begin() as unit:
        await unit.imports.beat(number, 150_000, 200_000)
    await expect(page.get_by_text("150,000 / 200,000")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("150,000 / 200,000")).to_be_visible()
    async with door.database.begin() as unit:
        await unit.imports.end(number, "failed", {})
    await expect(page.locator("#progress .notice.trouble")).to_be_visible()


async def test_a_place_is_written_by_keyboard_alone(phones: Any, door: Door) -> None:
    """The point is put in the middle of the map, hours come back as a week, then it is saved."""
    await furnished(door)
    phone: Phone = await phones(viewport={"width": 1280, "height": 800})
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/places/new")
    await expect(page.locator("#here")).to_be_visible()
    for label, typed in (("名称", "码头骑手驿站"), ("开放时间", "每天8点到20点，周日休息"),
                         ("地址", "芝罘区码头路1号")):  # fmt: skip
        await press_to(page, label)
        await page.keyboard.type(typed)
    await expect(page.get_by_text("周日 不开")).to_be_visible()
    await page.select_option("#region", "zhifu")
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == "map":
            break
    await expect(page.locator("#map")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await press_to(page, "把点放在地图正中")
    await page.keyboard.press("Enter")
    await expect(page.locator("#point-told")).to_contain_text("WGS-84：37.")
    await press_to(page, "保存")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("请核对")).to_be_visible()
    await look(page, "place-look", "light")
    await page.locator("[name=step][value=save]").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("码头骑手驿站")
    await expect(page.get_by_text("已保存")).to_be_visible()


async def test_the_map_says_what_the_list_says(phones: Any, door: Door) -> None:
    """Each pin has the number and name of its row, is reached by Tab and opened with Enter."""
    await furnished(door)
    phone: Phone = await phones(viewport={"width": 1280, "height": 800})
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/places")
    pins = page.locator(".pin")
    await expect(pins).to_have_count(4)
    for number in range(1, 5):
        row = page.locator(f"tr[data-number='{number}']")
        name = await row.locator("a").inner_text()
        await expect(page.get_by_role("button", name=f"{number} {name}")).to_have_count(1)
    await expect(page.locator("tr[data-code='zf-9']")).to_contain_text("没有坐标")
    await pins.first.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("观海路骑手驿站")


async def test_a_press_on_the_map_places_it_and_typing_moves_it(
    phones: Any, door: Door, server: TestServer
) -> None:
    """With tiles of a Chinese provider: what is pressed is GCJ-02, and said so."""
    assert server.app is not None
    server.app[CONSOLE].tiles = Tiles("http://127.0.0.1:9/{z}/{x}/{y}.png", "gcj02", "© 某图")
    await furnished(door)
    phone: Phone = await phones(viewport={"width": 1280, "height": 800})
    page = await enter(phone, door)
    await page.goto(f"{phone.url}console/places/one/zf-9")
    await expect(page.locator("#here")).to_be_visible()
    await page.locator("#map").click(position={"x": 120, "y": 150})
    await expect(page.locator("#coordinates")).to_have_value("gcj02")
    await expect(page.locator(".pin")).to_have_count(1)
    await page.fill("#lat", "37.5400")
    await page.fill("#lon", "121.3900")
    await page.select_option("#coordinates", "wgs84")
    await expect(page.locator("#point-told")).to_contain_text("37.54000, 121.39000")
    tiles = [url for url in phone.asked if url.startswith("http://127.0.0.1:9/")]
    assert tiles
    assert all(url.startswith((phone.url, "http://127.0.0.1:9/", "data:")) for url in phone.asked)


async def test_two_editors_at_once_and_the_second_sees_it(phones: Any, door: Door) -> None:
    """Nothing is overwritten silently."""
    await furnished(door)
    phone: Phone = await phones(viewport={"width": 1280, "height": 800})
    page = await enter(phone, door)
    other = await phone.context.new_page()
    for one in (page, other):
        await one.goto(f"{phone.url}console/places/one/zf-1")
    await page.fill("#phone", "0535-1111111")
    await page.locator("[name=step][value=save]").click()
    await expect(page.get_by_text("已保存")).to_be_visible()
    await other.fill("#phone", "0535-2222222")
    await other.locator("[name=step][value=save]").click()
    await expect(other.get_by_role("alert")).to_contain_text("别人改过")
    await expect(other.get_by_text("0535-1111111")).to_be_visible()
    await look(other, "place-overtaken", "light")
    await other.get_by_role("button", name="按我的保存").click()
    await expect(other.get_by_text("已保存")).to_be_visible()
    await expect(other.locator("#phone")).to_have_value("0535-2222222")


async def test_a_stored_script_does_not_run(phones: Any, door: Door) -> None:
    """In a place's name, address and reason, a file's name and cells, who has settled a report."""
    names = {"zh": EVIL, "en": EVIL}
    await put(
        door,
        station("zf-1", name=names, address=names, street=EVIL, landmarks=[EVIL], lat=37.5,
                lon=121.4, closed_until="2026-12-31", closed_reason=names, phone=EVIL),
        station("zf-2", name=names, lat=37.52, lon=121.42),
    )  # fmt: skip
    await doubt(door, "zf-1", "closed")
    await doubt(door, "zf-2", "closed")
    async with door.database.begin() as unit:
        await unit.station_care.settle("zf-2", staff=EVIL)
    phone: Phone = await phones()
    page = await enter(phone, door)
    for path in (
        "places",
        "places/one/zf-1",
        "places/reports",
        "places?text=%3Cscript%3E",
        "audit",
    ):
        await page.goto(f"{phone.url}console/{path}")
        if path == "places":
            await page.locator(".pin").first.click()
            await expect(page.locator(".leaflet-popup a[href^='/console']")).to_have_text(EVIL)
        assert "mine" not in (await page.title()).split(" ")
        assert await page.locator("img[src=x]").count() == 0
    await page.goto(f"{phone.url}console/import")
    evil = HEAD + f'"{EVIL}",{EVIL},{EVIL},{EVIL},{EVIL},,,\n'.replace('"docu', "docu")
    await page.set_input_files(
        "#file", {"name": f"{EVIL}.csv", "mimeType": "text/csv", "buffer": evil.encode()}
    )
    await page.click("form .primary")
    await expect(page.locator("#progress")).to_have_attribute("data-running", "0", timeout=20_000)
    assert await page.locator("img[src=x]").count() == 0
    assert "mine" not in (await page.title()).split(" ")
