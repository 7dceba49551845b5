"""Lines to learn from: once for a message, sealed, and gone with their person or with time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from knowledge.clock import MovableClock
from knowledge.database import Database
from knowledge.review import MOVES, WHATS, Event, Noted, State, What
from knowledge.secrets import SecretsError
from knowledge.unit import Knowledge


async def _message(unit: Knowledge, key: str = "rider") -> tuple[int, UUID]:
    """A message of a rider: its number in the inbox, and the person."""
    conversation, person = await unit.conversations.find_or_begin("main", "web", key)
    number, _ = await unit.conversations.arrive(
        conversation,
        person,
        external_id=f"m{unit.chance.random()}",
        kind="text",
        payload={"kind": "text", "text": "?"},
        received_at=unit.now,
    )
    return number, person


def _noted(message: int, what: What = "asked_back") -> Noted:
    return Noted(
        what=what,
        message=message,
        text="这个怎么弄",
        route="claim_status",
        confidence=0.51234,
        runner_up="submit_claim",
        language="zh",
        region=None,
    )


async def _line(unit: Knowledge, key: str = "rider", what: What = "asked_back") -> int:
    message, person = await _message(unit, key)
    await unit.review.note(person, _noted(message, what))
    return (await unit.review.lines())[0].id


async def test_a_line_tells_what_happened_and_what_was_made_of_it(database: Database) -> None:
    """And who settles it is noted."""
    async with database.begin() as unit:
        number = await _line(unit)
        line = await unit.review.line(number)
        assert line is not None
        assert (line.what, line.state, line.text) == ("asked_back", "open", "这个怎么弄")
        assert (line.route, line.confidence, line.runner_up) == (
            "claim_status", 0.5123, "submit_claim",
        )  # fmt: skip
        assert (line.settled_by, line.settled_at) == (None, None)
        assert await unit.review.move(number, "ignore", "王敏")
        line = await unit.review.line(number)
        assert line is not None
        assert (line.state, line.settled_by) == ("ignored", "王敏")
        assert line.settled_at is not None


async def test_a_message_is_on_the_list_once_for_what_happened_first(database: Database) -> None:
    """Who was asked back and then wanted a person wrote one line, not two."""
    async with database.begin() as unit:
        message, person = await _message(unit)
        for what in WHATS:
            await unit.review.note(person, _noted(message, what))
        (line,) = await unit.review.lines()
        assert line.what == WHATS[0]


@pytest.mark.parametrize("event", ["teach", "ignore", "undo"])
@pytest.mark.parametrize("state", ["open", "taught", "ignored"])
async def test_only_legal_steps_are_made(database: Database, state: State, event: Event) -> None:
    """Every other one changes nothing."""
    async with database.begin() as unit:
        number = await _line(unit)
        if state != "open":
            assert await unit.review.move(number, "teach" if state == "taught" else "ignore", "王")
        assert await unit.review.move(number, event, "王") == ((state, event) in MOVES)
        line = await unit.review.line(number)
        assert line is not None
        assert line.state == MOVES.get((state, event), state)


async def test_the_list_is_filtered_and_the_newest_comes_first(database: Database) -> None:
    """So many at most."""
    async with database.begin() as unit:
        numbers = {what: await _line(unit, what, what) for what in WHATS}
        assert [one.what for one in await unit.review.lines()] == list(reversed(WHATS))
        assert [one.what for one in await unit.review.lines(limit=1)] == [WHATS[-1]]
        assert [one.id for one in await unit.review.lines(what="not_helpful")] == [
            numbers["not_helpful"]
        ]
        await unit.review.move(numbers["not_helpful"], "ignore", "王")
        assert await unit.review.lines(what="not_helpful") == []
        assert len(await unit.review.lines(state="ignored")) == 1


async def test_words_and_route_are_sealed(database: Database) -> None:
    """The route tells what somebody wanted, as the words do."""
    async with database.begin() as unit:
        await _line(unit)
        row = (await unit.session.execute(text("select * from review_lines"))).one()
    seen = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    assert "这个怎么弄".encode() not in seen
    assert b"claim" not in seen


async def test_who_is_erased_leaves_no_line(database: Database) -> None:
    """Whatever became of it; what was taught stands by itself, and others' lines stay."""
    async with database.begin() as unit:
        message, person = await _message(unit, "gone")
        await unit.review.note(person, _noted(message))
        (line,) = await unit.review.lines()
        await unit.review.move(line.id, "teach", "王敏")
        await unit.review.teach(line.id, "理赔这一步怎么弄", "claim_status", "zh", "王敏")
        stays = await _line(unit, "stays")
        await unit.people.erase(person, actor="rider")
    async with database.begin() as unit:
        assert await unit.review.line(line.id) is None
        assert [one.id for one in await unit.review.lines()] == [stays]
        assert [one.text for one in await unit.review.taught()] == ["理赔这一步怎么弄"]
        rows = await unit.session.execute(
            text("select count(*) from review_lines where person_id = :person"), {"person": person}
        )
        assert rows.scalar_one() == 0
        with pytest.raises(SecretsError):
            await unit.review.note(person, _noted(message))


async def test_old_lines_go_but_not_what_was_taught(database: Database) -> None:
    """Nobody looked at them, or nobody wanted them."""
    clock = MovableClock()
    database.clock = clock
    async with database.begin() as unit:
        old = {state: await _line(unit, state) for state in ("open", "taught", "ignored")}
        await unit.review.move(old["taught"], "teach", "王")
        await unit.review.move(old["ignored"], "ignore", "王")
    clock.move(timedelta(days=91))
    async with database.begin() as unit:
        young = await _line(unit, "young")
        assert await unit.review.forget_old(unit.now - timedelta(days=90)) == 2
        assert [one.id for one in await unit.review.lines()] == [young]
        assert [one.id for one in await unit.review.lines(state="taught")] == [old["taught"]]
        assert await unit.review.lines(state="ignored") == []


async def test_an_accepted_sentence_can_be_taken_back(database: Database) -> None:
    """Also where its line has gone; and the same words are not accepted twice."""
    async with database.begin() as unit:
        await unit.review.teach(7, "电瓶车在哪充", "find_station", "zh", "王敏")
    with pytest.raises(IntegrityError):
        async with database.begin() as unit:
            await unit.review.teach(8, "电瓶车在哪充", "find_job", "zh", "王敏")
    async with database.begin() as unit:
        taken = await unit.review.take_back(7)
        assert taken is not None
        assert (taken.text, taken.route, taken.by) == ("电瓶车在哪充", "find_station", "王敏")
        assert await unit.review.take_back(7) is None
        assert await unit.review.taught() == []
