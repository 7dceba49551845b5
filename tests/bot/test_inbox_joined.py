"""The inbox with what other parts know: cases beside a conversation, clocks, who is looking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.inbox_answers import Draft, InboxAnswers
from bot.inbox_board import InboxBoard
from bot.inbox_steps import InboxSteps
from bot.inbox_talk import InboxTalk
from knowledge.access import Actor
from knowledge.clocks import Limit
from knowledge.content_cases import said_in
from knowledge.notice_rows import NoticeRow
from knowledge.presence import Presence
from tests.actions.talk import House
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.bot.inbox import somebody, waiting, working


async def take(house: House, number: int, actor: Actor) -> None:
    async with working(house):
        await InboxSteps(house.database).make(actor, number, "take")


async def case_of(house: House, number: int, region: str, kind: str = "report") -> str:
    """A case of the rider of a conversation."""
    async with house.database.begin() as unit:
        entry = await unit.inbox_list.entry(number)
        assert entry is not None
        case = await unit.cases.file(
            entry.person, unit.case_kinds.get(kind), region=region,
            details={"what": "路灯坏了", "employer": "顺达"}, consent="1", code="123456",
        )  # fmt: skip
    return case.number


async def first(board: InboxBoard, actor: Actor) -> str:
    """How the clock of the first one in the list stands."""
    due = (await board.page(actor, "all")).rows[0].due
    assert due is not None
    return due.standing


async def told(house: House) -> list[str | None]:
    """To whom a rider's new message was told."""
    async with house.database.begin() as unit:
        rows = await unit.session.scalars(
            select(NoticeRow).where(NoticeRow.kind == "message").order_by(NoticeRow.id)
        )
        return [row.addressee for row in rows]


async def test_a_riders_cases_stand_beside_the_conversation(house: House) -> None:
    """Those of the actor's regions, and none of a joint case that doesn't name them."""
    _, number = await waiting(house)
    here = await case_of(house, number, "weihai-jingkai")
    away = await case_of(house, number, "yantai")
    joint = await case_of(house, number, "weihai-jingkai", "dispute")
    _, another = await waiting(house)
    second = await case_of(house, another, "weihai-jingkai", "dispute")
    async with house.database.begin() as unit:
        cases = [await unit.cases.locked(one) for one in (joint, second)]
        made = await unit.joint_cases.make(cases, "weihai", actor="house", account="别人")
        await unit.session.flush()
        for case in cases:
            await unit.joint_cases.answer(made.id, case, agreed=True)
    talks = InboxTalk(house.database)
    local = await talks.show(somebody(house, region="weihai"), number)
    assert [one.number for one in local.cases] == [here]
    every = await talks.show(somebody(house), number)
    assert {one.number for one in every.cases} == {here, away}
    named = await talks.show(somebody(house, "别人", "lead"), number)
    assert {one.number for one in named.cases} == {here, away, joint}


async def test_a_case_is_a_link_with_its_step_and_who_has_it(house: House) -> None:
    """Number, kind, step and owner, on the page."""
    _, number = await waiting(house)
    case = await case_of(house, number, "weihai-jingkai")
    door = Door(house.database)
    door.clock.move(house.clock.now() - door.clock.now())
    account = await door.member("赵敏", "staff")
    async with visitors(door) as visitor:
        one = visitor(await door.enter(account))
        assert (await one.get(f"/console/inbox/{number}")).status == 200
    kind = said_in(house.database.case_kinds.get("report").name, "zh")
    assert f'<a href="/console/cases/{case}">{kind} {case}</a>' in one.text
    assert "还没有人" in one.text


async def test_the_list_is_sorted_by_what_breaks_first(house: House) -> None:
    """A shorter limit comes before a longer wait; then warned, then broken, then answered."""
    _, slow = await waiting(house)
    house.clock.move(timedelta(minutes=1))
    async with house.database.begin() as unit:
        await unit.clock_limits.put(Limit("first_answer", 20, "weihai-jingkai", always=True))
    _, quick = await waiting(house, region="weihai-jingkai")
    board, actor = InboxBoard(house.database), somebody(house)
    rows = (await board.page(actor, "all")).rows
    assert [row.number for row in rows] == [quick, slow]
    assert await first(board, actor) == "in_time"
    house.clock.move(timedelta(minutes=17))
    assert await first(board, actor) == "soon"
    house.clock.move(timedelta(minutes=4))
    assert await first(board, actor) == "late"
    await take(house, quick, actor)
    async with working(house):
        await InboxAnswers(house.database).say(actor, quick, Draft("first-answer", "您好"))
    rows = (await board.page(actor, "all")).rows
    assert [row.number for row in rows] == [slow, quick]
    assert rows[1].due is None


async def test_who_has_it_and_does_not_look_is_told_of_a_message(house: House) -> None:
    """Once until they have answered, and again after that."""
    rider, number = await waiting(house)
    actor = somebody(house)
    await take(house, number, actor)
    await rider.says("在吗")
    await rider.says("还在吗")
    assert await told(house) == ["赵敏"]
    async with working(house):
        await InboxAnswers(house.database).say(actor, number, Draft("first-answer", "在的"))
    assert await told(house) == ["赵敏"]
    house.clock.move(timedelta(minutes=1))
    await rider.says("好的，还有一件事")
    assert await told(house) == ["赵敏", "赵敏"]


async def test_who_has_the_page_open_is_not_told(house: House) -> None:
    """In whichever process; a colleague's open page doesn't count, nor one that was closed."""
    rider, number = await waiting(house)
    await take(house, number, somebody(house))
    elsewhere = Presence(house.database)
    try:
        async with elsewhere.reading(rider.number, "赵敏"):
            async with elsewhere.reading(rider.number, "赵敏"):  # two windows
                await rider.says("在吗")
            await rider.says("还在吗")
            assert await told(house) == []
        async with elsewhere.reading(rider.number, "组长"):
            await rider.says("没人吗")
            assert await told(house) == ["赵敏"]
    finally:
        await elsewhere.close()


@pytest.mark.parametrize(
    ("calls", "delivery", "read"),
    [
        ((), "sent", "已发出"),
        (("ready",), "sending", "发送中"),
        (("sent", "sending"), "sending", "发送中"),
        (("sent", "sent"), "delivered", "已送达"),
        (("sent", "unknown"), "unknown", "不确定是否送到"),
        (("unknown", "failed"), "failed", "没送到"),
    ],
)
async def test_each_line_of_staff_says_how_far_it_has_come(
    house: House, calls: tuple[str, ...], delivery: str, read: str
) -> None:
    """Of several calls to the platform the worst counts; without any, a page is to fetch it."""
    _, number = await waiting(house)
    await take(house, number, somebody(house))
    async with working(house):
        await InboxAnswers(house.database).say(
            somebody(house), number, Draft("how-far-is-it", "您好")
        )
    async with house.database.begin() as unit:
        for part, state in enumerate(calls):
            await unit.rows(
                "insert into outbox"
                " (conversation_id, message_id, part, bot, crisis, state, next_at)"
                " select conversation_id, id, $1, 'main', false, $2, at"
                " from messages where who = 'staff' order by id desc limit 1 returning id",
                part, state,
            )  # fmt: skip
    line = (await InboxTalk(house.database).show(somebody(house), number)).lines[-1]
    assert (line.text, line.delivery) == ("您好", delivery)
    door = Door(house.database)
    door.clock.move(house.clock.now() - door.clock.now())
    account = await door.member("赵敏", "staff")
    async with visitors(door) as visitor:
        one = visitor(await door.enter(account))
        await one.get(f"/console/inbox/{number}")
    assert f'<span class="delivery {delivery}" data-delivery>{read}</span>' in one.text
