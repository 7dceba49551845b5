"""Courses that speak up by themselves: the reminder before a session, a seat that came free.

Nobody is reminded between 21:00 and 08:00 in China.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from actions.course_cards import (
    calendar_button,
    cancel_button,
    join_buttons,
    near_day,
    say_part,
    where,
)
from actions.registry import timer
from actions.turn import Turn
from knowledge.clock import CHINA
from knowledge.enrolments import Enrolment
from knowledge.unit import Knowledge

REMINDED_AT = time(18)
"""On the day before a session."""

QUIET_FROM, QUIET_UNTIL = time(21), time(8)


def is_quiet(at: datetime) -> bool:
    """Whether it is night in China: nobody is reminded now."""
    clock = at.astimezone(CHINA).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def reminder_time(starts_at: datetime, now: datetime) -> datetime | None:
    """When to remind of a session: at 18:00 the day before.

    Later than that, what is said now is the reminder (None); at night it comes in the morning,
    if the session isn't over by then.
    """
    eve = starts_at.astimezone(CHINA).date() - timedelta(days=1)
    due = datetime.combine(eve, REMINDED_AT, tzinfo=CHINA)
    if due > now:
        return due
    if not is_quiet(now):
        return None
    morning = _morning_after(now)
    return morning if morning < starts_at else None


def _morning_after(night: datetime) -> datetime:
    local = night.astimezone(CHINA)
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return datetime.combine(day, QUIET_UNTIL, tzinfo=CHINA)


def reminder_key(enrolment: int, starts_at: datetime) -> str:
    """A reminder's own key: of one enrolment and one session."""
    return f"course:{enrolment}:{starts_at.astimezone(CHINA):%Y%m%dT%H%M}"


async def schedule_reminder(
    turn: Turn, enrolment: Enrolment, *, after: datetime | None = None
) -> datetime | None:
    """Set the reminder of the next session that can still be reminded of, in this conversation.

    When it will come; None if none will.
    """
    if enrolment.state != "enrolled":
        return None
    for session in enrolment.course.sessions:
        start = session.starts_at
        due = reminder_time(start, turn.now)
        if due is not None and (after is None or start > after):
            values: dict[str, Any] = {"enrolment": enrolment.id, "starts_at": start.isoformat()}
            await turn.remind("course", reminder_key(enrolment.id, start), due, values)
            return due
    return None


async def drop_reminders(turn: Turn, enrolment: Enrolment) -> None:
    """Take back the reminders of an enrolment that was given up."""
    if enrolment.conversation is None:
        return
    for session in enrolment.course.sessions:
        key = reminder_key(enrolment.id, session.starts_at)
        for one in (key, f"{key}:morning"):
            await turn.knowledge.conversations.drop_timer(enrolment.conversation, f"timer:{one}")


@timer("course")
async def remind_of_session(turn: Turn) -> None:
    """The day before a session, for who still has the seat; then the next session's is set."""
    enrolment = await turn.knowledge.enrolments.numbered(int(turn.slots["enrolment"]))
    if enrolment is None or enrolment.state != "enrolled":
        return
    course = enrolment.course
    start = datetime.fromisoformat(str(turn.slots["starts_at"]))
    if any(session.starts_at == start for session in course.sessions):
        if is_quiet(turn.now):
            # The house was away in the evening; a reminder never comes at night.
            morning = _morning_after(turn.now)
            if morning < start:
                key = f"{reminder_key(enrolment.id, start)}:morning"
                await turn.remind("course", key, morning, dict(turn.slots))
                return
        else:
            turn.say(
                "course.remind",
                near=near_day(turn, start),
                title=course.title(turn.language),
                when=start,
                where=where(turn, course),
                buttons=[
                    calendar_button(turn, course),
                    *join_buttons(turn, course),
                    cancel_button(turn, course),
                ],
            )
    await schedule_reminder(turn, enrolment, after=start)


# Moving up


async def tell_who_moved_up(
    unit: Knowledge, enrolment: Enrolment, *, more_seats: bool = False
) -> None:
    """Let the one who moved up from the waiting list hear of it in their own conversation.

    Somebody left, or there are more seats now.
    """
    conversation = await _conversation_of(unit, enrolment.conversation, enrolment.person)
    if conversation is None:
        return
    number, person = conversation
    values = {"enrolment": enrolment.id, "more_seats": more_seats}
    await unit.conversations.arrive(
        number,
        person,
        external_id=f"timer:course_seat:{enrolment.id}",
        kind="timer",
        payload={"kind": "timer", "name": "course_seat", "values": values},
        received_at=unit.now,
    )


async def _conversation_of(
    unit: Knowledge, conversation: int | None, person: UUID
) -> tuple[int, UUID] | None:
    books = unit.conversations
    found = None if conversation is None else await books.get(conversation)
    if found is None:
        found = next(iter(await books.of_person(person)), None)
    return None if found is None else (found.id, found.person)


@timer("course_seat")
async def seat_came_free(turn: Turn) -> None:
    """News for who has moved up: the seat, and from now on its reminders."""
    enrolment = await turn.knowledge.enrolments.numbered(int(turn.slots["enrolment"]))
    if enrolment is None or enrolment.state != "enrolled" or not enrolment.course.sessions:
        return
    reminder = await schedule_reminder(turn, enrolment)
    key = "course.moved_up_more" if turn.slots.get("more_seats") else "course.moved_up"
    say_part(turn, enrolment, key, reminder=reminder)
