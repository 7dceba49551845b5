"""A crisis by night as one story in a time-lapse, with and without somebody on duty.

All that runs beside riders runs here as well: the conversation's own timers, the clocks, and the
way out of notices to staff, which ends at a group's robot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from actions.content import StaffSay
from bot.case_office import CaseOffice
from bot.clock_watch import ClockWatch, escalates
from bot.inbox_board import InboxBoard
from bot.inbox_steps import InboxSteps, Step
from bot.leads import LeadDesk
from bot.notice_sender import NoticeSender
from bot.notice_wires import Wires
from bot.refused import CONSOLE_TEXTS, Refused
from bot.waiting import Desk
from bot.wording import Texts
from knowledge.access import Actor, NotThere, Role
from knowledge.audit import Filter
from knowledge.clock import CHINA
from knowledge.duty_roster import Shift
from knowledge.handoffs import Handoff
from knowledge.notice_hours import Hours
from knowledge.notice_ways import Wish
from tests.actions.talk import Heard, House, Talk, demonstration
from tests.bot.inbox import working
from tests.bot.robots import Platforms, platforms
from tests.conftest import Databases

DISTRICT, CITY = "weihai-jingkai", "weihai"
STAFF: tuple[tuple[str, Role, str], ...] = (
    ("区里", "staff", DISTRICT),
    ("市里", "lead", CITY),
    ("省里", "lead", "shandong"),
    ("邻市", "lead", "yantai"),
)
TEXTS = Texts(CONSOLE_TEXTS)
GROUP = Wish(hours=Hours(9 * 60, 17 * 60))
"""The group is told in working hours; what is urgent doesn't wait for them."""

LINES = ["tel:110", "tel:120", "tel:12356"]
STEP = timedelta(seconds=30)
LOOKS_AT_ONCE = 10


class Night:
    """The house at two in the morning, its staff, and a rider of the district."""

    def __init__(self, house: House, groups: Platforms) -> None:
        self.house, self.groups = house, groups
        self.rider = Talk(house)
        wires = Wires(mail=None, seconds=5.0)
        self._sender = NoticeSender(house.database, wires, TEXTS, name="one")
        office = CaseOffice(house.database, Texts())
        self._watch = ClockWatch(house.database, escalates(office))

    async def begin(self) -> None:
        """Accounts and a group's robot of the district; a rider waits since the day before."""
        self.house.clock.set(datetime(2026, 11, 24, 17, 0, tzinfo=CHINA))
        async with self.house.database.begin() as unit:
            for name, role, region in STAFF:
                account = await unit.accounts.add(name, name, role, region, "zh")
                await unit.accounts.set_password_hash(account.id, "x")
            address = self.groups.address("feishu")
            await unit.notice_ways.add_robot("feishu", "工作群", DISTRICT, GROUP, address)
        await Talk(self.house).says("我在威海经区，找人工")
        self.house.clock.set(datetime(2026, 11, 25, 2, 0, tzinfo=CHINA))
        await self.rider.says("你好")
        async with self.house.database.begin() as unit:
            conversation = await unit.conversations.get(self.rider.number)
            assert conversation is not None
            await unit.people.change(conversation.person, {}, actor="rider", region=DISTRICT)
        await self.works()
        self.groups.heard.clear()

    async def works(self) -> None:
        """What runs beside riders, until nothing is due."""
        for _ in range(LOOKS_AT_ONCE):
            if not (await self._watch.step() + await self._sender.step()):
                return

    async def passes(self, minutes: float) -> Heard:
        """Time passes, half a minute at a look; what the rider hears meanwhile."""
        heard: list[Heard] = []
        for _ in range(round(timedelta(minutes=minutes) / STEP)):
            heard.append(await self.rider.waits(STEP))
            await self.works()
        return Heard(reply for one in heard for reply in one)

    def actor(self, name: str) -> Actor:
        role, region = next((role, region) for who, role, region in STAFF if who == name)
        return Actor(name, role, region, self.house.database.region_tree, account=1)

    async def handoff(self) -> Handoff:
        async with self.house.database.begin() as unit:
            number = await unit.handoffs.newest(self.rider.number)
            found = number and await unit.handoffs.get(number)
        assert found
        return found

    async def steps(self) -> list[str]:
        """The book of the handoff, with the region that each step led to."""
        async with self.house.database.begin() as unit:
            book = await unit.handoffs.happened(await self.handoff())
        return [f"{one.event} {one.region}" for one in book]

    async def urgent(self, name: str) -> list[str]:
        """The urgent notices that somebody has: kind and region."""
        async with self.house.database.begin() as unit:
            account = await unit.accounts.named(name)
            assert account is not None
            found = await unit.notices.of(account.id, limit=100)
        return [f"{one.kind} {one.region}" for one in found[::-1] if one.level == "urgent"]

    async def makes(self, name: str, step: Step, note: str = "") -> Heard:
        """Somebody makes a step in the console; what the rider reads of it."""
        number = (await self.handoff()).id
        async with working(self.house):
            await InboxSteps(self.house.database).make(self.actor(name), number, step, note=note)
        heard = await self.rider.hears()
        await self.works()
        return heard

    async def on_duty(self, name: str, region: str) -> None:
        async with self.house.database.begin() as unit:
            await unit.duty.put_shift(Shift(name, region, "daily", 22 * 60, 6 * 60))


@pytest.fixture
async def night(databases: Databases) -> AsyncIterator[Night]:
    async with demonstration(databases) as house, platforms() as groups:
        groups.now = lambda: house.clock.now().timestamp()
        made = Night(house, groups)
        await made.begin()
        yield made


async def test_somebody_is_on_duty_above_and_sees_to_it(night: Night) -> None:
    """The district doesn't look; the city does within minutes, and ends it with a note."""
    await night.on_duty("区里", DISTRICT)
    await night.on_duty("市里", CITY)
    heard = await night.rider.says("我不想活了")
    assert [button.url for button in heard.buttons] == LINES
    assert "尽快" in heard
    await night.works()
    for name in ("区里", "市里"):
        assert await night.urgent(name) == [f"crisis {DISTRICT}"]
    for name in ("省里", "邻市"):  # not on duty
        assert await night.urgent(name) == []
    assert len(night.groups.heard) == 1  # at two in the morning
    assert "有人求助，情况危急" in night.groups.heard[0][1]
    rows = (await InboxBoard(night.house.database).page(night.actor("区里"), "waiting")).rows
    assert [row.crisis for row in rows] == [True, False]  # before who has waited since yesterday

    assert not await night.passes(2.5)
    heard = await night.passes(1)
    assert "威海市" in heard
    assert await night.steps() == [f"ask {DISTRICT}", f"escalate {CITY}"]
    assert f"crisis_unacknowledged {DISTRICT}" in await night.urgent("区里")
    assert f"crisis {CITY}" in await night.urgent("市里")
    assert f"crisis {CITY}" not in await night.urgent("区里")
    await night.passes(1)
    assert not await night.makes("市里", "acknowledge")
    assert not await night.passes(30)
    assert (await night.steps())[2:] == [f"acknowledge {CITY}"]
    rows = (await InboxBoard(night.house.database).page(night.actor("区里"), "waiting")).rows
    assert [row.seen_to for row in rows] == ["市里", None]

    assert "市里" in await night.makes("市里", "take")
    await night.rider.sends(StaffSay(staff="市里", text="我在，您慢慢说"))
    assert "我在" in night.rider.heard
    assert not await night.rider.says("好多了，家里人来了")
    for ending in ("close", "return"):
        with pytest.raises(Refused, match="crisis_note"):
            await night.makes("市里", ending)
    heard = await night.makes("市里", "close", note="家人已到身边")
    assert "家人已到" not in heard
    assert not heard.labels  # nobody asks how it was
    assert (await night.handoff()).state == "closed"
    await is_over(night)


async def test_nobody_is_on_duty_and_all_are_told_up_to_the_top(night: Night) -> None:
    """The rider is told so and given the lines, twice; a lead finds it first in the morning."""
    heard = await night.rider.says("我不想活了")
    assert "没有工作人员值班" in heard
    assert [button.url for button in heard.buttons] == LINES
    await night.works()
    for name in ("市里", "省里"):
        assert await night.urgent(name) == [
            f"crisis {DISTRICT}",
            f"crisis_unacknowledged {DISTRICT}",
        ]
    for name in ("区里", "邻市"):  # no lead; none of theirs
        assert await night.urgent(name) == []
    assert "有人求助，情况危急" in night.groups.heard[0][1]

    assert not await night.passes(9.5)  # every three minutes one level up
    regions = [DISTRICT, CITY, "shandong", "cn"]
    assert await night.steps() == [
        f"ask {DISTRICT}", *(f"escalate {region}" for region in regions[1:])
    ]  # fmt: skip
    seen = await night.urgent("省里")
    for region in regions[:3]:
        assert seen.count(f"crisis {region}") == 1
        assert seen.count(f"crisis_unacknowledged {region}") == 2  # nobody there, nobody came
    heard = await night.passes(3)
    assert [button.url for button in heard.buttons] == LINES
    told = {name: await night.urgent(name) for name, *_ in STAFF}
    assert not await night.passes(60)
    assert {name: await night.urgent(name) for name, *_ in STAFF} == told

    night.house.clock.set(datetime(2026, 11, 25, 8, 0, tzinfo=CHINA))
    assert not await night.passes(1)
    number = (await night.handoff()).id
    for name in ("区里", "市里", "省里"):  # whoever comes first, on whichever level
        rows = (await InboxBoard(night.house.database).page(night.actor(name), "waiting")).rows
        assert [row.number for row in rows if row.crisis] == [number]
        assert rows[0].crisis
        home = await Desk(night.house.database).waiting(night.actor(name))
        assert home["handoffs"] == len(rows)
        if name != "区里":
            now = await LeadDesk(night.house.database).now(night.actor(name))
            assert {one.id for one in now.waiting} == {row.number for row in rows}
    board = InboxBoard(night.house.database)
    assert not [row for row in (await board.page(night.actor("邻市"), "all")).rows if row.crisis]
    with pytest.raises(NotThere):
        await night.makes("邻市", "take")
    assert "区里" in await night.makes("区里", "take")
    assert (await night.handoff()).acknowledged_at is not None
    told = {name: await night.urgent(name) for name, *_ in STAFF}
    assert "区里" in await night.makes("区里", "close", note="打了电话，人在单位，平安")
    assert not await night.passes(10)
    assert {name: await night.urgent(name) for name, *_ in STAFF} == told


async def is_over(night: Night) -> None:
    """The audit names each step and who made it; nothing fires any more."""
    async with night.house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="handoff."), 50)
    assert [(line.action, line.actor) for line in lines[::-1]] == [
        ("handoff.escalate", "house"),
        ("handoff.acknowledge", "staff:市里"),
        ("handoff.take", "staff:市里"),
        ("handoff.close", "staff:市里"),
    ]
    before = await night.urgent("省里")
    assert not await night.passes(30)
    assert await night.urgent("省里") == before
