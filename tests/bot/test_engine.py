"""The turn: once, whole, in order; and what can't be handled is put aside."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from actions.content import Location, News, Reply, Text, Timer
from actions.state import State
from bot.engine import TEXT_KEPT
from bot.inbox import Inbox
from bot.messages import Inbound, Receipt, RiderLine
from bot.worker import Worker
from knowledge.books import ConversationRow, InboxRow, MessageRow, OutboxRow
from knowledge.turns import Finished, Turns
from tests.bot.table import START, Table


async def test_a_message_is_answered_and_the_log_tells_both_sides(table: Table) -> None:
    """The rider's line and the reply stand in the log, in order, and can be read again."""
    outcome = await table.say("echo 你好")
    assert outcome.state == "answered"
    assert [reply.text for reply in outcome.replies] == ["echo echo 你好"]
    first, second = await table.log.before(table.conversation, None)
    assert isinstance(first, RiderLine)
    assert first.text == "echo 你好"
    assert isinstance(second, Reply)
    assert second.id == outcome.replies[0].id


async def test_a_repeated_delivery_has_no_second_effect(table: Table) -> None:
    """The same external id is one message, before and after it was handled."""
    first = await table.put("echo 1", external_id="same")
    again = await table.put("echo 1", external_id="same")
    await table.engine.serve(table.conversation)
    afterwards = await table.put("echo 1", external_id="same")
    await table.engine.serve(table.conversation)
    assert first == again == afterwards
    assert await table.count(MessageRow) == 2


async def test_a_delivery_repeated_at_the_same_time_on_two_processes_is_one(table: Table) -> None:
    """Also the conversation itself is begun once, however many begin it together."""
    others = [Inbox(table.database, table.log, table.bells, per_minute=0) for _ in range(6)]
    inbound = Inbound(
        channel="web",
        conversation="new",
        external_id="x",
        content=Text(text="echo"),
        at=START,
    )
    receipts = await asyncio.gather(*(inbox.put(inbound) for inbox in others))
    assert len({receipt.inbox_id for receipt in receipts}) == 1
    assert sum(not receipt.repeated for receipt in receipts) == 1


async def test_a_house_is_busy_while_others_are_served(table: Table) -> None:
    """One rider alone never finds it so, nor does who comes when all are served."""
    table.understanding.delay = 0.1
    for number in range(3):
        await table.say(f"echo {number}")
    assert table.understanding.busy == [False] * 3
    conversations = []
    for rider in ("a", "b", "c", "d"):
        await table.put("echo 1", rider=rider)
        conversations.append(table.conversation)
    await asyncio.gather(*(table.engine.serve(one) for one in conversations))
    assert sorted(table.understanding.busy[3:]) == [False] + [True] * 3
    await table.say("echo 4")
    assert table.understanding.busy[-1] is False


async def test_several_workers_handle_each_message_once_and_in_order(table: Table) -> None:
    """Forty messages of two riders, four engines: each once, each rider's in order."""
    table.understanding.delay = 0.002
    numbers: dict[str, int] = {}
    for number in range(20):
        for rider in ("a", "b"):
            await table.put(f"echo {number}", rider=rider)
            numbers[rider] = table.conversation
    first, second = numbers.values()
    engines = [table.new_engine(f"w{n}") for n in range(4)]
    await asyncio.gather(*(e.serve(c) for e in engines for c in (first, second)))
    for engine in engines:  # an engine gives way where another one is at it
        await engine.serve(first)
        await engine.serve(second)
    for conversation in (first, second):
        lines = await table.log.after(conversation, 0, 200)
        echoes = [line.text for line in lines if isinstance(line, Reply)]
        assert echoes == [f"echo echo {number}" for number in range(20)]


async def test_a_turn_that_fails_leaves_nothing_and_is_parked_after_three_tries(
    table: Table,
) -> None:
    """The rider gets an apology and a person; the next message goes on."""
    failing = await table.put("fails now")
    going_on = await table.put("echo after")
    await table.engine.serve(table.conversation)
    outcome = await table.inbox.outcome(failing)
    assert "抱歉" in outcome.replies[0].text
    assert (await table.inbox.outcome(going_on)).replies[0].text == "echo echo after"
    async with table.database.begin() as unit:
        row = await unit.session.get(InboxRow, failing)
        assert row is not None
        assert (row.failures, row.parked) == (3, True)
        actions = await unit.session.scalars(text("select action from audit order by id"))
        assert "fails" not in list(actions)
        (handoff,) = await unit.handoffs.queue()
        assert handoff.kind == "poison"
        assert "fails now" in handoff.summary


async def test_a_cry_for_help_has_the_numbers_even_if_all_else_fails(table: Table) -> None:
    """Parked like anything else, and yet first in the queue."""
    failing = await table.put("fails 我不想活了")
    await table.engine.serve(table.conversation)
    (reply,) = (await table.inbox.outcome(failing)).replies
    for number in ("110", "120", "12356"):
        assert number in reply.text
    async with table.database.begin() as unit:
        (handoff,) = await unit.handoffs.queue()
    assert handoff.crisis


async def test_replies_effects_state_and_handled_are_one_transaction(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails at the very end takes everything with it, and the retry does it once."""
    number = await table.put("echo whole", channel="telegram")
    finish = Turns.finish
    broken = [True]

    async def breaks_once(self: Turns, *args: Any) -> Finished:
        finished = await finish(self, *args)
        if broken.pop() if broken else False:
            raise RuntimeError("the power goes out")
        return finished

    monkeypatch.setattr(Turns, "finish", breaks_once)
    await table.engine.serve(table.conversation)
    assert (await table.inbox.outcome(number)).state == "answered"
    assert await table.count(MessageRow) == 2
    assert await table.count(OutboxRow) == 1
    async with table.database.begin() as unit:
        assert len(list(await unit.session.scalars(text("select 1 from audit")))) == 1


async def test_a_timer_comes_up_by_itself_once(table: Table) -> None:
    """What is due tomorrow is not said today, and not twice tomorrow."""
    await table.say("tea")
    await table.engine.serve(table.conversation)
    assert await table.count(MessageRow) == 2
    table.clock.move(timedelta(days=1, seconds=1))
    await table.engine.serve(table.conversation)
    await table.engine.serve(table.conversation)
    lines = await table.log.before(table.conversation, None)
    assert [line.text for line in lines][2:] == ["time for tea"]


async def test_the_worker_finds_what_no_bell_told(table: Table) -> None:
    """A worker that starts late serves what waits, and wakes at the bell for what comes."""
    early = await table.put("echo early")
    worker = Worker(table.database, table.engine)
    running = asyncio.create_task(worker.run())
    try:
        assert (
            await table.inbox.wait(Receipt(early, table.conversation, False), 5)
        ).state == "answered"
        late = await table.put("echo late")
        assert (
            await table.inbox.wait(Receipt(late, table.conversation, False), 5)
        ).state == "answered"
    finally:
        running.cancel()


async def test_a_long_text_is_read_whole_and_kept_short(table: Table) -> None:
    """1,000 characters are kept, with a word about it."""
    outcome = await table.say("echo " + "长" * 3000)
    assert "1000" in outcome.replies[0].text
    line, *_ = await table.log.before(table.conversation, None)
    assert len(line.text) == TEXT_KEPT


async def test_a_position_is_blanked_when_its_turn_is_over(table: Table) -> None:
    """Neither the inbox nor the log keeps where somebody was."""
    await table.put(Location(lat=37.123456, lon=122.654321))
    await table.engine.serve(table.conversation)
    async with table.database.begin() as unit:
        payloads = await unit.session.scalars(text("select payload from inbox"))
        assert list(payloads) == [None]
        for line in await unit.conversations.after(table.conversation, 0, 10):
            conversation = await unit.conversations.get(table.conversation)
            assert conversation is not None
            body = await unit.people.unseal(conversation.person, line.body, "message")
            assert "37.12" not in str(body)


async def test_an_old_state_is_begun_afresh_with_a_word(table: Table) -> None:
    """A state of another version is no crash."""
    await table.say("echo 1")
    async with table.database.begin() as unit:
        conversation = await unit.conversations.get(table.conversation)
        assert conversation is not None
        sealed = await unit.people.seal(conversation.person, {"version": 0, "x": 1}, "state")
        await unit.session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == table.conversation)
            .values(state=sealed)
        )
    outcome = await table.say("echo 2")
    assert "升级" in outcome.replies[0].text
    assert outcome.replies[1].text == "echo echo 2"
    assert State().version == 1


async def test_an_office_decision_is_told_by_itself(table: Table) -> None:
    """News is a row in the inbox like everything that makes the bot speak."""
    outcome = await table.say(News(key="smalltalk.thanks"))
    assert outcome.replies[0].text


async def test_a_timer_without_a_function_is_no_crash(table: Table) -> None:
    """A timer of an older release that nobody knows any more passes silently."""
    outcome = await table.say(Timer(name="of an older release"))
    assert outcome.replies == ()


async def test_who_writes_too_fast_is_answered_later_but_never_lost(table: Table) -> None:
    """The 21st message of a minute waits, with one polite line; a cry for help doesn't."""
    inbox = Inbox(table.database, table.log, table.bells, per_minute=20)
    table.inbox = inbox
    for number in range(25):
        await table.put(f"echo {number}")
    await table.engine.serve(table.conversation)
    lines = await table.log.after(table.conversation, 0, 200)
    replies = [line.text for line in lines if isinstance(line, Reply)]
    assert len([r for r in replies if r.startswith("echo")]) == 20
    assert len(replies) == 21
    table.clock.move(timedelta(minutes=2))
    await table.engine.serve(table.conversation)
    lines = await table.log.after(table.conversation, 0, 200)
    echoes = [line.text for line in lines if isinstance(line, Reply) and "echo" in line.text]
    assert echoes == [f"echo echo {number}" for number in range(25)]
