"""Pages of cases over HTTP: a case moved after its preview, a table in and out, a document."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from knowledge.clock import CHINA
from knowledge.database import Database
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.bot.test_console_matrix import case_of


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def person(door: Door) -> UUID:
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        fields = {"name": "林晓", "phone": "13900000001"}
        await unit.people.change(person, fields, actor="rider", region="zhifu")
    return person


@pytest.fixture
async def token(door: Door) -> str:
    account = await door.member("王师傅", "lead", "yantai")
    return await door.enter(account)


async def test_a_case_is_moved_after_its_text_was_seen(
    door: Door, person: UUID, token: str
) -> None:
    """The first press shows what the rider will read, in both languages; the second does it."""
    number = await case_of(door, person, "zhifu")
    async with visitors(door) as visitor:
        one = visitor(token)
        await one.get(f"/console/cases/{number}")
        assert "路灯坏了" in one.text
        fields = {"to": "solved", "reason": "昨晚已经修好"}
        await one.post(f"/console/cases/{number}/move", fields)
        assert f"您上报的 {number} 解决了：昨晚已经修好" in one.text
        assert f"Your report {number} is solved" in one.text
        answer = await one.post(f"/console/cases/{number}/move", {**fields, "step": "save"})
        assert answer.headers["Location"].endswith("?done=case_moved")
        await one.get(f"/console/cases/{number}/print")
        assert "昨晚已经修好" in one.text
        assert "13900000001" not in one.text


async def test_a_step_without_its_reason_says_so(door: Door, person: UUID, token: str) -> None:
    """And the form keeps what was typed."""
    number = await case_of(door, person, "zhifu")
    async with visitors(door) as visitor:
        one = visitor(token)
        await one.get(f"/console/cases/{number}")
        answer = await one.post(f"/console/cases/{number}/move", {"to": "solved", "amount": "x"})
        assert answer.status == 422
        assert "1860.00" in await answer.text()
        answer = await one.post(f"/console/cases/{number}/move", {"to": "solved"})
        assert "请写明原因" in await answer.text()


async def test_many_are_asked_about_first(door: Door, person: UUID, token: str) -> None:
    """The list offers it once a kind is chosen; the page names what is moved."""
    numbers = [await case_of(door, person, "zhifu") for _ in range(2)]
    async with visitors(door) as visitor:
        one = visitor(token)
        await one.get("/console/cases?kind=report")
        assert all(number in one.text for number in numbers)
        picks = {f"pick_{number}": "1" for number in numbers}
        fields = {"kind": "report", "to": "not_ours", **picks}
        answer = await one.post("/console/cases/bulk", fields)
        assert answer.status == 200
        assert "把 2 件办到" in one.text
        assert 'class="notice done"' not in one.text
        fields |= {"step": "save", "reason": "不归工会管，已转城管"}
        await one.post("/console/cases/bulk", fields)
        assert "2 件已办到" in one.text
        await one.get("/console/cases?kind=report&closed=1")
        assert "不能处理" in one.text


async def test_the_board_and_the_filters_answer(door: Door, person: UUID, token: str) -> None:
    """Also with what nobody would send."""
    number = await case_of(door, person, "zhifu")
    async with visitors(door) as visitor:
        one = visitor(token)
        for path, there in (
            ("/console/cases/board?kind=report", True),
            ("/console/cases/board?kind=nothing", True),
            (f"/console/cases?text={number[3:].lower()}", True),
            ("/console/cases?overdue=1", False),
            ("/console/cases?owner=-&kind=report&at=received", True),
            ("/console/cases?kind=dispute", False),
            ("/console/cases?region=weihai", True),
            ("/console/cases?page=999", True),
        ):
            answer = await one.get(path)
            assert answer.status in (200, 422), path
            assert (number in await answer.text()) == there, path


async def test_what_is_late_by_staffs_clock_is_marked(door: Door, person: UUID) -> None:
    """In the list and on the board, with the day; the rider was promised nothing."""
    number = await case_of(door, person, "zhifu")
    async with door.database.begin() as unit:
        (timer,) = await unit.clock_timers.of("case", number)
    assert timer.breaks_at is not None
    day = timer.breaks_at.astimezone(CHINA).date()
    door.clock.move(timer.breaks_at - door.clock.now() + timedelta(minutes=1))
    async with door.database.begin() as unit:
        assert (await unit.cases.locked(number)).due is None
    token = await door.enter(await door.member("王师傅", "lead", "yantai"))
    async with visitors(door) as visitor:
        one = visitor(token)
        for path in ("/console/cases?overdue=1", "/console/cases/board?kind=report"):
            await one.get(path)
            assert number in one.text
            assert f'<span class="badge bad">{day} 已超期</span>' in one.text, path


async def test_a_table_is_tried_and_then_written(door: Door, person: UUID, token: str) -> None:
    """The page carries the rows from trying to writing."""
    number = await case_of(door, person, "zhifu")
    table = f"编号,步骤,给本人的说明\n{number},已解决,修好了\n".encode()
    async with visitors(door) as visitor:
        one = visitor(token)
        await one.get("/console/cases/import")
        answer = await one.hand_in("/console/cases/import", "a.csv", table)
        text = await answer.text()
        assert "1 件到下一步" in text, text
        assert 'class="notice done"' not in text
        rows = f'[[2, {{"number": "{number}", "step": "已解决", "reason": "修好了"}}]]'
        answer = await one.post("/console/cases/import/write", {"rows": rows})
        assert "已写入" in await answer.text()
        answer = await one.post("/console/cases/import/write", {"rows": "nonsense"})
        assert answer.status == 422


async def test_a_document_is_what_it_says(door: Door, person: UUID, token: str) -> None:
    """A program in a picture's name is refused; a picture comes back as a file, never shown."""
    number = await case_of(door, person, "zhifu")
    path = f"/console/cases/{number}/documents"
    async with visitors(door) as visitor:
        one = visitor(token)
        await one.get(f"/console/cases/{number}")
        for body, status in ((b"MZ\x90\x00", 422), (b"\xff\xd8\xff\xe0 jpeg", 303)):
            assert (await one.hand_in(path, "photo.jpg", body)).status == status
        async with door.database.begin() as unit:
            case = await unit.cases.locked(number)
            (document,) = await unit.case_documents.of(case)
        answer = await one.get(f"{path}/{document.id}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
