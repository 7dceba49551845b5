"""Files: photos and documents as sealed rows, one thing to back up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.secrets import seal, unseal

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class FileRow(Base):
    """A file of a person."""

    __tablename__ = "files"

    id: Mapped[int] = serial()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    mime: Mapped[str]
    size: Mapped[int]
    body: Mapped[bytes]
    created_at: Mapped[datetime]


class Files:
    """Files of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def keep(self, person: UUID, conversation: int, mime: str, body: bytes) -> int:
        """Keep a file sealed; its number."""
        sealed = seal(await self._unit.people.key(person), body, "file")
        number = await self._unit.session.scalar(
            insert(FileRow)
            .values(
                person_id=person,
                conversation_id=conversation,
                mime=mime,
                size=len(body),
                body=sealed,
                created_at=self._unit.now,
            )
            .returning(FileRow.id)
        )
        assert number is not None
        return int(number)

    async def read(self, number: int, conversation: int) -> tuple[str, bytes]:
        """A file of this conversation: (mime, bytes).

        Raises:
            LookupError: the conversation has no such file.
        """
        row = await self._unit.session.scalar(
            select(FileRow).where(FileRow.id == number, FileRow.conversation_id == conversation)
        )
        if row is None:
            raise LookupError(number)
        key = await self._unit.people.key(row.person_id)
        return row.mime, unseal(key, row.body, "file")
