"""What members of staff change about their own account: password, second factor, sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.codes import Setup, new_secret, step_of
from bot.logins import Caller, Logins
from bot.passwords import Passwords, check_password
from bot.refused import Refused
from knowledge.access import SECOND_FACTOR_REQUIRED, NotThere
from knowledge.accounts import Account
from knowledge.database import Database
from knowledge.sessions import Session
from knowledge.unit import Knowledge

FRESH = timedelta(minutes=10)
"""Who has just logged in may set up a first second factor without the password again."""

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Overview:
    """An account as its owner sees it."""

    account: Account
    sessions: list[Session]
    recovery_codes: int


@dataclass(frozen=True)
class Renewed:
    """All sessions have ended; this one's goes on under a new token."""

    token: str
    recovery_codes: tuple[str, ...] = ()


class OwnAccount:
    """Changes of the account by its owner. Every function asks for `own_account` first."""

    def __init__(self, database: Database, passwords: Passwords, logins: Logins) -> None:
        self._database, self._passwords, self._logins = database, passwords, logins

    async def overview(self, session: Session) -> Overview:
        """The account, where it is logged in, and how many recovery codes are left."""
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            return Overview(
                account,
                await unit.sessions.of(account),
                await unit.second_factors.recovery_codes_left(account.id),
            )

    async def change_password(
        self, session: Session, current: str, new: str, again: str, caller: Caller
    ) -> Renewed:
        """A new password; all other sessions end.

        Raises:
            Refused: the current one isn't right, or the new one won't do.
        """
        if new != again:
            raise Refused("password_again")
        check_password(new, session.account.login, session.account.name)
        await self._logins.prove(session, current, caller)
        kept = await self._passwords.hash(new)
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            await unit.accounts.set_password_hash(account.id, kept)
            await _note(unit, account, "account.password")
            return await _renew(unit, account, caller)

    async def set_language(self, session: Session, language: str) -> None:
        """The language that the console speaks.

        Raises:
            Refused: it doesn't speak this one.
        """
        if language not in LANGUAGES:
            raise Refused("language")
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            await unit.accounts.change(account.id, language=language)

    async def begin_second_factor(self, session: Session) -> Setup:
        """A new secret for the app, the same one until it is proved or the session ends."""
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            secret = await unit.sessions.new_secret(session)
            if secret is None:
                secret = new_secret()
                await unit.sessions.set_new_secret(session, secret)
            return Setup.of(secret, account.login)

    def asks_password(self, session: Session) -> bool:
        """Whether a second factor is only set up with the password again."""
        fresh = self._database.clock.now() - session.created_at < FRESH
        return session.account.has_second_factor or not fresh

    async def finish_second_factor(
        self, session: Session, code: str, password: str, caller: Caller
    ) -> Renewed:
        """The app shows the right code: the secret is in force. All other sessions end.

        Raises:
            Refused: the code or the password isn't right.
        """
        async with self._database.begin() as unit:
            secret = await unit.sessions.new_secret(session)
            step = None if secret is None else step_of(secret, code.replace(" ", ""), unit.now)
        if secret is None or step is None:
            raise Refused("new_code")
        if self.asks_password(session):
            await self._logins.prove(session, password, caller)
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            await unit.second_factors.set(account.id, secret, step)
            codes = await unit.second_factors.new_recovery_codes(account.id)
            await _note(unit, account, "account.second_factor")
            renewed = await _renew(unit, account, caller)
        return Renewed(renewed.token, tuple(codes))

    async def remove_second_factor(
        self, session: Session, password: str, caller: Caller
    ) -> Renewed:
        """Without a second factor from now on; all other sessions end.

        Raises:
            Refused: the role needs one, or the password isn't right.
        """
        if session.account.role in SECOND_FACTOR_REQUIRED:
            raise Refused("second_factor_required")
        await self._logins.prove(session, password, caller)
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            await unit.second_factors.set(account.id, None, None)
            await _note(unit, account, "account.second_factor_removed")
            return await _renew(unit, account, caller)

    async def new_recovery_codes(
        self, session: Session, password: str, caller: Caller
    ) -> tuple[str, ...]:
        """New recovery codes; the old ones are void.

        Raises:
            Refused: the password isn't right, or there is no second factor.
        """
        if not session.account.has_second_factor:
            raise Refused("no_second_factor")
        await self._logins.prove(session, password, caller)
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            codes = await unit.second_factors.new_recovery_codes(account.id)
            await _note(unit, account, "account.recovery_codes")
        return tuple(codes)

    async def end_session(self, session: Session, number: int) -> None:
        """End one of the own sessions.

        Raises:
            NotThere: the account has no such session.
        """
        async with self._database.begin() as unit:
            account = await _own(unit, session)
            if not await unit.sessions.end(account.id, number):
                raise NotThere
            await _note(unit, account, "account.session_ended")


async def _own(unit: Knowledge, session: Session) -> Account:
    account = await unit.accounts.get(session.account.id)
    account.actor(unit).ask("own_account")
    return account


async def _renew(unit: Knowledge, account: Account, caller: Caller) -> Renewed:
    await unit.sessions.end_all(account.id)
    return Renewed(await unit.sessions.begin(account, caller.device, complete=True))


async def _note(unit: Knowledge, account: Account, action: str) -> None:
    await unit.audit.write(account.person, actor=account.actor(unit).audited_as, action=action)
