"""Timers survive kills and fire once, however many look at them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock_desk import ClockDesk
from bot.clock_watch import ClockWatch
from bot.duty_desk import DutyDesk
from knowledge.audit import Filter
from knowledge.case_rows import CaseEventRow, CaseRow
from knowledge.clock import CHINA
from knowledge.clock_timers import Matter, Source, Timer
from knowledge.clocks import Event, Limit
from knowledge.database import Database
from knowledge.notice_rows import NoticeRow
from knowledge.unit import Knowledge
from tests.bot.door import Door

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)


@pytest.fixture
async def door(database: Database) -> Door:
    door = await Door.on(database)
    door.clock.move(MORNING - door.clock.now())
    return door


def matter(
    *events: Event, number: str = "12", kind: str = "person", source: Source = "handoff"
) -> Matter:
    return Matter(source, number, kind, "zhifu", f"/console/inbox/{number}", events, "王师傅")


async def keep(door: Door, *matters: Matter) -> None:
    async with door.database.begin() as unit:
        for one in matters:
            await unit.clock_timers.keep(one)


async def told(door: Door) -> list[tuple[str, str | None]]:
    async with door.database.begin() as unit:
        rows = await unit.session.scalars(select(NoticeRow).order_by(NoticeRow.id))
        return [(row.kind, row.addressee) for row in rows]


async def look(door: Door, minutes: int, watch: ClockWatch | None = None) -> int:
    """Move to so many minutes after nine, and look."""
    door.clock.move(MORNING + timedelta(minutes=minutes) - door.clock.now())
    return await (watch or ClockWatch(door.database)).step()


async def test_warned_at_three_quarters_and_broken_at_the_whole(door: Door) -> None:
    """Thirty minutes for a first answer; the warning to who holds it, the break to all."""
    await keep(door, matter(Event(MORNING, "opened")))
    assert await look(door, 22) == 0
    assert await look(door, 23) == 1
    assert await told(door) == [("clock_warning", "王师傅")]
    assert await look(door, 29) == 0
    assert await look(door, 30) == 1
    assert await told(door) == [("clock_warning", "王师傅"), ("clock_broken", None)]
    assert await look(door, 500) == 0


async def test_a_house_that_slept_breaks_without_a_warning(door: Door) -> None:
    """What is over isn't announced as near."""
    await keep(door, matter(Event(MORNING, "opened")))
    assert await look(door, 45) == 1
    assert await told(door) == [("clock_broken", None)]


async def test_many_who_look_at_once_fire_each_timer_once(door: Door) -> None:
    """Forty timers, six connections; also what is called at the end of a limit."""
    escalated: list[str] = []

    async def escalate(_unit: Knowledge, timer: Timer) -> None:
        escalated.append(timer.number)

    await keep(
        door, *(matter(Event(MORNING, "opened"), number=str(number)) for number in range(40))
    )
    door.clock.move(timedelta(minutes=31))
    watches = [ClockWatch(door.database, escalate) for _ in range(6)]
    fired = await asyncio.gather(*(watch.step() for watch in watches))
    while any([await watch.step() for watch in watches]):
        pass
    assert sum(fired) <= 40
    assert sorted(escalated, key=int) == [str(number) for number in range(40)]
    assert await told(door) == [("clock_broken", None)] * 40


async def test_a_kill_in_the_middle_fires_nothing_and_the_next_look_everything(
    door: Door,
) -> None:
    """The mark, the notice and the escalation are one transaction."""
    await keep(door, matter(Event(MORNING, "opened")))
    door.clock.move(timedelta(minutes=31))
    async with door.database.begin(keep=False) as unit:
        assert len(await unit.clock_timers.fire()) == 1
    assert await told(door) == []
    assert await ClockWatch(door.database).step() == 1
    assert await told(door) == [("clock_broken", None)]


async def test_an_escalation_that_fails_holds_up_nothing(door: Door) -> None:
    """Its notice stands, the others are escalated; what it had begun is undone."""

    async def escalate(unit: Knowledge, timer: Timer) -> None:
        await unit.audit.write(None, actor="house", action="escalated", subject=timer.number)
        if timer.number == "1":
            raise RuntimeError

    await keep(door, *(matter(Event(MORNING, "opened"), number=str(n)) for n in range(3)))
    assert await look(door, 31, ClockWatch(door.database, escalate)) == 3
    assert len(await told(door)) == 3
    async with door.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="escalated"), 10)
    assert sorted(str(line.subject) for line in lines) == ["0", "2"]


async def test_what_is_answered_in_time_never_fires(door: Door) -> None:
    """Nor what rests; what goes on afterwards fires later by as much."""
    answered = (Event(MORNING, "opened"), Event(MORNING + timedelta(minutes=5), "answered"))
    rests = (Event(MORNING, "opened"), Event(MORNING + timedelta(minutes=10), "elsewhere"))
    door.clock.move(timedelta(minutes=10))
    await keep(door, matter(*answered, number="1"))
    await keep(door, matter(*rests, number="2", kind="other"))
    assert await look(door, 120) == 0
    back = Event(MORNING + timedelta(minutes=120), "came_back")
    await keep(door, matter(*rests, back, number="2", kind="other"))
    assert await look(door, 139) == 1
    assert await look(door, 140) == 1


async def test_a_new_run_is_warned_and_broken_anew(door: Door) -> None:
    """Reopened: the first answer is owed once more."""
    first = [Event(MORNING, "opened")]
    await keep(door, matter(*first))
    assert await look(door, 31) == 1
    first += [
        Event(MORNING + timedelta(minutes=31), "answered"),
        Event(MORNING + timedelta(minutes=32), "closed"),
    ]
    door.clock.move(timedelta(minutes=2))
    await keep(door, matter(*first))
    door.clock.move(timedelta(minutes=10))
    await keep(door, matter(*first, Event(MORNING + timedelta(minutes=40), "reopened")))
    assert await look(door, 63) == 1
    assert await look(door, 70) == 1
    assert [kind for kind, _ in await told(door)] == [
        "clock_broken",
        "clock_warning",
        "clock_broken",
    ]


async def test_a_crisis_is_counted_at_every_hour(door: Door) -> None:
    """Three minutes, at night as well; whoever sets a limit of a region sets it for the region."""
    night = datetime(2026, 11, 25, 2, 0, tzinfo=CHINA)
    door.clock.move(night - door.clock.now())
    await keep(door, matter(Event(night, "opened"), kind="crisis"))
    door.clock.move(timedelta(minutes=3))
    assert await ClockWatch(door.database).step() == 1
    async with door.database.begin() as unit:
        await unit.clock_limits.put(Limit("first_answer", 5, "yantai", "crisis", always=True))
    await keep(door, matter(Event(door.clock.now(), "opened"), number="13", kind="crisis"))
    door.clock.move(timedelta(minutes=4, seconds=30))
    async with door.database.begin() as unit:
        [timer] = await unit.clock_timers.of("handoff", "13")
        assert timer.minutes == 5
        standing = await unit.clock_timers.standing(None, due_before=unit.now)
        assert [one.number for one in standing] == ["12"]


async def test_a_case_s_clock_goes_with_its_events(door: Door) -> None:
    """Filed, with another office, back, decided: each written with the event itself."""
    async with door.database.begin() as unit:
        person, _ = await unit.people.create()
        await unit.session.execute(
            insert(CaseRow).values(
                number="ZF-1", kind="application", person_id=person, region="zhifu",
                office="zhifu", step="received", urgent=False, created_at=unit.now,
                changed_at=unit.now, consent="self",
            )
        )  # fmt: skip
    timers: dict[Any, Timer] = {}
    for minute, what, clock, due in (
        (0, "opened", "start", True), (60, "moved", "rest", False), (120, "moved", "run", True),
        (150, "escalated", None, True), (170, "moved", "stop", False),
    ):  # fmt: skip
        at = MORNING + timedelta(minutes=minute)
        door.clock.move(at - door.clock.now())
        async with door.database.begin() as unit:
            await unit.session.execute(
                insert(CaseEventRow).values(
                    number="ZF-1", at=at, actor="house", what=what, step="received",
                    office="zhifu", clock=clock,
                )
            )  # fmt: skip
            await unit.clock_matters.keep_case("ZF-1")
            timers = {one.measure: one for one in await unit.clock_timers.of("case", "ZF-1")}
        assert ("decision" in timers and timers["decision"].breaks_at is not None) is due
    assert timers == {}


async def counted(door: Door) -> None:
    """Everything that is to be counted anew."""
    watch = ClockWatch(door.database)
    while await watch.recount():
        pass


async def waits(door: Door, region: str) -> int:
    """A rider who asked for a person just now; the handoff."""
    async with door.database.begin() as unit:
        number, person = await unit.conversations.find_or_begin("main", "web", f"rider-{region}")
        await unit.handoffs.open(number, person, kind="person", summary="?", region=region)
        (found,) = [one for one in await unit.handoffs.queue() if one.region == region]
    return found.id


async def minutes_of(door: Door, handoff: int) -> int:
    async with door.database.begin() as unit:
        (timer,) = await unit.clock_timers.of("handoff", str(handoff))
    assert timer.breaks_at is not None
    return int((timer.breaks_at - MORNING).total_seconds() // 60)


async def test_a_changed_limit_counts_for_what_is_open(door: Door) -> None:
    """Of its region and those below, in the background; what was promised is the same figure."""
    here, there = await waits(door, "zhifu"), await waits(door, "weihai")
    assert (await minutes_of(door, here), await minutes_of(door, there)) == (30, 30)
    desk, lead = ClockDesk(door.database), door.actor("lead", "yantai")
    await desk.set(lead, "first_answer", "", "yantai", "10", "minutes")
    assert await minutes_of(door, here) == 30
    await counted(door)
    assert (await minutes_of(door, here), await minutes_of(door, there)) == (10, 30)
    async with door.database.begin() as unit:
        assert (await unit.duty.office("zhifu")).answer_minutes == 10
        (own,) = [one for one in await unit.clock_limits.all() if one.limit.region == "yantai"]
    await desk.remove(lead, own.id)
    await counted(door)
    assert await minutes_of(door, here) == 30


async def test_who_gets_more_time_is_warned_anew(door: Door) -> None:
    """A limit that was broken isn't any more; the next one warns and breaks in its turn."""
    await waits(door, "zhifu")
    assert await look(door, 31) == 1
    await ClockDesk(door.database).set(
        door.actor("lead", "yantai"), "first_answer", "", "yantai", "60", "minutes"
    )
    await counted(door)
    assert await look(door, 44) == 0
    assert await look(door, 46) == 1
    assert await look(door, 61) == 1
    kinds = [kind for kind, _ in await told(door) if kind.startswith("clock")]
    assert kinds == ["clock_broken", "clock_warning", "clock_broken"]


async def test_changed_office_hours_move_the_clocks(door: Door) -> None:
    """An office that opens at ten has until half past ten."""
    here = await waits(door, "zhifu")
    await DutyDesk(door.database).set_office(
        door.actor("lead", "yantai"), "yantai", "10:00-12:00 14:00-18:00", [10, 20, 3]
    )
    await counted(door)
    assert await minutes_of(door, here) == 90


async def test_a_recount_that_is_killed_goes_on_where_it_was(door: Door) -> None:
    """What a transaction didn't end is done by the next look; two looks share the work."""
    here = await waits(door, "zhifu")
    await ClockDesk(door.database).set(
        door.actor("lead", "yantai"), "first_answer", "", "yantai", "10", "minutes"
    )
    async with door.database.begin(keep=False) as unit:
        assert await unit.clock_recounts.step()
    assert await minutes_of(door, here) == 30
    watches = [ClockWatch(door.database) for _ in range(3)]
    while any(await asyncio.gather(*(watch.recount() for watch in watches))):
        pass
    assert await minutes_of(door, here) == 10
