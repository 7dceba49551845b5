"""Accounts of staff: who may enter the console, as what, for which region, and how they prove it.

An account has a person of its own, whose key seals the second factor's secret and what the audit
says about the account. Login, name, role and region are in the clear: lists need them.
"""

from __future__ import annotations

import hashlib
import secrets as chance
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.access import ROLES, Actor, Role
from knowledge.base import Base, serial
from knowledge.people import PersonRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

INVITATION_HOLDS = timedelta(hours=48)
"""How long an invitation's link is good, once."""

TOKEN_BYTES = 32
"""256 bits in an invitation's or a session's token; OWASP ASVS 5.0, 7.2.3 asks for 128."""


class AccountRow(Base):
    """An account. Without a password the invitation hasn't been taken up yet."""

    __tablename__ = "accounts"

    id: Mapped[int] = serial()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), unique=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    language: Mapped[str]
    password_hash: Mapped[str | None]
    password_at: Mapped[datetime | None]
    totp: Mapped[bytes | None]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"role in {ROLES!r}", name="role"),
        CheckConstraint("language in ('zh', 'en')", name="language"),
    )


class InvitationRow(Base):
    """A link with which somebody sets their password. Only its hash is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = serial()
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Account:
    """An account, without what proves it."""

    id: int
    person: UUID
    login: str
    name: str
    role: Role
    region: str | None
    language: str
    disabled_at: datetime | None
    created_at: datetime
    has_password: bool
    has_second_factor: bool
    invited_until: datetime | None = None

    def actor(self, unit: Knowledge) -> Actor:
        """The account as who acts."""
        return Actor(
            self.name, self.role, self.region, unit.region_tree, self.id, self.has_second_factor
        )


class NameTaken(Exception):
    """There is an account of this login or name already."""


def new_token() -> str:
    """A token of 256 bits that fits into a link or a cookie."""
    return chance.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What is kept of a token. With 256 bits of chance a plain hash can't be turned back."""
    return hashlib.sha256(token.encode()).digest()


class Accounts:
    """Accounts of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def add(
        self, login: str, name: str, role: Role, region: str | None, language: str
    ) -> Account:
        """A new account, to be invited.

        Raises:
            NameTaken: another has this login or name.
        """
        person, _ = await self._unit.people.create()
        await self._set_region_of_person(person, region)
        try:
            async with self._unit.session.begin_nested():
                number = await self._unit.session.scalar(
                    insert(AccountRow)
                    .values(
                        person_id=person,
                        login=login,
                        name=name,
                        role=role,
                        region=region,
                        language=language,
                        created_at=self._unit.now,
                    )
                    .returning(AccountRow.id)
                )
        except IntegrityError as error:
            raise NameTaken from error
        assert number is not None
        return await self.get(number)

    async def get(self, number: int) -> Account:
        """The account of a number.

        Raises:
            LookupError: there is none.
        """
        found = await self._found(AccountRow.id == number)
        if not found:
            raise LookupError(number)
        return found[0]

    async def named(self, login_or_name: str) -> Account | None:
        """The account of a login or of a name."""
        found = await self._found(
            or_(AccountRow.login == login_or_name, AccountRow.name == login_or_name)
        )
        return found[0] if found else None

    async def with_login(self, login: str) -> Account | None:
        """The account of a login."""
        found = await self._found(AccountRow.login == login)
        return found[0] if found else None

    async def of_persons(self, persons: Iterable[UUID]) -> dict[UUID, Account]:
        """Those of these persons who are staff."""
        found = await self._found(AccountRow.person_id.in_(list(persons)))
        return {account.person: account for account in found}

    async def within(self, regions: Sequence[str] | None) -> list[Account]:
        """Accounts of these regions, by name; None is all."""
        return await self._found(*([] if regions is None else [AccountRow.region.in_(regions)]))

    async def administrators(self, region: str) -> int:
        """How many administrators can act for a region: its own, and those of regions above it."""
        above = [one.code for one in self._unit.region_tree.upwards(region)]
        return int(
            await self._unit.session.scalar(
                select(func.count()).where(
                    AccountRow.role == "administrator",
                    or_(AccountRow.region.is_(None), AccountRow.region.in_(above)),
                    AccountRow.disabled_at.is_(None),
                    AccountRow.password_hash.is_not(None),
                )
            )
            or 0
        )

    async def change(self, number: int, **values: Any) -> None:
        """Change role, region, language, or `disabled_at`; the audit line is the caller's."""
        await self._update(number, **values)
        if "region" in values:
            account = await self.get(number)
            await self._set_region_of_person(account.person, account.region)

    async def password_hash(self, number: int) -> str | None:
        """The password's argon2id hash."""
        return await self._unit.session.scalar(
            select(AccountRow.password_hash).where(AccountRow.id == number)
        )

    async def set_password_hash(self, number: int, password_hash: str) -> None:
        """Keep a new password's hash."""
        await self._update(number, password_hash=password_hash, password_at=self._unit.now)

    async def invite(self, number: int) -> str:
        """A new link's token; links from before are void."""
        await self.void_invitations(number)
        token = new_token()
        await self._unit.session.execute(
            insert(InvitationRow).values(
                account_id=number,
                token_hash=token_hash(token),
                until=self._unit.now + INVITATION_HOLDS,
            )
        )
        return token

    async def void_invitations(self, number: int) -> None:
        """Links that were not used are good for nothing from now on."""
        await self._unit.session.execute(
            delete(InvitationRow).where(
                InvitationRow.account_id == number, InvitationRow.used_at.is_(None)
            )
        )

    async def invited(self, token: str) -> Account | None:
        """Whom an invitation is for, while it is good."""
        return await self._taken(
            select(InvitationRow.account_id).where(*self._good(token)),
        )

    async def take_invitation(self, token: str) -> Account | None:
        """The same, and it is used up: of two at once, one gets it."""
        return await self._taken(
            update(InvitationRow)
            .where(*self._good(token))
            .values(used_at=self._unit.now)
            .returning(InvitationRow.account_id)
        )

    def _good(self, token: str) -> tuple[Any, ...]:
        return (
            InvitationRow.token_hash == token_hash(token),
            InvitationRow.used_at.is_(None),
            InvitationRow.until > self._unit.now,
        )

    async def _taken(self, query: Any) -> Account | None:
        number = await self._unit.session.scalar(query)
        if number is None:
            return None
        account = await self.get(number)
        return None if account.disabled_at else account

    async def _update(self, number: int, **values: Any) -> None:
        await self._unit.session.execute(
            update(AccountRow).where(AccountRow.id == number).values(**values)
        )

    async def _set_region_of_person(self, person: UUID, region: str | None) -> None:
        """The audit's lines are narrowed by the region of whom they are about."""
        await self._unit.session.execute(
            update(PersonRow).where(PersonRow.id == person).values(region=region)
        )

    async def _found(self, *conditions: Any) -> list[Account]:
        open_until = (
            select(func.max(InvitationRow.until))
            .where(
                InvitationRow.account_id == AccountRow.id,
                InvitationRow.used_at.is_(None),
                InvitationRow.until > self._unit.now,
            )
            .scalar_subquery()
        )
        rows = await self._unit.session.execute(
            select(AccountRow, open_until)
            .where(*conditions)
            .order_by(AccountRow.name)
            .execution_options(populate_existing=True)
        )
        return [_account(row, until) for row, until in rows.all()]


def _account(row: AccountRow, invited_until: datetime | None) -> Account:
    role: Role = row.role  # type: ignore[assignment]  # a check constraint guards it
    return Account(
        id=row.id,
        person=row.person_id,
        login=row.login,
        name=row.name,
        role=role,
        region=row.region,
        language=row.language,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
        has_password=row.password_hash is not None,
        has_second_factor=row.totp is not None,
        invited_until=invited_until,
    )
