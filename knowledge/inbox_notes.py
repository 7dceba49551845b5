"""What staff write for themselves: private notes on a rider, and replies that are kept ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class NoteRow(Base):
    """A note that no rider sees, sealed with the person's key."""

    __tablename__ = "inbox_notes"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    body: Mapped[bytes]


class QuickReplyRow(Base):
    """A reply kept ready: one person's own, or a region's (everybody's without one)."""

    __tablename__ = "quick_replies"

    id: Mapped[int] = serial()
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    owner: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("owner is null or region is null", name="whose"),)


@dataclass(frozen=True)
class Note:
    """A note, opened."""

    id: int
    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class QuickReply:
    """A reply kept ready. `text` may have placeholders in braces."""

    id: int
    region: str | None
    owner: str | None
    title: str
    text: str
    changed_by: str
    changed_at: datetime


class InboxNotes:
    """Private notes of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def write(self, conversation: int, person: UUID, by: str, text: str) -> None:
        """Keep a note."""
        await self._unit.session.execute(
            insert(NoteRow).values(
                conversation_id=conversation,
                person_id=person,
                by=by,
                at=self._unit.now,
                body=await self._unit.people.seal(person, text, "note"),
            )
        )

    async def of(self, persons: Sequence[UUID], limit: int = 50) -> list[Note]:
        """The latest notes on these persons, the oldest of them first."""
        rows = await self._unit.session.scalars(
            select(NoteRow)
            .where(NoteRow.person_id.in_(persons))
            .order_by(NoteRow.id.desc())
            .limit(limit)
        )
        notes = []
        for row in rows:
            try:
                text = str(await self._unit.people.unseal(row.person_id, row.body, "note"))
            except SecretsError:
                continue
            notes.append(Note(row.id, row.by, row.at, text))
        return notes[::-1]


class QuickReplies:
    """Replies kept ready, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, owner: str, regions: Sequence[str]) -> list[QuickReply]:
        """One person's own ones first, then those of these regions and everybody's."""
        rows = await self._unit.session.scalars(
            select(QuickReplyRow)
            .where(
                or_(
                    QuickReplyRow.owner == owner,
                    QuickReplyRow.owner.is_(None)
                    & (QuickReplyRow.region.is_(None) | QuickReplyRow.region.in_(regions)),
                )
            )
            .order_by(QuickReplyRow.owner.is_(None), QuickReplyRow.title, QuickReplyRow.id)
        )
        return [_reply(row) for row in rows]

    async def get(self, number: int) -> QuickReply | None:
        """One of them."""
        row = await self._unit.session.get(QuickReplyRow, number)
        return None if row is None else _reply(row)

    async def add(
        self, *, region: str | None, owner: str | None, title: str, text: str, by: str
    ) -> int:
        """Keep a new one; its number."""
        number = await self._unit.session.scalar(
            insert(QuickReplyRow)
            .values(
                region=region,
                owner=owner,
                title=title,
                text=text,
                changed_by=by,
                changed_at=self._unit.now,
            )
            .returning(QuickReplyRow.id)
        )
        assert number is not None
        return int(number)

    async def change(self, number: int, *, title: str, text: str, by: str) -> None:
        """Word one anew."""
        await self._unit.session.execute(
            update(QuickReplyRow)
            .where(QuickReplyRow.id == number)
            .values(title=title, text=text, changed_by=by, changed_at=self._unit.now)
        )

    async def remove(self, number: int) -> None:
        """Take one away."""
        await self._unit.session.execute(delete(QuickReplyRow).where(QuickReplyRow.id == number))


def _reply(row: QuickReplyRow) -> QuickReply:
    return QuickReply(
        row.id, row.region, row.owner, row.title, row.text, row.changed_by, row.changed_at
    )
