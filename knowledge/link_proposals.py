"""Proposals that two persons are the same rider: made by staff, answered in the chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Answer = Literal["agreed", "declined", "not_proved", "withdrawn"]


class LinkProposalRow(Base):
    """That the rider of a conversation is asked whether a person on record is them.

    `papers` is why no proof in the chat is needed, sealed with the key of who is asked.
    """

    __tablename__ = "link_proposals"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), index=True
    )
    staff: Mapped[str]
    papers: Mapped[bytes | None]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "answer in ('agreed', 'declined', 'not_proved', 'withdrawn')", name="answer"
        ),
    )


@dataclass(frozen=True)
class Proposal:
    """A proposal. `papers` is what the rider showed at a visit, None where a proof is needed.

    `staff` is the actor as the audit names them.
    """

    id: int
    conversation: int
    person: UUID
    staff: str
    papers: str | None
    asked_at: datetime
    answer: str | None


class LinkProposals:
    """Proposals of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def put(
        self, conversation: int, asked: UUID, person: UUID, papers: str | None, *, actor: str
    ) -> int:
        """Ask the rider of a conversation about a person; an open question there is withdrawn."""
        open_now = await self.last(conversation, asked)
        if open_now is not None and open_now.answer is None:
            await self.answer(open_now, "withdrawn")
        sealed = await self._unit.people.seal(asked, papers, "link") if papers else None
        number = await self._unit.session.scalar(
            insert(LinkProposalRow)
            .values(
                conversation_id=conversation,
                person_id=person,
                staff=actor,
                papers=sealed,
                asked_at=self._unit.now,
            )
            .returning(LinkProposalRow.id)
        )
        assert number is not None
        await self._unit.audit.write(
            asked,
            actor=actor,
            action="person.link_ask",
            after={"person": str(person), "papers": papers},
        )
        return int(number)

    async def last(self, conversation: int, asked: UUID) -> Proposal | None:
        """The newest proposal of a conversation, answered or not."""
        row = await self._unit.session.scalar(
            select(LinkProposalRow)
            .where(LinkProposalRow.conversation_id == conversation)
            .order_by(LinkProposalRow.id.desc())
            .limit(1)
        )
        if row is None:
            return None
        papers = None
        if row.papers is not None:
            papers = str(await self._unit.people.unseal(asked, row.papers, "link"))
        return Proposal(
            row.id, row.conversation_id, row.person_id, row.staff, papers, row.asked_at, row.answer
        )

    async def answer(self, proposal: Proposal, answer: Answer) -> None:
        """Keep what became of a proposal."""
        await self._unit.session.execute(
            update(LinkProposalRow)
            .where(LinkProposalRow.id == proposal.id)
            .values(answer=answer, answered_at=self._unit.now)
        )

    async def forget(self, person: UUID) -> None:
        """A person is erased: nobody is asked about them any more."""
        await self._unit.session.execute(
            delete(LinkProposalRow).where(LinkProposalRow.person_id == person)
        )
