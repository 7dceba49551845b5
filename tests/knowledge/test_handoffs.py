"""A handoff moves by legal steps only, and of two who take it one wins."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from knowledge.database import Database
from knowledge.handoff_moves import EVENTS, OPEN, SAY_WHY, STATES, Event, State, legal
from knowledge.handoff_rows import HandoffRow
from knowledge.handoff_steps import KINDS, IllegalStep, NoteNeeded
from knowledge.handoffs import Handoff, Happened
from knowledge.regions import RegionRow, RegionTree
from knowledge.unit import Knowledge

KEYS = itertools.count()
NAMES = ("甲", "乙")


async def _regions(database: Database) -> None:
    async with database.begin() as unit:
        for code, parent, level in (
            ("shandong", None, "province"),
            ("weihai", "shandong", "city"),
            ("jingkai", "weihai", "district"),
        ):
            await unit.session.execute(
                insert(RegionRow).values(
                    code=code, parent=parent, level=level, name_zh=code, name_en=code,
                    aliases=[], body_zh=code, body_en=code,
                )
            )  # fmt: skip
    await database.refresh_regions()


async def _begun(unit: Knowledge) -> tuple[int, UUID]:
    return await unit.conversations.find_or_begin("main", "web", f"k{next(KEYS)}")


async def _open(
    unit: Knowledge, kind: str = "person", region: str | None = None
) -> tuple[int, UUID]:
    conversation, person = await _begun(unit)
    await unit.handoffs.open(conversation, person, kind=kind, region=region, summary="帮忙")
    return conversation, person


async def _bring_to(unit: Knowledge, state: State, kind: str = "person") -> tuple[int, UUID]:
    """A conversation in a state, of a district, escalated once."""
    if state == "none":
        return await _begun(unit)
    conversation, person = await _open(unit, kind, "jingkai")
    await unit.handoffs.move(conversation, "escalate", "甲", note="管不了")
    path: dict[State, tuple[Event, ...]] = {
        "none": (),
        "waiting": (),
        "held": ("take",),
        "returned": ("take", "return"),
        "closed": ("close",),
    }
    for event in path[state]:
        await unit.handoffs.move(conversation, event, "甲", note="说好了")
    return conversation, person


@pytest.mark.parametrize("kind", ["person", "crisis"])
@pytest.mark.parametrize("state", STATES)
async def test_every_pair_of_state_and_step(database: Database, state: State, kind: str) -> None:
    """The table says what is legal; everything else is refused and changes nothing."""
    await _regions(database)
    for event in EVENTS:
        async with database.begin() as unit:
            conversation, person = await _bring_to(unit, state, kind)
            before = await unit.handoffs.newest(conversation)
        expected = legal(state, event, crisis=kind == "crisis")
        async with database.begin() as unit:
            if event == "ask":
                asked = await unit.handoffs.open(
                    conversation, person, kind=kind, region="jingkai", summary="再来"
                )
                assert asked.state == expected
                assert (asked.id == before) == (state in OPEN)
                continue
            if expected is None:
                with pytest.raises(IllegalStep) as refused:
                    await unit.handoffs.move(conversation, event, "甲", to="乙", note="好了")
                assert refused.value.state == state
                found = None if before is None else await unit.handoffs.get(before)
                assert found is None or found.state == state
                continue
            staff = None if event in ("leave", "fall_silent") else "甲"
            moved = await unit.handoffs.move(conversation, event, staff, to="乙", note="好了")
            assert moved.state == expected
            assert (moved.state == "held") <= (moved.staff is not None)
            last = (await unit.handoffs.happened(moved))[-1]
            assert (last.event, last.note) == (event, "好了")


async def test_up_and_down_again(database: Database) -> None:
    """To the region above, level by level, and back the way that it came; no further."""
    await _regions(database)
    async with database.begin() as unit:
        conversation, _ = await _open(unit, region="jingkai")
        await unit.handoffs.move(conversation, "take", "甲")
        seen = [
            (await unit.handoffs.move(conversation, event, None)).region
            for event in ("escalate", "escalate", "send_down", "send_down")
        ]
        assert seen == ["weihai", "shandong", "weihai", "jingkai"]
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "send_down", None)
        for _ in range(2):
            await unit.handoffs.move(conversation, "escalate", None)
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "escalate", None)


async def test_a_crisis_is_never_ended_without_a_note(database: Database) -> None:
    """Neither closed nor returned; and the rider who goes back leaves it in the queue."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit, "crisis")
        await unit.handoffs.move(conversation, "take", "甲")
        for event in ("return", "close"):
            with pytest.raises(NoteNeeded):
                await unit.handoffs.move(conversation, event, "甲", note="  ")
        assert (await unit.handoffs.move(conversation, "leave", None)).state == "waiting"
        closed = await unit.handoffs.move(conversation, "close", "甲", note="家人到了")
        assert closed.state == "closed"


@pytest.mark.usefixtures("regions")
async def test_a_false_alarm_is_lifted_by_who_has_it_with_a_note(database: Database) -> None:
    """It stands among the others, whoever saw it still does, and another cry brings it up again."""
    async with database.begin() as unit:
        conversation, person = await _open(unit, "crisis", "jingkai")
        await unit.handoffs.move(conversation, "escalate", None)
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "calm", "甲", note="没事")
        await unit.handoffs.move(conversation, "take", "甲")
        with pytest.raises(NoteNeeded):
            await unit.handoffs.move(conversation, "calm", "甲")
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "calm", "乙", note="没事")
        calm = await unit.handoffs.move(conversation, "calm", "甲", note="说的是游戏里")
        assert (calm.kind, calm.state, calm.staff) == ("person", "held", "甲")
        assert calm.offices == ("weihai", "jingkai")
        other, _ = await _open(unit, "crisis")
        assert [one.conversation for one in await unit.handoffs.queue()] == [other, conversation]
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "calm", "甲", note="没事")
        again = await unit.handoffs.open(
            conversation, person, kind="crisis", region="jingkai", summary="又来"
        )
        assert again.crisis
        assert again.acknowledged_at is None


async def test_a_cry_that_was_not_heard_is_made_a_crisis(database: Database) -> None:
    """It comes first, who says so sees to it, and it isn't ended without a note any more."""
    async with database.begin() as unit:
        await _open(unit)
        conversation, _ = await _open(unit)
        await unit.handoffs.move(conversation, "take", "甲")
        alarmed = await unit.handoffs.move(conversation, "alarm", "甲")
        assert alarmed.crisis
        assert alarmed.acknowledged_at is not None
        assert (await unit.handoffs.queue())[0].id == alarmed.id
        with pytest.raises(NoteNeeded):
            await unit.handoffs.move(conversation, "close", "甲")


@pytest.mark.parametrize("events", [("take", "take"), ("take", "close"), ("take", "leave"),
                                    ("leave", "close"), ("close", "close")])  # fmt: skip
async def test_two_at_once_come_one_after_the_other(
    database: Database, events: tuple[Event, Event]
) -> None:
    """On two connections: what comes second is judged by what came first."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
    results = await _at_once(database, conversation, [(events[0], "甲"), (events[1], "乙")])
    async with database.begin() as unit:
        number = await unit.handoffs.newest(conversation)
        found = number and await unit.handoffs.get(number)
    assert found
    assert _explains(results, found)
    if events == ("take", "take"):
        (lost,) = [one for one in results if isinstance(one, IllegalStep)]
        assert (lost.state, lost.staff) == ("held", found.staff)


async def test_of_many_who_take_at_once_one_wins_and_the_others_are_told_who(
    database: Database,
) -> None:
    """One atomic update."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
    tries: list[tuple[Event, str]] = [("take", name) for name in "甲乙丙丁"]
    results = await _at_once(database, conversation, tries)
    (won,) = [one for one in results if isinstance(one, Handoff)]
    assert {one.staff for one in results if isinstance(one, IllegalStep)} == {won.staff}


@pytest.fixture
async def regions(database: Database) -> None:
    await _regions(database)


TRIES = st.tuples(st.sampled_from(EVENTS), st.sampled_from(NAMES))


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize("kind", ["person", "crisis"])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(st.tuples(TRIES, TRIES), max_size=6))
async def test_random_interleavings_on_two_connections(
    database: Database, kind: str, rounds: list[tuple[tuple[Event, str], tuple[Event, str]]]
) -> None:
    """Whatever comes at once: the books lead from legal step to legal step, region by region."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit, kind, "jingkai")
    for tries in rounds:
        await _at_once(database, conversation, tries)
    async with database.begin() as unit:
        rows = await unit.session.scalars(
            select(HandoffRow)
            .where(HandoffRow.conversation_id == conversation)
            .order_by(HandoffRow.id)
        )
        steps = {row.id: row.step for row in rows}
        for number, step in steps.items():
            found = await unit.handoffs.get(number)
            assert found
            assert found.state not in OPEN or number == max(steps)  # one owner at a time
            book = await unit.handoffs.happened(found)
            assert step == len(book)
            _is_legal(database.region_tree, found, book)


def _is_legal(tree: RegionTree, found: Handoff, book: Sequence[Happened]) -> None:
    """The book leads by legal steps to where the handoff stands."""
    state: State = "none"
    holder: str | None = None
    turned = [one.event for one in book if one.event in KINDS]
    crisis = turned[0] == "calm" if turned else found.crisis
    way: list[str | None] = ["jingkai"]
    for one in book:
        event: Event = one.event  # type: ignore[assignment]  # no other is written here
        if state == "held" and one.actor in NAMES and event != "acknowledge":
            assert one.actor == holder
        after = legal(state, event, crisis=crisis)
        assert after is not None, (state, event)
        if crisis and event in SAY_WHY:
            assert one.note
        crisis = KINDS.get(event, "crisis" if crisis else "person") == "crisis"
        if event == "escalate":
            above = tree.get(way[-1])
            assert above is not None
            way.append(above.parent)
        elif event == "send_down":
            way.pop()
        assert one.region == way[-1]
        state, holder = after, one.staff
    assert (state, found.region, crisis) == (found.state, way[-1], found.crisis)
    assert found.below == tuple(way[:-1])
    assert found.staff == holder or state != "held"


async def _at_once(
    database: Database, conversation: int, tries: Sequence[tuple[Event, str]]
) -> list[Any]:
    async def step(event: Event, name: str) -> Handoff:
        staff = None if event in ("leave", "fall_silent") else name
        note = "好了" if name == "甲" else ""
        async with database.begin() as unit:
            if event == "ask":
                moved = await _asks(unit, conversation)
            else:
                moved = await unit.handoffs.move(conversation, event, staff, to=name, note=note)
            await asyncio.sleep(0.01)
            return moved

    results = await asyncio.gather(*(step(*one) for one in tries), return_exceptions=True)
    for one in results:
        assert isinstance(one, Handoff | IllegalStep | NoteNeeded), one
    return list(results)


async def _asks(unit: Knowledge, conversation: int) -> Handoff:
    """The rider asks for a person (again), of the same kind as before."""
    ((person, kind),) = await unit.rows(
        "select person_id, kind from handoffs where conversation_id = $1 order by id desc limit 1",
        conversation,
    )
    return await unit.handoffs.open(
        conversation, person, kind=kind, region="jingkai", summary="再来"
    )


def _explains(results: Sequence[Any], found: Handoff) -> bool:
    """Whether the last step that was made is what stands there now."""
    made = [one for one in results if isinstance(one, Handoff)]
    last = max(made, key=lambda one: one.step)
    return (last.state, last.staff, last.step) == (found.state, found.staff, found.step)


async def test_somebody_else_can_neither_return_nor_close_it(database: Database) -> None:
    """Who holds it decides, or a lead; the rider may always go back."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
        await unit.handoffs.move(conversation, "take", "甲")
    async with database.begin() as unit:
        with pytest.raises(IllegalStep):
            await unit.handoffs.move(conversation, "close", "乙")
        over = await unit.handoffs.move(conversation, "hand_on", "乙", to="丙", over=True)
        assert over.staff == "丙"
        assert (await unit.handoffs.move(conversation, "leave", None)).state == "returned"


async def test_a_crisis_goes_to_the_top_of_the_queue(database: Database) -> None:
    """Also where the conversation already waits for a person."""
    async with database.begin() as unit:
        first, _ = await _open(unit)
        other, person = await _begun(unit)
        for kind in ("person", "crisis", "person"):
            await unit.handoffs.open(other, person, kind=kind, region=None, summary=kind)
        queue = await unit.handoffs.queue()
        assert [(one.conversation, one.kind) for one in queue] == [
            (other, "crisis"),
            (first, "person"),
        ]
        assert await unit.handoffs.place(queue[1]) == 2


async def test_a_rider_is_asked_once_how_it_was(database: Database) -> None:
    """Stars and a line are kept for their own handoff only; the line is sealed."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
        other, _ = await _open(unit)
        handoff = await unit.handoffs.move(conversation, "close", "甲")
        assert await unit.handoff_ratings.may_ask(handoff)
        assert not await unit.handoff_ratings.may_ask(handoff)
        assert not await unit.handoff_ratings.rate(other, handoff.id, stars=1)
        assert not await unit.handoff_ratings.rate(conversation, handoff.id, stars=6)
        assert await unit.handoff_ratings.rate(conversation, handoff.id, stars=4, comment="耐心")
        assert await unit.handoff_ratings.of(handoff) == (4, "耐心")


async def test_an_answer_is_owed_from_the_first_line_on(database: Database) -> None:
    """What clocks read: `wrote` and `answered` take turns."""
    async with database.begin() as unit:
        conversation, _ = await _open(unit)
        held = await unit.handoffs.move(conversation, "take", "甲")
        assert held.wrote_at is not None
        assert not await unit.handoffs.wrote(held)
        assert await unit.handoffs.answered(held, "甲")
        assert not await unit.handoffs.answered(held, "甲")
        assert await unit.handoffs.wrote(held)
        events = [one.event for one in await unit.handoffs.happened(held)]
    assert events == ["ask", "take", "answered", "wrote"]
