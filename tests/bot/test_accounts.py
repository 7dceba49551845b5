"""Accounts: who may see to whom, and what people may change about themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from bot.passwords import SHORTEST, check_password
from bot.refused import Refused
from knowledge.access import Actor, Denied, NotThere, Role
from knowledge.audit import Filter
from knowledge.database import Database
from tests.bot.door import ELSEWHERE, OFFICE, PASSWORD, Door

NEW = "另一个 没有人 想得到 的"


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


def steps(door: Door, actor: Actor, number: int) -> dict[str, Callable[[], Awaitable[object]]]:
    """Everything that can be done to an account."""
    accounts = door.accounts
    return {
        "get": lambda: accounts.get(actor, number),
        "invite_again": lambda: accounts.invite_again(actor, number),
        "change": lambda: accounts.change(
            actor, number, role="lead", region="yantai", language="en"
        ),
        "end_sessions": lambda: accounts.end_sessions(actor, number),
        "reset_second_factor": lambda: accounts.reset_second_factor(actor, number),
        "disable": lambda: accounts.disable(actor, number),
        "enable": lambda: accounts.enable(actor, number),
    }


@pytest.mark.parametrize("role", ["staff", "lead", "auditor"])
async def test_only_administrators_change_accounts(door: Door, role: Role) -> None:
    """Leads and auditors look; staff don't even do that."""
    account = await door.member("赵敏", region="yantai")
    for name, step in steps(door, door.actor(role), account.id).items():
        if name == "get" and role != "staff":
            await step()
            continue
        with pytest.raises(Denied):
            await step()
    with pytest.raises(Denied):
        await door.accounts.invite(door.actor(role), name="新人", role="staff", region=None)


async def test_another_regions_accounts_are_as_if_they_were_not(door: Door) -> None:
    """By guessing a number one gets what one gets for a number that isn't there."""
    below, beside = (
        await door.member("小下", region="zhifu"),
        await door.member("小旁", region="weihai"),
    )
    everywhere = await door.member("小上", "administrator", secret=door.secret())
    actor = door.actor("administrator", "yantai")
    assert [one.name for one in await door.accounts.everybody(actor)] == ["小下"]
    for number in (beside.id, everywhere.id, 999):
        for step in steps(door, actor, number).values():
            with pytest.raises(NotThere):
                await step()
    for step in steps(door, actor, below.id).values():
        await step()


@pytest.mark.parametrize("region", [None, "shandong", "weihai"])
async def test_nobody_gives_more_than_they_have(door: Door, region: str | None) -> None:
    """A region's administrator makes nobody of another region or of all."""
    actor = door.actor("administrator", "yantai")
    account = await door.member("赵敏", region="yantai")
    with pytest.raises(Refused, match="region_reach"):
        await door.accounts.invite(actor, name="新人", role="staff", region=region)
    with pytest.raises(Refused, match="region_reach"):
        await door.accounts.change(actor, account.id, role="lead", region=region, language="zh")


async def test_nobody_changes_their_own_account_as_an_administrator(door: Door) -> None:
    """So there is always one left who can."""
    account = await door.member("赵敏", "administrator", secret=door.secret())
    async with door.database.begin() as unit:
        actor = account.actor(unit)
    for name, step in steps(door, actor, account.id).items():
        if name != "get":
            with pytest.raises(Refused, match="own_account"):
                await step()


async def test_an_administrator_without_a_second_factor_may_do_nothing(door: Door) -> None:
    """But see to their own account."""
    account = await door.member("赵敏", "administrator")
    session = await door.session(await door.enter(account))
    async with door.database.begin() as unit:
        actor = session.account.actor(unit)
    assert actor.may("own_account")
    for what in ("home", "staff.read", "staff.write", "audit.read"):
        assert not actor.may(what)
    setup = await door.own.begin_second_factor(session)
    await door.own.finish_second_factor(session, door.code(setup.secret), "", OFFICE)
    async with door.database.begin() as unit:
        assert (await unit.accounts.get(account.id)).actor(unit).may("staff.write")


async def test_names_and_logins_are_one_persons(door: Door) -> None:
    """Neither may be another's name or login; a form that can't be typed is refused."""
    invite = door.accounts.invite
    await invite(door.operator, name="Zhao Min", role="staff", region=None)
    for name, login in (("zhao.min", ""), ("Other", "zhao.min"), ("Zhao Min", "zm")):
        with pytest.raises(Refused, match="name_taken"):
            await invite(door.operator, name=name, login=login, role="staff", region=None)
    for name, login, why in (
        ("", "", "name"),
        ("x" * 41, "x1", "name"),
        ("A", "<b>", "login_form"),
    ):
        with pytest.raises(Refused, match=why):
            await invite(door.operator, name=name, login=login, role="staff", region=None)
    with pytest.raises(Refused, match="role"):
        await invite(door.operator, name="新人", role="root", region=None)
    with pytest.raises(Refused, match="region"):
        await invite(door.operator, name="新人", role="staff", region="atlantis")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "password_short"),
        ("q" * 257, "password_long"),
        ("1qaz2wsx3edc", "password_common"),
        ("QwertyUiop", "password_common"),
        ("aaaaaaaaaaaa", "password_guessed"),
        ("gongyou2026", "password_guessed"),
        ("zhaomin2026", "password_guessed"),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, why: str) -> None:
    """Short, common, of one's own name, of the house's name."""
    with pytest.raises(Refused, match=why):
        check_password(password, "zhaomin", "赵敏")


def test_the_ten_thousand_most_common_are_refused() -> None:
    """However they are written; those that are long enough are refused for being common."""
    common = FREQUENCY_LISTS["passwords"][:10_000]
    assert len(set(common)) == 10_000
    for password in common:
        with pytest.raises(Refused, match=r"password_(short|common)"):
            check_password(password.upper())
    assert sum(len(password) >= SHORTEST for password in common) > 100


@pytest.mark.parametrize(
    "password", [PASSWORD, "correct horse battery", "八千里路云和月又是一年", "a" + "b1-" * 40]
)
def test_any_signs_make_a_password(password: str) -> None:
    """No rule about kinds of signs; sentences and Chinese are fine."""
    check_password(password, "zhaomin", "赵敏")


async def test_a_new_password_ends_all_other_sessions(door: Door) -> None:
    """With the current one, typed again; this session goes on under a new token."""
    account = await door.member("赵敏")
    other, own = await door.enter(account), await door.enter(account)
    session = await door.session(own)
    with pytest.raises(Refused, match="current_password"):
        await door.own.change_password(session, "wrong", NEW, NEW, OFFICE)
    with pytest.raises(Refused, match="password_again"):
        await door.own.change_password(session, PASSWORD, NEW, "else", OFFICE)
    renewed = await door.own.change_password(session, PASSWORD, NEW, NEW, OFFICE)
    assert await door.logins.who(other) is None
    assert await door.logins.who(own) is None
    assert (await door.session(renewed.token)).account == account
    with pytest.raises(Refused, match="login"):
        await door.logins.login("赵敏", PASSWORD, OFFICE)
    assert (await door.logins.login("赵敏", NEW, OFFICE)).complete


async def test_the_password_is_asked_again_before_the_second_factor_changes(door: Door) -> None:
    """Only the very first one, right after logging in, goes without."""
    account = await door.member("赵敏")
    session = await door.session(await door.enter(account))
    setup = await door.own.begin_second_factor(session)
    assert await door.own.begin_second_factor(session) == setup
    with pytest.raises(Refused, match="new_code"):
        await door.own.finish_second_factor(session, "000000", "", OFFICE)
    renewed = await door.own.finish_second_factor(session, door.code(setup.secret), "", OFFICE)
    assert len(renewed.recovery_codes) == 10
    session = await door.session(renewed.token)
    another = await door.own.begin_second_factor(session)
    assert another.secret != setup.secret
    with pytest.raises(Refused, match="current_password"):
        await door.own.finish_second_factor(session, door.code(another.secret), "", OFFICE)
    with pytest.raises(Refused, match="current_password"):
        await door.own.remove_second_factor(session, "", OFFICE)
    with pytest.raises(Refused, match="current_password"):
        await door.own.new_recovery_codes(session, "", OFFICE)
    codes = await door.own.new_recovery_codes(session, PASSWORD, OFFICE)
    assert not set(codes) & set(renewed.recovery_codes)
    renewed = await door.own.remove_second_factor(session, PASSWORD, OFFICE)
    assert not (await door.session(renewed.token)).account.has_second_factor


async def test_an_administrator_cannot_do_without(door: Door) -> None:
    """The role needs a second factor."""
    secret = door.secret()
    account = await door.member("赵敏", "administrator", secret=secret)
    session = await door.session(await door.enter(account, secret))
    with pytest.raises(Refused, match="second_factor_required"):
        await door.own.remove_second_factor(session, PASSWORD, OFFICE)


async def test_a_new_link_does_not_go_around_the_second_factor(door: Door) -> None:
    """Who has forgotten the password sets a new one, and still shows a code."""
    secret = door.secret()
    account = await door.member("赵敏", secret=secret)
    token = await door.enter(account, secret)
    _, link = await door.accounts.invite_again(door.operator, account.id)
    entered = await door.logins.take_invitation(link, NEW, NEW, OFFICE)
    assert not entered.complete
    assert await door.logins.who(token) is None


async def test_own_sessions_are_listed_and_ended(door: Door) -> None:
    """With their device; nobody ends another's."""
    account, other = await door.member("赵敏"), await door.member("老王")
    first = await door.session(await door.enter(account))
    second_token = await door.enter(account, caller=ELSEWHERE)
    foreign = await door.session(await door.enter(other))
    seen = await door.own.overview(first)
    assert [one.device for one in seen.sessions] == [ELSEWHERE.device, OFFICE.device]
    with pytest.raises(NotThere):
        await door.own.end_session(first, foreign.id)
    await door.own.end_session(first, seen.sessions[0].id)
    assert await door.logins.who(second_token) is None


async def test_changes_are_audited_with_before_and_after(door: Door) -> None:
    """By whom, about whom; and only where something changed."""
    account = await door.member("赵敏", region="yantai")
    for _ in range(2):
        await door.accounts.change(
            door.operator, account.id, role="lead", region="zhifu", language="zh"
        )
    async with door.database.begin() as unit:
        (line,) = await unit.audit.lines(Filter(action="account.change"), 10)
    assert line.actor == "operator:root"
    assert line.person == account.person
    assert line.region == "zhifu"
    assert line.before is not None
    assert line.after is not None
    assert (line.before["role"], line.after["role"]) == ("staff", "lead")


async def test_a_disabled_colleague_is_off_duty(door: Door) -> None:
    """Riders are promised nobody who can't come."""
    account = await door.member("赵敏")
    async with door.database.begin() as unit:
        await unit.duty.switch("赵敏", True)
    await door.accounts.disable(door.operator, account.id)
    async with door.database.begin() as unit:
        assert await unit.duty.on_duty(None) == []


async def test_secrets_open_after_a_new_master_key(door: Door) -> None:
    """Rotating wraps the accounts' keys like everybody's."""
    secret = door.secret()
    account = await door.member("赵敏", secret=secret)
    rotated = Database(door.database.url, door.database.keyring.rotated())
    async with rotated.begin() as unit:
        assert await unit.people.rewrap() >= 1
    async with rotated.begin() as unit:
        assert await unit.second_factors.secret(account.id) == secret
    await rotated.close()


async def test_the_administrators_of_a_region_are_counted_with_those_above(door: Door) -> None:
    """From two on a second person reviews: who is disabled or never came in doesn't count."""

    async def count(region: str) -> int:
        async with door.database.begin() as unit:
            return await unit.accounts.administrators(region)

    await door.member("王一", "administrator", "zhifu")
    assert (await count("zhifu"), await count("yantai")) == (1, 0)
    above = await door.member("李二", "administrator", "yantai")
    await door.member("张三", "administrator", "weihai")
    await door.member("赵四", "lead", "zhifu")
    invite = door.accounts.invite
    await invite(door.operator, name="孙五", role="administrator", region="zhifu")
    assert (await count("zhifu"), await count("yantai")) == (2, 1)
    await door.accounts.disable(door.operator, above.id)
    assert await count("zhifu") == 1
