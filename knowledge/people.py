"""People: a key of their own, a sealed profile, and the query codes that prove who asks."""

from __future__ import annotations

import json
import secrets as chance
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.secrets import SecretsError, seal, unseal

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

PROFILE_FIELDS = ("name", "phone", "id_number", "employer", "workplace")
"""What a profile may hold, sealed; phone and ID number also have a blind index."""

CODE_SHOWN = timedelta(hours=24)
"""How long the rider's own log shows a query code before it becomes dots."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Characters of random numbers: none that is read as another one."""


class PersonRow(Base):
    """A person from the first message on, nameless until they say who they are."""

    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[str | None]
    wrapped_key: Mapped[bytes | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    sector: Mapped[str | None]
    profile: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]
    id_number_index: Mapped[bytes | None]
    __table_args__ = (
        Index("ix_persons_phone_index", "phone_index"),
        Index("ix_persons_id_number_index", "id_number_index"),
    )


class QueryCodeRow(Base):
    """Number and query code of something handed in: together they prove who asks."""

    __tablename__ = "query_codes"

    number: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    code_hash: Mapped[bytes]
    shown: Mapped[bytes | None]
    shown_until: Mapped[datetime | None]


class ProofRow(Base):
    """A conversation has proved that it may see a person's records, for a time."""

    __tablename__ = "proofs"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    level: Mapped[str]
    number: Mapped[str | None]
    until: Mapped[datetime]


class AttemptRow(Base):
    """A try to prove something, right or wrong: slows the asker, never locks the owner out."""

    __tablename__ = "attempts"

    id: Mapped[int] = serial()
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    number_index: Mapped[bytes] = mapped_column(index=True)
    right: Mapped[bool]
    at: Mapped[datetime]
    address_index: Mapped[bytes | None]
    __table_args__ = (Index("ix_attempts_address_index", "address_index", "at"),)


class People:
    """Persons, their keys, profiles and query codes."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    def new_key(self) -> tuple[UUID, bytes, str, bytes]:
        """For a new person: (id, key, the master key's id, the wrapped key)."""
        key = chance.token_bytes(32)
        return uuid4(), key, *self._unit.keyring.wrap(key)

    async def create(self, person_id: UUID | None = None) -> tuple[UUID, bytes]:
        """A new nameless person: (id, key)."""
        person, key, key_id, wrapped = self.new_key()
        person = person_id or person
        await self._unit.session.execute(
            insert(PersonRow).values(
                id=person, key_id=key_id, wrapped_key=wrapped, created_at=self._unit.now
            )
        )
        self._unit.remember_key(person, key)
        return person, key

    async def key(self, person: UUID) -> bytes:
        """The person's key.

        Raises:
            SecretsError: the person is erased or unknown.
        """
        known = self._unit.known_key(person)
        if known is not None:
            return known
        row = (
            await self._unit.session.execute(
                select(PersonRow.key_id, PersonRow.wrapped_key).where(PersonRow.id == person)
            )
        ).one_or_none()
        if row is None or row.key_id is None or row.wrapped_key is None:
            raise SecretsError("this person's key is erased")
        key = self._unit.keyring.unwrap(row.key_id, row.wrapped_key)
        self._unit.remember_key(person, key)
        return key

    async def fetch_keys(self, persons: Collection[UUID]) -> None:
        """Have the keys of many persons at hand, at once instead of one by one."""
        missing = [person for person in persons if self._unit.known_key(person) is None]
        rows = await self._unit.session.execute(
            select(PersonRow.id, PersonRow.key_id, PersonRow.wrapped_key).where(
                PersonRow.id.in_(missing)
            )
        )
        for person, key_id, wrapped in rows.all():
            if key_id is not None and wrapped is not None:
                self._unit.remember_key(person, self._unit.keyring.unwrap(key_id, wrapped))

    async def seal(self, person: UUID, value: Any, bound_to: str = "") -> bytes:
        """JSON of `value`, sealed with the person's key."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        return seal(await self.key(person), plain.encode(), bound_to)

    async def unseal(self, person: UUID, sealed: bytes, bound_to: str = "") -> Any:
        """What `seal` was given, as JSON gives it back."""
        return json.loads(unseal(await self.key(person), sealed, bound_to))

    async def profile(self, person: UUID) -> dict[str, str]:
        """What is on record about the person."""
        rows = await self._unit.rows("select profile from persons where id = $1", person)
        sealed = rows[0][0] if rows else None
        return {} if sealed is None else dict(await self.unseal(person, sealed, "profile"))

    async def sector_and_region(self, person: UUID) -> tuple[str | None, str | None]:
        """The trade and the region of the person's record."""
        taken = self._unit.taken
        if taken is not None and taken.conversation.person == person:
            return taken.sector, taken.region
        row = (
            await self._unit.session.execute(
                select(PersonRow.sector, PersonRow.region).where(PersonRow.id == person)
            )
        ).one_or_none()
        return (None, None) if row is None else (row.sector, row.region)

    async def change(
        self,
        person: UUID,
        changes: Mapping[str, str | None],
        *,
        actor: str,
        region: str | None = None,
        sector: str | None = None,
    ) -> None:
        """Change the profile and write the audit line. None takes a field away.

        Raises:
            ValueError: a field that a profile doesn't have.
        """
        unknown = set(changes) - set(PROFILE_FIELDS)
        if unknown:
            raise ValueError(f"a profile has no {sorted(unknown)}")
        before = await self.profile(person)
        after = {k: v for k, v in {**before, **changes}.items() if v}
        values: dict[str, Any] = {"profile": await self.seal(person, after, "profile")}
        for field in ("phone", "id_number"):
            value = after.get(field)
            values[f"{field}_index"] = self._unit.keyring.blind(field, value) if value else None
        self._unit.taken = None
        if region is not None:
            values["region"] = region
        if sector is not None:
            values["sector"] = sector
        await self._unit.session.execute(
            update(PersonRow).where(PersonRow.id == person).values(**values)
        )
        await self._unit.audit.write(
            person, actor=actor, action="person.change", before=before, after=after
        )

    async def with_phone(self, phone: str) -> list[UUID]:
        """Persons on record with this phone (E.164)."""
        index = self._unit.keyring.blind("phone", phone)
        found = await self._unit.session.scalars(
            select(PersonRow.id).where(PersonRow.phone_index == index).order_by(PersonRow.id)
        )
        return list(found)

    async def with_id_number(self, id_number: str) -> list[UUID]:
        """Persons on record with this ID number."""
        index = self._unit.keyring.blind("id_number", id_number)
        found = await self._unit.session.scalars(
            select(PersonRow.id).where(PersonRow.id_number_index == index).order_by(PersonRow.id)
        )
        return list(found)

    async def erase(self, person: UUID, *, actor: str) -> None:
        """Throw the key away, and that of everybody linked with the person.

        What they sealed can't be read by anybody from now on, and their conversations begin again.
        """
        for one in await self._unit.linking.all_of(person):
            await self._erase_one(one, actor=actor)

    async def _erase_one(self, person: UUID, *, actor: str) -> None:
        # Who is erased already, with whoever they were linked, has nothing left to begin again.
        erased = await self._unit.session.scalar(
            update(PersonRow)
            .where(PersonRow.id == person, PersonRow.erased_at.is_(None))
            .values(
                key_id=None,
                wrapped_key=None,
                profile=None,
                phone_index=None,
                id_number_index=None,
                erased_at=self._unit.now,
            )
            .returning(PersonRow.id)
        )
        if erased is None:
            return
        await self._unit.session.execute(
            delete(QueryCodeRow).where(QueryCodeRow.person_id == person)
        )
        await self._unit.review.forget(person)
        await self._unit.linking.forget(person)
        await self._unit.link_proposals.forget(person)
        await self._unit.erasing.of(person)
        self._unit.forget_key(person)
        await self._unit.audit.write(person, actor=actor, action="person.erase")

    async def rewrap(self) -> int:
        """Wrap every person's key with the active master key; how many were wrapped anew."""
        rows = await self._unit.session.execute(
            select(PersonRow.id, PersonRow.key_id, PersonRow.wrapped_key)
            .where(PersonRow.key_id.is_not(None), PersonRow.key_id != self._unit.keyring.active)
            .with_for_update()
        )
        count = 0
        for person, key_id, wrapped in rows.all():
            assert key_id is not None
            assert wrapped is not None
            new_id, new = self._unit.keyring.wrap(self._unit.keyring.unwrap(key_id, wrapped))
            await self._unit.session.execute(
                update(PersonRow)
                .where(PersonRow.id == person)
                .values(key_id=new_id, wrapped_key=new)
            )
            count += 1
        return count

    async def issue_code(self, person: UUID, number: str, kind: str, code: str) -> None:
        """Keep the code's hash, and the code itself for the owner's eyes, for a day."""
        await self._unit.session.execute(
            insert(QueryCodeRow).values(
                number=number,
                kind=kind,
                person_id=person,
                code_hash=self._unit.keyring.code_hash(number, code),
                shown=await self.seal(person, code, number),
                shown_until=self._unit.now + CODE_SHOWN,
            )
        )

    async def shown_code(self, number: str) -> str | None:
        """The code, as long as its owner's log may show it."""
        row = (
            await self._unit.session.execute(
                select(QueryCodeRow.person_id, QueryCodeRow.shown).where(
                    QueryCodeRow.number == number, QueryCodeRow.shown_until > self._unit.now
                )
            )
        ).one_or_none()
        if row is None or row.shown is None:
            return None
        return str(await self.unseal(row.person_id, row.shown, number))

    async def code_hashes(
        self, persons: Collection[UUID], number: str | None = None
    ) -> dict[str, bytes]:
        """The hash of each code, by its number: of these persons' numbers, and of one more."""
        rows = await self._unit.session.scalars(
            select(QueryCodeRow).where(
                or_(QueryCodeRow.person_id.in_(persons), QueryCodeRow.number == number)
            )
        )
        return {row.number: row.code_hash for row in rows}

    def new_code(self) -> str:
        """Six random digits."""
        return f"{self._unit.chance.randrange(10**6):06d}"

    def new_number(self, prefix: str) -> str:
        """A random number such as `YT-7K3Q9M`.

        It has a digit, so that it is no word, and no sign thrice in a row, which people miscount.
        """
        while True:
            signs = "".join(self._unit.chance.choice(ALPHABET) for _ in range(6))
            if not signs.isalpha() and not any(3 * sign in signs for sign in signs):
                return f"{prefix}-{signs}"
