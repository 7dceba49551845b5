"""Files that somebody has handed in: tried first, kept sealed for an hour, then written or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, defer, mapped_column

from knowledge.accounts import AccountRow
from knowledge.base import Base, serial
from knowledge.secrets import seal, unseal

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

State = Literal["trying", "tried", "writing", "written", "wrong", "failed", "dropped"]
RUNNING: tuple[State, ...] = ("trying", "writing")

KEPT = timedelta(hours=1)
"""How long a file that was tried waits to be written."""

TOLD = timedelta(days=30)
"""How long it is told what came of a file."""

SILENT = timedelta(seconds=60)
"""An import of which nothing was heard for so long has ended with its process."""


class ImportRow(Base):
    """A file that was handed in; `body` is sealed with its account's key, and gone once used."""

    __tablename__ = "imports"

    id: Mapped[int] = serial()
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    body: Mapped[bytes | None]
    thing: Mapped[str | None]
    system: Mapped[str | None]
    state: Mapped[str]
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            "state in ('trying', 'tried', 'writing', 'written', 'wrong', 'failed', 'dropped')",
            name="state",
        ),
    )


@dataclass(frozen=True)
class Import:
    """A file that was handed in, without its bytes."""

    id: int
    account: int
    name: str
    size: int
    sha256: str
    thing: str | None
    system: str | None
    state: State
    done: int
    total: int
    outcome: dict[str, Any] | None
    created_at: datetime
    beat_at: datetime
    kept: bool
    """Whether the file is still there."""

    @property
    def until(self) -> datetime:
        """When it is thrown away."""
        return self.created_at + KEPT

    def is_running(self, now: datetime) -> bool:
        """Whether somebody works at it."""
        return self.state in RUNNING and now - self.beat_at <= SILENT

    def may_be_written(self, now: datetime) -> bool:
        """Whether it was tried, without trouble, and is still there."""
        return self.state == "tried" and self.kept and now < self.until


class Imports:
    """Files of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def keep(
        self, account: int, name: str, raw: bytes, thing: str | None, system: str | None
    ) -> int:
        """Keep a file to be tried; its number. What the account has handed in before is dropped."""
        await self._unit.session.execute(
            update(ImportRow)
            .where(ImportRow.account_id == account, ImportRow.state == "tried")
            .values(state="dropped", body=None)
        )
        number = await self._unit.session.scalar(
            insert(ImportRow)
            .values(
                account_id=account,
                name=name,
                size=len(raw),
                sha256=hashlib.sha256(raw).hexdigest(),
                body=seal(await self._key(account), raw, "import"),
                thing=thing,
                system=system,
                state="trying",
                done=0,
                total=0,
                created_at=self._unit.now,
                beat_at=self._unit.now,
            )
            .returning(ImportRow.id)
        )
        assert number is not None
        return int(number)

    async def get(self, number: int, *, to_change: bool = False) -> Import | None:
        """What is known of a file; `to_change`: nobody else changes it meanwhile."""
        query = self._query().where(ImportRow.id == number)
        if to_change:
            query = query.with_for_update(of=ImportRow)
        row = (await self._unit.session.execute(query)).one_or_none()
        return None if row is None else _import(*row)

    async def of(self, account: int, limit: int = 10) -> list[Import]:
        """What an account has handed in, the newest first."""
        query = self._query().where(ImportRow.account_id == account)
        rows = await self._unit.session.execute(query.order_by(ImportRow.id.desc()).limit(limit))
        return [_import(*row) for row in rows.all()]

    async def body(self, number: int) -> bytes:
        """The file itself.

        Raises:
            LookupError: it is gone.
        """
        row = (
            await self._unit.session.execute(
                select(ImportRow.body, ImportRow.account_id).where(ImportRow.id == number)
            )
        ).one_or_none()
        if row is None or row[0] is None:
            raise LookupError(number)
        return unseal(await self._key(row[1]), row[0], "import")

    async def beat(self, number: int, done: int, total: int) -> None:
        """It is being worked at, and has come so far."""
        await self._set(number, done=done, total=total, beat_at=self._unit.now)

    async def begin_writing(self, number: int) -> None:
        """It is written from now on."""
        await self._set(number, state="writing", done=0, total=0, beat_at=self._unit.now)

    async def end(
        self, number: int, state: State, outcome: dict[str, Any], *, keep: bool = False
    ) -> None:
        """What came of it; the file goes unless it is to be written."""
        gone = {} if keep else {"body": None}
        await self._set(number, state=state, outcome=outcome, beat_at=self._unit.now, **gone)

    async def drop(self, number: int) -> None:
        """Throw the file away unwritten."""
        await self._set(number, state="dropped", body=None)

    async def tidy(self) -> None:
        """Throw away files that nobody has written, and what was told of old ones."""
        now = self._unit.now
        await self._unit.session.execute(
            update(ImportRow)
            .where(ImportRow.body.is_not(None), ImportRow.created_at < now - KEPT)
            .where(ImportRow.beat_at < now - SILENT)
            .values(body=None)
        )
        await self._unit.session.execute(delete(ImportRow).where(ImportRow.created_at < now - TOLD))

    def _query(self) -> Any:
        return select(ImportRow, ImportRow.body.is_not(None)).options(
            defer(ImportRow.body, raiseload=True)
        )

    async def _set(self, number: int, **values: Any) -> None:
        await self._unit.session.execute(
            update(ImportRow).where(ImportRow.id == number).values(**values)
        )

    async def _key(self, account: int) -> bytes:
        person = await self._unit.session.scalar(
            select(AccountRow.person_id).where(AccountRow.id == account)
        )
        assert person is not None
        return await self._unit.people.key(person)


def _import(row: ImportRow, kept: bool) -> Import:
    return Import(
        id=row.id,
        account=row.account_id,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        thing=row.thing,
        system=row.system,
        state=cast("State", row.state),
        done=row.done,
        total=row.total,
        outcome=row.outcome,
        created_at=row.created_at,
        beat_at=row.beat_at,
        kept=kept,
    )
