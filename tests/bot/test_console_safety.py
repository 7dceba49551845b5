"""What holds for every route of the console at once: forms, logs, sessions that are left."""

from __future__ import annotations

import math
import random
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from bot.codes import new_secret
from knowledge.accounts import new_token
from knowledge.database import Database
from knowledge.people import ALPHABET
from knowledge.second_factors import _code
from tests.bot.console import build, visitors
from tests.bot.door import PASSWORD, Door

type Client = TestClient[Any, Any]

SECRET = "A" * 32

ROOT = Path(__file__).parents[2]

FILLINGS = (
    "1", "00000000-0000-4000-8000-000000000001", "disable", "take", "x" * 43, "zh", "2026-11-24",
    "weeks", "WH-3N6P8C", "email",
)  # fmt: skip
"""What may stand for a part of a path; each route takes the first that its pattern allows."""


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def client(door: Door) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build(door)), cookie_jar=DummyCookieJar()) as client:
        yield client


def posted(client: Client) -> list[str]:
    """A path for each route of the console that takes forms."""
    return [
        path_of(route.resource)
        for route in client.app.router.routes()
        if route.method == "POST"
        and route.resource is not None
        and route.resource.canonical.startswith("/console")
    ]


def path_of(resource: Any) -> str:
    """A path that the route answers to."""
    canonical: str = resource.canonical
    if "{" not in canonical:
        return canonical
    pattern = resource.get_info()["pattern"]
    parts = re.findall(r"{\w+}", canonical)
    candidates = [canonical]
    for part in parts:
        candidates = [one.replace(part, filled, 1) for one in candidates for filled in FILLINGS]
    return next(one for one in candidates if pattern.fullmatch(one))


async def traces(door: Door) -> dict[str, int]:
    """How many rows each table has: what was done would be seen in one of them."""
    async with door.database.begin() as unit:
        names = await unit.session.scalars(
            text("select tablename from pg_tables where schemaname = 'public' order by 1")
        )
        return {
            name: int(await unit.session.scalar(text(f'select count(*) from "{name}"')) or 0)
            for name in names
        }


async def test_no_route_takes_a_form_that_is_not_ours(door: Door, client: Client) -> None:
    """Without a token, with another session's, from another site: refused, and nothing is done."""
    account = await door.member("赵敏", "administrator", secret=SECRET)
    token, other = [await begun(door, account) for _ in range(2)]
    ours, others = [door.database.keyring.blind("csrf", one).hex() for one in (token, other)]
    before = await traces(door)
    paths = posted(client)
    assert len(paths) > 15
    for path in paths:
        for form, headers in (
            ({}, {}),
            ({"_token": others}, {}),
            ({"_token": ours}, {"Sec-Fetch-Site": "cross-site"}),
            ({"_token": ours}, {"Origin": "https://evil.example"}),
        ):
            response = await client.post(
                path, data=form, allow_redirects=False,
                headers={"Cookie": f"gongyou_console={token}", **headers},
            )  # fmt: skip
            assert response.status == 403, (path, form, headers)
            assert "表单" in await response.text(), path
    assert await traces(door) == before


async def test_nothing_changes_by_looking(door: Door, client: Client) -> None:
    """A page that is only opened is never a change: links can't be made to do anything."""
    account = await door.member("赵敏", "administrator", secret=SECRET)
    token = await begun(door, account)
    for path in posted(client):
        response = await client.get(
            path, headers={"Cookie": f"gongyou_console={token}"}, allow_redirects=False
        )
        assert response.status in (200, 303, 404), path
    async with door.database.begin() as unit:
        assert await unit.sessions.find(token) is not None
        lines = await unit.session.scalar(
            text("select count(*) from audit where action = 'logout'")
        )
        assert lines == 0


async def begun(door: Door, account: Any) -> str:
    async with door.database.begin() as unit:
        return await unit.sessions.begin(account, "test", complete=True)


async def test_every_page_has_a_way_out(door: Door, client: Client) -> None:
    """Whoever is logged in finds the button that logs out, also with half a login."""
    account = await door.member("赵敏", "administrator", secret=SECRET)
    async with door.database.begin() as unit:
        half = await unit.sessions.begin(account, "test", complete=False)
    token = await begun(door, account)
    shown = 0
    for route in client.app.router.routes():
        if route.method != "GET" or route.resource is None:
            continue
        if not route.resource.canonical.startswith("/console"):
            continue
        cookie = half if route.resource.canonical == "/console/second-factor" else token
        response = await client.get(
            path_of(route.resource), allow_redirects=False,
            headers={"Cookie": f"gongyou_console={cookie}"},
        )  # fmt: skip
        text = await response.text() if response.content_type == "text/html" else ""
        if response.status == 200 and text.startswith("<!doctype html>"):  # no part of a page
            assert 'action="/console/logout"' in text, route.resource.canonical
            shown += 1
    assert shown >= 5


async def test_a_login_ends_the_session_that_the_browser_had(door: Door) -> None:
    """Of the same account or of a colleague's, whole or half: the old cookie opens nothing."""
    await door.member("赵敏")
    colleague = await door.member("老王")
    async with visitors(door) as make:
        for complete in (True, False):
            async with door.database.begin() as unit:
                old = await unit.sessions.begin(colleague, "test", complete=complete)
            one = make(old)
            await one.get("/console/login" if not complete else "/console/account")
            response = await one.post("/console/login", {"login": "赵敏", "password": PASSWORD})
            assert response.status == 303
            assert one.token != old
            assert await door.logins.who(old) is None
            assert await door.logins.who(one.token) is not None


async def test_what_is_refused_at_the_door_is_in_the_log(door: Door) -> None:
    """Wrong passwords and codes, too many tries, forms that aren't ours, what a role may not.

    With the account where there is one, and never with what was typed.
    """
    account = await door.member("赵敏", secret=SECRET)
    typed = "hunter2hunter2"
    with structlog.testing.capture_logs() as lines:
        async with visitors(door) as make:
            one = make()
            await one.get("/console/login")
            for login in ("赵敏", typed):
                await one.post("/console/login", {"login": login, "password": typed})
            await one.post("/console/login", {"login": "赵敏", "password": PASSWORD})
            await one.get("/console/second-factor")
            for _ in range(7):
                await one.post("/console/second-factor", {"code": "000000"})
            inside = make(await begun(door, account))
            await inside.get("/console/staff")
            await inside.post("/console/account/language", {"_token": typed, "language": "en"})
    told = [(line["event"], line.get("why") or line.get("status")) for line in lines]
    for wanted in (
        ("login.refused", "password"), ("login.refused", "second_factor"),
        ("login.refused", "too_many"), ("console.refused", 403), ("console.foreign_form", None),
    ):  # fmt: skip
        assert wanted in told
    assert {line.get("account") for line in lines if line["event"] == "login.refused"} == {
        account.id, None,
    }  # fmt: skip
    for secret in (typed, PASSWORD, SECRET, "000000", "赵敏", one.token, inside.token):
        assert secret not in repr(lines)


async def test_an_unexpected_error_is_in_the_log_and_not_on_the_page(door: Door) -> None:
    """The stack for us, plain words for them."""
    account = await door.member("赵敏")
    async with door.database.begin() as unit:
        await unit.session.execute(text("alter table claims rename to claims_away"))
    with structlog.testing.capture_logs() as lines:
        async with visitors(door) as make:
            one = make(await begun(door, account))
            response = await one.get("/console")
            assert response.status == 500
    (line,) = [line for line in lines if line["event"] == "console.failed"]
    assert "claims" in str(line["exc_info"])
    assert "claims" not in await response.text()


async def test_a_password_does_not_run_out(door: Door) -> None:
    """Three years later it is still the password."""
    account = await door.member("赵敏")
    door.clock.move(timedelta(days=3 * 365))
    assert await door.enter(account)


async def test_password_fields_hide_and_let_managers_fill_them(door: Door) -> None:
    """Each says which password is meant; nothing keeps from pasting; no page asks a question."""
    boss = await door.member("赵敏", "administrator", secret=SECRET)
    _, link = await door.accounts.invite_again(door.operator, (await door.member("老王")).id)
    found: list[str] = []
    async with visitors(door) as make:
        for path, token in (
            ("/console/login", ""), (f"/console/invitation/{link}", ""),
            ("/console/account", await begun(door, boss)),
        ):  # fmt: skip
            page = await (await make(token).get(path)).text()
            assert "onpaste" not in page
            found += re.findall(
                r'<input[^>]*(?:type="password"|name="(?:password|again)")[^>]*>', page
            )
    assert len(found) == 7
    for one in found:
        assert 'type="password"' in one
        assert re.search(r'autocomplete="(?:current|new)-password"', one)
    names = {re.findall(r'name="(\w+)"', one)[0] for one in found}
    assert names == {"password", "again", "current"}


def test_what_opens_something_is_made_by_the_systems_chance() -> None:
    """And is long enough: 256 bits of a token, 160 of an app's secret, 48 of a recovery code."""
    random.seed(1)
    first = (new_token(), new_secret(), _code())
    random.seed(1)
    assert not set(first) & {new_token(), new_secret(), _code()}
    for module in ("knowledge/accounts.py", "knowledge/second_factors.py"):
        assert "import secrets" in (ROOT / module).read_text()
    token, secret, code = first
    assert (len(token), len(secret)) == (43, 32)
    assert len(code) * math.log2(len(ALPHABET)) >= 48
