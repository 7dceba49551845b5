"""Trainings that were begun from the console: how far each is, and what came of it.

The model itself lies in the data directory, and its history beside it; this is what people see of
a training, in every process and after a reload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import CheckConstraint, Index, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped

from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Kind = Literal["train", "back"]
State = Literal["running", "let_in", "refused", "unchanged", "failed"]

SILENT = timedelta(seconds=60)
"""A training that nothing was heard of for so long has ended with its process."""


class TrainingRow(Base):
    """A training, or the way back to the model before. `seen_at` is when it last gave a sign."""

    __tablename__ = "trainings"

    id: Mapped[int] = serial()
    kind: Mapped[str]
    state: Mapped[str]
    begun_by: Mapped[str]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    step: Mapped[str]
    done: Mapped[int]
    of: Mapped[int]
    result: Mapped[dict[str, Any] | None]
    __table_args__ = (
        CheckConstraint("kind in ('train', 'back')", name="kind"),
        CheckConstraint(
            "state in ('running', 'let_in', 'refused', 'unchanged', 'failed')", name="state"
        ),
        Index(
            "uq_trainings_running",
            "state",
            unique=True,
            postgresql_where=text("state = 'running'"),
        ),
    )


@dataclass(frozen=True)
class Training:
    """A training as it stands; `result` is what `gongyou train --json` says."""

    id: int
    kind: Kind
    state: State
    begun_by: str
    begun_at: datetime
    ended_at: datetime | None
    step: str
    done: int
    of: int
    result: Mapping[str, Any] | None


class Trainings:
    """Trainings of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def begin(self, kind: Kind, by: str) -> int | None:
        """A new one's number; None while another one runs."""
        now = self._unit.now
        await self._unit.session.execute(
            update(TrainingRow)
            .where(TrainingRow.state == "running", TrainingRow.seen_at < now - SILENT)
            .values(state="failed", ended_at=now)
        )
        number = await self._unit.session.scalar(
            insert(TrainingRow)
            .values(
                kind=kind, state="running", begun_by=by, begun_at=now, seen_at=now,
                step="", done=0, of=0,
            )
            .on_conflict_do_nothing()
            .returning(TrainingRow.id)
        )  # fmt: skip
        return None if number is None else int(number)

    async def tell(self, number: int, step: str, done: int, of: int) -> None:
        """How far it is; also that it still runs."""
        await self._change(number, seen_at=self._unit.now, step=step, done=done, of=of)

    async def end(self, number: int, state: State, result: Mapping[str, Any] | None) -> None:
        """What came of it."""
        await self._change(number, state=state, result=result, ended_at=self._unit.now)

    async def newest(self, limit: int) -> list[Training]:
        """The newest, the newest first."""
        rows = await self._unit.session.scalars(
            select(TrainingRow)
            .order_by(TrainingRow.id.desc())
            .limit(limit)
            .execution_options(populate_existing=True)
        )
        return [_training(row, self._unit.now) for row in rows]

    async def _change(self, number: int, **values: Any) -> None:
        await self._unit.session.execute(
            update(TrainingRow)
            .where(TrainingRow.id == number, TrainingRow.state == "running")
            .values(**values)
        )


def _training(row: TrainingRow, now: datetime) -> Training:
    over = row.state == "running" and row.seen_at < now - SILENT
    return Training(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # a check constraint guards it
        state="failed" if over else row.state,  # type: ignore[arg-type]  # likewise
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        step=row.step,
        done=row.done,
        of=row.of,
        result=row.result,
    )
