"""Handoffs: a conversation goes to a person and comes back, by legal steps only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

State = Literal["waiting", "held", "returned", "closed"]
Event = Literal["take", "return", "close"]

MOVES: Mapping[tuple[str, str], State] = {
    ("waiting", "take"): "held",
    ("waiting", "return"): "returned",
    ("waiting", "close"): "closed",
    ("held", "return"): "returned",
    ("held", "close"): "closed",
}
"""The only legal steps; every other pair is refused."""

PRIORITIES = {"crisis": 0, "poison": 5, "person": 10}
"""Smaller comes first in the queue."""


class StaffRow(Base):
    """A member of staff, and whether they are on duty."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    on_duty: Mapped[bool]
    changed_at: Mapped[datetime]


class HandoffRow(Base):
    """A conversation that waits for a person, or has one. At most one is open."""

    __tablename__ = "handoffs"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str]
    kind: Mapped[str]
    priority: Mapped[int]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    summary: Mapped[bytes]
    staff: Mapped[str | None]
    opened_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'held', 'returned', 'closed')", name="state"),
        CheckConstraint("(state = 'held') <= (staff is not null)", name="held_by"),
        Index(
            "uq_handoffs_one_open",
            "conversation_id",
            unique=True,
            postgresql_where=text("state in ('waiting', 'held')"),
        ),
        Index("ix_handoffs_queue", "state", "priority", "opened_at"),
    )


class IllegalStep(Exception):
    """A step that the state doesn't allow; `state` says where the handoff stands."""

    def __init__(self, state: str, staff: str | None) -> None:
        super().__init__(f"the handoff is {state}" + (f" by {staff}" if staff else ""))
        self.state, self.staff = state, staff


@dataclass(frozen=True)
class Handoff:
    """A handoff, its summary opened."""

    id: int
    conversation: int
    person: UUID
    state: State
    kind: str
    region: str | None
    summary: str
    staff: str | None
    opened_at: datetime
    taken_at: datetime | None


class Handoffs:
    """Handoffs and staff of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def open(
        self, conversation: int, person: UUID, *, kind: str, region: str | None, summary: str
    ) -> Handoff:
        """Ask for a person. An open handoff is kept, and moved up if this kind is more urgent."""
        sealed = await self._unit.people.seal(person, summary, "handoff")
        existing = await self._row(conversation)
        if existing is None:
            await self._unit.session.execute(
                insert(HandoffRow).values(
                    conversation_id=conversation,
                    person_id=person,
                    state="waiting",
                    kind=kind,
                    priority=PRIORITIES[kind],
                    region=region,
                    summary=sealed,
                    opened_at=self._unit.now,
                )
            )
        elif PRIORITIES[kind] < existing.priority:
            await self._unit.session.execute(
                update(HandoffRow)
                .where(HandoffRow.id == existing.id)
                .values(kind=kind, priority=PRIORITIES[kind], summary=sealed)
            )
        found = await self.current(conversation)
        assert found is not None
        return found

    async def current(self, conversation: int) -> Handoff | None:
        """The conversation's open handoff."""
        row = await self._row(conversation)
        return None if row is None else await self._open(row)

    async def place(self, handoff: Handoff) -> int:
        """How many are before it in the queue, plus one."""
        row = await self._unit.session.get(HandoffRow, handoff.id)
        assert row is not None
        before = await self._unit.session.scalar(
            select(func.count())
            .select_from(HandoffRow)
            .where(
                HandoffRow.state == "waiting",
                (HandoffRow.priority < row.priority)
                | ((HandoffRow.priority == row.priority) & (HandoffRow.id < row.id)),
            )
        )
        return (before or 0) + 1

    async def queue(self, *, ended: bool = False, limit: int = 100) -> list[Handoff]:
        """Open handoffs (or ended ones), the most urgent first."""
        states = ("returned", "closed") if ended else ("waiting", "held")
        rows = await self._unit.session.scalars(
            select(HandoffRow)
            .where(HandoffRow.state.in_(states))
            .order_by(HandoffRow.priority, HandoffRow.opened_at, HandoffRow.id)
            .limit(limit)
        )
        return [await self._open(row) for row in rows]

    async def move(self, conversation: int, event: Event, staff: str | None) -> Handoff:
        """Make a step; one atomic update, so that of two who take, one wins.

        `staff` None means that the rider made the step ("返回").

        Raises:
            IllegalStep: the state doesn't allow it, or another holds it.
        """
        legal = [state for state, what in MOVES if what == event]
        query = update(HandoffRow).where(
            HandoffRow.conversation_id == conversation, HandoffRow.state.in_(legal)
        )
        if event != "take" and staff is not None:
            query = query.where((HandoffRow.staff == staff) | HandoffRow.staff.is_(None))
        target = MOVES[(legal[0], event)]
        values: dict[str, Any] = {"state": target}
        if target == "held":
            values |= {"staff": staff, "taken_at": self._unit.now}
        else:
            values["ended_at"] = self._unit.now
        number = await self._unit.session.scalar(query.values(**values).returning(HandoffRow.id))
        if number is None:
            row = await self._row(conversation)
            raise IllegalStep(row.state if row else "not open", row.staff if row else None)
        found = await self._unit.session.get(HandoffRow, number, populate_existing=True)
        assert found is not None
        return await self._open(found)

    async def on_duty(self, region: str | None = None) -> list[str]:
        """Who is on duty for the region: its own staff, those above it, those of no region."""
        codes = [r.code for r in self._unit.regions.tree.upwards(region)]
        query = select(StaffRow.name).where(StaffRow.on_duty).order_by(StaffRow.name)
        if region is not None:
            query = query.where(StaffRow.region.is_(None) | StaffRow.region.in_(codes))
        return list(await self._unit.session.scalars(query))

    async def set_duty(self, name: str, on: bool, region: str | None = None) -> None:
        """Somebody comes on duty or goes."""
        values = {"on_duty": on, "changed_at": self._unit.now}
        if region is not None:
            values["region"] = region
        await self._unit.session.execute(
            insert(StaffRow)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=[StaffRow.name], set_=values)
        )

    async def staff(self) -> list[tuple[str, bool]]:
        """Everybody, and whether they are on duty."""
        rows = await self._unit.session.execute(
            select(StaffRow.name, StaffRow.on_duty).order_by(StaffRow.name)
        )
        return [(name, on) for name, on in rows.all()]

    async def _row(self, conversation: int) -> HandoffRow | None:
        return (
            await self._unit.session.scalars(
                select(HandoffRow)
                .where(
                    HandoffRow.conversation_id == conversation,
                    HandoffRow.state.in_(("waiting", "held")),
                )
                .execution_options(populate_existing=True)
            )
        ).one_or_none()

    async def _open(self, row: HandoffRow) -> Handoff:
        state: State = row.state  # type: ignore[assignment]  # a check constraint guards it
        return Handoff(
            id=row.id,
            conversation=row.conversation_id,
            person=row.person_id,
            state=state,
            kind=row.kind,
            region=row.region,
            staff=row.staff,
            opened_at=row.opened_at,
            taken_at=row.taken_at,
            summary=str(await self._unit.people.unseal(row.person_id, row.summary, "handoff")),
        )
