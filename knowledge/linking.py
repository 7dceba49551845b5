"""Linking: the same rider as two persons. Each keeps the own key; a link only says who is who.

A proof never links. A link needs everything of both persons proved, or of one person proved in the
conversations of both, within the time that a proof holds; staff may link what is proved in one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base
from knowledge.behalf import CHANNEL
from knowledge.books import ConversationRow
from knowledge.conversations import BELL_PAGE
from knowledge.people import ProofRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class PersonLinkRow(Base):
    """That two persons are the same rider; the smaller id first."""

    __tablename__ = "person_links"

    one: Mapped[UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True
    )
    other: Mapped[UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    actor: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("one < other", name="order"),)


_LINKS = "select one, other from person_links where one = any($1) or other = any($1)"


class NotProved(Exception):
    """The same person isn't proved in both conversations now."""


class Linking:
    """Links of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def all_of(self, person: UUID, *, without: UUID | None = None) -> list[UUID]:
        """The person and everybody linked with them, near or far; themselves first.

        `without` is left out, and whom only they lead to.
        """
        found, near = [person], [person]
        while near:
            rows = await self._unit.rows(_LINKS, near)
            ends = sorted({end for row in rows for end in row if end != without} - set(found))
            found, near = found + ends, ends
        return found

    async def by_proofs(self, here: int, there: int, *, actor: str) -> tuple[UUID, UUID]:
        """Link the persons of two conversations in which one and the same person is proved.

        Raises:
            NotProved: it isn't, or not any more.
        """
        owners = await self._owners(here) & await self._owners(there)
        if not owners:
            raise NotProved
        persons = [await self._person(number) for number in (here, there)]
        for owner in sorted(owners):
            for person in persons:
                await self.link(person, owner, actor=actor, reason="proof")
        return persons[0], persons[1]

    async def link(self, one: UUID, other: UUID, *, actor: str, reason: str) -> None:
        """Say that two persons are the same rider. What allows it is the caller's to know."""
        if one == other:
            return
        first, second = sorted((one, other))
        written = await self._unit.session.scalar(
            insert(PersonLinkRow)
            .values(one=first, other=second, actor=actor, at=self._unit.now)
            .on_conflict_do_nothing()
            .returning(PersonLinkRow.one)
        )
        if written is not None:
            await self._audit(first, second, actor, "person.link", reason)
            await self._ring(first, second)

    async def split(self, one: UUID, other: UUID, *, actor: str, reason: str) -> bool:
        """Take a link away; whether there was one."""
        first, second = sorted((one, other))
        gone = await self._unit.session.scalar(
            delete(PersonLinkRow)
            .where(PersonLinkRow.one == first, PersonLinkRow.other == second)
            .returning(PersonLinkRow.one)
        )
        if gone is not None:
            await self._audit(first, second, actor, "person.split", reason)
            await self._ring(first, second)
        return gone is not None

    async def split_off(self, person: UUID, other: UUID, *, actor: str, reason: str) -> bool:
        """Take the links away by which `other` is the same rider as the person; whether any was.

        Who is linked with the person only by way of `other` goes with them.
        """
        kept = await self.all_of(person, without=other)
        gone = [await self.split(one, other, actor=actor, reason=reason) for one in kept]
        return any(gone)

    async def forget(self, person: UUID) -> None:
        """A person is erased: who they were elsewhere isn't kept either."""
        await self._unit.session.execute(
            delete(PersonLinkRow).where(
                or_(PersonLinkRow.one == person, PersonLinkRow.other == person)
            )
        )

    async def _owners(self, conversation: int) -> set[UUID]:
        """Of whom everything is proved in a conversation, by the rider themselves."""
        found = await self._unit.session.scalars(
            select(ProofRow.person_id)
            .join(ConversationRow, ConversationRow.id == ProofRow.conversation_id)
            .where(
                ConversationRow.channel != CHANNEL,
                ProofRow.conversation_id == conversation,
                ProofRow.level == "full",
                ProofRow.until > self._unit.now,
            )
        )
        return set(found)

    async def _person(self, conversation: int) -> UUID:
        found = await self._unit.session.scalar(
            select(ConversationRow.person_id).where(ConversationRow.id == conversation)
        )
        if found is None:
            raise LookupError(conversation)
        return found

    async def _ring(self, one: UUID, other: UUID) -> None:
        """Whoever of staff has a conversation of theirs open sees it at once."""
        found = await self._unit.session.scalars(
            select(ConversationRow.id).where(ConversationRow.person_id.in_((one, other)))
        )
        bells = [(BELL_PAGE, str(number)) for number in found]
        if bells:
            await self._unit.conversations.ring(*bells)

    async def _audit(self, one: UUID, other: UUID, actor: str, action: str, reason: str) -> None:
        """A line about each, sealed with the own key."""
        for person, linked in ((one, other), (other, one)):
            after = {"linked": str(linked), "reason": reason}
            await self._unit.audit.write(person, actor=actor, action=action, after=after)
