"""Documents of a case: checked for what they are and how large, sealed with the person's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from knowledge.case_records import Case, NotAllowed
from knowledge.case_rows import CaseDocumentRow
from knowledge.secrets import seal, unseal

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

MIB = 2**20
MOST_BYTES = 10 * MIB
MOST_DOCUMENTS = 40
"""Of one case."""

SIGNS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
"""How a file of each kind begins: what it calls itself counts for nothing."""


@dataclass(frozen=True)
class Document:
    """A document in a list."""

    id: int
    at: datetime
    actor: str
    mime: str
    size: int
    name: str


def mime_of(body: bytes) -> str | None:
    """What a file is; None for what isn't taken."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for sign, mime in SIGNS if body.startswith(sign)), None)


class CaseDocuments:
    """Documents of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, case: Case) -> list[Document]:
        """A case's documents, in order."""
        columns = (
            CaseDocumentRow.id, CaseDocumentRow.at, CaseDocumentRow.actor,
            CaseDocumentRow.mime, CaseDocumentRow.size, CaseDocumentRow.name,
        )  # fmt: skip
        rows = await self._unit.session.execute(
            select(*columns)
            .where(CaseDocumentRow.number == case.number)
            .order_by(CaseDocumentRow.id)
        )
        key = await self._unit.people.key(case.person)
        return [
            Document(r.id, r.at, r.actor, r.mime, r.size, unseal(key, r.name, "name").decode())
            for r in rows.all()
        ]

    async def keep(self, case: Case, name: str, body: bytes, *, actor: str) -> int:
        """Keep a document; its number.

        Raises:
            NotAllowed: no kind that is taken, too large, or too many.
        """
        mime = mime_of(body)
        if mime is None:
            raise NotAllowed("a document is a PDF, JPEG, PNG or WebP", "case_document_kind")
        if len(body) > MOST_BYTES:
            most = MOST_BYTES // MIB
            raise NotAllowed(f"a document has at most {most} MB", "case_document_size", most=most)
        there = select(func.count()).where(CaseDocumentRow.number == case.number)
        if (await self._unit.session.scalar(there) or 0) >= MOST_DOCUMENTS:
            raise NotAllowed(
                f"a case has at most {MOST_DOCUMENTS} documents",
                "case_document_count",
                most=MOST_DOCUMENTS,
            )
        key = await self._unit.people.key(case.person)
        number = await self._unit.session.scalar(
            insert(CaseDocumentRow)
            .values(
                number=case.number,
                at=self._unit.now,
                actor=actor,
                mime=mime,
                size=len(body),
                name=seal(key, name.encode(), "name"),
                body=seal(key, body, "document"),
            )
            .returning(CaseDocumentRow.id)
        )
        assert number is not None
        await self._unit.cases.note(case, "document", actor, text=name)
        await self._unit.audit.write(
            case.person,
            actor=actor,
            action="case.document",
            after={"number": case.number, "document": name, "size": len(body)},
        )
        return int(number)

    async def read(self, case: Case, number: int) -> tuple[Document, bytes]:
        """A document of this case with its content.

        Raises:
            LookupError: the case has no such document.
        """
        found = CaseDocumentRow.id == number, CaseDocumentRow.number == case.number
        row = await self._unit.session.scalar(select(CaseDocumentRow).where(*found))
        if row is None:
            raise LookupError(number)
        key = await self._unit.people.key(case.person)
        name = unseal(key, row.name, "name").decode()
        document = Document(row.id, row.at, row.actor, row.mime, row.size, name)
        return document, unseal(key, row.body, "document")
