"""A person in the conversation, in a time-lapse: silence, a crisis at night, notes, how it was."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from actions.content import StaffAct, StaffSay
from knowledge.clock import CHINA
from knowledge.clocks import Limit
from knowledge.duty_roster import Absence, Days, Shift
from knowledge.handoffs import Handoff
from knowledge.notice_rows import NoticeRow
from tests.actions.talk import House, Talk

MINUTE = timedelta(minutes=1)


def clock(house: House, month: int, day: int, hour: int, minute: int = 0) -> None:
    house.clock.set(datetime(2026, month, day, hour, minute, tzinfo=CHINA))


async def on_roster(
    house: House, days: Days = "workdays", region: str | None = None, name: str = "赵敏"
) -> None:
    async with house.database.begin() as unit:
        await unit.duty.put_shift(Shift(name, region, days, 9 * 60, 17 * 60 + 30))


async def handoff(house: House) -> Handoff:
    async with house.database.begin() as unit:
        (found,) = await unit.handoffs.queue()
    return found


async def notices(house: House) -> list[tuple[str, str | None, str | None]]:
    async with house.database.begin() as unit:
        rows = await unit.session.scalars(select(NoticeRow).order_by(NoticeRow.id))
        return [(row.kind, row.region, row.addressee) for row in rows]


def act(what: str, staff: str = "赵敏", **more: object) -> StaffAct:
    return StaffAct.model_validate({"staff": staff, "act": what, **more})


async def test_the_time_to_expect_on_the_eve_of_a_holiday(house: House) -> None:
    """16:55 before National Day: the first is answered today, the second after the holiday."""
    clock(house, 9, 30, 16, 55)
    await on_roster(house)
    first, second = Talk(house), Talk(house)
    assert "今天 17:25" in await first.says("人工")
    heard = await second.says("人工")
    assert "前面还有 1 位" in heard
    assert "10月8日（周四） 09:25" in heard
    assert "国庆节" in heard
    again = await second.says("还要多久")
    assert "前面还有 1 位" in again
    assert "10月8日" in again


async def test_asking_again_moves_no_promise(house: House) -> None:
    """The time that was told stays until it is over; then another one is told."""
    clock(house, 11, 25, 10)
    await on_roster(house)
    talk = Talk(house)
    assert "今天 10:30" in await talk.says("人工")
    house.clock.move(20 * MINUTE)
    heard = await talk.says("还要多久")
    assert "今天 10:30" in heard
    assert "10:50" not in heard
    house.clock.move(15 * MINUTE)
    heard = await talk.says("还要多久")
    assert "今天 11:05" in heard
    assert "10:30" not in heard


async def test_a_working_saturday_is_promised_and_a_free_one_is_not(house: House) -> None:
    """On Friday evening before 10 October, which is worked for the holiday, and before the 17th."""
    clock(house, 10, 9, 17, 20)
    await on_roster(house)
    assert "10月10日（周六） 09:20" in await Talk(house).says("人工")
    clock(house, 10, 16, 17, 20)
    assert "10月19日（周一）" in await Talk(house).says("人工")


@pytest.mark.parametrize(("kind", "told"), [(None, "10:45"), ("person", "11:00")])
async def test_the_promise_is_the_regions_own_limit_of_the_kind(
    house: House, kind: str | None, told: str
) -> None:
    """What the district has set for those who ask for a person goes before what it set for all."""
    clock(house, 11, 25, 10)
    await on_roster(house)
    async with house.database.begin() as unit:
        await unit.clock_limits.put(Limit("first_answer", 45, "weihai-jingkai"))
        if kind:
            await unit.clock_limits.put(Limit("first_answer", 60, "weihai-jingkai", kind))
    assert f"今天 {told}" in await Talk(house).says("我在威海经区，找人工")
    other = await Talk(house).says("我在烟台，找人工")
    assert "今天 10:30" in other


async def test_nothing_is_promised_for_when_nobody_is_on_duty(house: House) -> None:
    """The only one who could answer is away then: a place, and no time."""
    clock(house, 9, 30, 17, 10)
    await on_roster(house)
    async with house.database.begin() as unit:
        end = house.clock.now() + timedelta(days=30)
        await unit.duty.put_absence(Absence("赵敏", house.clock.now() + 20 * MINUTE, end))
    heard = await Talk(house).says("人工")
    assert "第一位" in heard
    assert "前有人回您" not in heard


async def test_out_of_hours_the_rider_hears_when_somebody_will_be_there(house: House) -> None:
    """The next shift behind the holiday, what can be done now, and lines for what can't wait."""
    clock(house, 10, 1, 20)
    await on_roster(house)
    heard = await Talk(house).says("人工")
    assert "没有工作人员值班" in heard
    assert "10月8日（周四） 09:00" in heard
    assert "国庆节" in heard
    assert "tel:12351" in [button.url for button in heard.buttons]
    assert "找歇脚驿站" in heard.labels


async def test_staff_who_fall_silent_are_warned_then_lose_the_conversation(house: House) -> None:
    """In working minutes, once each; an answer in between ends the wait."""
    clock(house, 9, 29, 17, 15)
    await on_roster(house)
    talk = Talk(house)
    await talk.says("人工")
    await talk.sends(act("take"))
    await talk.sends(StaffSay(staff="赵敏", text="您好，请讲"))
    assert not await talk.says("押金不退")
    assert not await talk.says("八百块")
    assert not await talk.waits(11 * MINUTE)
    assert ("staff_silent", None, "赵敏") in await notices(house)
    assert (await handoff(house)).state == "held"
    assert not await talk.waits(timedelta(hours=15))  # the night doesn't count
    heard = await talk.waits(50 * MINUTE)
    assert "赵敏" in heard
    assert "队伍" in heard
    found = await handoff(house)
    assert (found.state, found.staff) == ("waiting", None)
    assert [one for one, *_ in await notices(house)].count("handoff_returned") == 1
    assert not await talk.waits(timedelta(days=1))
    async with house.database.begin() as unit:
        events = [one.event for one in await unit.handoffs.happened(found)]
    assert events == ["ask", "take", "answered", "wrote", "warned", "fall_silent"]


async def test_a_crisis_at_night_with_nobody_on_duty_goes_up_to_the_top(house: House) -> None:
    """The rider is told at once and given the lines; staff and leads of each level are told."""
    clock(house, 11, 25, 2)
    talk = Talk(house)
    async with house.database.begin() as unit:
        await unit.session.execute(select(1))
    await talk.says("你好")
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        await unit.people.change(
            conversation.person, {}, actor="rider", region="weihai-jingkai"
        )  # as an application would have
    heard = await talk.says("我不想活了")
    assert "没有工作人员值班" in heard
    assert [button.url for button in heard.buttons] == ["tel:110", "tel:120", "tel:12356"]
    told = await notices(house)
    assert ("crisis", "weihai-jingkai", None) in told
    assert ("crisis_unacknowledged", "weihai-jingkai", None) in told
    for region in ("weihai", "shandong", "cn"):
        await talk.waits(3 * MINUTE + timedelta(seconds=1))
        assert (await handoff(house)).region == region
        assert ("crisis", region, None) in await notices(house)
    heard = await talk.waits(3 * MINUTE + timedelta(seconds=1))
    assert "110" in heard
    before = await notices(house)
    assert not await talk.waits(timedelta(hours=2))
    assert await notices(house) == before
    found = await handoff(house)
    assert found.crisis
    assert not await talk.sends(act("close"))  # never without a note
    assert (await handoff(house)).state == "waiting"
    heard = await talk.sends(act("close", note="已联系家人"))
    assert "已联系家人" not in heard
    assert "赵敏" in heard


async def test_a_cry_over_the_question_how_it_was_is_heard_and_listened_to(house: House) -> None:
    """Whatever question is open: the answer has the numbers, and so has the next one."""
    talk = await taken_over(house)
    await talk.sends(StaffSay(staff="赵敏", text="好的"))
    await talk.sends(act("return"))
    await talk.presses("2 不太好")
    heard = await talk.says("我不想活了")
    assert "110" in heard
    heard = await talk.says("我在家")
    assert "110" in heard
    assert "加入工会" in heard


async def test_the_region_said_in_passing_counts_for_a_person_later(house: House) -> None:
    """Whoever has told no place otherwise; what is said later counts before it."""
    talk = Talk(house)
    await talk.says("威海经区这边会费怎么交")
    await talk.says("人工")
    assert (await handoff(house)).region == "weihai-jingkai"


async def test_a_crisis_that_is_acknowledged_stays_where_it_is(house: House) -> None:
    """With somebody on duty at night: seen to within minutes, nothing is escalated."""
    clock(house, 11, 25, 2)
    async with house.database.begin() as unit:
        await unit.duty.put_shift(Shift("老王", None, "daily", 22 * 60, 6 * 60))
    talk = Talk(house)
    heard = await talk.says("我不想活了")
    assert "尽快" in heard
    assert [kind for kind, *_ in await notices(house)] == ["crisis"]
    await talk.waits(2 * MINUTE)
    assert not await talk.sends(act("acknowledge", "老王"))
    assert not await talk.waits(timedelta(hours=1))
    assert [kind for kind, *_ in await notices(house)] == ["crisis"]
    assert (await handoff(house)).acknowledged_at is not None


async def taken_over(house: House) -> Talk:
    """A rider who was joining, and whom a person has now."""
    clock(house, 11, 25, 10)
    await on_roster(house)
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    await talk.says("转人工")
    await talk.sends(act("take"))
    return talk


async def test_on_return_the_bot_knows_what_was_agreed(house: House) -> None:
    """The note is said once; an open form goes on without asking what it holds."""
    talk = await taken_over(house)
    assert "赵敏" in talk.heard
    heard = await talk.sends(act("return", note="在烟台芝罘区入会，会费说过了"))
    assert "会费说过了" in heard
    assert "手机" in heard  # not where: the note has said that
    heard = await talk.says("人工")
    async with house.database.begin() as unit:
        (found,) = await unit.handoffs.queue()
    assert "会费说过了" in found.summary


async def test_a_crisis_that_who_is_on_duty_does_not_see_goes_up_to_who_is(house: House) -> None:
    """At night, with somebody on duty here and above: each level is told, and the rider of it."""
    clock(house, 11, 25, 2)
    async with house.database.begin() as unit:
        await unit.duty.put_shift(Shift("老王", "weihai-jingkai", "daily", 22 * 60, 6 * 60))
        await unit.duty.put_shift(Shift("市里", "weihai", "daily", 22 * 60, 6 * 60))
    talk = Talk(house)
    await talk.says("你好")
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        await unit.people.change(conversation.person, {}, actor="rider", region="weihai-jingkai")
    heard = await talk.says("我不想活了")
    assert "尽快" in heard
    assert await notices(house) == [("crisis", "weihai-jingkai", None)]
    heard = await talk.waits(3 * MINUTE + timedelta(seconds=1))
    assert "威海市" in heard
    assert ("crisis_unacknowledged", "weihai-jingkai", None) in await notices(house)
    assert ("crisis", "weihai", None) in await notices(house)
    await talk.waits(2 * MINUTE)
    assert not await talk.sends(act("acknowledge", "市里"))
    before = await notices(house)
    assert not await talk.waits(timedelta(hours=1))
    assert await notices(house) == before
    assert (await handoff(house)).region == "weihai"
    heard = await talk.sends(act("take", "市里"))
    assert "市里" in heard


async def filled_by_staff(house: House, form: str = "report_problem") -> Talk:
    """A rider who was joining; a person has taken over, and the bot asks for them."""
    talk = await taken_over(house)
    assert await talk.sends(StaffSay(staff="赵敏", form=form))
    return talk


async def test_the_riders_own_form_goes_on_after_one_that_staff_began_was_left(
    house: House,
) -> None:
    """It is put aside for staff's form only; while the person is there, nothing is asked of it."""
    talk = await filled_by_staff(house)
    heard = await talk.says("算了")
    assert "工作人员接着跟您说" in heard
    assert "哪" not in heard
    assert not await talk.says("好的，谢谢")
    heard = await talk.sends(act("return", note="在烟台芝罘区入会，会费说过了"))
    assert "手机" in heard
    assert "哪" not in heard  # it is the same form, and the note has said where


async def test_the_riders_own_form_goes_on_after_one_that_staff_began_was_filled(
    house: House,
) -> None:
    """As well as after one that was left."""
    talk = await filled_by_staff(house)
    await talk.says("芝罘区南大街的路灯不亮了")
    for label in ("以后再补", "同意", "确认"):
        await talk.presses(label)
    assert "工作人员接着跟您说" in talk.heard
    heard = await talk.sends(act("return", note="在烟台芝罘区入会"))
    assert "手机" in heard


async def test_staff_give_back_while_their_form_is_open(house: House) -> None:
    """The rider goes on with it, and with their own form behind it."""
    talk = await filled_by_staff(house)
    heard = await talk.sends(act("return", note="在烟台芝罘区入会"))
    assert "手机" not in heard
    heard = await talk.says("算了")
    assert "手机" in heard


async def test_staff_start_one_form_after_another(house: House) -> None:
    """The second takes the first one's place; the rider's own form is behind both."""
    talk = await filled_by_staff(house)
    assert await talk.sends(StaffSay(staff="赵敏", form="apply_hardship"))
    await talk.says("算了")
    heard = await talk.sends(act("return", note="在烟台芝罘区入会"))
    assert "手机" in heard


async def test_staff_start_the_form_that_the_rider_has_open(house: House) -> None:
    """It is the same one: its question is put again, and what it holds stays."""
    talk = await filled_by_staff(house, "join_union")
    assert "哪" in talk.heard
    heard = await talk.says("烟台芝罘区")
    assert "手机" in heard


async def test_an_unfinished_form_is_not_offered_while_a_person_is_there(house: House) -> None:
    """Its buttons would be silent; it goes on when the rider is given back."""
    clock(house, 11, 25, 10)
    talk = Talk(house)
    await talk.says("我要入会")
    await talk.presses("送外卖")
    await talk.says("转人工")
    await talk.sends(act("take"))
    await talk.sends(StaffSay(staff="赵敏", text="请等一天"))
    assert not await talk.waits(timedelta(hours=25))
    heard = await talk.sends(act("return", note="在烟台芝罘区入会"))
    assert "手机" in heard


async def test_the_rider_is_asked_once_how_it_was(house: House) -> None:
    """Stars by button, then a line if they like; never pushed twice."""
    clock(house, 11, 25, 10)
    await on_roster(house)
    talk = Talk(house)
    await talk.says("人工")
    await talk.sends(act("take"))
    number = (await handoff(house)).id
    heard = await talk.sends(act("close"))
    assert [label[0] for label in heard.labels] == ["1", "2", "3", "4", "5"]
    await talk.presses("5 很好")
    heard = await talk.says("小赵很耐心")
    assert "谢谢" in heard
    async with house.database.begin() as unit:
        found = await unit.handoffs.get(number)
        assert found is not None
        assert await unit.handoff_ratings.of(found) == (5, "小赵很耐心")
    heard = await talk.sends(act("reopen"))
    assert "重新打开" in heard
    await talk.sends(act("take"))
    heard = await talk.sends(act("close"))
    assert not heard.labels


async def test_who_has_it_now_is_told(house: House) -> None:
    """Handed on, up and down again: name and office, and nothing is asked twice."""
    clock(house, 11, 25, 10)
    await on_roster(house)
    talk = Talk(house)
    await talk.says("我在威海经区，找人工")
    await talk.sends(act("take"))
    heard = await talk.sends(act("hand_on", to="老王", note="懂押金的"))
    assert "赵敏" in heard
    assert "老王" in heard
    assert "懂押金" not in heard
    assert not await talk.sends(act("close"))  # it isn't hers any more
    assert ("handoff_waiting", None, "老王") in [
        (kind, None, to) for kind, _, to in await notices(house)
    ]
    heard = await talk.says("返回")
    assert "回到我这儿" in heard
