"""The duty roster in the console: put, shown as a week, taken out; hours of a region; refusals."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from knowledge.database import Database
from tests.bot.console import visitors
from tests.bot.door import Door


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


async def test_a_lead_puts_a_week_together(door: Door) -> None:
    """A weekly shift, an absence, office hours; each can be taken back, and each is audited."""
    account = await door.member("王敏", "lead", "yantai", secret=door.secret())
    await door.member("小李", "staff", "zhifu")
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(account, "test", complete=True)
    async with visitors(door) as visitor:
        lead = visitor(token)
        await lead.get("/console/duty")
        assert "还没有排班" in lead.text
        weekly = {"name": "小李", "region": "zhifu", "days": "workdays",
                  "begins": "09:00", "ends": "17:30"}  # fmt: skip
        assert (await lead.post("/console/duty/weekly", weekly)).status == 303
        away = {"name": "小李", "begins": "2026-11-24T09:00", "ends": "2026-11-24T17:30"}
        assert (await lead.post("/console/duty/absences", away)).status == 303
        hours = {"region": "yantai", "hours": "9:00-12:00 14:00-18:00",
                 "warn": "5", "silent": "10", "crisis": "2"}  # fmt: skip
        assert (await lead.post("/console/duty/office", hours)).status == 303
        await lead.get("/console/duty")
        assert "09:00–17:30" in lead.text
        assert "不在" in lead.text
        assert "09:00-12:00 14:00-18:00" in lead.text
        for wrong, why in (
            ({**weekly, "name": "谁"}, "没有叫这个名字"),
            ({**weekly, "begins": "25:00"}, "9:00 这样"),
            ({**weekly, "days": "sometimes"}, "请从列表里选"),
        ):
            assert (await lead.post("/console/duty/weekly", wrong)).status == 422
            assert why in lead.text
        async with door.database.begin() as unit:
            (shift,) = (await unit.duty.roster()).shifts
            office = await unit.duty.office("zhifu")
        assert (office.region, office.warn_minutes) == ("yantai", 5)
        assert (await lead.post("/console/duty/weekly", weekly)).status == 422
        assert "已经在表里" in lead.text
        assert (await lead.post(f"/console/duty/shifts/{shift.id}/remove")).status == 303
        await lead.get("/console/duty")
        assert "还没有排班" in lead.text


async def test_what_was_taken_out_can_be_put_back_at_once(door: Door) -> None:
    """A weekly shift, a single one and an absence: the next page has them ready in a button."""
    account = await door.member("王敏", "lead", "yantai", secret=door.secret())
    await door.member("小李", "staff", "zhifu")
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(account, "test", complete=True)
    span = {"name": "小李", "begins": "2026-11-24T09:00", "ends": "2026-11-24T17:30"}
    weekly = {
        "name": "小李",
        "region": "zhifu",
        "days": "workdays",
        "begins": "22:00",
        "ends": "06:00",
    }
    async with visitors(door) as visitor:
        lead = visitor(token)
        await lead.get("/console/duty")
        for form, where, given in (
            ("weekly", "shifts", weekly),
            ("single", "shifts", span | {"region": "zhifu"}),
            ("absences", "absences", span),
        ):
            assert (await lead.post(f"/console/duty/{form}", given)).status == 303
            before = await roster(door)
            number = (before[0] or before[1])[0].id
            removed = await lead.post(f"/console/duty/{where}/{number}/remove")
            await lead.get(removed.headers["Location"])
            found = re.search(rf'action="/console/duty/{form}">(.*?)</form>', lead.text, re.DOTALL)
            assert found is not None
            assert "放回去" in found[1]
            fields = dict(re.findall(r'type="hidden" name="(?!_)(\w+)" value="([^"]*)"', found[1]))
            assert fields == given
            assert (await lead.post(f"/console/duty/{form}", fields)).status == 303
            again = await roster(door)
            assert [[replace(one, id=0) for one in some] for some in again] == [
                [replace(one, id=0) for one in some] for some in before
            ]
            number = (again[0] or again[1])[0].id
            await lead.post(f"/console/duty/{where}/{number}/remove")


async def roster(door: Door) -> tuple[list[Any], list[Any]]:
    """The shifts and the absences."""
    async with door.database.begin() as unit:
        found = await unit.duty.roster()
    return list(found.shifts), list(found.absences)
