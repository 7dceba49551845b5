"""The audit: every change of a person's data, sealed afterwards into a chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.people import PersonRow
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BATCH = 1000


class AuditRow(Base):
    """Who changed what about whom; before and after are sealed with the person's key.

    What is changed about no person (an article, a station) is its `subject`, of a `region`: that is
    nobody's secret, and in the clear.
    """

    __tablename__ = "audit"

    id: Mapped[int] = serial()
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    before: Mapped[bytes | None]
    after: Mapped[bytes | None]
    subject: Mapped[str | None]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    __table_args__ = (Index("ix_audit_at", "at", postgresql_using="brin"),)


@dataclass(frozen=True)
class Line:
    """A line as it is read: before and after opened, None where the key is erased or nothing was.

    `region` is the subject's, else that of the person's record.
    """

    id: int
    at: datetime
    actor: str
    action: str
    person: UUID | None
    subject: str | None
    region: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    erased: bool


@dataclass(frozen=True)
class Filter:
    """Which lines: of these regions (None: all), by whom, what (its beginning), on which day."""

    regions: Sequence[str] | None = None
    actor: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Only lines with smaller numbers: how the next page is asked for."""


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
        parts = [str(row.id), row.at.isoformat(), row.actor, row.action, str(row.person_id)]
        if row.subject is not None:
            parts += [row.subject, str(row.region)]
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
        subject: str | None = None,
        region: str | None = None,
    ) -> None:
        """Write one line. `actor` is `rider`, `staff:NAME`, `operator:USER`, `office` or `house`.

        Without a person, `subject` says what was changed (`article:dues`), of which region. What a
        rider does by the mouth of a member of staff is that member's.
        """
        if actor == "rider" and self._unit.acting is not None:
            actor = self._unit.acting
        if not action.startswith("proof."):
            self._unit.changed = True

        async def sealed(value: Mapping[str, Any] | None) -> bytes | None:
            if value is None:
                return None
            if person is None:
                return json.dumps(dict(value), ensure_ascii=False, default=str).encode()
            return await self._unit.people.seal(person, dict(value), "audit")

        await self._unit.session.execute(
            insert(AuditRow).values(
                at=self._unit.now,
                actor=actor,
                action=action,
                person_id=person,
                before=await sealed(before),
                after=await sealed(after),
                subject=subject,
                region=region,
            )
        )

    async def lines(self, which: Filter, limit: int) -> list[Line]:
        """Lines, the newest first, with before and after opened."""
        region = func.coalesce(AuditRow.region, PersonRow.region)
        query = (
            select(AuditRow, region)
            .outerjoin(PersonRow, PersonRow.id == AuditRow.person_id)
            .order_by(AuditRow.id.desc())
            .limit(limit)
        )
        if which.regions is not None:
            query = query.where(region.in_(which.regions))
        if which.actor:
            query = query.where(AuditRow.actor == which.actor)
        if which.action:
            query = query.where(AuditRow.action.startswith(which.action, autoescape=True))
        if which.since is not None:
            query = query.where(AuditRow.at >= which.since)
        if which.until is not None:
            query = query.where(AuditRow.at < which.until)
        if which.before is not None:
            query = query.where(AuditRow.id < which.before)
        rows = await self._unit.session.execute(query)
        return [await self._open(row, where) for row, where in rows.all()]

    async def _open(self, row: AuditRow, region: str | None) -> Line:
        opened: list[dict[str, Any] | None] = []
        erased = False
        for sealed in (row.before, row.after):
            value = None
            if sealed is not None and row.person_id is None:
                value = json.loads(sealed)
            elif sealed is not None and row.person_id is not None:
                try:
                    value = await self._unit.people.unseal(row.person_id, sealed, "audit")
                except SecretsError:
                    erased = True
            opened.append(value)
        return Line(
            id=row.id,
            at=row.at,
            actor=row.actor,
            action=row.action,
            person=row.person_id,
            subject=row.subject,
            region=region,
            before=opened[0],
            after=opened[1],
            erased=erased,
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
