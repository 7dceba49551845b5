"""Documents of a case: only what they say they are, of a size, and only with the person's key."""

from __future__ import annotations

import pytest

from knowledge.case_documents import MOST_BYTES, MOST_DOCUMENTS
from knowledge.case_records import Case, NotAllowed
from knowledge.database import Database
from knowledge.regions import RegionRow
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge

PDF, JPEG = b"%PDF-1.7\n", b"\xff\xd8\xff\xe0"
SECRET = "顺达配送欠薪条".encode()


async def filed(unit: Knowledge) -> Case:
    """A report with nothing in it yet."""
    unit.session.add(
        RegionRow(
            code="zhifu", parent=None, level="district", name_zh="芝罘区", name_en="Zhifu",
            aliases=[], body_zh="总工会", body_en="union",
        )
    )  # fmt: skip
    await unit.session.flush()
    person, _ = await unit.people.create()
    return await unit.cases.file(
        person, unit.case_kinds.get("report"), region="zhifu", details={}, consent="1",
        code="123456",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (PDF, None),
        (JPEG, None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"RIFF\x00\x00\x00\x00WEBP", None),
        (b"MZ\x90\x00", "case_document_kind"),
        (b"<svg onload=alert(1)>", "case_document_kind"),
        (b"PK\x03\x04", "case_document_kind"),
        (b"", "case_document_kind"),
        (PDF.ljust(MOST_BYTES, b"x"), None),
        (PDF.ljust(MOST_BYTES + 1, b"x"), "case_document_size"),
    ],
)
async def test_what_is_kept_and_what_is_not(
    database: Database, body: bytes, why: str | None
) -> None:
    """By how it begins, whatever it calls itself, and by its size."""
    async with database.begin() as unit:
        case = await filed(unit)
        if why is None:
            number = await unit.case_documents.keep(case, "a.jpg", body, actor="rider")
            document, read = await unit.case_documents.read(case, number)
            assert (read, document.size) == (body, len(body))
        else:
            with pytest.raises(NotAllowed) as refused:
                await unit.case_documents.keep(case, "a.jpg", body, actor="rider")
            assert refused.value.key == why
            assert await unit.case_documents.of(case) == []


async def test_no_case_has_more_than_so_many(database: Database) -> None:
    """Who hands in one too many is told."""
    async with database.begin() as unit:
        case = await filed(unit)
        for _ in range(MOST_DOCUMENTS):
            await unit.case_documents.keep(case, "a.jpg", JPEG, actor="rider")
        with pytest.raises(NotAllowed, match=str(MOST_DOCUMENTS)):
            await unit.case_documents.keep(case, "a.jpg", JPEG, actor="rider")


async def test_name_and_content_lie_sealed_with_the_person_s_key(database: Database) -> None:
    """No column reads them, and with the person they are gone."""
    async with database.begin() as unit:
        case = await filed(unit)
        number = await unit.case_documents.keep(
            case, SECRET.decode() + ".pdf", PDF + SECRET, actor="rider"
        )
        ((row,),) = await unit.rows("select case_documents::text from case_documents")
        assert SECRET.decode() not in row
        assert SECRET.hex() not in row
        (document,) = await unit.case_documents.of(case)
        assert document.name == SECRET.decode() + ".pdf"
    async with database.begin() as unit:
        await unit.people.erase(case.person, actor="rider")
    async with database.begin() as unit:
        with pytest.raises((SecretsError, LookupError)):
            await unit.case_documents.read(case, number)
