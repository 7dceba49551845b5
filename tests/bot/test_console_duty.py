"""The duty roster in the console: put, shown as a week, taken out; hours of a region; refusals."""

from __future__ import annotations

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
        assert (await lead.post(f"/console/duty/shifts/{shift.id}/remove")).status == 303
        await lead.get("/console/duty")
        assert "还没有排班" in lead.text
