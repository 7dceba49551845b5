"""The second factor of accounts: a secret that makes codes by the time, and codes for its loss."""

from __future__ import annotations

import secrets as chance
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.accounts import AccountRow
from knowledge.base import Base, serial
from knowledge.people import ALPHABET

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
"""Ten characters of an alphabet of 29: 48 bits; OWASP ASVS 5.0, 6.5.4 asks for 20."""


class RecoveryCodeRow(Base):
    """A code that stands for the second factor once. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = serial()
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]


class SecondFactors:
    """Second factors of one transaction, by the account's number."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def secret(self, account: int) -> str | None:
        """The secret, base32; None where there is no second factor."""
        row = await self._unit.session.get(AccountRow, account, populate_existing=True)
        if row is None or row.totp is None:
            return None
        return str(await self._unit.people.unseal(row.person_id, row.totp, "totp"))

    async def set(self, account: int, secret: str | None, step: int | None) -> None:
        """A new secret, proved with the code of `step`; None takes the second factor away."""
        person = (await self._unit.accounts.get(account)).person
        sealed = None
        if secret is not None:
            sealed = await self._unit.people.seal(person, secret, "totp")
        await self._unit.session.execute(
            update(AccountRow).where(AccountRow.id == account).values(totp=sealed, totp_step=step)
        )
        await self._forget_codes(account)

    async def use_step(self, account: int, step: int) -> bool:
        """Use up the codes up to a time step; False if that was done before."""
        used = await self._unit.session.scalar(
            update(AccountRow)
            .where(
                AccountRow.id == account,
                AccountRow.totp.is_not(None),
                func.coalesce(AccountRow.totp_step, -1) < step,
            )
            .values(totp_step=step)
            .returning(AccountRow.id)
        )
        return used is not None

    async def new_recovery_codes(self, account: int) -> list[str]:
        """New codes; those from before are void."""
        codes = [_code() for _ in range(RECOVERY_CODES)]
        await self._forget_codes(account)
        await self._unit.session.execute(
            insert(RecoveryCodeRow),
            [{"account_id": account, "code_hash": self._hash(account, code)} for code in codes],
        )
        return codes

    async def use_recovery_code(self, account: int, code: str) -> bool:
        """Use a code up; False if there is no such code any more."""
        used = await self._unit.session.scalar(
            update(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.account_id == account,
                RecoveryCodeRow.code_hash == self._hash(account, code),
                RecoveryCodeRow.used_at.is_(None),
            )
            .values(used_at=self._unit.now)
            .returning(RecoveryCodeRow.id)
        )
        return used is not None

    async def recovery_codes_left(self, account: int) -> int:
        """How many codes are still good."""
        found = await self._unit.session.scalar(
            select(func.count())
            .select_from(RecoveryCodeRow)
            .where(RecoveryCodeRow.account_id == account, RecoveryCodeRow.used_at.is_(None))
        )
        return found or 0

    async def _forget_codes(self, account: int) -> None:
        await self._unit.session.execute(
            delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account)
        )

    def _hash(self, account: int, code: str) -> bytes:
        return self._unit.keyring.code_hash(f"recovery/{account}", code)


def _code() -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
