"""Leads: now, over time, a month, one's own figures; and limits, as pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from knowledge.access import Role
from knowledge.audit import Filter
from knowledge.clock_timers import Matter
from knowledge.clocks import Event, Limit
from knowledge.database import Database
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door

SECRET = Door.secret()


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


async def entered(
    door: Door, make: Any, name: str, role: Role, region: str | None = "yantai"
) -> Visitor:
    secret = SECRET if role == "administrator" else ""
    account = await door.member(name, role, region, secret=secret)
    one: Visitor = make(await door.enter(account, secret))
    return one


async def talk(
    door: Door,
    key: str,
    *,
    staff: str = "",
    waits: int = 0,
    ended: int = 0,
    region: str | None = "zhifu",
) -> int:
    """A handoff opened an hour and a half ago; taken after `waits` minutes, ended after `ended`."""
    opened = door.clock.now() - timedelta(minutes=90)
    async with door.database.begin() as unit:
        unit.now = opened
        conversation, person = await unit.conversations.find_or_begin("main", "web", key)
        found = await unit.handoffs.open(
            conversation, person, kind="person", region=region, summary="帮忙"
        )
        if staff:
            unit.now = opened + timedelta(minutes=waits)
            await unit.handoffs.move(conversation, "take", staff)
            taken = await unit.handoffs.current(conversation)
            assert taken is not None
            await unit.handoffs.answered(taken, staff)
        if ended:
            unit.now = opened + timedelta(minutes=ended)
            await unit.handoffs.move(conversation, "close", staff)
    return found.id


async def test_now(door: Door) -> None:
    """Who is on duty with their load, who waits, whose clock is broken; other regions aren't."""
    door.clock.move(timedelta(hours=1, minutes=30))
    await talk(door, "one", staff="王师傅", waits=5)
    await talk(door, "two")
    await talk(door, "far", region="weihai")
    async with door.database.begin() as unit:
        await unit.duty.switch("王师傅", True, "yantai")
        opened = unit.now - timedelta(minutes=90)
        await unit.clock_timers.keep(
            Matter(
                "handoff", "2", "person", "zhifu", "/console/inbox/2", (Event(opened, "opened"),)
            )
        )
    async with visitors(door) as make:
        await entered(door, make, "王师傅", "staff")
        lead = await entered(door, make, "组长", "lead")
        assert (await lead.get("/console/leads")).status == 200
        assert "1 个对话" in lead.text
        assert lead.text.count("旁听<") == 3
        assert "已过" in lead.text
        assert "weihai" not in lead.text


async def test_a_lead_hands_on_to_who_may_have_it(door: Door) -> None:
    """To a colleague who may have it; the step itself is made in the conversation's own turn."""
    held = await talk(door, "one", staff="王师傅", waits=5)
    await door.member("李师傅", "staff", "zhifu")
    await door.member("外地", "staff", "weihai")
    async with visitors(door, made_within=0.01) as make:
        lead = await entered(door, make, "组长", "lead")
        await lead.get("/console/leads")
        path = f"/console/leads/hand-on/{held}"
        for name in ("外地", "没有这个人", ""):
            assert (await lead.post(path, {"to": name})).status == 422
        assert (await lead.post(path, {"to": "李师傅"})).status == 303
        # Nobody makes turns here: the step waits, and a second one is told so.
        assert (await lead.post(path, {"to": "组长"})).status == 422
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="handoff.hand_on"), 10)
    assert [line.after for line in lines] == [{"staff": "李师傅"}]


async def test_who_has_told_no_place_is_every_lead_s(door: Door) -> None:
    """Shown among those who wait, and handed on like the others: nobody waits unseen."""
    number = await talk(door, "nowhere", region=None)
    async with visitors(door, made_within=0.01) as make:
        await entered(door, make, "王师傅", "staff")
        lead = await entered(door, make, "组长", "lead")
        await lead.get("/console/leads")
        assert lead.text.count("旁听<") == 2  # who waits, and whose clock is soon broken
        answer = await lead.post(f"/console/leads/hand-on/{number}", {"to": "王师傅"})
        assert answer.status == 303


async def test_listening_in_is_audited_and_looking_at_the_own_is_not(door: Door) -> None:
    """It leads to the conversation's page; of another region there is nothing."""
    held = await talk(door, "one", staff="王师傅", waits=5)
    own = await talk(door, "two", staff="组长", waits=5)
    far = await talk(door, "far", region="weihai")
    async with visitors(door) as make:
        lead = await entered(door, make, "组长", "lead")
        await lead.get("/console/leads")
        for number, status in ((held, 303), (own, 303), (far, 404)):
            went = await lead.post(f"/console/leads/listen/{number}")
            assert went.status == status
        auditor = await entered(door, make, "审计", "auditor")
        await auditor.get("/console/leads")
        assert (await auditor.post(f"/console/leads/listen/{held}")).status == 403
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="handoff.listen"), 10)
    assert [(line.actor, line.subject) for line in lines] == [("staff:组长", f"handoff:{held}")]


async def test_over_time_and_as_files(door: Door) -> None:
    """Plots with their numbers; a person's figures are for leads, not for auditors."""
    door.clock.move(timedelta(hours=1, minutes=30))
    await talk(door, "one", staff="王师傅", waits=10, ended=60)
    await talk(door, "two", staff="=1+1", waits=50, ended=80)
    async with visitors(door) as make:
        lead = await entered(door, make, "组长", "lead")
        await lead.get("/console/leads/figures?weeks=4")
        assert '<span class="tile-count">50%</span>' in lead.text
        assert "30 分钟" in lead.text
        assert lead.text.count('class="plot"') == 6
        people = await (await lead.get("/console/leads/figures/people.csv?weeks=4")).text()
        assert "王师傅,1,1,0,10,60,0,0," in people
        assert "'=1+1,1,0,1,50,80,0,0," in people
        assert (await lead.get("/console/leads/figures?region=weihai")).status == 422
        auditor = await entered(door, make, "审计", "auditor")
        await auditor.get("/console/leads/figures?weeks=4")
        assert "王师傅" not in auditor.text
        assert (await auditor.get("/console/leads/figures/people.csv")).status == 404
        assert (await auditor.get("/console/leads/figures/kinds.csv")).status == 200


async def test_what_has_gone_up_counts_where_it_was_asked_for(door: Door) -> None:
    """With the union that has it now as its team; nobody having answered, it is late."""
    door.clock.move(timedelta(hours=1, minutes=30))
    number = await talk(door, "one")
    async with door.database.begin() as unit:
        found = await unit.handoffs.get(number)
        assert found is not None
        await unit.handoffs.move(found.conversation, "escalate", None)
        entry = await unit.inbox_list.entry(number)
        assert entry is not None
        assert (entry.home, entry.region) == ("zhifu", "yantai")
        span = (unit.now - timedelta(days=1), unit.now + timedelta(days=1))
        (one,) = await unit.lead_records.handled(["zhifu"], *span)
        assert (one.region, one.team, one.in_time) == ("zhifu", "yantai", False)
        assert not await unit.lead_records.handled(["weihai"], *span)


async def test_own_figures_are_one_s_own(door: Door) -> None:
    """Staff see theirs and no more."""
    door.clock.move(timedelta(hours=1, minutes=30))
    await talk(door, "one", staff="王师傅", waits=10, ended=60)
    await talk(door, "two", staff="李师傅", waits=50, ended=80)
    async with visitors(door) as make:
        staff = await entered(door, make, "王师傅", "staff")
        await staff.get("/console/leads/own")
        assert '<span class="tile-count">1</span>' in staff.text
        assert '<span class="tile-count">100%</span>' in staff.text
        assert (await staff.get("/console/leads")).status == 403


async def test_a_month_on_paper(door: Door) -> None:
    """The month before this unless another is asked for; a wrong one is a sentence."""
    door.clock.move(timedelta(hours=1, minutes=30))
    await talk(door, "one", staff="王师傅", waits=10, ended=60)
    async with visitors(door) as make:
        lead = await entered(door, make, "组长", "lead")
        await lead.get("/console/leads/month?month=2026-11&region=zhifu")
        assert "2026-11 月报：zhifu" in lead.text
        assert "王师傅" in lead.text
        await lead.get("/console/leads/month")
        assert "2026-10 月报" in lead.text
        assert "没有人工接待" in lead.text
        assert (await lead.get("/console/leads/month?month=2026-13")).status == 422


async def test_limits_are_set_and_removed_by_region(door: Door) -> None:
    """What holds everywhere is seen by all and changed by those who are everywhere."""
    async with visitors(door) as make:
        lead = await entered(door, make, "组长", "lead")
        await lead.get("/console/clocks")
        assert "5 个工作日" in lead.text
        form = {"what": "first_answer:person", "region": "zhifu", "amount": "2", "unit": "hours"}
        for wrong, status in (
            ({"amount": "0"}, 422), ({"amount": "x"}, 422), ({"amount": "999999"}, 422),
            ({"what": "first_answer:claim"}, 422), ({"what": "x:"}, 422),
            ({"region": "weihai"}, 422), ({"region": ""}, 422),
        ):  # fmt: skip
            assert (await lead.post("/console/clocks", {**form, **wrong})).status == status, wrong
        assert (await lead.post("/console/clocks", form)).status == 303
        await lead.get("/console/clocks")
        assert "2 小时" in lead.text
        async with door.database.begin() as unit:
            found = await unit.clock_limits.all()
        numbers = {one.limit: one.id for one in found}
        everywhere = numbers[Limit("first_answer", 30)]
        assert (await lead.post(f"/console/clocks/{everywhere}/remove")).status == 404
        own = numbers[Limit("first_answer", 120, "zhifu", "person")]
        assert (await lead.post(f"/console/clocks/{own}/remove")).status == 303
        boss = await entered(door, make, "赵敏", "administrator", None)
        await boss.get("/console/clocks")
        assert (await boss.post(f"/console/clocks/{everywhere}/remove")).status == 422
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="clock."), 10)
    assert [(line.region, line.after is None) for line in lines] == [
        ("zhifu", True),
        ("zhifu", False),
    ]
