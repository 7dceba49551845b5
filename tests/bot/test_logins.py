"""The door: who gets in, how often somebody may try, and when a session is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.logins import Caller
from bot.refused import Refused
from knowledge.attempts import ACCOUNT_TRIES, ADDRESS_TRIES, FREE_TRIES
from knowledge.audit import Filter
from knowledge.database import Database
from knowledge.sessions import ABSOLUTE, HALF, IDLE
from tests.bot.door import ELSEWHERE, OFFICE, PASSWORD, Door


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


async def refused(door: Door, login: str, password: str, caller: Caller) -> str:
    """Why a login was refused."""
    with pytest.raises(Refused) as why:
        await door.logins.login(login, password, caller)
    return why.value.key.removeprefix("refused.")


async def test_an_invitation_works_once_and_for_48_hours(door: Door) -> None:
    """A second link makes the first one void."""
    account, first = await door.accounts.invite(
        door.operator, name="赵敏", role="lead", region=None
    )
    account, second = await door.accounts.invite_again(door.operator, account.id)
    for token in (first, "nothing", second + "x"):
        with pytest.raises(Refused, match="invitation"):
            await door.logins.invited(token)
    door.clock.move(timedelta(hours=47))
    assert (await door.logins.invited(second)).name == "赵敏"
    entered = await door.logins.take_invitation(second, PASSWORD, PASSWORD, OFFICE)
    assert entered.complete
    with pytest.raises(Refused, match="invitation"):
        await door.logins.take_invitation(second, PASSWORD, PASSWORD, OFFICE)
    account, third = await door.accounts.invite_again(door.operator, account.id)
    door.clock.move(timedelta(hours=48, seconds=1))
    with pytest.raises(Refused, match="invitation"):
        await door.logins.take_invitation(third, PASSWORD, PASSWORD, OFFICE)


async def test_of_two_who_take_an_invitation_at_once_one_gets_in(door: Door) -> None:
    """The link is used up by the statement that reads it."""
    _, token = await door.accounts.invite(door.operator, name="赵敏", role="staff", region=None)
    take = [door.logins.take_invitation(token, PASSWORD, PASSWORD, OFFICE) for _ in range(5)]
    results = await asyncio.gather(*take, return_exceptions=True)
    assert sum(not isinstance(one, Refused) for one in results) == 1


async def test_a_wrong_login_and_a_wrong_password_are_told_alike(door: Door) -> None:
    """Also an account that is disabled or was never taken up."""
    gone = await door.member("老王")
    await door.accounts.disable(door.operator, gone.id)
    await door.accounts.invite(door.operator, name="新人", role="staff", region=None)
    await door.member("赵敏")
    for login in ("赵敏", "nobody", "老王", "新人"):
        password = PASSWORD if login == "老王" else "something else"
        assert await refused(door, login, password, OFFICE) == "login"


async def test_a_login_tried_a_thousand_times_checks_five_passwords(door: Door) -> None:
    """At the same time as well as one after the other; and the owner gets in from elsewhere."""
    account = await door.member("赵敏")
    tries = [refused(door, "赵敏", f"guess {n}", ELSEWHERE) for n in range(1000)]
    told = [why for at in range(0, 1000, 20) for why in await asyncio.gather(*tries[at : at + 20])]
    assert (told.count("login"), told.count("wait")) == (FREE_TRIES, 1000 - FREE_TRIES)
    assert await refused(door, "赵敏", PASSWORD, ELSEWHERE) == "wait"
    assert await door.enter(account, caller=OFFICE)


async def test_the_wait_doubles_and_ends(door: Door) -> None:
    """Half a minute, a minute, two, … a quarter of an hour; a right login forgives."""
    account = await door.member("赵敏")
    for _ in range(FREE_TRIES):
        assert await refused(door, "赵敏", "wrong", OFFICE) == "login"
    for seconds in (30, 60, 120, 240, 480, 900, 900):
        door.clock.move(timedelta(seconds=seconds - 5))
        assert await refused(door, "赵敏", "wrong", OFFICE) == "wait"
        door.clock.move(timedelta(seconds=6))
        assert await refused(door, "赵敏", "wrong", OFFICE) == "login"
    door.clock.move(timedelta(minutes=16))
    await door.enter(account)
    for _ in range(FREE_TRIES):
        assert await refused(door, "赵敏", "wrong", OFFICE) == "login"


async def test_a_stranger_with_many_addresses_meets_the_accounts_bound_and_the_owner_does_not(
    door: Door,
) -> None:
    """From a new address nobody gets further; from where the owner logged in before, they do."""
    account = await door.member("赵敏")
    await door.enter(account, caller=OFFICE)
    for n in range(ACCOUNT_TRIES):
        assert await refused(door, "赵敏", "guess", Caller(f"192.0.2.{n}", "")) == "login"
    assert await refused(door, "赵敏", PASSWORD, ELSEWHERE) == "wait"
    assert await door.enter(account, caller=OFFICE)
    door.clock.move(timedelta(hours=25))
    assert await door.enter(account, caller=ELSEWHERE)


async def test_an_address_that_tries_many_accounts_has_to_wait(door: Door) -> None:
    """One password, every name: the address is slowed, but not those it is known for."""
    known = await door.member("赵敏")
    await door.member("老王")
    await door.enter(known, caller=ELSEWHERE)
    for n in range(ADDRESS_TRIES):
        assert await refused(door, f"name{n}", "Sommer2026", ELSEWHERE) == "login"
    assert await refused(door, "老王", PASSWORD, ELSEWHERE) == "wait"
    assert await door.enter(known, caller=ELSEWHERE)
    door.clock.move(timedelta(minutes=16))
    assert await refused(door, "name", "Sommer2026", ELSEWHERE) == "login"


async def test_a_code_is_taken_once_and_only_of_now(door: Door) -> None:
    """The half session opens nothing; a used code and an old one are refused."""
    secret = door.secret()
    account = await door.member("赵敏", "administrator", secret=secret)
    entered = await door.logins.login("赵敏", PASSWORD, OFFICE)
    assert not entered.complete
    assert not (await door.session(entered.token)).complete
    code = door.code(secret)
    whole = await door.logins.second_step(entered.token, code, OFFICE)
    assert whole.complete
    assert whole.token != entered.token
    assert await door.logins.who(entered.token) is None
    again = await door.logins.login("赵敏", PASSWORD, OFFICE)
    with pytest.raises(Refused, match="code"):
        await door.logins.second_step(again.token, code, OFFICE)
    door.clock.move(timedelta(seconds=90))
    with pytest.raises(Refused, match="code"):
        await door.logins.second_step(again.token, code, OFFICE)
    await door.logins.second_step(again.token, door.code(secret), OFFICE)
    assert account.has_second_factor


async def test_the_same_code_twice_at_once_lets_one_in(door: Door) -> None:
    """Used up by one statement."""
    secret = door.secret()
    await door.member("赵敏", secret=secret)
    halves = [await door.logins.login("赵敏", PASSWORD, OFFICE) for _ in range(2)]
    results = await asyncio.gather(
        *(door.logins.second_step(one.token, door.code(secret), OFFICE) for one in halves),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1


async def test_guessing_codes_is_slowed_like_guessing_passwords(door: Door) -> None:
    """Who knows the password can't try all codes with one session after the other."""
    secret = door.secret()
    await door.member("赵敏", secret=secret)
    told: list[str] = []
    for n in range(20):
        try:
            entered = await door.logins.login("赵敏", PASSWORD, ELSEWHERE)
            await door.logins.second_step(entered.token, f"{n:06d}", ELSEWHERE)
        except Refused as why:
            told.append(why.key)
    assert told.count("refused.code") <= FREE_TRIES
    assert told[-1] == "refused.wait"


async def test_the_second_step_must_follow_soon(door: Door) -> None:
    """After ten minutes the password is asked for again."""
    secret = door.secret()
    await door.member("赵敏", secret=secret)
    entered = await door.logins.login("赵敏", PASSWORD, OFFICE)
    door.clock.move(HALF)
    with pytest.raises(Refused, match="late"):
        await door.logins.second_step(entered.token, door.code(secret), OFFICE)


async def test_a_recovery_code_stands_for_the_app_once(door: Door) -> None:
    """However it is written; and a new set makes the old one void."""
    secret = door.secret()
    account = await door.member("赵敏", secret=secret)
    async with door.database.begin() as unit:
        first, second, *_ = await unit.second_factors.new_recovery_codes(account.id)
    entered = await door.logins.login("赵敏", PASSWORD, OFFICE)
    written = f"{first[:5].lower()}-{first[5:]} "
    assert (await door.logins.second_step(entered.token, written, OFFICE)).complete
    entered = await door.logins.login("赵敏", PASSWORD, OFFICE)
    with pytest.raises(Refused, match="code"):
        await door.logins.second_step(entered.token, first, OFFICE)
    async with door.database.begin() as unit:
        assert await unit.second_factors.recovery_codes_left(account.id) == 9
        await unit.second_factors.new_recovery_codes(account.id)
    with pytest.raises(Refused, match="code"):
        await door.logins.second_step(entered.token, second, OFFICE)


async def test_a_session_ends_by_itself(door: Door) -> None:
    """When it isn't used for an hour, and after twelve hours in any case."""
    account = await door.member("赵敏")
    token = await door.enter(account)
    door.clock.move(IDLE)
    assert await door.logins.who(token) is None
    token = await door.enter(account)
    for _ in range(int(ABSOLUTE / timedelta(minutes=50))):
        door.clock.move(timedelta(minutes=50))
        assert await door.logins.who(token) is not None
    door.clock.move(timedelta(minutes=20))
    assert await door.logins.who(token) is None


async def test_logout_ends_this_session_and_no_other(door: Door) -> None:
    """The token opens nothing from then on."""
    account = await door.member("赵敏")
    first, second = await door.enter(account), await door.enter(account)
    assert first != second
    await door.logins.logout(await door.session(first))
    assert await door.logins.who(first) is None
    assert await door.logins.who(second) is not None


async def test_a_disabled_account_is_out_at_once(door: Door) -> None:
    """And a changed role or region is in force at the next request."""
    account = await door.member("赵敏", region="yantai")
    token = await door.enter(account)
    await door.accounts.change(
        door.operator, account.id, role="lead", region="weihai", language="zh"
    )
    now = (await door.session(token)).account
    assert (now.role, now.region) == ("lead", "weihai")
    await door.accounts.disable(door.operator, account.id)
    assert await door.logins.who(token) is None
    await door.accounts.enable(door.operator, account.id)
    assert await door.logins.who(token) is None


async def test_nothing_that_opens_anything_is_kept_in_the_clear(door: Door) -> None:
    """Tokens, recovery codes, secrets, passwords and addresses: a stolen table gives none away."""
    secret = door.secret()
    account = await door.member("赵敏", secret=secret)
    token = await door.enter(account, secret)
    _, invitation = await door.accounts.invite_again(door.operator, account.id)
    async with door.database.begin() as unit:
        codes = await unit.second_factors.new_recovery_codes(account.id)
    tables = ("accounts", "invitations", "recovery_codes", "console_sessions", "login_attempts",
              "known_addresses", "audit")  # fmt: skip
    async with door.database.begin() as unit:
        kept = ""
        for table in tables:
            for row in await unit.session.execute(text(f"select * from {table}")):
                kept += repr(tuple(row))
    for one in (token, invitation, secret, PASSWORD, OFFICE.address, OFFICE.device, *codes):
        assert one not in kept
    assert "$argon2id$" in kept


async def test_logins_are_in_the_audit(door: Door) -> None:
    """With the factor that was shown."""
    secret = door.secret()
    account = await door.member("赵敏", secret=secret)
    token = await door.enter(account, secret)
    await door.logins.logout(await door.session(token))
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(actor="staff:赵敏"), 10)
    assert [line.action for line in lines][:2] == ["logout", "login"]
    assert lines[1].after == {"factor": "app"}
