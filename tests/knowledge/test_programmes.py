"""What a turn is told of schemes and public lines: its process's copy, until the bell rings."""

from __future__ import annotations

from typing import Any

from knowledge.database import Database
from knowledge.programmes import Copy
from knowledge.regions import RegionRow
from knowledge.schemes import LineRow
from knowledge.turns import Taken

COUNTRY = RegionRow(
    code="cn", parent=None, level="country", name_zh="全国", name_en="China", aliases=[],
    body_zh="全国总工会", body_en="National union",
)  # fmt: skip


async def test_a_turn_is_told_the_same_until_the_copy_is_forgotten(
    database: Database, taken: Taken
) -> None:
    """A line's number is changed: an office sees it at once, riders as soon as the bell rings."""
    await _put(database, "12351")
    assert await _told(database, taken) == "12351"
    await _put(database, "4001235100")
    async with database.begin() as unit:
        (line,) = await unit.schemes.lines_everywhere()
    assert line.number == "4001235100"
    assert await _told(database, taken) == "12351"
    await database.refresh_regions()
    assert await _told(database, taken) == "4001235100"


async def test_what_changes_while_it_is_read_is_read_again() -> None:
    """Else the copy would stay as old as the slowest reading."""
    copy: Copy[str] = Copy()

    async def old() -> list[str]:
        copy.forget()  # the bell rings meanwhile
        return ["old"]

    async def new() -> list[str]:
        return ["new"]

    assert await copy.all(old) == ["old"]
    assert await copy.all(new) == ["new"]
    assert await copy.all(old) == ["new"]


async def _told(database: Database, taken: Taken) -> str:
    async with database.turn(taken) as unit:
        (line,) = await unit.schemes.lines("cn")
    return line.number


async def _put(database: Database, number: str) -> None:
    body: dict[str, Any] = {
        "code": "union", "number": number, "kind": "union", "region": "cn",
        "name": {"zh": "工会热线", "en": "Union line"}, "about": {"zh": "问工会", "en": "Ask"},
        "open": {"zh": "上班时间", "en": "office hours"}, "for_crisis": False,
        "source": "P1", "checked_on": "2026-11-01",
    }  # fmt: skip
    async with database.begin() as unit:
        await unit.session.merge(COUNTRY)
        await unit.session.merge(
            LineRow(code="union", kind="union", region="cn", for_crisis=False, body=body)
        )
