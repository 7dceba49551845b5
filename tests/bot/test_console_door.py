"""The console's door over HTTP: cookies, forms, and the pages at the door."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text

from knowledge.database import Database
from tests.bot.console import Visitor, visitors
from tests.bot.door import PASSWORD, Door

type Make = Callable[..., Visitor]

NEW = "另一个 没有人 想得到 的"


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def visitor(door: Door) -> AsyncIterator[Make]:
    async with visitors(door) as make:
        yield make


async def test_from_the_invitation_to_the_first_page(door: Door, visitor: Make) -> None:
    """Password, second factor, recovery codes; before that an administrator sees nothing else."""
    _, link = await door.accounts.invite(
        door.operator, name="赵敏", role="administrator", region="yantai"
    )
    one = visitor()
    assert (await one.get(f"/console/invitation/{link}")).status == 200
    assert "管理员" in one.text
    bad = await one.post(f"/console/invitation/{link}", {"password": "x", "again": "x"})
    assert bad.status == 422
    assert "密码太短" in one.text
    taken = await one.post(f"/console/invitation/{link}", {"password": NEW, "again": NEW})
    assert taken.headers["Location"] == "/console/account/second-factor"
    for path in ("/console", "/console/staff", "/console/audit"):
        response = await one.get(path)
        assert response.headers["Location"] == "/console/account/second-factor"
    assert (await one.get("/console/account/second-factor")).status == 200
    assert "<svg" in one.text
    secret = re.findall(r'id="secret">([A-Z2-7 ]+)<', one.text)[0].replace(" ", "")
    assert (await one.post("/console/account/second-factor", {"code": "000000"})).status == 422
    before = one.token
    done = await one.post("/console/account/second-factor", {"code": door.code(secret)})
    assert done.status == 200
    assert len(re.findall(r"<li>\w{5}-\w{5}</li>", one.text)) == 10
    assert one.token != before
    assert (await one.get("/console")).status == 200
    assert (await one.get(f"/console/invitation/{link}")).status == 404


async def test_login_goes_where_one_wanted_to_and_nowhere_else(door: Door, visitor: Make) -> None:
    """An address of another site is not followed."""
    await door.member("赵敏", "lead")
    one = visitor()
    asked = await one.get("/console/staff?done=saved")
    where = asked.headers["Location"]
    assert where == "/console/login?next=%2Fconsole%2Fstaff%3Fdone%3Dsaved"
    for wanted, reached in (
        ("/console/staff?done=saved", "/console/staff?done=saved"),
        ("https://evil.example/", "/console"),
        ("//evil.example/console", "/console"),
        ("/consolex", "/console"),
    ):
        one = visitor()
        await one.get("/console/login")
        before = one.token
        form = {"login": " 赵敏 ", "password": PASSWORD, "next": wanted}
        response = await one.post("/console/login", form)
        assert (response.status, response.headers["Location"]) == (303, reached)
        assert one.token != before


async def test_a_wrong_password_is_told_in_plain_words(door: Door, visitor: Make) -> None:
    """In the browser's language, without saying which of the two was wrong; nothing is echoed."""
    await door.member("赵敏")
    one = visitor()
    await one.get("/console/login", Accept_Language="en-GB,en")
    form = {"login": "赵敏", "password": "hunter2hunter2"}
    response = await one.post("/console/login", form, Accept_Language="en-GB,en")
    assert response.status == 422
    assert "Login name or password is not right." in one.text
    assert "hunter2" not in one.text


async def test_the_second_factor_comes_before_every_page(door: Door, visitor: Make) -> None:
    """A session with the password alone opens nothing."""
    secret = door.secret()
    await door.member("赵敏", "administrator", secret=secret)
    one = visitor()
    await one.get("/console/login")
    response = await one.post("/console/login", {"login": "赵敏", "password": PASSWORD})
    assert response.headers["Location"] == "/console/second-factor"
    for path in ("/console", "/console/account", "/console/staff"):
        assert (await one.get(path)).headers["Location"] == "/console/second-factor"
    await one.get("/console/second-factor")
    assert (await one.post("/console/second-factor", {"code": "123456"})).status == 422
    response = await one.post("/console/second-factor", {"code": door.code(secret)})
    assert response.headers["Location"] == "/console"
    assert (await one.get("/console/staff")).status == 200


async def test_after_logout_the_cookie_opens_nothing(door: Door, visitor: Make) -> None:
    """Nor does the one that somebody kept."""
    account = await door.member("赵敏")
    one = visitor(await door.enter(account))
    await one.get("/console")
    kept = one.token
    assert (await one.post("/console/logout")).status == 303
    assert (await visitor(kept).get("/console")).headers["Location"] == "/console/login"


async def test_disabling_and_a_new_role_act_at_the_next_request(door: Door, visitor: Make) -> None:
    """Without the session having to begin again."""
    account = await door.member("赵敏", "lead")
    one = visitor(await door.enter(account))
    assert (await one.get("/console/staff")).status == 200
    await door.accounts.change(door.operator, account.id, role="staff", region=None, language="zh")
    assert (await one.get("/console/staff")).status == 403
    await door.accounts.disable(door.operator, account.id)
    assert (await one.get("/console")).headers["Location"] == "/console/login"


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"_token": ""}, {}),
        ({"_token": "0" * 64}, {}),
        ({"_token": "another"}, {}),
        ({}, {"Sec_Fetch_Site": "cross-site"}),
        ({}, {"Sec_Fetch_Site": "same-site"}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
    ],
)
async def test_a_form_that_is_not_ours_changes_nothing(
    door: Door, visitor: Make, fields: dict[str, str], headers: dict[str, str]
) -> None:
    """No token, another session's token, or another site's page."""
    account = await door.member("赵敏")
    one, other = visitor(await door.enter(account)), visitor(await door.enter(account))
    await one.get("/console/account")
    if fields.get("_token") == "another":
        await other.get("/console/account")
        fields = {"_token": re.findall(r'name="_token" value="(\w+)"', other.text)[0]}
    response = await one.post("/console/account/language", {"language": "en", **fields}, **headers)
    assert response.status == 403
    async with door.database.begin() as unit:
        assert (await unit.accounts.get(account.id)).language == "zh"


async def test_our_own_form_is_taken_with_and_without_the_browsers_headers(
    door: Door, visitor: Make
) -> None:
    """Old browsers send none; with the login form it is the same before anybody is known."""
    account = await door.member("赵敏")
    one = visitor(await door.enter(account))
    await one.get("/console/account")
    for headers in ({}, {"Sec_Fetch_Site": "same-origin"}):
        form = {"language": "zh"}
        assert (await one.post("/console/account/language", form, **headers)).status == 303
    stranger = visitor()
    form = {"login": "赵敏", "password": PASSWORD, "_token": "0" * 64}
    assert (await stranger.post("/console/login", form)).status == 403


async def test_pages_are_strict_and_kept_nowhere(door: Door, visitor: Make) -> None:
    """No inline script or style, nothing from elsewhere, nothing cached, no sniffing, no frame."""
    account = await door.member("赵敏", "administrator", secret="A" * 32)
    one = visitor(await door.enter(account, "A" * 32))
    for path in ("/console", "/console/account", "/console/staff", "/console/nothing"):
        response = await one.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        page = await response.text()
        own = re.compile(r'<script type="module" src="/static/[\w./]+"></script>')
        page = own.sub("", page)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", page)


async def test_with_https_the_cookie_is_the_hosts_own(door: Door) -> None:
    """Secure, out of scripts' reach, not sent with other sites' forms; else without the prefix."""
    async with visitors(door, "https://chat.example") as make:
        response = await make().get("/console/login")
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-gongyou=")
        for sign in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert sign in cookie
        assert "Domain" not in cookie
        assert "max-age" in response.headers["Strict-Transport-Security"]
    async with visitors(door) as make:
        cookie = (await make().get("/console/login")).headers["Set-Cookie"]
        assert cookie.startswith("gongyou_console=")
        assert "Secure" not in cookie


async def test_a_store_that_is_away_and_our_own_mistakes_are_told_plainly(
    door: Door, visitor: Make
) -> None:
    """No stack, no query, no word of what runs here."""
    account = await door.member("赵敏", "lead")
    one = visitor(await door.enter(account))
    async with door.database.begin() as unit:
        await unit.session.execute(text("alter table claims rename to claims_away"))
    response = await one.get("/console")
    assert response.status == 500
    page = await response.text()
    assert "这里出了错" in page
    assert "claims" not in page
    assert "Traceback" not in page
    assert (await one.get("/console/staff")).status == 200


async def test_the_door_speaks_the_language_that_is_asked_for(door: Door, visitor: Make) -> None:
    """By the browser, by the link; inside, the account's."""
    one = visitor()
    assert 'lang="zh-CN"' in await (await one.get("/console/login")).text()
    page = await (await one.get("/console/login", Accept_Language="en")).text()
    assert 'html lang="en"' in page
    response = await one.get("/console/login?language=en")
    assert response.cookies["gongyou_language"].value == "en"
    account = await door.member("赵敏")
    inside = visitor(await door.enter(account))
    assert 'lang="zh-CN"' in await (await inside.get("/console", Accept_Language="en")).text()
    await inside.get("/console/account")
    await inside.post("/console/account/language", {"language": "en"})
    assert 'html lang="en"' in await (await inside.get("/console")).text()
