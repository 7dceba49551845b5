"""What a turn sets up for later comes with the turn, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from knowledge.database import Database
from knowledge.turns import Ending, Overtaken, Taken

ENDING = Ending(state=b"state", language="zh", seen=True, trace=b"trace")
PAYLOAD = {"kind": "timer", "name": "form", "values": {}}
TIMERS = text("select external_id from inbox where kind = 'timer' order by id")


async def _turn(database: Database, taken: Taken, *names: str, dropped: str = "") -> None:
    """A turn that sets up timers, and takes one away again."""
    async with database.turn(taken) as unit:
        conversation = taken.conversation
        for name in names:
            await unit.turns.remind(conversation, name, PAYLOAD, unit.now + timedelta(days=1))
        if dropped:
            await unit.conversations.drop_timer(conversation.id, dropped)
        assert await _timers(database) == []
        await unit.turns.finish(taken, ENDING, [])


async def _timers(database: Database) -> list[str]:
    async with database.begin() as unit:
        return list(await unit.session.scalars(TIMERS))


async def test_timers_come_with_their_turn(database: Database, taken: Taken) -> None:
    """Each once, and not what was taken away within the turn."""
    await _turn(database, taken, "a", "b", "a", "c", dropped="b")
    assert await _timers(database) == ["a", "c"]


async def test_a_turn_that_does_not_stand_sets_nothing_up(database: Database, taken: Taken) -> None:
    """Another process went on with the conversation meanwhile."""
    late = replace(taken, conversation=replace(taken.conversation, state=b"another"))
    with pytest.raises(Overtaken):
        await _turn(database, late, "a")
    assert await _timers(database) == []


async def test_what_is_undone_sets_nothing_up(database: Database, taken: Taken) -> None:
    """A form that begins anew within its message."""
    async with database.turn(taken) as unit:
        later = unit.now + timedelta(days=1)
        await unit.turns.remind(taken.conversation, "a", PAYLOAD, later)
        point = await unit.savepoint()
        await unit.turns.remind(taken.conversation, "b", PAYLOAD, later)
        await point.undo()
        await unit.turns.finish(taken, ENDING, [])
    assert await _timers(database) == ["a"]


async def test_what_a_turn_writes_first_stands_with_it_or_not_at_all(
    database: Database, taken: Taken
) -> None:
    """A notice, or a step of a handoff, before anything else has begun the transaction."""
    conversation = taken.conversation
    async with database.begin() as unit:
        handoff = await unit.handoffs.open(
            conversation.id, conversation.person, kind="person", region=None, summary="?"
        )
    counted = text("select (select count(*) from notices), (select count(*) from handoff_events)")

    async def counts() -> tuple[int, int]:
        async with database.begin() as unit:
            notices, events = (await unit.session.execute(counted)).one()
            return int(notices), int(events)

    async def killed(first: str) -> None:
        async with database.turn(taken) as unit:
            if first == "notice":
                await unit.notices.put("crisis", region=None, subject=handoff.page, key="once")
            else:
                await unit.handoffs.note(handoff, "warned", "house")
            raise RuntimeError("killed")

    before = await counts()
    for first in ("notice", "step"):
        with pytest.raises(RuntimeError, match="killed"):
            await killed(first)
        assert await counts() == before
    async with database.turn(taken) as unit:
        assert await unit.notices.put("crisis", region=None, subject=handoff.page, key="once")
        assert await counts() == before
        await unit.turns.finish(taken, ENDING, [])
    assert await counts() == (before[0] + 1, before[1])


async def test_what_is_due_comes_in_with_the_turn(database: Database, taken: Taken) -> None:
    """It can't wait for the poll; so it is written at once, in the turn's transaction."""
    late = replace(taken, conversation=replace(taken.conversation, state=b"another"))
    async with database.turn(taken) as unit:
        await unit.turns.remind(taken.conversation, "now", PAYLOAD, unit.now)
        assert await _timers(database) == []
        await unit.turns.finish(taken, ENDING, [])
    assert await _timers(database) == ["now"]
    with pytest.raises(Overtaken):
        async with database.turn(late) as unit:
            await unit.turns.remind(taken.conversation, "never", PAYLOAD, unit.now)
    assert await _timers(database) == ["now"]
