"""The tables of handoffs: who waits or has a person, what happened, and how it went."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial


class HandoffRow(Base):
    """A conversation that waits for a person, or has one. At most one is open.

    `step` counts what happened to it. `below` are the regions that it was escalated from, the
    nearest last; `came_by` those of them from which the clock brought it, since staff last gave it
    up or down. `wrote_at`: since when the rider waits for the holder's answer.
    """

    __tablename__ = "handoffs"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    state: Mapped[str]
    kind: Mapped[str]
    priority: Mapped[int]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    summary: Mapped[bytes]
    staff: Mapped[str | None]
    opened_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    step: Mapped[int] = mapped_column(default=0, server_default="0")
    below: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    came_by: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    wrote_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
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
        Index("ix_handoffs_ended", "ended_at", "id", postgresql_where=text("ended_at is not null")),
        Index("ix_handoffs_conversation", "conversation_id", "id"),
    )


class HandoffEventRow(Base):
    """Something that happened to a handoff: what clocks and figures are reckoned from.

    Beside the steps: `wrote` and `answered` (the rider waits for an answer, and has it), `warned`.
    `region` is whose it was afterwards, `staff` who had it then; the note is sealed.
    """

    __tablename__ = "handoff_events"

    id: Mapped[int] = serial()
    handoff_id: Mapped[int] = mapped_column(
        ForeignKey("handoffs.id", ondelete="CASCADE"), index=True
    )
    event: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    region: Mapped[str | None]
    staff: Mapped[str | None]
    note: Mapped[bytes | None]


class HandoffRatingRow(Base):
    """How a rider found it. There from when they were asked, so that nobody is asked twice."""

    __tablename__ = "handoff_ratings"

    handoff_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[datetime]
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    rated_at: Mapped[datetime | None]
    comment: Mapped[bytes | None]
    __table_args__ = (CheckConstraint("stars between 1 and 5", name="stars"),)
