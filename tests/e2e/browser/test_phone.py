"""What the page asks of the phone: place, photo, keys, language, colours, memory."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from actions.content import Location, Photo
from tests.bot.web_house import House

pytestmark = pytest.mark.browser

HAIKOU = {"latitude": 20.03, "longitude": 110.33}


async def test_the_key_of_a_conversation_is_made_on_the_phone(phones: Any, house: House) -> None:
    """At least 128 bits; the house knows its hash only."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    token = await page.evaluate("localStorage.getItem('gongyou.token')")
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", token)
    assert house.inbound[0].conversation == hashlib.sha256(token.encode()).hexdigest()


async def test_a_station_is_two_taps_away_with_links_that_the_phone_opens(
    phones: Any, house: House
) -> None:
    """Amap, geo: and tel:, and no link that would run a script."""
    phone = await phones(geolocation=HAIKOU, permissions=["geolocation"])
    page = await phone.open()
    await page.locator(".tile").first.click()
    await page.get_by_role("button", name="发我现在的位置").click()
    await expect(page.locator(".card")).to_have_count(3)
    assert house.inbound[-1].content == Location(lat=20.03, lon=110.33)
    links = await page.locator(".card-links a").evaluate_all("(all) => all.map((a) => a.href)")
    assert {str(link).split(":")[0] for link in links} == {"https", "geo", "tel"}
    name = page.get_by_role("link", name="打电话 龙华路户外劳动者驿站")
    await expect(name).to_have_attribute("href", "tel:00000000001")
    assert await page.locator(".card-number").all_inner_texts() == ["1", "2", "3"]


async def test_without_a_position_the_typed_way_is_offered(phones: Any) -> None:
    """The field is ready for a street, and says what it wants."""
    phone = await phones()
    page = await phone.open()
    await page.locator(".tile").first.click()
    await page.get_by_role("button", name="发我现在的位置").click()
    await expect(page.locator("#hint")).to_contain_text("写下街道")
    await expect(page.locator("#write")).to_be_focused()
    await expect(page.locator("#write")).to_have_attribute("placeholder", "街道、商场或路口…")


async def test_a_question_for_a_phone_number_brings_up_its_keys(phones: Any) -> None:
    """And the next answer puts the usual keyboard back."""
    phone = await phones()
    page = await phone.open()
    await phone.say("手机")
    await expect(page.locator("#write")).to_have_attribute("inputmode", "tel")
    await phone.say("13900000001")
    await expect(page.locator("#write")).to_have_attribute("inputmode", "text")


async def test_a_photo_is_shrunk_on_the_phone_and_seen_again_after_a_reload(
    phones: Any, house: House
) -> None:
    """What leaves the phone is small and carries no metadata."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.effect_noise((4000, 3000), 40).convert("RGB").save(out, "JPEG", exif=exif)
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    async with page.expect_request("**/api/chat/files") as asked:
        await page.set_input_files(
            "#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
        )
    await expect(page.get_by_text("照片收到了")).to_be_visible()
    await asked.value
    content = house.inbound[-1].content
    assert isinstance(content, Photo)
    kept = house.files[content.file_id][1]
    assert (kept.width, kept.height) == (1600, 1200)
    await page.reload()
    image = page.locator(".shot img")
    await expect(image).to_be_visible()
    assert await image.evaluate("(img) => img.naturalWidth") == 1600
    await expect(image).to_have_attribute("alt", "你发的照片")


async def test_what_is_no_photo_is_said_on_the_phone(phones: Any, house: House) -> None:
    """Before anything is sent."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.set_input_files(
        "#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"not a photo"}
    )
    await expect(page.locator("#hint")).to_contain_text("打不开")
    assert len(house.inbound) == 1


async def test_english_phones_get_english_and_the_choice_is_kept(phones: Any, house: House) -> None:
    """The house is told the language with every message; the hello is said again."""
    phone = await phones(locale="en-GB")
    page = await phone.open()
    await expect(page.locator(".bot .said")).to_contain_text("Hello")
    await expect(page).to_have_title("Gongyou · union assistant")
    assert house.inbound[0].language == "en"
    await page.get_by_role("button", name="切换到中文").click()
    await expect(page.locator(".bot .said").last).to_contain_text("你好")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.locator("#write")).to_have_attribute("placeholder", "写给工友…")


async def test_traditional_chinese_is_there_for_its_phones_and_to_be_chosen(
    phones: Any, house: House
) -> None:
    """The page's own words too; the settings have all three, the button above two."""
    phone = await phones(locale="zh-HK")
    page = await phone.open()
    await expect(page).to_have_title("工友 · 工會助手")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    assert house.inbound[0].language == "zh-hant"
    await page.get_by_role("button", name="EN: switch to English").click()
    await page.get_by_role("button", name="切换到中文").click()
    await expect(page.locator("#write")).to_have_attribute("placeholder", "寫給工友…")
    await page.get_by_role("button", name="設置").click()
    await page.get_by_label("简体").check()
    await expect(page.locator("#write")).to_have_attribute("placeholder", "写给工友…")
    await page.get_by_label("繁體").check()
    await page.reload()
    await expect(page).to_have_title("工友 · 工會助手")


async def test_dark_light_and_large_type_follow_the_phone_or_the_choice(phones: Any) -> None:
    """A choice is kept and there before anything is drawn."""
    phone = await phones(color_scheme="dark")
    page = await phone.open()
    background = "getComputedStyle(document.body).backgroundColor"
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert await page.evaluate(background) == "rgb(17, 23, 21)"
    normal = await page.evaluate(size)
    assert normal >= 17
    await page.get_by_role("button", name="设置").click()
    await page.get_by_label("浅色").check()
    await page.get_by_label("特大").check()
    assert await page.evaluate(background) == "rgb(241, 242, 236)"
    await page.reload()
    assert await page.evaluate(background) == "rgb(241, 242, 236)"
    assert await page.evaluate(size) > normal * 1.35


async def test_starting_afresh_throws_the_key_away(phones: Any, house: House) -> None:
    """After a question; the next conversation is another one."""
    phone = await phones()
    page = await phone.open()
    await phone.say("旧的")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：旧的")
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="设置").click()
    await page.get_by_role("button", name="在这台手机上重新开始").click()
    await expect(page.locator(".tile")).to_have_count(6)
    await expect(page.locator(".rider")).to_have_count(0)
    assert len(house.numbers) == 2


async def test_a_browser_that_keeps_nothing_can_still_talk(phones: Any) -> None:
    """Private windows forbid the storage."""
    phone = await phones()
    await phone.context.add_init_script(
        """Object.defineProperty(window, "localStorage", {get() { throw new Error("no"); }})"""
    )
    page = await phone.open()
    await phone.say("在吗")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：在吗")
