"""Tries to log in: slowed by who is tried from where, and never so that a stranger locks one out.

A try is counted as wrong before the password is looked at and turned right afterwards, so that a
thousand at the same time are no more than as many one after the other. Addresses are kept as keyed
hashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

FREE_TRIES = 5
"""Wrong tries of one account from one address before the next has to wait."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
"""The wait doubles with each wrong try. That is under a hundred guesses a day."""

ACCOUNT_TRIES = 100
"""Wrong tries of one account within the window, from all addresses; NIST SP 800-63B-4, 3.2.2.

An address from which the account has logged in before is not barred by it.
"""
ADDRESS_TRIES = 30
"""Wrong tries from one address within `ADDRESS_WINDOW`; not for an account that it is known for."""

WINDOW = timedelta(hours=24)
ADDRESS_WINDOW = timedelta(minutes=15)

KNOWN_FOR = timedelta(days=180)
"""How long an address is known after the last login from there."""


class LoginAttemptRow(Base):
    """A try to log in with some login name, which need not exist."""

    __tablename__ = "login_attempts"

    id: Mapped[int] = serial()
    login_index: Mapped[bytes]
    address_index: Mapped[bytes]
    right: Mapped[bool]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_login_attempts_login_index", "login_index", "at"),
        Index("ix_login_attempts_address_index", "address_index", "at"),
    )


class KnownAddressRow(Base):
    """An address from which an account has logged in."""

    __tablename__ = "known_addresses"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    address_index: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Wait(Exception):
    """The next try has to wait."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait


@dataclass(frozen=True)
class Attempt:
    """A try that may be made."""

    id: int
    address_index: bytes


class Attempts:
    """Tries of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def begin(self, login: str, account: int | None, address: str) -> Attempt:
        """Count a try as wrong. `account` is the number of the login's account, if there is one.

        Raises:
            Wait: it is too early for it; nothing is counted.
        """
        blind = self._unit.keyring.blind
        who, where = blind("login", login), blind("address", address)
        # One after the other, by login first and by address then: no two wait for each other.
        for lock in (who, where):
            key = int.from_bytes(lock[:8], signed=True)
            await self._unit.session.execute(select(func.pg_advisory_xact_lock(key)))
        await self._ask_pair(who, where)
        if account is None or not await self._is_known(account, where):
            await self._ask(LoginAttemptRow.address_index == where, ADDRESS_TRIES, ADDRESS_WINDOW)
            await self._ask(LoginAttemptRow.login_index == who, ACCOUNT_TRIES, WINDOW)
        number = await self._unit.session.scalar(
            insert(LoginAttemptRow)
            .values(login_index=who, address_index=where, right=False, at=self._unit.now)
            .returning(LoginAttemptRow.id)
        )
        assert number is not None
        return Attempt(number, where)

    async def succeed(self, attempt: Attempt, account: int) -> None:
        """The try was right, with every factor: earlier wrong ones from there are forgiven."""
        row = (
            await self._unit.session.execute(
                update(LoginAttemptRow)
                .where(LoginAttemptRow.id == attempt.id)
                .values(right=True, at=self._unit.now)
                .returning(LoginAttemptRow.login_index)
            )
        ).scalar_one()
        await self._unit.session.execute(
            delete(LoginAttemptRow).where(
                LoginAttemptRow.login_index == row,
                LoginAttemptRow.address_index == attempt.address_index,
                LoginAttemptRow.right.is_(False),
            )
        )
        await self._unit.session.execute(
            insert(KnownAddressRow)
            .values(account_id=account, address_index=attempt.address_index, at=self._unit.now)
            .on_conflict_do_update(
                index_elements=["account_id", "address_index"], set_={"at": self._unit.now}
            )
        )

    async def tidy(self) -> None:
        """Remove what is too old to count."""
        for column, age in ((LoginAttemptRow.at, WINDOW), (KnownAddressRow.at, KNOWN_FOR)):
            await self._unit.session.execute(
                delete(column.class_).where(column < self._unit.now - age)
            )

    async def _ask_pair(self, who: bytes, where: bytes) -> None:
        pair = (LoginAttemptRow.login_index == who) & (LoginAttemptRow.address_index == where)
        wrong, last = await self._wrong(pair, WINDOW)
        if wrong < FREE_TRIES or last is None:
            return
        # A short exponent: the wait has long been the longest one.
        wait = min(FIRST_WAIT * 2 ** min(wrong - FREE_TRIES, 16), LONGEST_WAIT)
        if last + wait > self._unit.now:
            raise Wait(last + wait - self._unit.now)

    async def _ask(self, whose: ColumnElement[bool], most: int, window: timedelta) -> None:
        wrong, _ = await self._wrong(whose, window)
        if wrong >= most:
            raise Wait(window)

    async def _wrong(
        self, whose: ColumnElement[bool], window: timedelta
    ) -> tuple[int, datetime | None]:
        row = (
            await self._unit.session.execute(
                select(func.count(), func.max(LoginAttemptRow.at)).where(
                    whose,
                    LoginAttemptRow.right.is_(False),
                    LoginAttemptRow.at > self._unit.now - window,
                )
            )
        ).one()
        return int(row[0]), row[1]

    async def _is_known(self, account: int, where: bytes) -> bool:
        at = await self._unit.session.scalar(
            select(KnownAddressRow.at).where(
                KnownAddressRow.account_id == account, KnownAddressRow.address_index == where
            )
        )
        return at is not None and at > self._unit.now - KNOWN_FOR
