"""Calls, visits and messages elsewhere that staff hold as a conversation of the rider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base
from knowledge.books import ConversationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

CHANNEL = "staff"

How = Literal["phone", "visit", "other"]
HOWS: tuple[How, ...] = get_args(How)


READ_CODES = """
    with before as (select codes_read from behalf where conversation_id = $1 for update)
    update behalf set codes_read = greatest(behalf.codes_read, $2) from before
    where conversation_id = $1
    returning before.codes_read
"""


class BehalfRow(Base):
    """That a conversation is held by staff for the rider. The note is sealed."""

    __tablename__ = "behalf"

    conversation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    how: Mapped[str]
    staff: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    note: Mapped[bytes | None]
    codes_read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The last line whose query code was shown to whoever read it out."""
    __table_args__ = (CheckConstraint(f"how in {HOWS!r}", name="how"),)


@dataclass(frozen=True)
class Call:
    """A call, a visit or a message elsewhere. `region` is that of the office that took it."""

    conversation: int
    key: str
    person: UUID
    region: str | None
    how: str
    staff: str
    at: datetime
    note: str


class Behalf:
    """Calls of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def begin(
        self, person: UUID, how: How, note: str, *, region: str | None, actor: str
    ) -> int:
        """A conversation of the person, held by staff: its number."""
        unit = self._unit
        number = await unit.session.scalar(
            insert(ConversationRow)
            .values(
                bot="main",
                channel=CHANNEL,
                key=uuid4().hex,
                person_id=person,
                created_at=unit.now,
                seen_at=unit.now,
            )
            .returning(ConversationRow.id)
        )
        assert number is not None
        await unit.session.execute(
            insert(BehalfRow).values(
                conversation_id=number,
                region=region,
                how=how,
                staff=actor,
                at=unit.now,
                note=await unit.people.seal(person, note, "behalf") if note else None,
            )
        )
        await unit.audit.write(
            person, actor=actor, action="behalf.begin", after={"how": how, "note": note}
        )
        return int(number)

    async def get(self, conversation: int) -> Call | None:
        """The call of a conversation, its note opened."""
        row = (
            await self._unit.session.execute(
                select(BehalfRow, ConversationRow.key, ConversationRow.person_id)
                .join(ConversationRow, ConversationRow.id == BehalfRow.conversation_id)
                .where(BehalfRow.conversation_id == conversation)
            )
        ).one_or_none()
        if row is None:
            return None
        call, key, person = row
        note = call.note and await self._unit.people.unseal(person, call.note, "behalf")
        return Call(
            conversation, key, person, call.region, call.how, call.staff, call.at, note or ""
        )

    async def read_codes(self, conversation: int, line: int) -> int:
        """The codes up to a line are shown now: up to which they had been before."""
        rows = await self._unit.write(READ_CODES, conversation, line)
        return int(rows[0][0])
