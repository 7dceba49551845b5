"""How staff let a conversation go on: with a note, to a colleague, up, down, and again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.content import StaffSay
from bot.inbox_steps import AtNote, InboxSteps, Offered, Step
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.audit import Filter
from knowledge.handoffs import Handoff
from tests.actions.talk import House
from tests.actions.talk import Talk as Rider
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.bot.inbox import somebody, waiting, working


async def make(house: House, actor: Actor, number: int, step: Step, **more: str) -> None:
    async with working(house):
        await InboxSteps(house.database).make(actor, number, step, **more)


async def offered(house: House, number: int, actor: Actor) -> Offered:
    return await InboxSteps(house.database).offered(actor, number)


async def handoff(house: House, number: int) -> Handoff:
    async with house.database.begin() as unit:
        found = await unit.handoffs.get(number)
    assert found is not None
    return found


async def on_duty(house: House, *names: str, region: str | None = None) -> None:
    async with house.database.begin() as unit:
        for name in names:
            await unit.duty.switch(name, True, region)


async def heard(rider: Rider) -> str:
    """The last that the rider was told."""
    lines = await rider.house.log.after(rider.number, 0, 100)
    return "\n".join(line.text for line in lines)


async def crisis(house: House) -> tuple[Rider, int]:
    rider, number = await waiting(house)
    await rider.says("我不想活了")
    return rider, number


async def test_a_crisis_is_ended_with_a_note(house: House) -> None:
    """Without one it stays with who has it, and what is missing stands at the note."""
    _, number = await crisis(house)
    actor = somebody(house)
    await make(house, actor, number, "take")
    ways: tuple[Step, ...] = ("return", "close")
    for step in ways:
        with pytest.raises(AtNote, match="crisis_note"):
            await make(house, actor, number, step, note="  ")
    assert (await handoff(house, number)).state == "held"
    await make(house, actor, number, "close", note="已联系家人")
    assert (await handoff(house, number)).state == "closed"
    told = (await offered(house, number, actor)).happened
    assert (told[-1].event, told[-1].note) == ("close", "已联系家人")


async def test_what_was_agreed_is_what_the_bot_goes_on_with(house: House) -> None:
    """The rider reads the note of a return, and not that of a closing; long numbers are masked."""
    rider, number = await waiting(house)
    actor = somebody(house)
    await make(house, actor, number, "take")
    await make(house, actor, number, "return", note="明天打 13900000001 再说")
    assert "明天打 13900000001 再说" in await heard(rider)
    notes = [one.note for one in (await offered(house, number, actor)).happened]
    assert "明天打 139******01 再说" in notes
    _, again = await waiting(house)
    await make(house, actor, again, "take")
    with pytest.raises(AtNote, match="note_too_long"):
        await make(house, actor, again, "return", note="长" * 2001)


async def test_a_crisis_is_acknowledged_by_whoever_sees_to_it(house: House) -> None:
    """Then it isn't offered any more; nobody acknowledges what is no crisis."""
    _, calm = await waiting(house)
    with pytest.raises(Refused, match="step_refused"):
        await make(house, somebody(house), calm, "acknowledge")
    _, number = await crisis(house)
    assert "acknowledge" in (await offered(house, number, somebody(house))).steps
    await make(house, somebody(house), number, "acknowledge")
    assert (await handoff(house, number)).acknowledged_at is not None
    assert "acknowledge" not in (await offered(house, number, somebody(house))).steps


async def test_a_false_alarm_is_lifted_and_the_rider_hears_nothing(house: House) -> None:
    """With a note of how that is known; the clock is then that of the others. And back again."""
    rider, number = await crisis(house)
    actor = somebody(house)
    assert "calm" not in (await offered(house, number, actor)).steps  # nobody has looked yet
    await make(house, actor, number, "take")
    with pytest.raises(AtNote, match="note_calm"):
        await make(house, actor, number, "calm", note=" ")
    before = await heard(rider)
    await make(house, actor, number, "calm", note="他说的是游戏")
    assert await heard(rider) == before
    assert not (await handoff(house, number)).crisis
    shown = await offered(house, number, actor)
    assert "alarm" in shown.steps
    assert "calm" not in shown.steps
    assert (shown.happened[-1].event, shown.happened[-1].note) == ("calm", "他说的是游戏")
    await make(house, actor, number, "alarm")
    assert (await handoff(house, number)).crisis
    await make(house, actor, number, "calm", note="真的是游戏")
    await rider.says("我真的不想活了")
    assert (await handoff(house, number)).crisis


async def test_who_waits_for_the_rider_owes_no_answer(house: House) -> None:
    """After "I'll look for it": nobody is warned, the clock rests until the rider writes again."""
    rider, number = await waiting(house)
    actor = somebody(house)
    await make(house, actor, number, "take")
    assert "rest" not in (await offered(house, number, actor)).steps  # a first answer is owed
    with pytest.raises(Refused, match="step_refused"):
        await make(house, actor, number, "rest")
    await rider.sends(StaffSay(staff="赵敏", text="请找一下合同"))
    assert "rest" not in (await offered(house, number, actor)).steps
    await rider.says("好，我找找")
    assert "rest" in (await offered(house, number, actor)).steps
    assert "rest" not in (await offered(house, number, somebody(house, "老王"))).steps
    assert await answers_due(house, number) == 1
    await make(house, actor, number, "rest")
    assert await answers_due(house, number) == 0
    assert not await rider.waits(timedelta(days=5))
    assert (await handoff(house, number)).state == "held"
    assert "rest" not in (await offered(house, number, actor)).steps
    await rider.says("找到了")
    assert await answers_due(house, number) == 1
    assert [one.event for one in (await offered(house, number, actor)).happened][-1] == "rest"


async def answers_due(house: House, number: int) -> int:
    """How many clocks of the conversation run."""
    async with house.database.begin() as unit:
        timers = await unit.clock_timers.of("handoff", str(number))
    return sum(one.breaks_at is not None for one in timers)


async def test_it_is_handed_on_to_a_colleague_on_duty(house: House) -> None:
    """Nobody else is in the list, and nobody else is taken; the rider and the colleague know."""
    rider, number = await waiting(house)
    zhao = somebody(house)
    await on_duty(house, "赵敏", "老王")
    await on_duty(house, "外面", region="yantai")
    await make(house, zhao, number, "take")
    assert (await offered(house, number, zhao)).colleagues == ("外面", "老王")  # of no region
    for odd in ("", "没有这人", "赵敏"):
        with pytest.raises(Refused, match="no_colleague_on_duty"):
            await make(house, zhao, number, "hand_on", to=odd)
    await make(house, zhao, number, "hand_on", to="老王", note="懂押金的")
    assert (await handoff(house, number)).staff == "老王"
    assert "老王" in await heard(rider)
    assert "懂押金的" not in await heard(rider)
    assert (await offered(house, number, zhao)).steps == ()
    with pytest.raises(Refused, match="taken_by"):
        await make(house, zhao, number, "close")


async def test_a_lead_takes_over_what_somebody_has(house: House) -> None:
    """Staff can't; of a lead it is in the audit who had it before."""
    rider, number = await waiting(house, region="weihai-jingkai")
    await on_duty(house, "赵敏", "老王")
    await make(house, somebody(house), number, "take")
    staff = somebody(house, "老王")
    assert (await offered(house, number, staff)).steps == ()
    with pytest.raises(Refused, match="taken_by"):
        await make(house, staff, number, "escalate", note="该市里办")
    lead = somebody(house, "组长", role="lead", region="weihai")
    can = await offered(house, number, lead)
    assert can.steps == ("hand_on", "escalate")
    assert can.colleagues == ("组长", "老王")
    elsewhere = somebody(house, "别处", role="lead", region="yantai")
    with pytest.raises(NotThere):
        await make(house, elsewhere, number, "hand_on", to="老王")
    await make(house, lead, number, "hand_on", to="组长")
    assert (await handoff(house, number)).staff == "组长"
    told = await heard(rider)
    assert "接下来由 组长" in told
    assert "转给" not in told  # the one who had it did nothing
    async with house.database.begin() as unit:
        lines = await unit.audit.lines(Filter(action="handoff.hand_on"), 10)
    assert [line.actor for line in lines] == ["staff:组长"]


async def test_it_goes_up_with_a_reason_and_down_with_an_answer(house: House) -> None:
    """Those above read why; those below see it again when they have the answer."""
    _, number = await waiting(house, region="weihai-jingkai")
    district = somebody(house, region="weihai-jingkai")
    await make(house, district, number, "take")
    assert (await offered(house, number, district)).above == "weihai"
    with pytest.raises(AtNote, match="note_escalate"):
        await make(house, district, number, "escalate")
    await make(house, district, number, "escalate", note="跨区的厂子")
    with pytest.raises(NotThere):
        await offered(house, number, district)
    city = somebody(house, "市里", region="weihai")
    can = await offered(house, number, city)
    assert (can.happened[-1].event, can.happened[-1].note) == ("escalate", "跨区的厂子")
    assert (can.above, can.below) == ("shandong", "weihai-jingkai")
    with pytest.raises(AtNote, match="note_send_down"):
        await make(house, city, number, "send_down")
    await make(house, city, number, "send_down", note="可以办，照新规定")
    assert (await handoff(house, number)).region == "weihai-jingkai"
    assert (await offered(house, number, district)).happened[-1].note == "可以办，照新规定"


async def test_what_is_over_is_opened_again(house: House) -> None:
    """Into the queue; but not where the rider has asked for a person again since."""
    rider, number = await waiting(house)
    actor = somebody(house)
    await make(house, actor, number, "take")
    await make(house, actor, number, "close")
    assert (await offered(house, number, actor)).steps == ("reopen",)
    await make(house, actor, number, "reopen", note="漏了一件")
    assert (await handoff(house, number)).state == "waiting"
    await make(house, actor, number, "close")
    house.clock.move(timedelta(minutes=1))
    await rider.says("转人工")
    assert (await offered(house, number, actor)).steps == ()
    with pytest.raises(Refused, match="asked_again"):
        await make(house, actor, number, "reopen")


async def test_what_is_missing_stands_at_the_field_and_nothing_is_lost(house: House) -> None:
    """The page again, with one sentence where the note is written, and what was typed."""
    _, number = await crisis(house)
    door = Door(house.database)
    door.clock.move(house.clock.now() - door.clock.now())
    account = await door.member("赵敏", "staff")
    async with house.database.begin() as unit:
        entry = await unit.inbox_list.entry(number)
        assert entry is not None
        await unit.handoffs.move(entry.conversation, "take", "赵敏")
    async with visitors(door) as visitor:
        one = visitor(await door.enter(account))
        await one.get(f"/console/inbox/{number}")
        assert 'aria-required="true"' in one.text
        assert (await one.post(f"/console/inbox/{number}/close")).status == 422
        assert 'id="about-end-wrong">紧急求助要写明做了什么' in one.text
        long = "写了很多" * 501
        assert (await one.post(f"/console/inbox/{number}/return", {"about": long})).status == 422
        assert f">{long}</textarea>" in one.text
        assert (await one.post(f"/console/inbox/{number}/escalate", {"about": ""})).status == 422
