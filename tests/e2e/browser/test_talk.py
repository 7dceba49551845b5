"""Talking on the page: what is written, what is answered, and who says it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from actions.content import Press, Reply
from tests.bot.web_house import House

pytestmark = pytest.mark.browser


async def test_the_first_opening_shows_a_short_hello_and_six_large_buttons(
    phones: Any, house: House
) -> None:
    """All six are to be seen and large enough for a thumb, and nothing came from third parties."""
    phone = await phones(viewport={"width": 360, "height": 640})
    page = await phone.open()
    tiles = page.locator(".tile")
    await expect(tiles).to_have_count(6)
    for tile in await tiles.all():
        await expect(tile).to_be_in_viewport(ratio=1)
        box = await tile.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
    assert house.inbound[0].content == Press(id="r:start")
    assert all(url.startswith((phone.url, "blob:")) for url in phone.asked)
    await expect(page.locator(".rider")).to_have_count(0)


async def test_what_is_written_is_answered_and_survives_a_reload(phones: Any, house: House) -> None:
    """The log after it is the log before it, and no second hello comes."""
    phone = await phones()
    page = await phone.open()
    await phone.say("你好，工友")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：你好，工友")
    before = await page.locator("#lines .said").all_inner_texts()
    await page.reload()
    await expect(page.locator(".rider .said")).to_have_text("你好，工友")
    assert await page.locator("#lines .said").all_inner_texts() == before
    assert len(house.inbound) == 2


async def test_markup_in_a_message_stays_text(phones: Any) -> None:
    """On both sides."""
    phone = await phones()
    page = await phone.open()
    evil = "<img src=x onerror=alert(1)><b>粗</b> https://example.org/a?b=1。"
    await phone.say(evil)
    await expect(page.locator(".rider .said")).to_have_text(evil)
    await expect(page.locator(".bot .said").last).to_contain_text("<b>粗</b>")
    assert await page.locator("#lines .said img, #lines .said b").count() == 0
    link = page.locator(".bot .said a").last
    assert await link.get_attribute("href") == "https://example.org/a?b=1"
    assert "noopener" in str(await link.get_attribute("rel"))


async def test_enter_that_ends_a_word_of_the_chinese_keyboard_sends_nothing(
    phones: Any, house: House
) -> None:
    """Nor does Shift and Enter, which begins a line."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.fill("#write", "nihao")
    await page.evaluate(
        """() => document.getElementById("write").dispatchEvent(new KeyboardEvent(
            "keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    await page.press("#write", "Shift+Enter")
    assert await page.input_value("#write") == "nihao\n"
    assert len(house.inbound) == 1


async def test_staff_come_by_themselves_and_are_told_apart(phones: Any, house: House) -> None:
    """By the event stream, with their own name and colours, and the top says so."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await house.say(1, Reply(text="我是小赵", **{"from": "staff"}))
    await expect(page.locator(".staff .said")).to_have_text("我是小赵")
    await expect(page.locator(".staff .who")).to_have_text("工会工作人员")
    await expect(page.locator("#presence")).to_have_text("工会的人在跟你说")


async def test_the_top_says_that_a_person_is_there_only_while_one_is(
    phones: Any, house: House
) -> None:
    """Also after a reload, and it stops when they leave, before the rider writes again."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    house.books[1].held = True
    await house.say(1, Reply(text="工作人员 小赵 来了"))
    await expect(page.locator("#presence")).to_have_text("工会的人在跟你说")
    await page.reload()
    await expect(page.locator("#presence")).to_have_text("工会的人在跟你说")
    house.books[1].held = False
    await house.say(1, Reply(text="工作人员 小赵 先离开了"))
    await expect(page.locator("#presence")).to_have_text("工会助手 · 机器人")


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [
        ("看这里 (https://example.org/a)", "https://example.org/a"),
        ("see https://example.org/a_(b).", "https://example.org/a_(b)"),
        ("https://example.org/a?b=1。", "https://example.org/a?b=1"),
    ],
)
async def test_what_stands_behind_an_address_is_not_of_it(
    phones: Any, house: House, text: str, leads_to: str
) -> None:
    """An article's link stands in brackets: the closing one led to a page that isn't there."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await house.say(1, Reply(text=text))
    link = page.locator(".bot .said a").last
    await expect(link).to_be_visible()
    assert await link.get_attribute("href") == leads_to
    assert await page.locator(".bot .said").last.inner_text() == text


async def test_another_tab_of_the_same_phone_shows_both_sides(phones: Any) -> None:
    """Also what was written in the first."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    other = await phone.context.new_page()
    await other.goto(phone.url)
    await expect(other.locator(".tile")).to_have_count(6)
    await phone.say("两边都看见")
    await expect(other.locator(".rider .said")).to_have_text("两边都看见")
    await expect(other.locator(".bot .said").last).to_have_text("你说的是：两边都看见")


async def test_the_typing_sign_is_there_only_while_an_answer_is_awaited(phones: Any) -> None:
    """And a second message can be sent meanwhile."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.say("慢慢来")
    await expect(page.locator("#typing")).to_be_visible()
    await phone.say("还有一句")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：还有一句", timeout=1500)
    await expect(page.get_by_text("你说的是：慢慢来")).to_be_visible()
    await expect(page.locator("#typing")).to_be_hidden()


async def test_a_crisis_answer_has_numbers_that_one_tap_calls(phones: Any) -> None:
    """And they stay as they are when the talk goes on."""
    phone = await phones()
    page = await phone.open()
    await phone.say("不想活了")
    call = page.get_by_role("link", name="打 120 急救")
    await expect(call).to_have_attribute("href", "tel:120")
    await phone.say("好")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：好")
    assert await call.evaluate("(a) => getComputedStyle(a).fontWeight") == "600"


async def test_a_hidden_code_is_seen_to_be_hidden(phones: Any) -> None:
    """Dots would be read out as nothing."""
    phone = await phones()
    page = await phone.open()
    await phone.say("查询码")
    await expect(page.locator(".veil")).to_have_text("已隐去")


async def test_a_long_history_opens_at_its_end_and_reads_backwards(
    phones: Any, house: House
) -> None:
    """The place that is being read does not jump."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await house.say(1, *(Reply(text=f"第 {n} 条") for n in range(70)))
    await page.reload()
    await expect(page.get_by_text("第 69 条", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("第 5 条", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="看更早的").click()
    await expect(page.get_by_text("第 5 条", exact=True)).to_have_count(1)
    texts = await page.locator(".bot .said").all_inner_texts()
    assert texts[1:] == [f"第 {n} 条" for n in range(70)]
