"""From an administrator's wish to a rider's answer, through a web and a worker process.

Two browsers that know nothing of each other, real processes, one database. How long it takes from
the publish button's answer to the rider's is printed (`-s`) and kept as the test's property; the
aim for it is measured by `make bench` (`benchmarks/articles.py`).
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page, expect

from bot.accounts import Accounts
from bot.codes import new_secret
from bot.logins import Logins
from bot.passwords import Passwords
from knowledge.access import Actor
from knowledge.database import Database
from knowledge.load import load_demonstration
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from tests.bot.door import OFFICE, PASSWORD
from tests.bot.newsroom import HEAT
from tests.conftest import ROOT
from tests.e2e.browser.phone import Phone
from tests.soak.processes import Processes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(600),
]

PATIENCE = 60_000
"""Milliseconds that a busy machine may need for a page."""

DESK = {"width": 1280, "height": 900}
READ = "大热天送餐有高温津贴吗"
"""One of the article's test questions: known word for word to nobody."""

PAID = "每天10元"
TRIPS = "疗休养是什么，谁能去？"
OLD_TRIPS = "工会组织去疗休养院住几天"
NEW_TRIPS = "名额已满，明年再报。"


@pytest.fixture
def folder(tmp_path: Path, full_model: Path) -> Path:
    """A data directory with the trained model; what is trained meanwhile stays in it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / full_model.name).symlink_to(full_model)
    (tmp_path / "models" / "current").write_text(full_model.name)
    (tmp_path / "vectors").symlink_to(ROOT / ".cache" / "vectors")
    return tmp_path


@pytest.fixture
async def database(empty_database_url: str, folder: Path) -> AsyncIterator[Database]:
    """The demonstration, with the keys of the house's key file."""
    database = Database(empty_database_url, Keyring.at(folder / "keys"))
    await migrate(database)
    await load_demonstration(database)
    await database.refresh_regions()
    yield database
    await database.close()


@pytest.fixture
async def processes(
    database: Database, empty_database_url: str, folder: Path
) -> AsyncIterator[Processes]:
    processes = Processes(folder, empty_database_url, rasa=False, roles=("web", "worker"))
    await processes.start()
    yield processes
    await processes.stop()


@pytest.fixture
def address(processes: Processes) -> str:
    return f"http://127.0.0.1:{processes.ports[0]}/"


@pytest.fixture
async def secret(database: Database) -> str:
    """Of the second factor of 赵敏, administrator of everything."""
    boss, logins = Actor.operator("root", database.region_tree), Logins(database, Passwords())
    account, token = await Accounts(database).invite(
        boss, name="赵敏", role="administrator", region=None
    )
    await logins.take_invitation(token, PASSWORD, PASSWORD, OFFICE)
    secret = new_secret()
    async with database.begin() as unit:
        await unit.second_factors.set(account.id, secret, None)
    return secret


async def enter(page: Page, address: str, secret: str) -> None:
    """Log in: name, password, the app's six digits."""
    await page.goto(f"{address}console")
    await page.get_by_label("登录名").fill("赵敏")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    await page.keyboard.press("Enter")
    await page.locator(".menu > summary", has_text="知识").click()
    await page.get_by_role("link", name="文章", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("文章", timeout=PATIENCE)


async def write_heat(page: Page) -> None:
    """A new article, as far as its page with the button."""
    await page.get_by_role("link", name="写新文章").click()
    await page.get_by_label("主题").fill("heat")
    await page.get_by_label("地区").select_option("cn")
    await page.get_by_role("button", name="开始写").click()
    await page.get_by_label("问题", exact=True).fill(HEAT["question"])
    await page.get_by_label("相似问法").fill("\n".join(HEAT["similar"]))
    await page.get_by_label("答案").fill(HEAT["answer"])
    await page.get_by_label("测试问题").fill("\n".join(HEAT["tests"]))
    await page.get_by_label("出处").fill(HEAT["source"])
    await expect(page.locator("#beside")).to_contain_text("可以发布了", timeout=PATIENCE)


async def pressed(page: Page, name: str) -> float:
    """Press a button; when the house had answered that it is done."""
    async with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        await page.get_by_role("button", name=name).click()
    assert (await answered.value).status == 303, await page.content()
    return time.perf_counter()


ANSWERED = """(own) => {
    const lines = [...document.querySelectorAll("#lines .rider, #lines .bot")];
    const mine = lines.map((line) => line.matches(".rider")).lastIndexOf(true);
    return lines.filter((line) => line.matches(".rider")).length > own && lines[mine + 1]
        && lines[mine + 1].innerText;
}"""
"""What the bot says first after the rider's newest line, once there is more than `own`."""


async def answer_to(rider: Phone, text: str, *, says: str) -> float:
    """The rider's next message has this in its answer; when it could be read."""
    own = await rider.page.locator("#lines .rider").count()
    await rider.say(text)
    answer = await rider.page.wait_for_function(ANSWERED, arg=own)
    at = time.perf_counter()
    assert says in str(await answer.json_value())
    return at


async def test_what_is_published_in_one_process_is_said_in_the_other(
    phones: Any, secret: str, record_property: Any
) -> None:
    """Asked before, on the rider's very next message after; a theft is told, and taken back."""
    took: dict[str, float] = {}
    rider: Phone = await phones()
    rider.context.set_default_timeout(PATIENCE)
    await rider.open()
    # The first hello waits for the worker's start.
    await expect(rider.page.locator(".tile")).to_have_count(6, timeout=PATIENCE)
    await answer_to(rider, TRIPS, says=OLD_TRIPS)
    desk: Phone = await phones(viewport=DESK, reduced_motion="reduce")
    desk.context.set_default_timeout(PATIENCE)
    page = desk.page
    await enter(page, desk.url, secret)

    await write_heat(page)
    await page.get_by_label("像骑手那样问").fill(READ)
    await page.keyboard.press("Enter")
    now, then = page.locator(".answer").nth(0), page.locator(".answer").nth(1)
    await expect(then).to_contain_text(PAID, timeout=PATIENCE)
    await expect(now).not_to_contain_text(PAID, timeout=PATIENCE)
    await then.locator("summary").click()
    reasons = await then.locator("details p").inner_text()
    assert HEAT["question"] in reasons
    assert not re.search("[A-Za-z]", reasons), reasons
    await page.get_by_role("button", name="保存并查看").click()
    published = await pressed(page, "发布")
    took["a new article"] = await answer_to(rider, READ, says=PAID) - published

    await page.goto(f"{desk.url}console/articles?text={TRIPS}")
    await page.locator(".article-what a", has_text=TRIPS).click()
    await page.get_by_role("button", name="修改", exact=True).click()
    similar = page.get_by_label("相似问法")
    await similar.fill("\n".join([await similar.input_value(), *HEAT["tests"]]))
    await page.get_by_label("答案").fill(NEW_TRIPS)
    await page.get_by_role("button", name="保存并查看").click()
    await page.get_by_role("button", name="发布").click()
    refused = page.locator("[role=alert]")
    await expect(refused).to_contain_text(f"抢走“{HEAT['question']}”的 2 个问题", timeout=PATIENCE)
    for question in HEAT["tests"]:
        await expect(refused).to_contain_text(question, timeout=PATIENCE)
    await answer_to(rider, READ, says=PAID)

    await page.get_by_label("仍要发布的原因").fill("津贴改由疗休养办公室发")
    published = await pressed(page, "仍然发布")
    took["in spite of the gate"] = await answer_to(rider, READ, says=NEW_TRIPS) - published
    await expect(page.get_by_text("原因：津贴改由疗休养办公室发")).to_be_visible(timeout=PATIENCE)
    published = await pressed(page, "换回第 1 版")
    took["the version before"] = await answer_to(rider, TRIPS, says=OLD_TRIPS) - published
    await answer_to(rider, READ, says=PAID)
    await expect(page.locator(".badge.good").first).to_have_text(re.compile("已发布 3"))
    for what, seconds in took.items():
        record_property(f"seconds until a rider has {what}", round(seconds, 3))
        print(f"\n{what}: {seconds:.2f} s from the button's answer to the rider's")
