"""Unanswered questions, trainings and figures in a real browser, at both widths, day and night."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from bot.training_room import TrainingRoom
from knowledge.article_writing import Writing
from knowledge.articles import Place
from tests.bot.console import build
from tests.bot.door import Door
from tests.bot.questions import Meaning, asked
from tests.bot.test_training_room import GATE
from tests.e2e.browser.phone import Phone
from tests.e2e.browser.test_console import look

pytestmark = pytest.mark.browser

SCRIPT = """
import os, sys, time
for done in range(1, 4):
    print(f"embedding sentences: {done}/4", file=sys.stderr, flush=True)
    time.sleep(0.1)
while not os.path.exists(sys.argv[1]):
    time.sleep(0.05)
print('{"admitted": true, "in_use": "4f2a91c07b3e", "gate": null}')
"""


@pytest.fixture
async def server(door: Door) -> AsyncIterator[TestServer]:
    server = TestServer(build(door, meaning=Meaning()))
    await server.start_server()
    yield server
    await server.close()


async def furnished(door: Door, language: str) -> str:
    """An administrator, lines, an article, figures and a training; the session's token."""
    boss = await door.member("赵敏", "administrator", "yantai", secret=door.secret())
    for text in (
        "高温补贴什么时候发啊，都七月底了",
        "有没有高温费",
        "⟨name⟩问一下高温津贴多少钱一天",
    ):
        await asked(door.database, text, what="asked_back", route="faq:heat")
    await asked(door.database, "高温天有补助没", ago=timedelta(days=41))
    await asked(door.database, "is there a heat allowance", "yantai", language="en")
    await asked(door.database, "能不能租房便宜点", what="not_helpful", route="faq:rent")
    await asked(door.database, "办健康证在哪", what="handed_over")
    async with door.database.begin() as unit:
        await unit.accounts.change(boss.id, language=language)
        draft = await unit.drafts.begin(
            Place("heat", "zhifu", "zh"), actor="staff:王师傅", regions=["zhifu"]
        )
        await unit.drafts.save(
            draft.article, Writing(question="高温补贴怎么领？"), revision=draft.revision,
            actor="staff:王师傅", regions=["zhifu"],
        )  # fmt: skip
        for week in range(11):
            unit.now -= timedelta(weeks=week and 1)
            for n in range(9 + week % 4):
                about = ("find_station", "faq:membership-dues", "faq:heat")[n % 3]
                unit.figures.count("asked", about, ("zhifu", "yantai")[n % 2], "zh")
            for _ in range(1 + week % 3):
                unit.figures.count("out_of_scope", "faq:heat", "zhifu", "zh")
            unit.figures.count("asked", "claim_status", "zhifu", "en")
        unit.now = door.clock.now()
        for _ in range(3):
            unit.figures.count("unhelpful", f"article:{draft.article}", "zhifu", "zh")
        await unit.figures.write_down()
        return await unit.sessions.begin(boss, "Chrome · Windows", complete=True)


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh"), ("dark", "en")])
async def test_the_pages_are_for_every_eye_and_screen(
    phones: Any, door: Door, scheme: str, language: str
) -> None:
    """Axe finds nothing and nothing is cut off; a group is dealt with by pressing what is there."""
    token = await furnished(door, language)
    phone: Phone = await phones(color_scheme=scheme, reduced_motion="reduce")
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    page, at = phone.page, f"{phone.url}console"

    async def see(name: str, path: str) -> None:
        await page.goto(at + path)
        await look(page, name, scheme)

    await see("questions-settled-empty", "/questions/settled")
    await see("questions", "/questions")
    await page.locator(".asked a").first.click()
    await page.fill("#find", "高温")
    await page.keyboard.press("Enter")
    await expect(page.locator("input[type=radio]")).to_have_count(1)
    await look(page, "question", scheme)
    await page.locator("input[type=radio]").check()
    await page.locator("button[formaction$='/add']").click()
    # The line that names somebody stays, with its reason.
    await expect(page.locator(".line .notice.trouble")).to_have_count(1)
    await look(page, "question-refused", scheme)
    await see("questions-settled", "/questions/settled")
    await see("questions-empty", "/questions?language_of=en&what=handed_over")
    await see("figures", "/figures")
    for details in await page.locator("details:not(.sift > details)").all():
        await details.locator("summary").click()
    await look(page, "figures-numbers", scheme)
    async with door.database.begin() as unit:
        number = await unit.trainings.begin("train", "王师傅")
        assert number is not None
        gate = {**GATE, "reasons": ["places: 6 of 20 lines lost"], "changed": [
            {"text": "附近哪里有厕所", "route": "find_station", "before": "find_station",
             "now": "smalltalk"}]}  # fmt: skip
        await unit.trainings.end(
            number, "refused", {"admitted": False, "gate": gate, "in_use": "a"}
        )
    await page.goto(f"{at}/training")
    for details in await page.locator("details").all():
        await details.locator("summary").click()
    await look(page, "training-refused", scheme)


async def test_a_training_is_seen_to_go_on_and_end(
    phones: Any, door: Door, server: TestServer, tmp_path: Path
) -> None:
    """Its progress comes by itself, survives a reload, and the page tells when it is over."""
    from bot.console.parts import CONSOLE

    token = await furnished(door, "zh")
    parts = server.app[CONSOLE]
    parts.training_room = TrainingRoom(
        door.database, [sys.executable, "-c", SCRIPT, str(tmp_path / "go")]
    )
    phone: Phone = await phones(reduced_motion="reduce")
    await phone.context.add_cookies([{"name": "gongyou_console", "value": token, "url": phone.url}])
    page = phone.page
    await page.goto(f"{phone.url}console/training")
    await page.get_by_role("button", name="训练并检验").click()
    await expect(page.locator("[data-said]")).to_have_text("「计算意思」3 / 4")
    await page.reload()
    await expect(page.locator("progress")).to_have_attribute("value", "3")
    await look(page, "training-running", "light")
    (tmp_path / "go").touch()
    await expect(page.get_by_text("没有新的句子")).to_be_visible()
    await expect(page.get_by_role("button", name="换回上一个模型")).to_be_visible()
