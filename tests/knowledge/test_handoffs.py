"""A handoff moves by legal steps only, and of two who take it one wins."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from knowledge.database import Database
from knowledge.handoffs import MOVES, Event, IllegalStep, State
from knowledge.unit import Knowledge

STATES: tuple[State, ...] = ("waiting", "held", "returned", "closed")
EVENTS: tuple[Event, ...] = ("take", "return", "close")


async def _open(unit: Knowledge) -> tuple[int, UUID]:
    conversation, person = await unit.conversations.find_or_begin("main", "web", "k")
    await unit.handoffs.open(conversation, person, kind="person", region=None, summary="帮忙")
    return conversation, person


async def _bring_to(unit: Knowledge, conversation: int, state: State) -> None:
    path: dict[State, tuple[Event, ...]] = {
        "waiting": (),
        "held": ("take",),
        "returned": ("take", "return"),
        "closed": ("close",),
    }
    for event in path[state]:
        await unit.handoffs.move(conversation, event, "王")


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
async def test_every_pair_of_state_and_step(database: Database, state: State, event: Event) -> None:
    """The table says what is legal; everything else is refused and changes nothing."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
        await _bring_to(unit, conversation, state)
    async with database.begin() as unit:
        if (state, event) in MOVES:
            moved = await unit.handoffs.move(conversation, event, "王")
            assert moved.state == MOVES[(state, event)]
        else:
            with pytest.raises(IllegalStep):
                await unit.handoffs.move(conversation, event, "王")


async def test_of_two_who_take_at_once_one_wins_and_the_other_is_told_who(
    database: Database,
) -> None:
    """One atomic update."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)

    async def take(name: str) -> str:
        try:
            async with database.begin() as unit:
                await unit.handoffs.move(conversation, "take", name)
                await asyncio.sleep(0.05)
                return "won"
        except IllegalStep as told:
            return str(told.staff)

    results = await asyncio.gather(*(take(name) for name in ("甲", "乙", "丙")))
    winner = ("甲", "乙", "丙")[results.index("won")]
    assert sorted(results) == sorted(["won", winner, winner])


async def test_somebody_else_can_neither_return_nor_close_it(database: Database) -> None:
    """Who holds it decides; the rider may always go back."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
        await unit.handoffs.move(conversation, "take", "甲")
    async with database.begin() as unit:
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "close", "乙")
        assert (await unit.handoffs.move(conversation, "return", None)).state == "returned"


async def test_a_crisis_goes_to_the_top_of_the_queue(database: Database) -> None:
    """Also where the conversation already waits for a person."""
    async with database.begin() as unit:
        first, _ = await _open(unit)
        other, person = await unit.conversations.find_or_begin("main", "web", "other")
        for kind in ("person", "crisis", "person"):
            await unit.handoffs.open(other, person, kind=kind, region=None, summary=kind)
        queue = await unit.handoffs.queue()
        assert [(one.conversation, one.kind) for one in queue] == [
            (other, "crisis"),
            (first, "person"),
        ]
        assert await unit.handoffs.place(queue[1]) == 2


async def test_who_is_on_duty_for_a_region(database: Database) -> None:
    """Staff of no region are on duty for all; going off duty ends it."""
    async with database.begin() as unit:
        assert await unit.handoffs.on_duty() == []
        await unit.handoffs.set_duty("王", on=True)
        assert await unit.handoffs.on_duty("nowhere") == ["王"]
        await unit.handoffs.set_duty("王", on=False)
        assert await unit.handoffs.on_duty() == []
        assert await unit.handoffs.staff() == [("王", False)]
