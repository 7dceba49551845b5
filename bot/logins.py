"""The console's door: password, second factor, invitation; who is logged in."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.codes import step_of
from bot.passwords import Passwords, check_password
from bot.refused import Refused
from knowledge.accounts import Account
from knowledge.attempts import Attempt, Wait
from knowledge.database import Database
from knowledge.sessions import Session
from knowledge.unit import Knowledge

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Caller:
    """Where somebody calls from: the address that limits count by, and the device in words."""

    address: str
    device: str


@dataclass(frozen=True)
class Entered:
    """A session has begun. One that isn't complete waits for the second factor."""

    token: str
    complete: bool


class Logins:
    """Lets staff in and out."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database, self._passwords = database, passwords

    async def who(self, token: str) -> Session | None:
        """The session of a token, with the account as it stands now."""
        async with self._database.begin() as unit:
            return await unit.sessions.find(token)

    async def login(self, login: str, password: str, caller: Caller) -> Entered:
        """The first step: login name and password.

        Raises:
            Refused: not right (whether there is such a login isn't told), or too many tries.
        """
        login = tidy_login(login)
        async with self._database.begin() as unit:
            account = await unit.accounts.with_login(login)
            kept = await unit.accounts.password_hash(account.id) if account else None
            attempt = await self._may_try(unit, login, account, caller)
        # No transaction is open while the hash is computed.
        right = await self._passwords.is_right(password, kept)
        if not right or account is None or account.disabled_at is not None:
            _refused("password", account)
            raise Refused("login")
        assert kept is not None
        renewed = await self._passwords.renewed(password, kept)
        async with self._database.begin() as unit:
            if await unit.accounts.password_hash(account.id) != kept:
                raise Refused("login")  # it was changed while we looked at it
            if renewed is not None:
                await unit.accounts.set_password_hash(account.id, renewed)
            return await self._enter(unit, account, attempt, caller)

    async def second_step(self, token: str, code: str, caller: Caller) -> Entered:
        """The second step: the app's code, or a recovery code. The session gets a new token.

        Raises:
            Refused: not right, used before, too many tries, or the password is too long ago.
        """
        async with self._database.begin() as unit:
            session = await unit.sessions.find(token)
            if session is None or session.complete:
                raise Refused("second_factor_late")
            account = session.account
            attempt = await self._may_try(unit, account.login, account, caller)
        async with self._database.begin() as unit:
            factor = await _use_code(unit, account, code)
            if factor is not None:
                await unit.sessions.end(account.id, session.id)
                return await self._admit(unit, account, attempt, caller, factor)
        _refused("second_factor", account)
        raise Refused("code")

    async def logout(self, session: Session) -> None:
        """The session is over."""
        async with self._database.begin() as unit:
            await unit.sessions.end(session.account.id, session.id)
            await _note(unit, session.account, "logout")

    async def invited(self, token: str) -> Account:
        """Whom an invitation's link is for.

        Raises:
            Refused: the link isn't good (any more).
        """
        async with self._database.begin() as unit:
            account = await unit.accounts.invited(token)
        if account is None:
            raise Refused("invitation")
        return account

    async def take_invitation(
        self, token: str, password: str, again: str, caller: Caller
    ) -> Entered:
        """Set the password and enter; where there is a second factor, it is still asked for.

        Raises:
            Refused: the link isn't good (any more), or the password won't do.
        """
        account = await self.invited(token)
        if password != again:
            raise Refused("password_again")
        check_password(password, account.login, account.name)
        kept = await self._passwords.hash(password)
        async with self._database.begin() as unit:
            taken = await unit.accounts.take_invitation(token)
            if taken is None:
                raise Refused("invitation")
            await unit.accounts.set_password_hash(taken.id, kept)
            await unit.sessions.end_all(taken.id)
            await _note(unit, taken, "account.invitation_taken")
            return await self._enter(unit, taken, None, caller)

    async def prove(self, session: Session, password: str, caller: Caller) -> None:
        """The password again, before login data are changed.

        Raises:
            Refused: not right, or too many tries.
        """
        account = session.account
        async with self._database.begin() as unit:
            kept = await unit.accounts.password_hash(account.id)
            attempt = await self._may_try(unit, account.login, account, caller)
        if not await self._passwords.is_right(password, kept):
            _refused("password_again", account)
            raise Refused("current_password")
        async with self._database.begin() as unit:
            await unit.attempts.succeed(attempt, account.id)

    async def _may_try(
        self, unit: Knowledge, login: str, account: Account | None, caller: Caller
    ) -> Attempt:
        try:
            return await unit.attempts.begin(
                login, None if account is None else account.id, caller.address
            )
        except Wait as early:
            _refused("too_many", account)
            raise Refused("wait", minutes=int(early.wait.total_seconds() // 60) + 1) from early

    async def _enter(
        self, unit: Knowledge, account: Account, attempt: Attempt | None, caller: Caller
    ) -> Entered:
        if account.has_second_factor:
            token = await unit.sessions.begin(account, caller.device, complete=False)
            return Entered(token, complete=False)
        return await self._admit(unit, account, attempt, caller, "password")

    async def _admit(
        self,
        unit: Knowledge,
        account: Account,
        attempt: Attempt | None,
        caller: Caller,
        factor: str,
    ) -> Entered:
        if attempt is not None:
            await unit.attempts.succeed(attempt, account.id)
        token = await unit.sessions.begin(account, caller.device, complete=True)
        await _note(unit, account, "login", factor=factor)
        return Entered(token, complete=True)


def tidy_login(login: str) -> str:
    """A login name as it is kept: without spaces around it, in small letters."""
    return login.strip().casefold()


async def _use_code(unit: Knowledge, account: Account, code: str) -> str | None:
    """Use up a code of the app or a recovery code; which of the two it was."""
    code = "".join(sign for sign in code.upper() if sign.isalnum())
    secret = await unit.second_factors.secret(account.id)
    step = None if secret is None else step_of(secret, code, unit.now)
    if step is not None:
        return "app" if await unit.second_factors.use_step(account.id, step) else None
    return "recovery" if await unit.second_factors.use_recovery_code(account.id, code) else None


async def _note(unit: Knowledge, account: Account, action: str, **after: str) -> None:
    actor = account.actor(unit).audited_as
    await unit.audit.write(account.person, actor=actor, action=action, after=after or None)


def _refused(why: str, account: Account | None) -> None:
    log.warning("login.refused", why=why, account=None if account is None else account.id)
