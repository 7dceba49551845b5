"""Articles in a real browser: written by keyboard alone, asked, refused, confirmed, taken back.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing
from nlu.understanding import Understanding
from tests.bot.console import build
from tests.bot.door import Door
from tests.bot.newsroom import HEAT, THIEF, published, publishing_of, trained, written
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look, press_to

pytestmark = pytest.mark.browser

SECRET = "A" * 32
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return trained()


@pytest.fixture
def publishing(door: Door, understanding: Understanding) -> ArticlePublishing:
    return publishing_of(door.database, understanding)


@pytest.fixture
def office(door: Door, publishing: ArticlePublishing) -> ArticleOffice:
    return ArticleOffice(door.database, publishing)


@pytest.fixture
async def server(door: Door, publishing: ArticlePublishing) -> AsyncIterator[TestServer]:
    server = TestServer(build(door, article_publishing=publishing))
    await server.start_server()
    yield server
    await server.close()


async def entered(
    phones: Any, door: Door, name: str = "赵敏", *, language: str = "zh", **options: Any
) -> tuple[Page, str]:
    """An administrator's page, and the address of the articles."""
    async with door.database.begin() as unit:
        account = await unit.accounts.named(name)
    if account is None:
        account = await door.member(name, "administrator", "yantai", secret=SECRET)
    async with door.database.begin() as unit:
        await unit.accounts.change(account.id, language=language)
        token = await unit.sessions.begin(account, "test", complete=True)
    phone: Phone = await phones(viewport=DESK, reduced_motion="reduce", **options)
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    return phone.page, f"{phone.url}console/articles"


async def type_into(page: Page, label: str, text: str) -> None:
    """Tab to a field and type, line by line."""
    await press_to(page, label)
    for number, line in enumerate(text.split("\n")):
        if number:
            await page.keyboard.press("Enter")
        await page.keyboard.insert_text(line)


async def test_an_article_is_written_asked_and_published_by_keyboard_alone(
    phones: Any, door: Door
) -> None:
    """Saved by itself meanwhile; what the bot would say stands beside it; then riders get it."""
    page, at = await entered(phones, door)
    await page.goto(at)
    await expect(page.get_by_text("还没有文章")).to_be_visible()
    await press_to(page, "写新文章")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("主题")).to_be_focused()
    await page.keyboard.insert_text("heat")
    await press_to(page, "开始写")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("问题", exact=True)).to_be_focused()
    await page.keyboard.insert_text(HEAT["question"])
    await type_into(page, "相似问法", "\n".join(HEAT["similar"]))
    await type_into(page, "答案", "# 每天10元")
    await expect(page.locator("#beside")).to_contain_text("标题（#）显示不出来")
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text("**每天10元**，六月到九月发。")
    await press_to(page, "有哪些服务")
    await page.keyboard.press("Enter")
    await press_to(page, "找歇脚驿站")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("按钮", exact=True)).to_have_value("找歇脚驿站")
    await press_to(page, "测试问题", most=40)
    await page.keyboard.insert_text("大热天送餐有高温津贴吗")
    await type_into(page, "出处", "示例通知")
    await expect(page.locator("#beside")).to_contain_text("可以发布了")
    await expect(page.locator(".on-telegram .bubble-button").first).to_have_text("找歇脚驿站")
    await press_to(page, "像骑手那样问")
    await page.keyboard.insert_text("高温天送外卖有补贴没")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer")).to_have_count(2, timeout=30_000)
    await expect(page.locator(".answer").nth(1)).to_contain_text("高温津贴怎么领")
    await expect(page.locator(".answer").nth(1)).to_contain_text("每天10元")
    await expect(page.locator(".answer").nth(0)).not_to_contain_text("每天10元")
    await page.get_by_label("出处").focus()
    await press_to(page, "保存并查看")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/articles/\d+(\?|$)"))
    await press_to(page, "发布", exact=True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("已发布", timeout=30_000)
    await expect(page.locator(".badge.good").first).to_have_text("已发布 1")
    async with door.database.begin() as unit:
        answer = await unit.articles.answer("heat", "zhifu", "zh")
        assert answer is None or answer.region == "yantai"
        assert await unit.articles.answer("heat", "yantai", "zh") is not None


async def test_a_change_that_steals_is_refused_confirmed_and_taken_back(
    phones: Any, door: Door, office: ArticleOffice
) -> None:
    """Line by line; with a reason it goes; one click brings the version before back."""
    await published(door, office)
    await published(door, office, "summer", question="夏天的活动", similar=[], tests=[])
    number = await written(door, office, "summer", **THIEF)
    page, at = await entered(phones, door)
    await page.goto(f"{at}/{number}")
    await page.get_by_role("button", name="发布").click()
    gate = page.locator("[role=alert]")
    await expect(gate).to_contain_text("抢走“高温津贴怎么领”的 2 个问题")
    await expect(gate).to_contain_text("大热天送餐有高温津贴吗")
    await expect(gate).to_contain_text("高温津贴怎么领 → 夏天的活动")
    await page.get_by_label("仍要发布的原因").fill("津贴并入活动")
    await page.get_by_role("button", name="仍然发布").click()
    await expect(page.get_by_role("status")).to_contain_text("已发布")
    await expect(page.get_by_text("原因：津贴并入活动")).to_be_visible()
    await page.get_by_role("button", name="换回第 1 版").click()
    await expect(page.get_by_role("status")).to_contain_text("已换回")
    await expect(page.locator(".badge.good").first).to_have_text("已发布 3")
    await page.get_by_role("link", name="第 2 版").click()
    await expect(page.locator(".difference .gone").first).to_be_visible()


async def test_of_two_editors_the_second_is_shown_the_difference(
    phones: Any, door: Door, office: ArticleOffice
) -> None:
    """Field by field, beside the own text; nothing is overwritten silently."""
    number = await written(door, office)
    page, at = await entered(phones, door)
    other, _ = await entered(phones, door, "李雷")
    await page.goto(f"{at}/{number}/edit")
    await other.goto(f"{at}/{number}/edit")
    await other.get_by_label("出处").fill("新的通知")
    await other.get_by_label("答案").fill("每天12元")
    await other.get_by_role("button", name="保存", exact=True).click()
    await expect(other.get_by_role("status").first).to_contain_text("已保存")
    await page.get_by_label("答案").fill("每天15元")
    await expect(page.locator("#saved")).to_contain_text("李雷 刚才保存过")
    await page.get_by_role("button", name="保存", exact=True).click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("李雷 也在改")
    await expect(alert).to_contain_text("每天12元")
    await expect(page.get_by_label("答案")).to_have_value("每天15元")
    source = page.get_by_role("group", name="出处")
    await source.get_by_label("用对方的").check()
    await page.get_by_role("button", name="按这样保存").click()
    await expect(page.get_by_label("出处")).to_have_value("新的通知")
    await expect(page.get_by_label("答案")).to_have_value("每天15元")
    async with door.database.begin() as unit:
        draft = await unit.drafts.get(number)
    assert draft is not None
    assert (draft.writing.source, draft.writing.answer) == ("新的通知", "每天15元")


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
async def test_every_page_of_articles_is_for_every_eye_and_screen(
    phones: Any, door: Door, office: ArticleOffice, scheme: str, locale: str
) -> None:
    """Axe finds nothing, and nothing is cut off, at 390 and 1280 pixels, by day and by night."""
    page, at = await entered(phones, door, language=locale[:2], color_scheme=scheme, locale=locale)

    async def see(name: str, path: str = "") -> None:
        await page.goto(at + path)
        await look(page, f"articles-{name}", scheme)

    await see("none")
    heat = await published(door, office)
    await published(
        door, office, language="en", question="How do I get heat allowance",
        similar=["heat allowance"], answer="10 yuan a day.", tests=[],
    )  # fmt: skip
    await published(
        door, office, "dues", "yantai", question="会费多少", similar=[], tests=[],
        valid_until="2026-11-29",
    )  # fmt: skip
    thief = await written(door, office, "summer", **THIEF)
    bad = await written(door, office, "long", answer="# 太长\n" + "长" * 1600, source="")
    await written(door, office, answer="每天12元，六月到九月发。")
    await see("list", "?language=" + locale[:2])
    await see("list-filtered", "?state=published&older=on")
    await see("list-nothing", "?text=鹦鹉")
    await see("new", "/new")
    await see("one", f"/{heat}")
    await see("version", f"/{heat}/versions/1?against=1")
    await see("ask", f"/{heat}/ask?text=大热天送餐有高温津贴吗")
    for summary in await page.locator(".answer summary").all():
        await summary.click()
    await look(page, "articles-ask-why", scheme)
    await see("edit", f"/{heat}/edit")
    await see("edit-wrong", f"/{bad}/edit")
    await page.goto(f"{at}/{thief}")
    await page.locator("form[action$='/publish'] button").click()
    await expect(page.locator(".gate")).to_be_visible()
    await look(page, "articles-gate", scheme)
    await page.goto(f"{at}/{heat}/edit")
    await page.evaluate("document.getElementById('editor').elements.revision.value = 1")
    await page.fill("#answer", "每天20元")
    await page.locator("#editor button").last.click()
    await expect(page.locator(".take").first).to_be_visible()
    await look(page, "articles-meanwhile", scheme)
    await page.goto(at)
    await page.locator(f"input[name='pick.{heat}']").check()
    await page.locator("button[value=archive]").click()
    await look(page, "articles-bulk", scheme)
    await office.send(door.operator, thief)
    await see("review", f"/{thief}")
