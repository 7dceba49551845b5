"""A rider whom nobody answers in time goes up a level by the clock, and is told; a time-lapse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from actions.content import StaffAct, StaffSay
from bot import engine, turn_end
from bot.case_office import CaseOffice
from bot.clock_watch import ClockWatch, escalates
from bot.inbox_board import InboxBoard
from bot.inbox_steps import InboxSteps
from bot.leads import LeadDesk
from bot.refused import Refused
from bot.wording import Texts
from knowledge.audit import Filter
from knowledge.clock import CHINA
from knowledge.clocks import Limit
from knowledge.database import Database
from knowledge.duty_roster import Days, Shift
from knowledge.handoffs import Handoff
from knowledge.notice_rows import NoticeRow
from tests.actions.talk import House, Talk, demonstration, open_house
from tests.bot.inbox import somebody, working
from tests.conftest import Databases

DISTRICT, CITY, PROVINCE = "weihai-jingkai", "weihai", "shandong"
MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The process has ended in the middle of its turn."""


async def dies(*given: Any, **named: Any) -> None:
    """The process ends when all of the turn is written, and nothing is durable yet."""
    await turn_end.write(*given, **named)
    raise Killed


@pytest.fixture
async def house(databases: Databases) -> AsyncIterator[House]:
    async with demonstration(databases) as made:
        at(made, 10)
        yield made


def at(house: House, hour: int, minute: int = 0) -> None:
    """A working Wednesday."""
    house.clock.set(datetime(2026, 11, 25, hour, minute, tzinfo=CHINA))


async def on_roster(
    house: House,
    name: str,
    region: str | None,
    days: Days = "workdays",
    hours: tuple[int, int] = (9, 18),
) -> None:
    async with house.database.begin() as unit:
        await unit.duty.put_shift(Shift(name, region, days, hours[0] * 60, hours[1] * 60))


def watch(database: Database) -> ClockWatch:
    return ClockWatch(database, escalates(CaseOffice(database, Texts())))


async def look(house: House) -> None:
    """What looks at the clocks, until nothing is due."""
    while await watch(house.database).step():
        pass


async def passes(rider: Talk, time: timedelta) -> str:
    """Time passes, a minute at a look; what the rider hears meanwhile."""
    said: list[str] = []
    for _ in range(round(time / MINUTE)):
        said += [one.text for one in await rider.waits(MINUTE)]
        await look(rider.house)
        said += [one.text for one in await rider.hears()]
    return "\n".join(said)


async def asks(house: House) -> Talk:
    rider = Talk(house)
    await rider.says("我在威海经区，找人工")
    return rider


async def handoff(rider: Talk) -> Handoff:
    async with rider.house.database.begin() as unit:
        number = await unit.handoffs.newest(rider.number)
        found = number and await unit.handoffs.get(number)
    assert found
    return found


async def steps(rider: Talk) -> list[tuple[str, str | None, str | None]]:
    """The book: (step, where it led, why)."""
    async with rider.house.database.begin() as unit:
        book = await unit.handoffs.happened(await handoff(rider))
    return [(one.event, one.region, one.note) for one in book]


async def told(house: House, kind: str) -> list[str | None]:
    """The regions that have a notice of this kind of a conversation (there are late cases, too)."""
    async with house.database.begin() as unit:
        rows = await unit.session.scalars(
            select(NoticeRow.region)
            .where(NoticeRow.kind == kind, NoticeRow.subject.startswith("/console/inbox/"))
            .order_by(NoticeRow.id)
        )
        return list(rows)


async def sees(house: House, region: str, number: int) -> bool:
    """Whether it stands in the list of those who wait."""
    page = await InboxBoard(house.database).page(somebody(house, region=region), "waiting")
    return number in [row.number for row in page.rows]


def act(what: str, staff: str, **more: object) -> StaffAct:
    return StaffAct.model_validate({"staff": staff, "act": what, **more})


async def test_nobody_answers_and_it_goes_up_level_by_level(house: House) -> None:
    """At each limit once, to the province; the rider hears who has it and until when."""
    await on_roster(house, "区里", DISTRICT)
    await on_roster(house, "市里", CITY)
    await on_roster(house, "省里", PROVINCE)
    rider = await asks(house)
    assert not await passes(rider, 29 * MINUTE)
    assert await told(house, "clock_warning") == [DISTRICT]
    heard = await passes(rider, 2 * MINUTE)
    assert "威海市总工会" in heard
    assert "今天 11:00" in heard
    number = (await handoff(rider)).id
    assert await steps(rider) == [("ask", DISTRICT, None), ("escalate", CITY, "clock")]
    assert await told(house, "handoff_waiting") == [DISTRICT, CITY]
    assert [await sees(house, region, number) for region in (DISTRICT, CITY, "yantai")] == [
        True, True, False,
    ]  # fmt: skip
    heard = await passes(rider, 32 * MINUTE)
    assert "山东省总工会" in heard
    assert not await passes(rider, timedelta(hours=6))
    assert [region for _, region, _ in await steps(rider)] == [DISTRICT, CITY, PROVINCE]
    assert await told(house, "clock_broken") == [DISTRICT, CITY, PROVINCE]
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="handoff.escalate"), 10)
    assert [(line.actor, line.after) for line in lines[::-1]] == [
        ("house", {"region": CITY, "why": "clock"}),
        ("house", {"region": PROVINCE, "why": "clock"}),
    ]


async def test_in_english_the_rider_hears_the_same(house: House) -> None:
    """The office's name and the time are in the rider's language."""
    await on_roster(house, "市里", CITY)
    rider = Talk(house)
    await rider.says("hello")
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(rider.number)
        assert conversation is not None
        await unit.people.change(conversation.person, {}, actor="rider", region=DISTRICT)
    await rider.says("I want to talk to a human")
    heard = await passes(rider, 31 * MINUTE)
    assert "Weihai" in heard
    assert "11:00 today" in heard


async def test_those_below_may_take_it_until_somebody_above_has(house: House) -> None:
    """And whoever of them has it can hand it to a colleague at either level."""
    await on_roster(house, "区里", DISTRICT)
    await on_roster(house, "区乙", DISTRICT)
    await on_roster(house, "市里", CITY)
    rider = await asks(house)
    await passes(rider, 31 * MINUTE)
    number = (await handoff(rider)).id
    assert (await handoff(rider)).region == CITY
    district = somebody(house, "区里", region=DISTRICT)
    made = InboxSteps(house.database)
    async with working(house):
        await made.make(district, number, "take")
    assert "区里" in await rider.hears()
    assert (await made.offered(district, number)).colleagues == ("区乙", "市里")
    for who in (district, somebody(house, "区乙", region=DISTRICT)):
        page = await InboxBoard(house.database).page(who, "all")
        assert [row.staff for row in page.rows] == ["区里"]
    with pytest.raises(Refused, match="taken_by"):
        await made.make(somebody(house, "市里", region=CITY), number, "take")
    async with working(house):
        await made.make(district, number, "close", note="说清楚了")
    page = await InboxBoard(house.database).page(district, "closed")
    assert [row.number for row in page.rows] == [number]


async def test_whoever_is_above_may_send_it_down_or_further_up(house: House) -> None:
    """A level that has said whose it is, has said so: it isn't shown below any more."""
    await on_roster(house, "市里", CITY)
    await on_roster(house, "省里", PROVINCE)
    rider = await asks(house)
    await passes(rider, 31 * MINUTE)
    number = (await handoff(rider)).id
    city, made = somebody(house, "市里", region=CITY), InboxSteps(house.database)
    async with working(house):
        await made.make(city, number, "send_down", note="按新规定办")
    assert (await handoff(rider)).region == DISTRICT
    assert "转回" in await rider.hears()
    await passes(rider, 31 * MINUTE)
    assert (await handoff(rider)).region == CITY  # a limit of its own ran there again
    async with working(house):
        await made.make(city, number, "escalate", note="要省里定")
    assert not await sees(house, DISTRICT, number)
    assert not await sees(house, CITY, number)
    assert await sees(house, PROVINCE, number)


async def test_nothing_goes_up_to_where_nobody_is_on_duty(house: House) -> None:
    """It stays where somebody is, those in charge have their notice; it goes when somebody comes.

    The rider hears nothing of it in the night.
    """
    await on_roster(house, "区里", DISTRICT, hours=(9, 17))
    await on_roster(house, "市里", CITY, hours=(14, 18))
    rider = await asks(house)
    assert not await passes(rider, 90 * MINUTE)
    assert (await handoff(rider)).region == DISTRICT
    assert await told(house, "clock_broken") == [DISTRICT]
    at(house, 13, 58)
    assert not await passes(rider, MINUTE)
    assert "威海市总工会" in await passes(rider, 2 * MINUTE)
    assert (await handoff(rider)).region == CITY
    at(house, 18, 1)  # the city has gone home: only the next day counts
    assert not await passes(rider, 120 * MINUTE)
    assert (await handoff(rider)).region == CITY


async def test_a_limit_for_every_hour_does_not_wake_the_rider(house: House) -> None:
    """At night with nobody on duty above: in the morning, when somebody is there."""
    async with house.database.begin() as unit:
        await unit.clock_limits.put(Limit("first_answer", 30, DISTRICT, "person", always=True))
    await on_roster(house, "市里", CITY)
    at(house, 23)
    rider = await asks(house)
    assert not await passes(rider, 120 * MINUTE)
    house.clock.set(datetime(2026, 11, 26, 8, 58, tzinfo=CHINA))
    assert not await passes(rider, MINUTE)
    assert "威海市总工会" in await passes(rider, 2 * MINUTE)


async def unanswered(house: House) -> Talk:
    """A rider whom somebody of the district has taken, answered once, and owes an answer."""
    rider = await asks(house)
    await rider.sends(act("take", "区里"))
    await rider.sends(StaffSay(staff="区里", text="您好，请讲"))
    await rider.says("押金不退")
    return rider


async def test_who_has_it_owes_the_answer_until_they_fall_silent(house: House) -> None:
    """Taken in time and not answered: back to the queue, and up at once if the limit is over."""
    async with house.database.begin() as unit:
        await unit.clock_limits.put(Limit("first_answer", 30, DISTRICT))
        await unit.clock_limits.put(Limit("next_answer", 15, DISTRICT))
    await on_roster(house, "区里", DISTRICT)
    await on_roster(house, "市里", CITY)
    rider = await unanswered(house)
    assert not await passes(rider, 18 * MINUTE)
    assert (await handoff(rider)).staff == "区里"
    assert await told(house, "clock_broken") == [DISTRICT]
    heard = await passes(rider, 3 * MINUTE)
    assert heard.index("放回队伍") < heard.index("威海市总工会")
    assert [one[0] for one in await steps(rider)] == [
        "ask", "take", "answered", "wrote", "warned", "fall_silent", "escalate",
    ]  # fmt: skip


async def test_who_is_back_in_the_queue_in_time_goes_up_at_the_limit(house: House) -> None:
    """Silence comes before the limit as the house assumes both; the limit is counted on."""
    await on_roster(house, "区里", DISTRICT)
    await on_roster(house, "市里", CITY)
    rider = await unanswered(house)
    assert "放回队伍" in await passes(rider, 21 * MINUTE)
    assert (await handoff(rider)).region == DISTRICT
    assert not await passes(rider, 37 * MINUTE)
    assert "威海市总工会" in await passes(rider, 3 * MINUTE)


async def test_what_was_taken_or_left_meanwhile_goes_nowhere(house: House) -> None:
    """Between the clock and the turn somebody may come, or the rider go."""
    await on_roster(house, "市里", CITY)
    rider, other = await asks(house), await asks(house)
    house.clock.move(31 * MINUTE)
    async with house.database.begin() as unit:
        for one in (rider, other):
            await unit.handoffs.move(one.number, "take" if one is rider else "leave", "区里")
        taken = await unit.handoffs.current(rider.number)
        assert taken is not None
    await look(house)
    assert not await rider.hears()
    assert not await other.hears()
    assert (await handoff(rider)).region == DISTRICT


async def test_two_processes_bring_it_up_once(house: House) -> None:
    """Both look at the clocks and serve the conversation, each on connections of its own."""
    await on_roster(house, "市里", CITY)
    riders = [await asks(house) for _ in range(6)]
    url = house.database.url
    async with AsyncExitStack() as stack:
        others = [
            await stack.enter_async_context(
                open_house(url, now=house.clock.now() + 31 * MINUTE, filled=True)
            )
            for _ in range(2)
        ]

        async def process(one: House) -> None:
            for _ in range(3):
                await watch(one.database).step()
                for rider in riders:
                    await one.engine.serve(rider.number)

        await asyncio.gather(*(process(one) for one in others))
    house.clock.move(31 * MINUTE)
    for rider in riders:
        heard = [one.text for one in await rider.hears()]
        assert len(heard) == 1
        assert "威海市总工会" in heard[0]
        assert [step for step, *_ in await steps(rider)] == ["ask", "escalate"]


async def test_a_kill_between_the_clock_and_the_turn_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the mark is durable, after it, and in the middle of the turn."""
    await on_roster(house, "市里", CITY)
    rider = await asks(house)
    house.clock.move(31 * MINUTE)
    escalate = escalates(CaseOffice(house.database, Texts()))
    async with house.database.begin(keep=False) as unit:
        for timer, broken in await unit.clock_timers.fire():
            assert broken
            await escalate(unit, timer)
    assert not await rider.hears()
    assert await told(house, "clock_broken") == []
    await look(house)
    with monkeypatch.context() as patched:
        patched.setattr(engine, "write", dies)
        with pytest.raises(Killed):
            await house.engine.serve(rider.number)
    assert [step for step, *_ in await steps(rider)] == ["ask"]
    assert await told(house, "handoff_waiting") == [DISTRICT]
    assert "威海市总工会" in await rider.hears()
    await look(house)
    assert not await rider.hears()
    assert [step for step, *_ in await steps(rider)] == ["ask", "escalate"]
    assert await told(house, "handoff_waiting") == [DISTRICT, CITY]


async def test_leads_of_both_levels_see_it(house: House) -> None:
    """The page of how it goes now shows what the inbox shows."""
    await on_roster(house, "市里", CITY)
    rider = await asks(house)
    await passes(rider, 31 * MINUTE)
    number = (await handoff(rider)).id
    for region in (DISTRICT, CITY, PROVINCE):
        lead = somebody(house, "组长", "lead", region)
        now = await LeadDesk(house.database).now(lead)
        assert [one.id for one in now.waiting] == [number]
        assert [one.number for one in now.clocks if one.source == "handoff"] == [str(number)]
    await rider.sends(act("take", "市里"))
    with pytest.raises(Refused, match="lead_above_has_it"):
        await LeadDesk(house.database).hand_on(
            somebody(house, "组长", "lead", DISTRICT), number, "区里"
        )
