"""A notice is written once a key, with the transaction, and can't hold personal data."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from knowledge.database import Database
from knowledge.notice_rows import NoticeRow


async def _written(database: Database) -> int:
    async with database.begin() as unit:
        return await unit.session.scalar(select(func.count()).select_from(NoticeRow)) or 0


async def _put(database: Database, key: str | None) -> bool:
    async with database.begin() as unit:
        return await unit.notices.put(
            "crisis", region=None, subject="/console/inbox/12", level="urgent", key=key
        )


async def test_a_key_is_written_once_also_at_once(database: Database) -> None:
    """Whoever comes second is told that it was; without a key each is one of its own."""
    assert sorted(await asyncio.gather(*(_put(database, "crisis:12") for _ in range(4)))) == [
        False,
        False,
        False,
        True,
    ]
    assert [await _put(database, None), await _put(database, None)] == [True, True]
    assert await _written(database) == 3


async def test_what_is_undone_told_nobody(database: Database) -> None:
    """The notice goes with its transaction."""
    async with database.begin(keep=False) as unit:
        await unit.notices.put("mention", region=None, subject="/console/inbox/12", to="赵敏")
    assert await _written(database) == 0


@pytest.mark.parametrize(
    "subject",
    [
        "王师傅在等",
        "/console/inbox/王师傅",
        "/console/inbox?q=13800138000",
        "/console/persons/13800138000",
        "https://example.org/console/inbox/12",
        "/consoleinbox",
        "",
    ],
)
async def test_a_subject_is_a_path_of_the_console(database: Database, subject: str) -> None:
    """No name, no number, no other host."""
    async with database.begin() as unit:
        with pytest.raises(ValueError, match="path of the console"):
            await unit.notices.put("message", region=None, subject=subject)


async def test_an_unknown_kind_is_refused(database: Database) -> None:
    """Each kind has its texts and its wishes."""
    async with database.begin() as unit:
        with pytest.raises(ValueError, match="gossip"):
            await unit.notices.put("gossip", region=None, subject="/console")  # type: ignore[arg-type]
