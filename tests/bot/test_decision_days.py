"""Days of a decision that come by an import, and what the region set for itself in the console."""

from __future__ import annotations

import asyncio
import re

from sqlalchemy import text

from bot.clock_desk import ClockDesk
from bot.clock_watch import ClockWatch
from knowledge.access import Actor
from knowledge.case_kinds import CaseKinds
from knowledge.content_cases import CaseDeadline
from knowledge.exchange.exchange import Exchange
from knowledge.workdays import add_working_days
from tests.actions.talk import House
from tests.bot.console import visitors
from tests.bot.door import Door

HERE, STREET = "weihai-jingkai", "weihai-jingkai-huangguan"


async def applied(house: House) -> str:
    """An application of the street; its number."""
    async with house.database.begin() as unit:
        person, _ = await unit.people.create()
        kind = unit.case_kinds.get("application")
        await unit.cases.enter("WH-TEST01", person, kind, region=STREET, consent="self")
    return "WH-TEST01"


async def days_of(house: House, number: str) -> float:
    """The limit of its decision, as its timer stands, in working days."""
    watch = ClockWatch(house.database)
    while await watch.recount():
        pass
    async with house.database.begin() as unit:
        (timer,) = await unit.clock_timers.of("case", number)
    return timer.minutes / (7 * 60)


async def imported(house: House, days: int) -> None:
    """The regions' table, with other days for the district."""
    exchange = Exchange(house.database)
    table = (await exchange.export_table("regions", "regions.csv")).decode("utf-8-sig")
    head, *lines = table.splitlines()
    column = head.split(",").index("审批工作日")
    changed = []
    for line in lines:
        cells = line.split(",")
        if cells[0] == HERE:
            assert cells[column].isdigit(), line
            cells[column] = str(days)
        changed.append(",".join(cells))
    raw = "\n".join([head, *changed]).encode()
    report = await exchange.import_file("regions.csv", raw, actor="test", write=True)
    assert report.written, report.problems
    assert report.changes == 1


async def test_an_import_that_changes_the_days_moves_running_clocks(house: House) -> None:
    """Also of a case that an office above has by now."""
    number = await applied(house)
    assert await days_of(house, number) == 5
    await imported(house, 8)
    assert await days_of(house, number) == 8
    async with house.database.begin() as unit:
        for _ in range(2):
            await unit.case_offices.escalate(number, "要上级定", actor="staff:王敏")
        assert (await unit.cases.locked(number)).office == "weihai"
    await imported(house, 3)
    assert await days_of(house, number) == 3


async def test_what_the_region_set_in_the_console_outlives_an_import(house: House) -> None:
    """The district's own setting wins; taken back, the entry's days hold again."""
    number = await applied(house)
    lead = Actor("李娜", "lead", HERE, house.database.region_tree, account=1)
    desk = ClockDesk(house.database)
    await desk.set(lead, "decision", "application", HERE, "2", "days")
    assert await days_of(house, number) == 2
    await imported(house, 8)
    assert await days_of(house, number) == 2
    (own,) = [one for one in await desk.limits(lead) if one.limit.region == HERE]
    await desk.remove(lead, own.id)
    assert await days_of(house, number) == 8


async def test_what_the_rider_is_told_is_what_the_clock_counts(house: House) -> None:
    """A day is promised by the region's own setting, when the case comes in."""
    lead = Actor("李娜", "lead", HERE, house.database.region_tree, account=1)
    await ClockDesk(house.database).set(lead, "decision", "", HERE, "2", "days")
    number = await applied(house)
    async with house.database.begin() as unit:
        case = await unit.cases.locked(number)
    assert case.due == add_working_days(house.clock.now(), 2)
    assert await days_of(house, number) == 2


async def test_another_release_s_days_of_a_kind_move_running_clocks(house: House) -> None:
    """Once, when a house of that release first looks; the same days move nothing."""
    number = await applied(house)
    assert await days_of(house, number) == 5
    async with house.database.begin() as unit:
        assert not await unit.clock_recounts.look_at_kinds()
    kinds = [
        kind.model_copy(
            update={"deadlines": (CaseDeadline(region="weihai-jingkai", working_days=9),)}
        )
        if kind.code == "application"
        else kind
        for kind in house.database.case_kinds
    ]
    house.database.case_kinds = CaseKinds(kinds)
    assert await days_of(house, number) == 5
    watch = asyncio.create_task(ClockWatch(house.database, every=0.01).run())
    for _ in range(200):
        await asyncio.sleep(0.02)
        if await days_of(house, number) == 9:
            break
    watch.cancel()
    assert await days_of(house, number) == 9
    async with house.database.begin() as unit:
        assert not await unit.clock_recounts.look_at_kinds()


async def test_the_page_of_limits_shows_the_days_of_entries_and_whether_they_count(
    house: House,
) -> None:
    """For one's regions and those above; what was set in the console goes before them."""
    door = Door(house.database)
    house.database.clock = house.clock
    account = await door.member("街道", "staff", STREET)
    lead = Actor("李娜", "lead", HERE, house.database.region_tree, account=1)
    row = re.compile(
        r'<th scope="row">([^<]+)</th><td[^>]*>([^<]+)</td>\s*'
        r"<td[^>]*>(\d+) 个工作日</td>\s*<td[^>]*>([是否][^<]*)</td>"
    )
    async with visitors(door) as visitor:
        one = visitor(await door.enter(account))
        await one.get("/console/clocks")
        assert row.findall(one.text) == [("入会申请", "威海经济技术开发区", "5", "是")]
        await ClockDesk(house.database).set(lead, "decision", "", HERE, "2", "days")
        await one.get("/console/clocks")
        assert [found[-1] for found in row.findall(one.text)] == ["否，这里另定了时限"]
        assert "工作日数：来源 demo，2026-11-24 核对" in one.text
        async with house.database.begin() as unit:
            await unit.session.execute(text("update regions set decision_source = null"))
        await house.database.refresh_regions()
        await one.get("/console/clocks")
        assert "工作日数还没有写来源和核对日期" in one.text
