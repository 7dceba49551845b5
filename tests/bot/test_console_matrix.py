"""Every page and action of the console × every role × own or other region; default deny."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from knowledge.access import ROLES, Role
from knowledge.accounts import Account
from knowledge.article_writing import Writing
from knowledge.articles import Place
from knowledge.clocks import Limit
from knowledge.database import Database
from knowledge.duty_roster import Absence, Shift
from knowledge.notice_ways import DEFAULT
from knowledge.unit import Knowledge
from tests.bot.console import build
from tests.bot.door import Door
from tests.bot.offers import offer
from tests.bot.questions import asked_in
from tests.bot.stations import put, station

type Client = TestClient[Any, Any]
type Thing = Literal[
    "", "account", "person", "session", "article", "question", "place", "import",
    "course", "scheme", "region", "line", "source", "case", "document", "rule", "joint",
    "notice", "robot", "limit", "talk", "reply", "shift", "absence", "call",
]  # fmt: skip

ALL = frozenset(ROLES)
WORKING = ALL - {"auditor"}
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
    "GET /console/articles/gate": (ALL, ""),
    "GET /console/articles/{id}": (ALL, "article"),
    "GET /console/articles/{id}/versions/{version}": (ALL, "article"),
    "GET /console/articles/{id}/ask": (ALL, "article"),
    "POST /console/articles/{id}/draft": (frozenset({"lead", "administrator"}), "article"),
    "GET /console/articles/{id}/edit": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/edit": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/autosave": (frozenset({"lead", "administrator"}), "article"),
    "POST /console/articles/{id}/picture": (LEADING, "article"),
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
    "GET /console/cases": (ALL, ""),
    "GET /console/cases/board": (ALL, ""),
    "POST /console/cases/bulk": (LEADING, ""),
    "POST /console/cases/export": (LEADING, ""),
    "GET /console/cases/import": (LEADING, ""),
    "POST /console/cases/import": (LEADING, ""),
    "POST /console/cases/import/write": (LEADING, ""),
    "GET /console/cases/rules": (LEADING, ""),
    "POST /console/cases/rules": (LEADING, ""),
    "POST /console/cases/rules/{id}/drop": (LEADING, "rule"),
    "GET /console/cases/joint": (LEADING, ""),
    "POST /console/cases/joint": (LEADING, ""),
    "GET /console/cases/joint/{id}": (WORKING, "joint"),
    "POST /console/cases/joint/{id}/names": (LEADING, "joint"),
    "GET /console/cases/{case}": (ALL, "case"),
    "GET /console/cases/{case}/print": (WORKING, "case"),
    "POST /console/cases/{case}/reveal": (WORKING, "case"),
    "POST /console/cases/{case}/move": (WORKING, "case"),
    "POST /console/cases/{case}/drop-payment": (WORKING, "case"),
    "POST /console/cases/{case}/elsewhere": (WORKING, "case"),
    "POST /console/cases/{case}/take": (WORKING, "case"),
    "POST /console/cases/{case}/assign": (LEADING, "case"),
    "POST /console/cases/{case}/escalate": (WORKING, "case"),
    "POST /console/cases/{case}/hand-down": (WORKING, "case"),
    "POST /console/cases/{case}/note": (WORKING, "case"),
    "POST /console/cases/{case}/say": (WORKING, "case"),
    "POST /console/cases/{case}/reopen": (LEADING, "case"),
    "POST /console/cases/{case}/documents": (WORKING, "case"),
    "GET /console/cases/{case}/documents/{document}": (WORKING, "document"),
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
    # Notices.
    "GET /console/notices": (ALL, ""),
    "GET /console/notices/events": (ALL, ""),
    "POST /console/notices/seen": (ALL, ""),
    "GET /console/notices/{id}/open": (ALL, "notice"),
    "GET /console/notices/settings": (ALL, ""),
    "POST /console/notices/settings/code": (ALL, ""),
    "POST /console/notices/settings/{way}": (ALL, ""),
    "POST /console/notices/settings/{way}/stop": (ALL, ""),
    "POST /console/notices/robots": (LEADING, ""),
    "POST /console/notices/robots/{id}": (LEADING, "robot"),
    "POST /console/notices/robots/{id}/try": (LEADING, "robot"),
    "POST /console/notices/robots/{id}/end": (LEADING, "robot"),
    # Clocks, and what leads see.
    "GET /console/clocks": (ALL, ""),
    "POST /console/clocks": (LEADING, ""),
    "POST /console/clocks/{id}/remove": (LEADING, "limit"),
    "GET /console/leads": (ALL - {"staff"}, ""),
    "POST /console/leads/listen/{id}": (LEADING, "talk"),
    "POST /console/leads/hand-on/{id}": (LEADING, "talk"),
    "GET /console/leads/figures": (ALL - {"staff"}, ""),
    "GET /console/leads/figures/{table}.csv": (ALL - {"staff"}, ""),
    "GET /console/leads/month": (ALL - {"staff"}, ""),
    "GET /console/leads/own": (ALL, ""),
    # Files in and out.
    "GET /console/import": (frozenset({"administrator"}), ""),
    "POST /console/import": (frozenset({"administrator"}), ""),
    "GET /console/import/{id}": (frozenset({"administrator"}), "import"),
    "POST /console/import/{id}/write": (frozenset({"administrator"}), "import"),
    "POST /console/import/{id}/drop": (frozenset({"administrator"}), "import"),
    "GET /console/export": (ALL - {"staff"}, ""),
    "POST /console/export": (ALL - {"staff"}, ""),
    # On behalf of riders.
    "GET /console/calls": (ALL - {"auditor"}, ""),
    "GET /console/behalf": (ALL - {"auditor"}, ""),
    "POST /console/behalf": (ALL - {"auditor"}, ""),
    "POST /console/behalf/begin": (ALL - {"auditor"}, ""),
    "GET /console/behalf/{id}": (ALL - {"auditor"}, "call"),
    "POST /console/behalf/{id}": (ALL - {"auditor"}, "call"),
    "GET /console/courses": (ALL, ""),
    "GET /console/courses/new": (frozenset({"lead", "administrator"}), ""),
    "POST /console/courses/new": (frozenset({"lead", "administrator"}), ""),
    "GET /console/courses/{id}": (ALL, "course"),
    "GET /console/courses/{id}/change": (frozenset({"lead", "administrator"}), "course"),
    "POST /console/courses/{id}/remove": (frozenset({"staff", "lead", "administrator"}), "course"),
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
    # Duty.
    "GET /console/duty": (ALL, ""),
    "POST /console/duty/weekly": (LEADING, ""),
    "POST /console/duty/single": (LEADING, ""),
    "POST /console/duty/shifts/{id}/remove": (LEADING, "shift"),
    "POST /console/duty/absences": (LEADING, ""),
    "POST /console/duty/absences/{id}/remove": (LEADING, "absence"),
    "POST /console/duty/office": (LEADING, ""),
    # The inbox.
    "GET /console/inbox": (ALL - {"auditor"}, ""),
    "GET /console/inbox/rows": (ALL - {"auditor"}, ""),
    "GET /console/inbox/events": (ALL - {"auditor"}, ""),
    "POST /console/inbox/next": (ALL - {"auditor"}, ""),
    "GET /console/inbox/{id}": (ALL - {"auditor"}, "talk"),
    "GET /console/inbox/{id}/events": (ALL - {"auditor"}, "talk"),
    "GET /console/inbox/{id}/files/{file}": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/say": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/note": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/typing": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/misread": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/reveal": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/link/find": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/link": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/split": (ALL - {"auditor"}, "talk"),
    "POST /console/inbox/{id}/{step}": (ALL - {"auditor"}, "talk"),
    "GET /console/quick-replies": (ALL - {"auditor"}, ""),
    "POST /console/quick-replies": (ALL - {"auditor"}, ""),
    "POST /console/quick-replies/{id}": (LEADING, "reply"),
    "POST /console/quick-replies/{id}/remove": (LEADING, "reply"),
}
"""Who may, and which kind of thing the path names. Written by hand: not read from the code."""

STEPS = ("disable", "enable", "end-sessions", "reset-second-factor")
TALK_STEPS = (
    "take", "acknowledge", "rest", "hand-on", "escalate", "send-down", "return", "close", "reopen",
    "calm", "alarm",
)  # fmt: skip

FILES: dict[str, str] = {}
"""A conversation's picture, by the conversation's number in the inbox."""


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
    async with TestClient(
        TestServer(build(door, made_within=0.01)), cookie_jar=DummyCookieJar()
    ) as client:
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
        calls = [
            str(await called(unit, person, region))
            for person, region in zip(riders, ("zhifu", "weihai"), strict=True)
        ]
        articles = [str(await published(unit, region)) for region in ("zhifu", "weihai")]
    asked = [str(await asked_in(door, region)) for region in ("zhifu", "weihai")]
    numbers = [await case_of(door, who, where) for who, where in zip(riders, PLACES, strict=True)]
    papers = [f"{number}/{await document_of(door, number)}" for number in numbers]
    await put(door, station("zf-1"), station("wh-1", "weihai"))
    await offer(door.database)
    pairs: dict[Thing, tuple[str, str]] = {
        "account": (str(own.id), str(other.id)),
        "person": (str(riders[0]), str(riders[1])),
        "article": (articles[0], articles[1]),
        "question": (asked[0], asked[1]),
        "place": ("zf-1", "wh-1"),
        "case": (numbers[0], numbers[1]),
        "document": (papers[0], papers[1]),
        "talk": (await talk(door, "zhifu"), await talk(door, "weihai")),
        "call": (calls[0], calls[1]),
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


async def called(unit: Knowledge, person: UUID, region: str) -> int:
    """A call that an office of a region has taken."""
    return await unit.behalf.begin(person, "phone", "", region=region, actor="staff:王敏")


async def published(unit: Knowledge, region: str) -> int:
    """An article of a region."""
    writing = Writing(question="会费多少", answer="0.5%", source="章程", checked_on=unit.now.date())
    place = Place("dues", region, "zh")
    await unit.article_changes.put(place, writing, actor="staff:王敏")
    return (await unit.article_changes.begin(place)).id


PLACES = ("zhifu", "weihai")


async def case_of(door: Door, person: UUID, region: str, kind: str = "report") -> str:
    """A rider's case."""
    async with door.database.begin() as unit:
        case = await unit.cases.file(
            person, unit.case_kinds.get(kind), region=region, details={"what": "路灯坏了"},
            consent="1", code="123456",
        )  # fmt: skip
    return case.number


async def document_of(door: Door, number: str) -> int:
    """A document of a case."""
    async with door.database.begin() as unit:
        case = await unit.cases.locked(number)
        return await unit.case_documents.keep(case, "a.pdf", b"%PDF-1.7", actor="rider")


async def rule_of(door: Door, region: str) -> str:
    """A rule of a region."""
    async with door.database.begin() as unit:
        await unit.case_offices.add_rule(region, None, None, "王敏", actor="house")
        rules = await unit.case_offices.rules([region])
    return str(rules[-1].id)


async def joint_of(door: Door, name: str) -> str:
    """A joint case that names somebody."""
    async with door.database.begin() as unit:
        cases = []
        for _ in range(2):
            person, _ = await unit.people.create()
            kind = unit.case_kinds.get("dispute")
            case = await unit.cases.file(
                person, kind, region="zhifu", details={"employer": "顺达"}, consent="1", code="1",
            )  # fmt: skip
            cases.append(case)
        joint = await unit.joint_cases.make(cases, "zhifu", actor="house", account=name)
    return str(joint.id)


async def talk(door: Door, region: str) -> str:
    """A rider of a region who waits for a person and has sent a picture."""
    async with door.database.begin() as unit:
        conversation, person = await unit.conversations.find_or_begin("main", "web", region)
        picture = await unit.files.keep(person, conversation, "image/jpeg", b"x")
        handoff = await unit.handoffs.open(
            conversation, person, kind="person", region=region, summary="诉求：入会"
        )
        FILES[str(handoff.id)] = str(picture)
    return str(handoff.id)


async def kept_ready(door: Door, region: str) -> str:
    """A region's quick reply."""
    async with door.database.begin() as unit:
        return str(
            await unit.quick_replies.add(
                region=region, owner=None, title="问好", text="您好", by="赵敏"
            )
        )


async def fresh(door: Door, thing: Thing, whose: Account, *, own: bool) -> str | None:
    """A new one for this request alone, of what a step uses up; None where one serves all."""
    region = "zhifu" if own else "weihai"
    match thing:
        case "session":
            return str((await door.session(await session(door, whose))).id)
        case "import":
            return await handed_in(door, whose)
        case "notice":
            return await told(door, whose)
        case "robot":
            return await robot(door, region)
        case "limit":
            return await limit(door, region)
        case "reply":
            return await kept_ready(door, region)
        case "rule":
            return await rule_of(door, region)
        case "joint":
            return await joint_of(door, whose.name)
        case "shift" | "absence":
            return (await on_roster(door, "里面" if own else "外面"))[thing]
    return None


async def on_roster(door: Door, name: str) -> dict[Thing, str]:
    """A shift and an absence of an account, of its region."""
    async with door.database.begin() as unit:
        account = await unit.accounts.named(name)
        assert account is not None
        begins, ends = unit.now, unit.now + timedelta(hours=1)
        shift = Shift(name, account.region, "daily", 540, 1020)
        return {
            "shift": str(await unit.duty.put_shift(shift)),
            "absence": str(await unit.duty.put_absence(Absence(name, begins, ends))),
        }


async def handed_in(door: Door, account: Account) -> str:
    """A file of an account."""
    async with door.database.begin() as unit:
        return str(await unit.imports.keep(account.id, "x.csv", b"x", None, None))


async def told(door: Door, account: Account) -> str:
    """A notice to an account alone."""
    async with door.database.begin() as unit:
        await unit.notices.put("mention", region=None, subject="/console", to=account.name)
        await unit.notice_sending.spread()
        return str((await unit.notices.of(account.id))[0].id)


async def robot(door: Door, region: str) -> str:
    """A group's robot, on an address that nobody listens at."""
    async with door.database.begin() as unit:
        address = {"url": "http://127.0.0.1:1/send"}
        number = await unit.notice_ways.add_robot("wecom", "工作群", region, DEFAULT, address)
    return str(number)


async def limit(door: Door, region: str) -> str:
    """A region's own limit."""
    async with door.database.begin() as unit:
        await unit.clock_limits.put(Limit("decision", 60, region))
        found = await unit.clock_limits.within([region])
    return str(next(one.id for one in found if one.limit.region == region))


async def session(door: Door, account: Account, *, complete: bool = True) -> str:
    """A new session's token."""
    async with door.database.begin() as unit:
        return await unit.sessions.begin(account, "test", complete=complete)


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
    assert response.status in (200, 204, 303, 409, 422, 403, 404), (method, path, response.status)
    return str(response.status) if response.status in (403, 404) else "in"


def paths(pattern: str, thing: str) -> list[str]:
    filled = pattern
    named = {"id": thing, "code": thing, "version": "1", "table": "weeks", "way": "console"}
    named |= {"case": thing.partition("/")[0], "document": thing.partition("/")[2]}
    named |= {"file": FILES.get(thing, "")}
    for name, value in (named | {"token": "nothing", "tail": "nothing"}).items():
        filled = filled.replace(f"{{{name}}}", value)
    steps = TALK_STEPS if "/inbox/" in pattern else STEPS
    return [filled.replace("{step}", step) for step in steps] if "{step}" in pattern else [filled]


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
                token = await session(door, account)
                whose = account if own else colleague
                used = await fresh(door, thing, whose, own=own)
                place = found.own if own else found.other
                for path in paths(pattern, used or place[thing]):
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
            ("half", await session(door, halfway, complete=False),
             "in" if who == HALF else "second factor"),
            ("incomplete", await session(door, incomplete),
             "in" if who == HALF or own_account else "set up"),
        ):  # fmt: skip
            used = await fresh(door, thing, incomplete, own=True)
            path = paths(pattern, used or found.own[thing])[0]
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
    token = await session(door, account)
    form = {"_token": door.database.keyring.blind("csrf", token).hex()}
    response = await client.request(
        method, path, data=None if method == "GET" else form,
        headers={"Cookie": f"gongyou_console={token}"}, allow_redirects=False,
    )  # fmt: skip
    assert response.status == 404
    assert "text/html" in response.headers["Content-Type"]
