"""Proof: who may see what of whose records, for how long; and slowing those who guess."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert

from knowledge.books import ConversationRow
from knowledge.people import AttemptRow, ProofRow, QueryCodeRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Level = Literal["full", "step"]

PROOF_HOLDS = timedelta(minutes=30)
"""How long a proof opens the records in the conversation it was given in."""

TRIES_WINDOW = timedelta(minutes=15)
TRIES = 5
"""Wrong tries in a conversation within the window before it has to wait."""
TRIES_FROM_ADDRESS = 30
"""As `TRIES`, in all conversations of one address: a carrier's may be shared by a whole depot."""


@dataclass(frozen=True)
class Proof:
    """What was proved: the person, and everything of theirs or one number's step only."""

    person: UUID
    level: Level
    number: str | None


class TooManyTries(Exception):
    """The asker has to wait before the next try."""


class Proofs:
    """Proofs of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def held(self, conversation: int) -> list[Proof]:
        """What this conversation has proved and is still good, full proofs first."""
        taken = self._unit.taken
        if taken is not None and taken.conversation.id == conversation and not taken.proved:
            return []
        rows = await self._unit.session.scalars(
            select(ProofRow)
            .where(ProofRow.conversation_id == conversation, ProofRow.until > self._unit.now)
            .order_by(ProofRow.level, ProofRow.id.desc())
        )
        proofs = [
            Proof(r.person_id, "full" if r.level == "full" else "step", r.number) for r in rows
        ]
        return await self._with_linked(proofs)

    async def _with_linked(self, proofs: list[Proof]) -> list[Proof]:
        """Who has proved everything of a person has proved that of all linked with them."""
        full = list(dict.fromkeys(one.person for one in proofs if one.level == "full"))
        more = [
            Proof(linked, "full", None)
            for person in full
            for linked in await self._unit.linking.all_of(person)
            if linked not in full
        ]
        steps = [one for one in proofs if one.level == "step"]
        return [*(one for one in proofs if one.level == "full"), *dict.fromkeys(more), *steps]

    async def by_code(self, conversation: int, number: str, code: str) -> Proof | None:
        """Number and query code: everything of that person.

        Raises:
            TooManyTries: this conversation, or its address, guessed too often.
        """
        await self._slow(conversation)
        row = await self._owner(number)
        given = self._unit.keyring.code_hash(number, code)
        # The same work for a number that doesn't exist: a wrong number and a wrong code look alike.
        right = hmac.compare_digest(given, row.code_hash if row else bytes(32)) and row is not None
        return await self._settle(conversation, number, row, right, "full")

    async def by_tail(self, conversation: int, number: str, tail: str) -> Proof | None:
        """Number and the last four of phone or ID number: the step only.

        Raises:
            TooManyTries: this conversation, or its address, guessed too often.
        """
        await self._slow(conversation)
        row = await self._owner(number)
        right = False
        if row is not None:
            profile = await self._unit.people.profile(row.person_id)
            tails = {profile.get(field, "")[-4:].upper() for field in ("phone", "id_number")}
            right = tail.upper() in tails - {""}
        return await self._settle(conversation, number, row, right, "step")

    async def by_contact(self, conversation: int, phone: str, id_tail: str) -> Proof | None:
        """A phone that the platform vouches for and the ID number's last four: everything.

        Raises:
            TooManyTries: this conversation, or its address, guessed too often.
        """
        await self._slow(conversation)
        for person in await self._unit.people.with_phone(phone):
            profile = await self._unit.people.profile(person)
            if profile.get("id_number", "")[-4:].upper() == id_tail.upper() and id_tail:
                await self._note(conversation, phone, right=True)
                return await self._grant(conversation, Proof(person, "full", None))
        await self._note(conversation, phone, right=False)
        return None

    async def holders(self, person: UUID) -> list[int]:
        """The conversations in which everything of this person is open now."""
        found = await self._unit.session.scalars(
            select(ProofRow.conversation_id)
            .where(
                ProofRow.person_id == person,
                ProofRow.level == "full",
                ProofRow.until > self._unit.now,
            )
            .distinct()
            .order_by(ProofRow.conversation_id)
        )
        return list(found)

    async def spoken_elsewhere(self, conversation: int) -> dict[int, UUID]:
        """Other conversations of the persons of whom everything is proved here now."""
        rows = await self._unit.session.execute(
            select(ConversationRow.id, ConversationRow.person_id)
            .join(ProofRow, ProofRow.person_id == ConversationRow.person_id)
            .where(
                ProofRow.conversation_id == conversation,
                ProofRow.level == "full",
                ProofRow.until > self._unit.now,
                ConversationRow.id != conversation,
            )
            .distinct()
        )
        return {int(row.id): row.person_id for row in rows}

    async def owner(self, conversation: int, person: UUID) -> Proof:
        """The person has just handed something in here: it is theirs."""
        return await self._grant(conversation, Proof(person, "full", None))

    async def _owner(self, number: str) -> QueryCodeRow | None:
        return await self._unit.session.get(QueryCodeRow, number)

    async def _slow(self, conversation: int) -> None:
        if await self._wrong(AttemptRow.conversation_id == conversation) >= TRIES:
            raise TooManyTries
        address = self._unit.asker
        if address and await self._wrong(AttemptRow.address_index == address) >= TRIES_FROM_ADDRESS:
            raise TooManyTries

    async def _wrong(self, whose: ColumnElement[bool]) -> int:
        found = await self._unit.session.scalar(
            select(func.count())
            .select_from(AttemptRow)
            .where(
                whose,
                AttemptRow.right.is_(False),
                AttemptRow.at > self._unit.now - TRIES_WINDOW,
            )
        )
        return found or 0

    async def _note(self, conversation: int, key: str, *, right: bool) -> None:
        await self._unit.session.execute(
            insert(AttemptRow).values(
                conversation_id=conversation,
                at=self._unit.now,
                right=right,
                number_index=self._unit.keyring.blind("attempt", key),
                address_index=self._unit.asker,
            )
        )

    async def _settle(
        self, conversation: int, number: str, row: QueryCodeRow | None, right: bool, level: Level
    ) -> Proof | None:
        await self._note(conversation, number, right=right)
        if not right or row is None:
            return None
        proof = Proof(row.person_id, level, number if level == "step" else None)
        return await self._grant(conversation, proof)

    async def _grant(self, conversation: int, proof: Proof) -> Proof:
        self._unit.taken = None
        await self._unit.session.execute(
            insert(ProofRow).values(
                conversation_id=conversation,
                person_id=proof.person,
                level=proof.level,
                number=proof.number,
                until=self._unit.now + PROOF_HOLDS,
            )
        )
        await self._unit.audit.write(proof.person, actor="rider", action=f"proof.{proof.level}")
        return proof
