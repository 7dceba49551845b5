"""Every page and action of the console × every role × own or other region; default deny."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from knowledge.access import ROLES, Role
from knowledge.accounts import Account
from knowledge.article_writing import Writing
from knowledge.articles import Place
from knowledge.database import Database
from knowledge.unit import Knowledge
from tests.bot.console import build
from tests.bot.door import Door
from tests.bot.offers import offer
from tests.bot.questions import asked_in
from tests.bot.stations import put, station

type Client = TestClient[Any, Any]
type Thing = Literal[
    "", "account", "person", "session", "article", "question", "place", "import",
    "course", "scheme", "region", "line", "source",
]  # fmt: skip

ALL = frozenset(ROLES)
LEADING = frozenset({"lead", "administrator"})
OPEN, HALF = "anybody", "half a login"

MATRIX: dict[str, tuple[frozenset[str] | str, Thing]] = {
    "GET /console/login": (OPEN, ""),
    "POST /console/login": (OPEN, ""),
    "POST /console/logout": (OPEN, ""),
    "GET /console/invitation/{token}": (OPEN, ""),
    "POST /console/invitation/{token}": (OPEN, ""),
    "* /console/{tail}": (OPEN, ""),
    "GET /console/second-factor": (HALF, ""),
    "POST /console/second-factor": (HALF, ""),
    "GET /console": (ALL, ""),
    "GET /console/account": (ALL, ""),
    "POST /console/account/password": (ALL, ""),
    "POST /console/account/language": (ALL, ""),
    "GET /console/account/second-factor": (ALL, ""),
    "POST /console/account/second-factor": (ALL, ""),
    "POST /console/account/second-factor/remove": (ALL, ""),
    "POST /console/account/recovery-codes": (ALL, ""),
    "POST /console/account/sessions/{id}/end": (ALL, "session"),
    "GET /console/staff": (ALL - {"staff"}, ""),
    "GET /console/staff/new": (frozenset({"administrator"}), ""),
    "POST /console/staff/new": (frozenset({"administrator"}), ""),
    "GET /console/staff/{id}": (ALL - {"staff"}, "account"),
    "POST /console/staff/{id}": (frozenset({"administrator"}), "account"),
    "POST /console/staff/{id}/invite": (frozenset({"administrator"}), "account"),
    "POST /console/staff/{id}/{step}": (frozenset({"administrator"}), "account"),
    "GET /console/persons/{id}": (ALL, "person"),
    "POST /console/persons/{id}/reveal": (ALL - {"auditor"}, "person"),
    "GET /console/audit": (frozenset({"administrator", "auditor"}), ""),
    "POST /console/audit/export": (frozenset({"administrator", "auditor"}), ""),
    "POST /console/audit/verify": (frozenset({"administrator", "auditor"}), ""),
    "GET /console/articles": (ALL, ""),
    "POST /console/articles/bulk": (frozenset({"administrator"}), ""),
    "GET /console/articles/new": (frozenset({"lead", "administrator"}), ""),
    "POST /console/articles/new": (frozenset({"lead", "administrator"}), ""),
    "GET /console/articles/{id}": (ALL, "article"),
    "GET /console/articles/{id}/versions/{version}": (ALL, "article"),
    "GET /console/articles/{id}/ask": (ALL, "article"),
    "POST /console/articles/{id}/draft": (frozenset({"lead", "administrator"}), "article"),
    "GET /console/articles/{id}/edit": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/edit": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/autosave": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/discard": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/send": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/approve": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/send-back": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/reviewed": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/publish": (frozenset({"administrator"}), "article"),
    "POST /console/articles/{id}/unschedule": (frozenset({"administrator"}), "article"),
    "POST /console/articles/{id}/archive": (frozenset({"administrator"}), "article"),
    "POST /console/articles/{id}/checked": (frozenset({"administrator"}), "article"),
    "POST /console/articles/{id}/back": (frozenset({"administrator"}), "article"),
    "POST /console/articles/{id}/review-setting": (frozenset({"administrator"}), "article"),
    "GET /console/questions": (ALL - {"staff"}, ""),
    "GET /console/questions/progress": (ALL - {"staff"}, ""),
    "GET /console/questions/settled": (ALL - {"staff"}, ""),
    "POST /console/questions/settled/{id}/undo": (frozenset({"administrator"}), "question"),
    "GET /console/questions/{id}": (ALL - {"staff"}, "question"),
    "POST /console/questions/{id}/ignore": (frozenset({"administrator"}), "question"),
    "POST /console/questions/{id}/teach": (frozenset({"administrator"}), "question"),
    "POST /console/questions/{id}/add": (frozenset({"administrator"}), "question"),
    "POST /console/questions/{id}/begin": (frozenset({"administrator"}), "question"),
    "GET /console/training": (frozenset({"administrator"}), ""),
    "GET /console/training/progress": (frozenset({"administrator"}), ""),
    "POST /console/training/begin": (frozenset({"administrator"}), ""),
    "POST /console/training/back": (frozenset({"administrator"}), ""),
    "GET /console/figures": (ALL, ""),
    "GET /console/figures/{table}.csv": (ALL, ""),
    # Places.
    "GET /console/places": (ALL, ""),
    "GET /console/places/points": (ALL, ""),
    "GET /console/places/point": (ALL, ""),
    "GET /console/places/hours": (ALL, ""),
    "GET /console/places/reports": (ALL, ""),
    "GET /console/places/new": (LEADING, ""),
    "POST /console/places/new": (LEADING, ""),
    "GET /console/places/one/{code}": (ALL, "place"),
    "POST /console/places/one/{code}": (LEADING, "place"),
    "POST /console/places/one/{code}/close": (LEADING, "place"),
    "POST /console/places/one/{code}/reopen": (LEADING, "place"),
    "POST /console/places/one/{code}/settle": (LEADING, "place"),
    "POST /console/places/one/{code}/unsettle": (LEADING, "place"),
    # Files in and out.
    "GET /console/import": (frozenset({"administrator"}), ""),
    "POST /console/import": (frozenset({"administrator"}), ""),
    "GET /console/import/{id}": (frozenset({"administrator"}), "import"),
    "POST /console/import/{id}/write": (frozenset({"administrator"}), "import"),
    "POST /console/import/{id}/drop": (frozenset({"administrator"}), "import"),
    "GET /console/export": (ALL - {"staff"}, ""),
    "POST /console/export": (ALL - {"staff"}, ""),
    "GET /console/courses": (ALL, ""),
    "GET /console/courses/new": (frozenset({"lead", "administrator"}), ""),
    "POST /console/courses/new": (frozenset({"lead", "administrator"}), ""),
    "GET /console/courses/{id}": (ALL, "course"),
    "GET /console/courses/{id}/change": (frozenset({"lead", "administrator"}), "course"),
    "POST /console/courses/{id}/change": (frozenset({"lead", "administrator"}), "course"),
    "POST /console/courses/{id}/tell": (frozenset({"lead", "administrator"}), "course"),
    "POST /console/courses/{id}/move": (frozenset({"lead", "administrator"}), "course"),
    "POST /console/courses/{id}/call-off": (frozenset({"lead", "administrator"}), "course"),
    "POST /console/courses/{id}/cancel": (frozenset({"lead", "administrator"}), "course"),
    "GET /console/courses/{id}/attendance": (ALL - {"auditor"}, "course"),
    "POST /console/courses/{id}/attendance": (ALL - {"auditor"}, "course"),
    "GET /console/programmes": (ALL, ""),
    "GET /console/programmes/regions": (ALL, ""),
    "GET /console/programmes/lines": (ALL, ""),
    "GET /console/programmes/sources": (ALL, ""),
    "GET /console/programmes/schemes/new": (frozenset({"administrator"}), ""),
    "POST /console/programmes/schemes/new": (frozenset({"administrator"}), ""),
    "GET /console/programmes/schemes/{id}": (ALL, "scheme"),
    "POST /console/programmes/schemes/{id}": (frozenset({"administrator"}), "scheme"),
    "GET /console/programmes/regions/new": (frozenset({"administrator"}), ""),
    "POST /console/programmes/regions/new": (frozenset({"administrator"}), ""),
    "GET /console/programmes/regions/{id}": (ALL, "region"),
    "POST /console/programmes/regions/{id}": (frozenset({"administrator"}), "region"),
    "GET /console/programmes/lines/new": (frozenset({"administrator"}), ""),
    "POST /console/programmes/lines/new": (frozenset({"administrator"}), ""),
    "GET /console/programmes/lines/{id}": (ALL, "line"),
    "POST /console/programmes/lines/{id}": (frozenset({"administrator"}), "line"),
    "GET /console/programmes/sources/new": (frozenset({"administrator"}), ""),
    "POST /console/programmes/sources/new": (frozenset({"administrator"}), ""),
    "GET /console/programmes/sources/{id}": (frozenset({"administrator"}), "source"),
    "POST /console/programmes/sources/{id}": (frozenset({"administrator"}), "source"),
}
"""Who may, and which kind of thing the path names. Written by hand: not read from the code."""

STEPS = ("disable", "enable", "end-sessions", "reset-second-factor")


@dataclass(frozen=True)
class Things:
    """A thing of each kind below the own region, and one of another."""

    own: dict[Thing, str]
    other: dict[Thing, str]


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def client(door: Door) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build(door)), cookie_jar=DummyCookieJar()) as client:
        yield client


def routes(client: Client) -> list[tuple[str, str]]:
    """(method, pattern) of everything under /console that the application answers to."""
    return [
        (route.method, route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/console")
    ]


def test_every_route_has_its_row_and_every_row_its_route(door: Door, client: Client) -> None:
    """A new page without a row fails here."""
    assert {f"{method} {pattern}" for method, pattern in routes(client)} == set(MATRIX)


async def things(door: Door) -> Things:
    own, other = (
        await door.member("里面", region="zhifu"),
        await door.member("外面", region="weihai"),
    )
    async with door.database.begin() as unit:
        riders: list[UUID] = []
        for region in ("zhifu", "weihai"):
            person, _ = await unit.people.create()
            fields = {"name": "林晓", "phone": "13900000001"}
            await unit.people.change(person, fields, actor="rider", region=region)
            riders.append(person)
        articles = [str(await published(unit, region)) for region in ("zhifu", "weihai")]
    asked = [str(await asked_in(door, region)) for region in ("zhifu", "weihai")]
    await put(door, station("zf-1"), station("wh-1", "weihai"))
    await offer(door.database)
    pairs: dict[Thing, tuple[str, str]] = {
        "account": (str(own.id), str(other.id)),
        "person": (str(riders[0]), str(riders[1])),
        "article": (articles[0], articles[1]),
        "question": (asked[0], asked[1]),
        "place": ("zf-1", "wh-1"),
    }
    return Things(
        {"": "", **{kind: pair[0] for kind, pair in pairs.items()}, **offered("zhifu")},
        {"": "", **{kind: pair[1] for kind, pair in pairs.items()}, **offered("weihai")},
    )


def offered(region: str) -> dict[Thing, str]:
    """Codes of what a region offers. A source is everybody's: for one region's staff, nobody's."""
    return {
        "course": f"{region}-course",
        "scheme": f"{region}-scheme",
        "region": region,
        "line": f"{region}-line",
        "source": "P1",
    }


async def published(unit: Knowledge, region: str) -> int:
    """An article of a region."""
    writing = Writing(question="会费多少", answer="0.5%", source="章程", checked_on=unit.now.date())
    place = Place("dues", region, "zh")
    await unit.articles.put(place, writing, actor="staff:王敏")
    return (await unit.articles.begin(place)).id


async def handed_in(door: Door, account: Account) -> str:
    """A file of an account."""
    async with door.database.begin() as unit:
        return str(await unit.imports.keep(account.id, "x.csv", b"x", None, None))


async def session(door: Door, account: Account, *, complete: bool = True) -> tuple[str, str]:
    """A new session's token and its number."""
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(account, "test", complete=complete)
        found = await unit.sessions.find(token)
        assert found is not None
    return token, str(found.id)


async def ask(door: Door, client: Client, method: str, path: str, token: str) -> str:
    """What comes of it: `in`, `login`, `second factor`, `set up`, `403` or `404`."""
    form = {"_token": door.database.keyring.blind("csrf", token).hex()}
    response = await client.request(
        "GET" if method == "*" else method,
        path,
        data=None if method in ("GET", "*") else form,
        headers={"Cookie": f"gongyou_console={token}"},
        allow_redirects=False,
    )
    where = response.headers.get("Location", "").partition("?")[0]
    if path != "/console/logout" and where == "/console/login":
        return "login"
    if where == "/console/second-factor":
        return "second factor"
    if where == "/console/account/second-factor":
        return "set up"
    assert response.status in (200, 303, 409, 422, 403, 404), (method, path, response.status)
    return str(response.status) if response.status in (403, 404) else "in"


def paths(pattern: str, thing: str) -> list[str]:
    filled = pattern
    named = {"id": thing, "code": thing, "version": "1", "table": "weeks"}
    for name, value in (named | {"token": "nothing", "tail": "nothing"}).items():
        filled = filled.replace(f"{{{name}}}", value)
    return [filled.replace("{step}", step) for step in STEPS] if "{step}" in pattern else [filled]


def expected(who: frozenset[str] | str, role: Role, thing: Thing, *, own: bool) -> str:
    if isinstance(who, str):
        return "in"
    if role not in who:
        return "403"
    if thing == "source":
        return "404"
    return "in" if own or not thing else "404"


async def test_every_role_gets_what_its_row_says(door: Door, client: Client) -> None:
    """In the own region and below; in another one it is as if there were nothing."""
    found = await things(door)
    wrong: list[str] = []
    for role in ROLES:
        account = await door.member(f"一个{role}", role, "yantai", secret=door.secret())
        colleague = await door.member(f"另一个{role}", role, "yantai", secret=door.secret())
        for method, pattern in routes(client):
            who, thing = MATRIX[f"{method} {pattern}"]
            if who == HALF or pattern in ("/console/{tail}", "/console/invitation/{token}"):
                continue  # below
            for own in (True, False):
                token, _ = await session(door, account)
                whose = account if own else colleague
                _, ended = await session(door, whose)
                file = await handed_in(door, whose)
                place = {**(found.own if own else found.other), "session": ended, "import": file}
                for path in paths(pattern, place[thing]):
                    got = await ask(door, client, method, path, token)
                    want = expected(who, role, thing, own=own)
                    if got != want:
                        wrong.append(f"{role} {method} {path} own={own}: {got}, not {want}")
    assert wrong == []


async def test_who_is_not_whole_gets_no_further_than_the_door(door: Door, client: Client) -> None:
    """Nobody, a stranger's cookie, half a login, an administrator without a second factor."""
    found = await things(door)
    halfway = await door.member("半路", "administrator", "yantai", secret=door.secret())
    incomplete = await door.member("新来", "administrator", "yantai")
    wrong: list[str] = []
    for method, pattern in routes(client):
        who, thing = MATRIX[f"{method} {pattern}"]
        own_account = pattern.startswith("/console/account")
        if who == OPEN:
            continue
        for name, token, want in (
            ("stranger", "x" * 43, "login"),
            ("half", (await session(door, halfway, complete=False))[0],
             "in" if who == HALF else "second factor"),
            ("incomplete", (await session(door, incomplete))[0],
             "in" if who == HALF or own_account else "set up"),
        ):  # fmt: skip
            place = {
                **found.own,
                "session": (await session(door, incomplete))[1],
                "import": await handed_in(door, incomplete),
            }
            path = paths(pattern, place[thing])[0]
            got = await ask(door, client, method, path, token)
            if got != want:
                wrong.append(f"{name} {method} {path}: {got}, not {want}")
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/console/nothing"),
        ("POST", "/console/staff/1/promote"),
        ("GET", "/console/staff/1/invite"),
        ("DELETE", "/console/staff/1"),
        ("GET", "/console/persons/1"),
        ("GET", "/console/invitation/nothing"),
        ("GET", "/console/staff/99999999999999999999999"),
    ],
)
async def test_what_is_no_page_is_no_page(
    door: Door, client: Client, method: str, path: str
) -> None:
    """Also for administrators everywhere."""
    account = await door.member("赵敏", "administrator", secret=door.secret())
    token, _ = await session(door, account)
    form = {"_token": door.database.keyring.blind("csrf", token).hex()}
    response = await client.request(
        method, path, data=None if method == "GET" else form,
        headers={"Cookie": f"gongyou_console={token}"}, allow_redirects=False,
    )  # fmt: skip
    assert response.status == 404
    assert "text/html" in response.headers["Content-Type"]
