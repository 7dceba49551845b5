"""The web chat in a real browser: Debian's Chromium, or Playwright's own where there is none."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from actions.content import Location, Photo, Press, Reply, Text
from bot.channels.web import build_web
from bot.channels.web_parts import WebLimits, WebParts
from tests.bot.web_house import House

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No test reaches the network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
HAIKOU = {"latitude": 20.03, "longitude": 110.33}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def house() -> House:
    return House()


@pytest_asyncio.fixture(loop_scope="module")
async def server(house: House) -> AsyncIterator[TestServer]:
    lifted = WebLimits(messages_per_minute=0, new_conversations_per_hour=0)
    made = WebParts(inbox=house, log=house, photos=house, limits=lifted)
    server = TestServer(build_web(made))
    await server.start_server()
    yield server
    await server.close()


class Phone:
    """A browser with the page open, and what went wrong in it."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context, self.page, self.url = context, page, url
        self.troubles: list[str] = []
        self.asked: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._console)
        page.on("request", lambda request: self.asked.append(request.url))

    def _console(self, message: Any) -> None:
        # A failed request is what some tests are about; a refused policy never is.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)

    async def open(self) -> Page:
        await self.page.goto(self.url)
        return self.page

    async def say(self, text: str) -> None:
        await self.page.fill("#write", text)
        await self.page.press("#write", "Enter")


@pytest_asyncio.fixture(loop_scope="module")
async def phones(browser: Browser, server: TestServer) -> AsyncIterator[Any]:
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
        phone = Phone(context, await context.new_page(), str(server.make_url("/")))
        made.append(phone)
        return phone

    yield make
    for phone in made:
        await phone.context.close()
    assert [phone.troubles for phone in made] == [[] for _ in made]


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


async def test_the_key_of_a_conversation_is_made_on_the_phone(phones: Any, house: House) -> None:
    """At least 128 bits; the house knows its hash only."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    token = await page.evaluate("localStorage.getItem('gongyou.token')")
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", token)
    assert house.inbound[0].conversation == hashlib.sha256(token.encode()).hexdigest()


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


async def test_without_a_network_it_is_marked_and_sent_when_the_network_is_back(
    phones: Any, house: House
) -> None:
    """In order, once each, and without a word from the rider."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.context.set_offline(True)
    await phone.say("第一句")
    await phone.say("第二句")
    await expect(page.locator("#banner")).to_contain_text("没有网络")
    await expect(page.locator(".mark.late")).to_have_count(2)
    await expect(page.locator(".mark.late").first).to_contain_text("还没送达")
    await phone.context.set_offline(False)
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：第二句")
    await expect(page.locator(".mark")).to_have_count(0)
    await expect(page.locator("#banner")).to_be_hidden()
    texts = [one.content.text for one in house.inbound if isinstance(one.content, Text)]
    assert texts == ["第一句", "第二句"]


async def test_what_was_not_delivered_survives_closing_the_page(phones: Any, house: House) -> None:
    """It is shown, still marked, and sent at the next chance; "resend" doesn't wait for it."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.route("**/api/chat/messages", lambda route: route.abort())
    await phone.say("别丢了我")
    await expect(page.locator(".mark.late")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".rider .said")).to_have_text("别丢了我")
    await expect(page.locator(".mark.late")).to_contain_text("还没送达")
    await page.unroute("**/api/chat/messages")
    await page.get_by_role("button", name="现在重发").click()
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：别丢了我")
    assert sum(isinstance(one.content, Text) for one in house.inbound) == 1


async def test_a_lost_answer_is_asked_for_again_with_the_same_id(phones: Any, house: House) -> None:
    """The house heard it, the page didn't: nothing happens twice and nothing is shown twice."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    lost: list[str] = []

    async def lose_once(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(str(route.request.post_data))
        await route.fetch()
        await route.abort()

    await page.route("**/api/chat/messages", lose_once)
    await phone.say("只算一次")
    await expect(page.locator(".mark")).to_have_count(0)
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：只算一次")
    await expect(page.locator(".rider")).to_have_count(1)
    await expect(page.locator(".bot")).to_have_count(2)
    assert sum(isinstance(one.content, Text) for one in house.inbound) == 1


async def test_a_message_that_can_never_go_is_told_and_can_be_edited(phones: Any) -> None:
    """The words come back to the field; what is over 1,000 characters is said while writing."""
    phone = await phones()
    page = await phone.open()
    await page.fill("#write", "长" * 1001)
    await expect(page.locator("#hint")).to_contain_text("1001")
    await page.route(
        "**/api/chat/messages",
        lambda route: route.fulfill(
            status=413, json={"error": {"code": "text_too_long", "message": ""}}
        ),
    )
    await page.press("#write", "Enter")
    await expect(page.locator(".mark.failed")).to_contain_text("太长")
    await page.get_by_role("button", name="改一改").click()
    assert await page.input_value("#write") == "长" * 1001
    await expect(page.locator(".rider")).to_have_count(0)


async def test_a_page_that_is_too_fast_waits_as_long_as_it_is_told(
    phones: Any, house: House
) -> None:
    """429 is no failure."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    refused: list[int] = []

    async def refuse_once(route: Route) -> None:
        if refused:
            await route.continue_()
            return
        refused.append(429)
        await route.fulfill(
            status=429,
            headers={"Retry-After": "1"},
            json={"error": {"code": "too_many_messages", "message": ""}},
        )

    await page.route("**/api/chat/messages", refuse_once)
    await phone.say("快")
    await expect(page.locator(".mark.late")).to_contain_text("稍后自动发")
    await expect(page.locator("#banner")).to_be_hidden()
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：快")


async def test_staff_come_by_themselves_and_are_told_apart(phones: Any, house: House) -> None:
    """By the event stream, with their own name and colours, and the top says so."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await house.say(1, Reply(text="我是小赵", **{"from": "staff"}))
    await expect(page.locator(".staff .said")).to_have_text("我是小赵")
    await expect(page.locator(".staff .who")).to_have_text("工会工作人员")
    await expect(page.locator("#presence")).to_have_text("工会的人在跟你说")


async def test_events_go_on_after_the_stream_broke(
    phones: Any, house: House, server: TestServer
) -> None:
    """What came in between is there as well, once."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await house.say(1, Reply(text="第一条"))
    await expect(page.locator(".bot .said").last).to_have_text("第一条")
    await phone.context.set_offline(True)
    await house.say(1, Reply(text="第二条"))
    await phone.context.set_offline(False)
    await house.say(1, Reply(text="第三条"))
    await expect(page.locator(".bot .said").last).to_have_text("第三条")
    texts = await page.locator(".bot .said").all_inner_texts()
    assert texts[1:] == ["第一条", "第二条", "第三条"]


async def test_where_no_stream_gets_through_the_history_is_asked(phones: Any, house: House) -> None:
    """A proxy that holds streams back delays a message by seconds, no more."""
    phone = await phones()
    await phone.page.route("**/api/chat/events", lambda route: route.abort())
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.wait_for_timeout(1000)
    await house.say(1, Reply(text="照样到"))
    await expect(page.locator(".bot .said").last).to_have_text("照样到", timeout=10000)


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


async def test_everything_can_be_done_by_keyboard(phones: Any, house: House) -> None:
    """Skip link, tiles, tools, field: in the order in which they are seen, with a visible ring."""
    phone = await phones()
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport()
    seen = []
    for _ in range(14):
        await page.keyboard.press("Tab")
        active = page.locator("*:focus")
        seen.append((await active.get_attribute("id")) or (await active.inner_text()).strip())
        outline = await active.evaluate("(node) => getComputedStyle(node).outlineStyle")
        assert outline != "none", seen[-1]
    assert seen[:3] == ["language", "settings-button", "log"]
    assert seen[3] == "找地方歇脚"
    assert seen[9:14] == ["tool-menu", "tool-place", "tool-photo", "tool-person", "write"]
    await page.locator(".tile").nth(1).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".rider .said")).to_have_text("加入工会")
    assert house.inbound[-1].content == Press(id="r:join_union", label="加入工会")


async def test_a_screen_reader_hears_what_comes_and_not_what_was(phones: Any) -> None:
    """A polite log, silent until the history is there; each line says who speaks."""
    phone = await phones()
    page = await phone.open()
    log = page.get_by_role("log")
    await phone.say("听得见吗")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：听得见吗")
    await expect(log).to_have_attribute("aria-live", "polite")
    assert await page.locator(".rider").inner_text() != ""
    await expect(page.locator(".rider .unseen").first).to_have_text("你说")
    await page.route("**/api/chat/history*", lambda route: route.abort())
    await page.reload()
    await expect(log).to_have_attribute("aria-live", "off")


async def test_when_the_house_is_away_the_page_says_so_and_comes_back(phones: Any) -> None:
    """By itself or by the button."""
    phone = await phones()
    await phone.page.route("**/api/**", lambda route: route.abort())
    page = await phone.open()
    await expect(page.locator("#state-text")).to_contain_text("连不上")
    await page.unroute("**/api/**")
    await page.get_by_role("button", name="再试一次").click()
    await expect(page.locator(".tile")).to_have_count(6)
    await expect(page.locator("#state")).to_be_hidden()


async def test_a_browser_that_keeps_nothing_can_still_talk(phones: Any) -> None:
    """Private windows forbid the storage."""
    phone = await phones()
    await phone.context.add_init_script(
        """Object.defineProperty(window, "localStorage", {get() { throw new Error("no"); }})"""
    )
    page = await phone.open()
    await phone.say("在吗")
    await expect(page.locator(".bot .said").last).to_have_text("你说的是：在吗")


async def test_an_installed_page_opens_without_a_network(phones: Any) -> None:
    """The service worker has the shell; what was said is not in it."""
    phone = await phones(service_workers="allow")
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await page.reload()
    await expect(page.locator(".tile")).to_have_count(6)
    await phone.context.set_offline(True)
    await page.reload()
    await expect(page.locator("#state-text")).to_contain_text("连不上")
    kept = await page.evaluate(
        """async () => { const all = []; for (const name of await caches.keys())
            for (const request of await (await caches.open(name)).keys()) all.push(request.url);
            return all; }"""
    )
    assert kept
    assert not [url for url in kept if "/api/" in url]


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


async def walk(phone: Phone) -> Page:
    """A conversation that shows nearly everything there is to see."""
    page = await phone.open()
    await expect(page.locator(".tile")).to_have_count(6)
    for text, sign in (
        ("夜校", ".card"),
        ("不想活了", ".urgent"),
        ("查询码", ".veil"),
        ("驿站", ".ask"),
    ):
        await phone.say(text)
        await expect(page.locator(sign).first).to_be_visible()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_axe_finds_nothing(phones: Any, house: House, scheme: str, locale: str) -> None:
    """No violation in any state: open talk, staff, settings, no network, and a page that failed."""
    axe = AXE.read_bytes()
    assert hashlib.sha256(axe).hexdigest() == AXE_SHA256
    phone = await phones(color_scheme=scheme, locale=locale, reduced_motion="reduce")

    async def check(page: Page, where: str) -> None:
        await page.evaluate(axe.decode())
        found = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        told = [
            (one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"]])
            for one in found["violations"]
        ]
        assert told == [], where

    page = await walk(phone)
    await check(page, "talk")
    await house.say(1, Reply(text="我是小赵", **{"from": "staff"}))
    await expect(page.locator(".staff")).to_be_visible()
    await page.click("#settings-button")
    await check(page, "settings and staff")
    await phone.context.set_offline(True)
    await phone.say("没网")
    await expect(page.locator(".mark.late")).to_be_visible()
    await check(page, "no network")
    await phone.context.set_offline(False)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await check(page, "desk")
    await page.route("**/api/**", lambda route: route.abort())
    await page.reload()
    await expect(page.locator("#state-retry")).to_be_visible()
    await check(page, "failed")


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
@pytest.mark.parametrize("size", ["normal", "huge"])
async def test_nothing_is_wider_than_the_phone(phones: Any, width: int, size: str) -> None:
    """At every width and type size; what can be tapped is large enough."""
    phone = await phones(viewport={"width": width, "height": 740})
    await phone.context.add_init_script(
        f"try {{ localStorage.setItem('gongyou.size', '{size}') }} catch (e) {{}}"
    )
    page = await walk(phone)
    wide = await page.evaluate(
        """() => [...document.querySelectorAll("body, .log, .line, .said, .card, .pill, .top")]
            .filter((node) => node.scrollWidth > node.clientWidth + 1
                || node.getBoundingClientRect().right > innerWidth + 1)
            .map((node) => node.className)"""
    )
    assert wide == []
    small = await page.evaluate(
        """() => [...document.querySelectorAll("button, .pill, .card-links a, textarea")]
            .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 40)
            .map((node) => node.outerHTML)"""
    )
    assert small == []
