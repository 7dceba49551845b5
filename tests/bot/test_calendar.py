"""The calendar file of a course over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels import calendar
from bot.channels.http import errors
from bot.metrics import Metrics
from tests.actions.talk import demonstration
from tests.conftest import Databases

type Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(databases: Databases) -> AsyncIterator[Client]:
    async with demonstration(databases) as house:
        app = web.Application(middlewares=[errors(Metrics())])
        app.add_routes(calendar.routes(house.database))
        async with TestClient(TestServer(app)) as made:
            yield made


async def test_a_phone_gets_the_file_of_a_course(client: Client) -> None:
    """As a calendar, with a name to be saved under, in the language that was asked for."""
    async with client.get("/api/courses/foshan-tea.ics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert 'filename="foshan-tea.ics"' in answer.headers["Content-Disposition"]
        assert "SUMMARY:茶道入门" in await answer.text()
    async with client.get("/api/courses/foshan-tea.ics?lang=en") as answer:
        assert "SUMMARY:Tea: the first lessons" in await answer.text()


@pytest.mark.parametrize("path", ["nothing.ics", "..%2Fsecret.ics", "Foshan-Tea.ics"])
async def test_what_is_no_course_is_not_found(client: Client, path: str) -> None:
    """In the one shape of errors."""
    async with client.get(f"/api/courses/{path}") as answer:
        assert answer.status == 404
        assert (await answer.json())["error"]["code"] == "not_found"
