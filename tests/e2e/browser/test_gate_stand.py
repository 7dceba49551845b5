"""What the pages of an article say of the gate: that it isn't ready yet, or that there is no model.

With GONGYOU_PICTURES naming a folder, a picture of every page is put there.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, override

import numpy as np
import pytest
from aiohttp.test_utils import TestServer
from numpy.typing import NDArray
from playwright.async_api import Page, expect

from bot.article_office import ArticleOffice
from bot.article_publishing import ArticlePublishing
from bot.article_reader import ArticleReader
from bot.live_articles import LiveArticles
from knowledge.article_writing import Writing
from knowledge.articles import Place
from nlu.embed import E5Encoder, KeptVectors, Progress
from nlu.understanding import Understanding
from tests.bot.console import build
from tests.bot.door import Door
from tests.bot.newsroom import HEAT, written
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look
from tests.waiting import until

pytestmark = pytest.mark.browser

SECRET = "A" * 32
STREETS = (
    "解放 人民 青年 建设 光明 胜利 和平 文化 迎宾 滨海 中山 长江 黄河 泰山 幸福 红旗 新华 朝阳 "
    "团结 花园 公园 车站 体育 工业 学院 海港 南京 北京 上海 天津"
).split()


class Held(KeptVectors):
    """Goes on when it is let: how fast the machine is decides nothing then."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, E5Encoder())
        self._begun = False
        self.go_on = threading.Event()

    @override
    def get(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        if any(re.search(r"路\d+号", text) for text in texts):
            if self._begun:
                self.go_on.wait(60)
            self._begun = True
        return super().get(texts, progress)


TELL_SAID = """() => {
    const form = document.querySelector("form[action$='/publish']");
    new MutationObserver(() => {
        const said = form.querySelector("[role=status]");
        if (said) heard(said.textContent);
    }).observe(form, {childList: true, subtree: true, characterData: true});
}"""
"""Tells what is said under the button while the next page is awaited."""


@pytest.fixture
def understanding() -> Understanding:
    """Without a model; a test may give it one."""
    return Understanding(now=lambda: datetime.now(UTC))


@pytest.fixture
def live(door: Door, understanding: Understanding) -> LiveArticles:
    return LiveArticles(door.database, understanding)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    """Of the texts about a house number a part is embedded, the others when it goes on."""
    vectors = Held(tmp_path)
    yield vectors
    vectors.go_on.set()


@pytest.fixture
def publishing(door: Door, understanding: Understanding, live: LiveArticles) -> ArticlePublishing:
    return ArticlePublishing(
        door.database, ArticleReader.beside(door.database, understanding, live)
    )


@pytest.fixture
async def server(door: Door, publishing: ArticlePublishing) -> AsyncIterator[TestServer]:
    server = TestServer(build(door, article_publishing=publishing))
    await server.start_server()
    yield server
    await server.close()


async def entered(
    phones: Any, door: Door, language: str = "zh", **options: Any
) -> tuple[Page, str]:
    account = await door.member("赵敏", "administrator", "yantai", secret=SECRET)
    async with door.database.begin() as unit:
        await unit.accounts.change(account.id, language=language)
        token = await unit.sessions.begin(account, "test", complete=True)
    phone: Phone = await phones(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", **options
    )
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    return phone.page, f"{phone.url}console/articles"


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
async def test_without_a_model_the_pages_say_that_nothing_is_tried(
    phones: Any, door: Door, publishing: ArticlePublishing, scheme: str, locale: str
) -> None:
    """Before somebody publishes, and afterwards."""
    number = await written(door, ArticleOffice(door.database, publishing))
    page, at = await entered(phones, door, locale[:2], color_scheme=scheme, locale=locale)
    told = {"zh": "发布时什么都没法核对", "en": "nothing can be tried before publishing"}[
        locale[:2]
    ]
    for name, path in (("edit", "/edit"), ("ask", "/ask"), ("article", "")):
        await page.goto(f"{at}/{number}{path}")
        await expect(page.locator("#untried")).to_contain_text(told)
        await look(page, f"gate-untried-{name}", scheme)
    await page.locator("form[action$='/publish'] button").click()
    done = {"zh": "没有试过", "en": "Nothing was tried before"}[locale[:2]]
    await expect(page.get_by_role("status").first).to_contain_text(done)
    await look(page, "gate-untried-published", scheme)


async def test_how_far_the_gate_is_stands_on_the_page_and_under_the_button(
    phones: Any,
    door: Door,
    publishing: ArticlePublishing,
    understanding: Understanding,
    full_model: Path,
    held: Held,
) -> None:
    """Nine hundred questions that nobody has embedded: what is typed meanwhile stays."""
    understanding.set_articles([], held)
    understanding.set_model(full_model)
    async with door.database.begin() as unit:
        for at, street in enumerate(STREETS):
            tests = tuple(f"{street}路{number}号附近有凉快的地方吗" for number in range(1, 31))
            writing = Writing.model_validate(
                {**HEAT, "question": f"{street}路凉亭", "similar": [], "tests": tests}
            )
            place = Place(f"street-{at}", "yantai", "zh")
            await unit.article_changes.put(place, writing, actor="staff:王敏")
    number = await written(door, ArticleOffice(door.database, publishing))
    page, at_all = await entered(phones, door)
    await page.goto(f"{at_all}/{number}")
    card, publish = page.locator("[data-progress]"), page.locator("form[action$='/publish']")
    await expect(card).to_contain_text("正在准备核对用的测试问题")
    await look(page, "gate-not-ready", "light")
    await publish.get_by_label("什么时候").fill("2030-01-01T08:00")
    keeping = asyncio.create_task(publishing.reader.keep_ready())
    try:
        so_far = re.compile(r"读懂测试问题：\d+ / 900")
        await expect(card.locator("[data-said]")).to_have_text(so_far, timeout=30_000)
        said: list[str] = []
        await page.expose_function("heard", lambda line: said.append(line))
        await page.evaluate(TELL_SAID)
        # Playwright itself waits until the next page is there.
        await publish.get_by_role("button", name="发布").evaluate("(button) => button.click()")
        await until(lambda: any(map(so_far.fullmatch, said)))
        held.go_on.set()
        await expect(page.get_by_text("定于 2030-01-01 08:00 发布")).to_be_visible(timeout=60_000)
        assert publishing.reader.stand.ready
        await page.reload()
        await expect(page.locator("[data-progress]")).to_have_count(0)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_how_far_new_articles_are_taken_in_stands_above_the_list(
    phones: Any,
    door: Door,
    publishing: ArticlePublishing,
    live: LiveArticles,
    understanding: Understanding,
    full_model: Path,
    held: Held,
) -> None:
    """Meanwhile they are found by their words; when it is over, the word on it goes by itself."""
    understanding.set_articles([], held)
    understanding.set_model(full_model)
    await live.begin()
    tasks = [asyncio.create_task(part()) for part in (live.run, publishing.reader.keep_ready)]
    try:
        async with door.database.begin() as unit:
            for at, street in enumerate(STREETS):
                asks = tuple(f"{street}路{number}号门前能不能停车" for number in range(1, 31))
                writing = Writing.model_validate(
                    {**HEAT, "question": f"{street}路停车", "similar": asks, "tests": []}
                )
                place = Place(f"parking-{at}", "yantai", "zh")
                await unit.article_changes.put(place, writing, actor="staff:王敏")
        page, at_all = await entered(phones, door)
        card = page.locator("[data-progress]")
        for _ in range(40):
            await page.goto(at_all)
            if await card.count():
                break
            await asyncio.sleep(0.2)
        await expect(card).to_contain_text("新文章正在读懂，读懂之前先按字面找得到")
        await expect(card).to_contain_text(re.compile(r"读懂新文章：\d+ / \d+"))
        choice = understanding.choose(await understanding.read("黄河路停车的地方"))
        assert choice.route.startswith("faq:parking-")
        await look(page, "articles-taken-in", "light")
        held.go_on.set()
        await expect(card).to_have_count(0, timeout=90_000)
        assert not understanding.unseen
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
