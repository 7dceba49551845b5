"""The audit: every change of a person's data, sealed afterwards into a chain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BATCH = 1000


class AuditRow(Base):
    """Who changed what about whom; before and after are sealed with the person's key."""

    __tablename__ = "audit"

    id: Mapped[int] = serial()
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    before: Mapped[bytes | None]
    after: Mapped[bytes | None]


class AuditSealRow(Base):
    """A batch of audit lines, sealed: its hash covers the lines and the seal before it."""

    __tablename__ = "audit_seals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    last_line: Mapped[int] = mapped_column(BigInteger, unique=True)
    lines: Mapped[int]
    hash: Mapped[bytes]
    at: Mapped[datetime]


def _digest(previous: bytes, rows: list[AuditRow]) -> bytes:
    digest = hashlib.sha256(previous)
    for row in rows:
        parts = (str(row.id), row.at.isoformat(), row.actor, row.action, str(row.person_id))
        digest.update("\x1f".join(parts).encode())
        for sealed in (row.before, row.after):
            digest.update(b"\x1e" + (sealed or b""))
    return digest.digest()


class Audit:
    """The audit of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def write(
        self,
        person: UUID | None,
        *,
        actor: str,
        action: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one line. `actor` is `rider`, `staff:NAME`, `office` or `house`."""
        if not action.startswith("proof."):
            self._unit.changed = True

        async def sealed(value: Mapping[str, Any] | None) -> bytes | None:
            if value is None or person is None:
                return None
            return await self._unit.people.seal(person, dict(value), "audit")

        await self._unit.session.execute(
            insert(AuditRow).values(
                at=self._unit.now,
                actor=actor,
                action=action,
                person_id=person,
                before=await sealed(before),
                after=await sealed(after),
            )
        )

    async def seal_batch(self) -> int:
        """Seal the next lines; how many. Ids that a running transaction may still use wait.

        Only one process seals at a time (an advisory lock of the transaction).
        """
        session = self._unit.session
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext("audit")))):
            return 0
        last = await session.scalar(
            select(AuditSealRow).order_by(AuditSealRow.last_line.desc()).limit(1)
        )
        rows = list(
            await session.scalars(
                select(AuditRow)
                .where(AuditRow.id > (last.last_line if last else 0))
                .order_by(AuditRow.id)
                .limit(BATCH)
            )
        )
        # A line with a smaller number may not be committed yet: leave the youngest ten seconds.
        settled = [row for row in rows if (self._unit.now - row.at).total_seconds() > 10]
        if not settled:
            return 0
        await session.execute(
            insert(AuditSealRow).values(
                last_line=settled[-1].id,
                lines=len(settled),
                at=self._unit.now,
                hash=_digest(last.hash if last else b"", settled),
            )
        )
        return len(settled)

    async def verify(self) -> int | None:
        """None if the chain holds, else the number of the first seal that doesn't."""
        previous, after = b"", 0
        for one in await self._unit.session.scalars(
            select(AuditSealRow).order_by(AuditSealRow.last_line)
        ):
            rows = list(
                await self._unit.session.scalars(
                    select(AuditRow)
                    .where(AuditRow.id > after, AuditRow.id <= one.last_line)
                    .order_by(AuditRow.id)
                )
            )
            if len(rows) != one.lines or _digest(previous, rows) != one.hash:
                return one.id
            previous, after = one.hash, one.last_line
        return None
