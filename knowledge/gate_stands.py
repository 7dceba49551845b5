"""How far each process is with what drafts are tried with, as long as it works at it.

A page asks whichever process answers, and its draft may be tried in another one. Nobody needs these
rows after a crash, so the table keeps no log of its writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

SILENT = timedelta(seconds=5)
"""A process of which nothing was heard for so long doesn't work at it any more."""


class GateStandRow(Base):
    """A process that makes ready what drafts are tried with, or tries one."""

    __tablename__ = "gate_stands"

    process: Mapped[str] = mapped_column(primary_key=True)
    article: Mapped[int | None] = mapped_column(BigInteger)
    ready: Mapped[bool]
    step: Mapped[str]
    done: Mapped[int]
    of: Mapped[int]
    seen_at: Mapped[datetime]
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


@dataclass(frozen=True)
class Work:
    """What a process does for the gate just now.

    Attributes:
        ready: whether all is ready in it, so that another draft is tried at once.
        step: what is done; empty for nothing.
        done: how much of it, of how much in all.
        of: 0 where that isn't known.
        article: whose draft is tried; None where it is made ready for whoever comes.
    """

    ready: bool
    step: str = ""
    done: int = 0
    of: int = 0
    article: int | None = None


class GateStands:
    """Processes at work, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def tell(self, process: str, work: Work) -> None:
        """How far a process is; also that it still works. Those that fell silent are forgotten."""
        now = self._unit.now
        values = {**vars(work), "seen_at": now}
        await self._unit.session.execute(
            insert(GateStandRow)
            .values(process=process, **values)
            .on_conflict_do_update(index_elements=["process"], set_=values)
        )
        silent = (
            select(GateStandRow.process)
            .where(GateStandRow.seen_at < now - SILENT)
            .with_for_update(skip_locked=True)
        )
        await self._unit.session.execute(
            delete(GateStandRow).where(GateStandRow.process.in_(silent))
        )

    async def done(self, process: str) -> None:
        """A process has ended what it did."""
        await self._unit.session.execute(
            delete(GateStandRow).where(GateStandRow.process == process)
        )

    async def others(self, process: str) -> list[Work]:
        """What other processes do just now."""
        since = self._unit.now - SILENT
        rows = await self._unit.session.scalars(
            select(GateStandRow)
            .where(GateStandRow.process != process, GateStandRow.seen_at >= since)
            .order_by(GateStandRow.process)
        )
        return [Work(row.ready, row.step, row.done, row.of, row.article) for row in rows]
