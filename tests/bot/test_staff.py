"""The staff service: legal steps only, and of two who take one is told who has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.staff import NoSuchHandoff, Staff, StaffRefused, TakenBy
from knowledge.handoffs import Handoff
from tests.actions.talk import House, Talk


@asynccontextmanager
async def worked(house: House, conversation: int) -> AsyncIterator[None]:
    """A worker serves the conversation meanwhile."""

    async def serve() -> None:
        while True:
            await house.engine.serve(conversation)
            await asyncio.sleep(0.01)

    worker = asyncio.create_task(serve())
    try:
        yield
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def asked(house: House, staff: Staff) -> tuple[Talk, Handoff]:
    """A rider who waits for a person."""
    talk = Talk(house)
    await talk.says("转人工")
    (handoff,) = await staff.queue()
    return talk, handoff


async def test_of_two_who_take_one_wins_and_the_other_hears_who(house: House) -> None:
    """Both may look at the same queue; the conversation goes to one of them."""
    staff = Staff(house.database)
    _, handoff = await asked(house, staff)
    async with worked(house, handoff.conversation):
        results = await asyncio.gather(
            staff.take(handoff.id, "赵敏"), staff.take(handoff.id, "老王"), return_exceptions=True
        )
    held = await staff.of(handoff.conversation)
    assert held is not None
    assert results.count("made") == 1
    (lost,) = [one for one in results if isinstance(one, TakenBy)]
    assert lost.staff == held.staff


async def test_a_held_conversation_is_its_holders(house: House) -> None:
    """Nobody else speaks, takes, returns or closes there."""
    staff = Staff(house.database)
    _, handoff = await asked(house, staff)
    async with worked(house, handoff.conversation):
        await staff.take(handoff.id, "赵敏")
        for step in (
            staff.take(handoff.id, "老王"),
            staff.say(handoff.id, "老王", "您好"),
            staff.give_back(handoff.id, "老王"),
            staff.close(handoff.id, "老王"),
        ):
            with pytest.raises(TakenBy, match="赵敏"):
                await step
        assert await staff.say(handoff.id, "赵敏", "您好，在吗") == "made"
        assert await staff.close(handoff.id, "赵敏") == "made"
    lines = await house.log.after(handoff.conversation, 0, 100)
    assert "您好，在吗" in [line.text for line in lines]
    assert [one.state for one in await staff.queue(ended=True)] == ["closed"]


async def test_who_speaks_takes_first(house: House) -> None:
    """A line before the conversation is taken is refused, with what to do."""
    staff = Staff(house.database)
    _, handoff = await asked(house, staff)
    with pytest.raises(StaffRefused, match="take it first"):
        await staff.say(handoff.id, "赵敏", "您好")
    with pytest.raises(StaffRefused, match="nothing to say"):
        await staff.say(handoff.id, "赵敏", "  ")


async def test_what_is_over_can_neither_be_taken_nor_ended(house: House) -> None:
    """A number that isn't open any more, or never was, is refused."""
    staff = Staff(house.database)
    talk, handoff = await asked(house, staff)
    await talk.says("返回")
    for number in (handoff.id, 9999):
        with pytest.raises(NoSuchHandoff):
            await staff.take(number, "赵敏")
        with pytest.raises(NoSuchHandoff):
            await staff.close(number, "赵敏")


async def test_without_a_running_house_a_step_waits(house: House) -> None:
    """It is noted once; a second taker is told that somebody was faster."""
    staff = Staff(house.database, made_within=0.05)
    _, handoff = await asked(house, staff)
    assert await staff.take(handoff.id, "赵敏") == "waiting"
    with pytest.raises(StaffRefused, match="already"):
        await staff.take(handoff.id, "老王")


async def test_duty_is_what_was_said_last(house: House) -> None:
    """Somebody comes and goes; a region that doesn't exist is refused."""
    staff = Staff(house.database)
    await staff.set_duty("赵敏", True)
    await staff.set_duty("老王", True, "weihai-jingkai")
    await staff.set_duty("赵敏", False)
    assert await staff.everybody() == [("老王", True), ("赵敏", False)]
    with pytest.raises(StaffRefused, match="atlantis"):
        await staff.set_duty("赵敏", True, "atlantis")
