"""Accounts of staff, as administrators see to them: invite, change, disable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.logins import tidy_login
from bot.own_account import LANGUAGES
from bot.refused import Refused
from knowledge.access import ROLES, Actor, NotThere, Role
from knowledge.accounts import Account, NameTaken
from knowledge.conversations import ADDRESS
from knowledge.database import Database
from knowledge.unit import Knowledge

LOGIN = re.compile(r"[\w.@-]{2,64}")
LONGEST_NAME = 40


class Accounts:
    """Changes of accounts. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def house_at(self) -> str:
        """The address at which a running house answers; empty if none has said so."""
        async with self._database.begin() as unit:
            return await unit.conversations.fact(ADDRESS) or ""

    async def everybody(self, actor: Actor) -> list[Account]:
        """The accounts of the actor's regions.

        Raises:
            Denied: the role may not.
        """
        actor.ask("staff.read")
        async with self._database.begin() as unit:
            return await unit.accounts.within(actor.regions)

    async def get(self, actor: Actor, number: int) -> Account:
        """One account.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
        """
        async with self._database.begin() as unit:
            return await _found(unit, actor, "staff.read", number)

    async def named(self, actor: Actor, login_or_name: str) -> Account:
        """One account, by its login or name.

        Raises:
            Denied: the role may not.
            NotThere: there is none in the actor's regions.
        """
        async with self._database.begin() as unit:
            account = await unit.accounts.named(login_or_name)
            if account is None:
                raise NotThere
            actor.ask_about("staff.read", account.region)
            return account

    async def invite(
        self,
        actor: Actor,
        *,
        name: str,
        login: str = "",
        role: str,
        region: str | None,
        language: str = "zh",
    ) -> tuple[Account, str]:
        """A new account and its invitation's token. Without a login, the name is made one.

        Raises:
            Denied: the role may not.
            Refused: what was given is no name, login, role, region or language, or is taken.
        """
        actor.ask("staff.write")
        name = " ".join(name.split())
        login = tidy_login(login or name.replace(" ", "."))
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Refused("name", longest=LONGEST_NAME)
        if not LOGIN.fullmatch(login):
            raise Refused("login_form")
        _check(actor, role, region, language)
        async with self._database.begin() as unit:
            if await unit.accounts.named(login) or await unit.accounts.named(name):
                raise Refused("name_taken")
            try:
                account = await unit.accounts.add(login, name, _role(role), region, language)
            except NameTaken as taken:
                raise Refused("name_taken") from taken
            token = await unit.accounts.invite(account.id)
            await _note(unit, actor, account, "account.invite", after=_told(account))
            return await unit.accounts.get(account.id), token

    async def invite_again(self, actor: Actor, number: int) -> tuple[Account, str]:
        """A new link for somebody whose link ran out, or who has forgotten the password.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: the own account, or a disabled one.
        """
        async with self._database.begin() as unit:
            account = await _another(unit, actor, number)
            if account.disabled_at is not None:
                raise Refused("disabled")
            token = await unit.accounts.invite(account.id)
            await _note(unit, actor, account, "account.invite_again")
            return await unit.accounts.get(account.id), token

    async def change(
        self, actor: Actor, number: int, *, role: str, region: str | None, language: str
    ) -> Account:
        """Another role, region or language, in force at the account's next request.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: the own account, or no such role, region or language.
        """
        async with self._database.begin() as unit:
            account = await _another(unit, actor, number)
            _check(actor, role, region, language)
            await unit.accounts.change(number, role=role, region=region, language=language)
            changed = await unit.accounts.get(number)
            if changed != account:
                before, after = _told(account), _told(changed)
                await _note(unit, actor, account, "account.change", before=before, after=after)
            return changed

    async def disable(self, actor: Actor, number: int) -> None:
        """Nobody can enter with this account; sessions, links and duty end at once.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: the own account.
        """
        async with self._database.begin() as unit:
            account = await _another(unit, actor, number)
            if (account.name, True) in await unit.duty.everybody():
                await unit.duty.switch(account.name, False)
            await unit.accounts.change(number, disabled_at=unit.now)
            await unit.accounts.void_invitations(number)
            await unit.sessions.end_all(number)
            await _note(unit, actor, account, "account.disable")

    async def enable(self, actor: Actor, number: int) -> None:
        """The account may enter again.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: the own account.
        """
        async with self._database.begin() as unit:
            account = await _another(unit, actor, number)
            await unit.accounts.change(number, disabled_at=None)
            await _note(unit, actor, account, "account.enable")

    async def end_sessions(self, actor: Actor, number: int) -> None:
        """The account has to log in again everywhere.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: the own account.
        """
        async with self._database.begin() as unit:
            account = await _another(unit, actor, number)
            await unit.sessions.end_all(number)
            await _note(unit, actor, account, "account.sessions_ended")

    async def reset_second_factor(self, actor: Actor, number: int) -> None:
        """For somebody who has lost the phone and the recovery codes; sessions end.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this number in the actor's regions.
            Refused: the own account.
        """
        async with self._database.begin() as unit:
            account = await _another(unit, actor, number)
            await unit.second_factors.set(number, None, None)
            await unit.sessions.end_all(number)
            await _note(unit, actor, account, "account.second_factor_reset")


async def _found(unit: Knowledge, actor: Actor, what: str, number: int) -> Account:
    actor.ask(what)
    try:
        account = await unit.accounts.get(number)
    except LookupError as none:
        raise NotThere from none
    actor.ask_about(what, account.region)
    return account


async def _another(unit: Knowledge, actor: Actor, number: int) -> Account:
    account = await _found(unit, actor, "staff.write", number)
    # So there is always one administrator left, and nobody gives themselves more than they have.
    if account.id == actor.account:
        raise Refused("own_account")
    return account


def _check(actor: Actor, role: str, region: str | None, language: str) -> None:
    if role not in ROLES:
        raise Refused("role", roles=", ".join(ROLES))
    if region is not None and actor.tree.get(region) is None:
        raise Refused("region", region=region)
    if not actor.reaches(region):
        raise Refused("region_reach")
    if language not in LANGUAGES:
        raise Refused("language")


def _role(role: str) -> Role:
    return next(known for known in ROLES if known == role)


def _told(account: Account) -> Mapping[str, Any]:
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "region": account.region,
        "language": account.language,
    }


async def _note(
    unit: Knowledge,
    actor: Actor,
    account: Account,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    await unit.audit.write(
        account.person, actor=actor.audited_as, action=action, before=before, after=after
    )
