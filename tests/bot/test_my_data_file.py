"""The file of a rider's own data at the web chat's door: with the own token, and with proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot.channels.web import build_web
from bot.channels.web_parts import WebParts
from bot.own_file import OwnFile
from knowledge.audit import AuditRow
from tests.actions.talk import House, Talk
from tests.actions.test_cases import disputed
from tests.bot.web_house import House as Quiet

TOKEN = "Zx8Kq1vN3bT7mY5cR0wL2p"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PATH = "/api/chat/my-data"

type Client = TestClient[Any, Any]


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    parts = WebParts(
        inbox=house.inbox, log=house.log, photos=Quiet(), own_file=OwnFile(house.database)
    )
    async with TestClient(TestServer(build_web(parts))) as client:
        yield client


def talk_of(house: House) -> Talk:
    """The conversation that the token opens."""
    return Talk(house, key=hashlib.sha256(TOKEN.encode()).hexdigest())


async def test_who_has_just_filed_has_the_file_and_half_an_hour_later_not(
    house: House, client: Client
) -> None:
    """An attachment that nothing on the way keeps; taken twice, written down twice."""
    talk = talk_of(house)
    case = await disputed(house, talk)
    assert (await client.get(PATH, headers=BEARER)).status == 200
    response = await client.get(PATH, headers=BEARER)
    assert response.headers["Cache-Control"] == "no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    file = json.loads(await response.read())
    assert [one["number"] for one in file["cases"]] == [case.number]
    async with house.database.begin() as unit:
        taken = await unit.session.scalar(
            select(func.count()).where(AuditRow.action == "person.copy")
        )
    assert taken == 2
    house.clock.move(timedelta(minutes=31))
    response = await client.get(PATH, headers=BEARER)
    assert response.status == 403
    assert (await response.json())["error"]["code"] == "not_proved"


async def test_nobody_else_has_it(house: House, client: Client) -> None:
    """Without a token, with another one, or before anything was said."""
    await disputed(house, talk_of(house))
    assert (await client.get(PATH)).status == 401
    stranger = {"Authorization": "Bearer Str4ngerKq1vN3bT7mY5cR0w"}
    assert (await client.get(PATH, headers=stranger)).status == 403


async def test_who_has_handed_nothing_in_has_their_own_talk(house: House, client: Client) -> None:
    """There is no number to prove with."""
    await talk_of(house).says("附近哪儿能歇脚")
    response = await client.get(PATH, headers=BEARER)
    file = json.loads(await response.read())
    assert file["conversations"][0]["lines"][0]["text"] == "附近哪儿能歇脚"
    assert not file["cases"]


async def test_after_erasure_nothing_of_before_is_in_it_or_in_the_history(
    house: House, client: Client
) -> None:
    """The same page, the same token: a new conversation."""
    talk = talk_of(house)
    await talk.says("附近哪儿能歇脚")
    await talk.says("我的数据")
    await talk.presses("全部删掉")
    await talk.presses("确定")
    page = await (await client.get("/api/chat/history", headers=BEARER)).json()
    assert ["都删了" in line["text"] for line in page["messages"]] == [False, True]
    raw = await (await client.get(PATH, headers=BEARER)).text()
    assert "歇脚" not in raw
