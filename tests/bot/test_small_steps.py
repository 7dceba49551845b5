"""The console's small steps, each pressed on its page: what it says afterwards is so."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.console.parts import CONSOLE
from bot.training_room import TrainingRoom
from knowledge.access import Role
from knowledge.database import Database
from nlu import history, model
from tests.bot.console import Visitor, build
from tests.bot.door import ELSEWHERE, PASSWORD, Door
from tests.bot.questions import Meaning, asked
from tests.bot.stations import put, station
from tests.bot.test_console_pages import SECRET, entered
from tests.bot.test_imports import GOOD, HEAD

type Make = Callable[..., Visitor]

BACK = 'import json; print(json.dumps({"in_use": "before", "left": "after"}))'
"""What `gongyou train --back` prints. That the model is left is tried at the command."""


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def client(door: Door) -> AsyncIterator[TestClient[Any, Any]]:
    server = TestServer(build(door, meaning=Meaning()))
    async with TestClient(server, cookie_jar=DummyCookieJar()) as client:
        yield client


@pytest.fixture
def visitor(client: TestClient[Any, Any]) -> Make:
    def make(token: str = "") -> Visitor:
        one = Visitor(client)
        one.token = token
        return one

    return make


async def come(
    door: Door, visitor: Make, name: str = "赵敏", role: Role = "administrator"
) -> Visitor:
    account = await door.member(name, role, "yantai", secret=SECRET)
    return await entered(door, visitor, account)


async def press(page: Visitor, on: str, step: str, **fields: str) -> int:
    """Press what stands on a page; then `page.text` is what follows."""
    await page.get(on)
    assert re.search(rf'(?:form)?action="{re.escape(step)}"', page.text), step
    answer = await page.post(step, fields)
    if answer.status == 303:
        await page.get(answer.headers["Location"])
    return answer.status


async def test_an_administrator_sees_to_an_account(door: Door, visitor: Make) -> None:
    """A new link, out everywhere, without the second factor, disabled, and in again."""
    one = await come(door, visitor)
    other = await door.member("韩梅", "lead", "zhifu", secret=SECRET)
    token = await door.enter(other, SECRET)
    path = f"/console/staff/{other.id}"
    assert await press(one, path, f"{path}/end-sessions") == 303
    assert "已在所有设备上退出" in one.text
    assert await door.logins.who(token) is None
    assert await press(one, path, f"{path}/reset-second-factor") == 303
    assert "第二重验证已取消" in one.text
    async with door.database.begin() as unit:
        assert not (await unit.accounts.get(other.id)).has_second_factor
    assert await press(one, path, f"{path}/invite") == 200
    (link,) = re.findall(r'value="http://[\d.:]+(/console/invitation/[\w-]+)"', one.text)
    assert (await visitor().get(link)).status == 200
    assert await press(one, path, f"{path}/disable") == 303
    assert (await visitor().get(link)).status == 404
    assert await press(one, path, f"{path}/enable") == 303
    async with door.database.begin() as unit:
        assert (await unit.accounts.get(other.id)).disabled_at is None


async def test_new_recovery_codes_are_shown_once_and_void_the_old(
    door: Door, visitor: Make
) -> None:
    """With the password; one of them opens the door."""
    one = await come(door, visitor)
    codes = "/console/account/recovery-codes"
    assert await press(one, "/console/account", codes, current="something else") == 422
    assert await press(one, "/console/account", codes, current=PASSWORD) == 200
    found = re.findall(r"<li>(?:<code>)?([\w-]{10,})(?:</code>)?</li>", one.text)
    assert len(found) == 10
    await one.get("/console/account")
    assert found[0] not in one.text
    half = await door.logins.login("赵敏", PASSWORD, ELSEWHERE)
    assert (await door.logins.second_step(half.token, found[0], ELSEWHERE)).complete


async def test_ones_own_account_is_seen_to_on_its_page(door: Door, visitor: Make) -> None:
    """Another session is ended, this one stays; a lead may do without codes; the language."""
    one = await come(door, visitor, role="lead")
    async with door.database.begin() as unit:
        account = await unit.accounts.named("赵敏")
        assert account is not None
        other = await unit.sessions.begin(account, "Firefox · Linux", complete=True)
    await one.get("/console/account")
    assert "Firefox · Linux" in one.text
    (end,) = re.findall(r'action="(/console/account/sessions/\d+/end)"', one.text)
    assert await press(one, "/console/account", end) == 303
    assert "Firefox · Linux" not in one.text
    assert await door.logins.who(other) is None
    remove = "/console/account/second-factor/remove"
    assert await press(one, "/console/account", remove, current="something else") == 422
    assert await press(one, "/console/account", remove, current=PASSWORD) == 303
    async with door.database.begin() as unit:
        assert not (await unit.accounts.get(account.id)).has_second_factor
    assert await press(one, "/console/account", "/console/account/language", language="en") == 303
    assert "Your account" in one.text


async def test_lines_are_ignored_on_their_page(door: Door, visitor: Make) -> None:
    """The ticked ones; the other stays, and what was put aside comes back."""
    one = await come(door, visitor)
    first, second = [await asked(door.database, f"高温补贴 {n}") for n in ("几号发", "找谁要")]
    await one.get("/console/questions")
    (group,) = set(re.findall(r'href="(/console/questions/\d+)"', one.text))
    assert await press(one, group, f"{group}/ignore", **{f"line-{first}": "on"}) == 303
    await one.get("/console/questions")
    assert 'class="tally-count">1<' in one.text
    assert f"/console/questions/{second}" in one.text
    undo = f"/console/questions/settled/{first}/undo"
    assert await press(one, "/console/questions/settled", undo) == 303
    await one.get("/console/questions")
    assert 'class="tally-count">2<' in one.text


async def test_the_model_before_is_back_with_one_press(
    door: Door, visitor: Make, client: TestClient[Any, Any]
) -> None:
    """And the page says that it is."""
    client.app[CONSOLE].training_room = TrainingRoom(door.database, [sys.executable, "-c", BACK])
    one = await come(door, visitor)
    assert await press(one, "/console/training", "/console/training/back") == 303
    for _ in range(200):
        await one.get("/console/training")
        if "<progress" not in one.text:
            break
        await asyncio.sleep(0.05)
    async with door.database.begin() as unit:
        (newest,) = await unit.trainings.newest(5)
    assert (newest.kind, newest.state) == ("back", "let_in")


async def test_without_an_earlier_model_there_is_no_way_back_to_press(
    door: Door, visitor: Make, client: TestClient[Any, Any], tmp_path: Path
) -> None:
    """The page says so; once another one was in use, the button is there."""
    client.app[CONSOLE].training_room = TrainingRoom(
        door.database, [sys.executable, "-c", BACK], data_dir=tmp_path
    )
    one = await come(door, visitor)

    async def offered() -> bool:
        await one.get("/console/training")
        assert ("还没有更早的模型" in one.text) is not ("换回上一个模型" in one.text)
        return "/console/training/back" in one.text

    models = tmp_path / "models"
    for number, there in (("1", False), ("2", True)):
        (models / number).mkdir(parents=True)
        (models / number / "info.json").touch()
        history.add(models, history.Entry(door.clock.now(), "used", number))
        model.use(tmp_path, number)
        assert await offered() is there
    shutil.rmtree(models / "1")
    assert not await offered()
    assert (await one.post("/console/training/back")).status == 422
    assert "没有更早的模型可以换回" in one.text


async def test_a_place_is_closed_for_now_and_opened_again(door: Door, visitor: Make) -> None:
    """Until a day, with a reason; without one it says what is missing."""
    one = await come(door, visitor, role="lead")
    await put(door, station("zf-1"))
    path = "/console/places/one/zf-1"
    assert await press(one, path, f"{path}/close", until="2026-12-31", reason=" ") == 422
    assert "请写上为什么暂停" in one.text
    assert await press(one, path, f"{path}/close", until="2026-12-31", reason="管道维修") == 303
    assert "管道维修" in one.text
    assert await press(one, path, f"{path}/reopen") == 303
    assert "管道维修" not in one.text


async def test_a_file_that_was_tried_is_thrown_away(door: Door, visitor: Make) -> None:
    """It can't be written any more."""
    one = await come(door, visitor)
    await one.get("/console/import")
    answer = await one.hand_in("/console/import", "x.csv", f"{HEAD}\n{GOOD}".encode())
    path = answer.headers["Location"]
    for _ in range(200):
        await one.get(path)
        if 'data-running="0"' in one.text:
            break
        await asyncio.sleep(0.05)
    assert await press(one, path, f"{path}/drop") == 303
    await one.get(path)
    assert f"{path}/write" not in one.text
    assert (await one.post(f"{path}/write")).status == 422
