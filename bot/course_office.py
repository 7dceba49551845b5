"""What an office tells those who take a course: a word, a move, a cancellation.

The change and the news of it are one transaction, as with other decisions. Who was told, and who
has no conversation to be told in, comes back by enrolment, so that somebody can ring those up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from actions.course_reminders import reminder_key, reminder_time
from bot.news import tell
from bot.wording import spoken
from knowledge.clock import CHINA
from knowledge.content_courses import Meeting
from knowledge.content_store import meetings_of
from knowledge.course_changes import CannotChange, CourseChanges, Participant, Titles
from knowledge.database import Database
from knowledge.unit import Knowledge

LONGEST = 1000
"""Characters of a message: what is longer, nobody reads in a chat."""


class CourseRefused(Exception):
    """A change that can't be made; the text says why."""


@dataclass(frozen=True)
class Reached:
    """One who takes part, and in how many conversations they are told."""

    enrolment: int
    name: str
    """Masked: the first character only."""
    state: str
    told: int


@dataclass(frozen=True)
class Running:
    """A course with what is to come of it."""

    code: str
    title: str
    meetings: tuple[Meeting, ...]
    seats: int
    taken: int
    waiting: int


class CourseOffice:
    """Changes courses and tells who takes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def running(self, region: str | None = None) -> list[Running]:
        """Courses with a meeting to come, the soonest first; of a region and below, or all."""
        async with self._database.begin() as unit:
            tree = unit.region_tree
            regions = sorted(tree.below(region)) if region else None
            found = await unit.courses.find(regions=regions, limit=10_000)
            meetings = await meetings_of(unit, [course.code for course in found])
            return [
                Running(
                    one.code,
                    one.title_zh,
                    tuple(m for m in meetings[one.code] if m.starts_at > unit.now),
                    one.seats,
                    one.taken,
                    one.waiting,
                )
                for one in found
                if regions is None or not one.online or one.region in regions
            ]

    async def tell(self, code: str, text: str, *, staff: str) -> list[Reached]:
        """Tell everybody who takes the course, once a day for the same words.

        Raises:
            CourseRefused: there is no such course, or nothing to say.
        """
        text = text.strip()
        if not 0 < len(text) <= LONGEST:
            raise CourseRefused(f"a message has 1 to {LONGEST} characters")
        async with self._database.begin() as unit:
            _, titles, people = await self._begin(unit, code)
            await unit.audit.write(None, actor=f"staff:{staff}", action="course.tell")
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            today = unit.now.astimezone(CHINA).date()
            once = f"news.course.told:{code}:{today}:{digest}"
            return await _all(unit, people, titles, "news.course.told", once, {"text": text}, "")

    async def move(
        self, code: str, old: datetime, new: datetime, *, staff: str, reason: str = ""
    ) -> list[Reached]:
        """Move one meeting, tell everybody, and remind of the new time.

        Raises:
            CourseRefused: there is no such meeting, or its room is taken then.
        """
        async with self._database.begin() as unit:
            changes, titles, people = await self._begin(unit, code)
            await _try(changes.move(code, old, new, actor=f"staff:{staff}"))
            for one in people:
                await _remind(unit, one, new)
            return await _all(
                unit, people, titles, "news.course.moved", _once(unit, "moved", code),
                {"old": old, "new": new}, reason,
            )  # fmt: skip

    async def call_off(
        self, code: str, at: datetime, *, staff: str, reason: str = ""
    ) -> list[Reached]:
        """One meeting doesn't take place; everybody is told.

        Raises:
            CourseRefused: there is no such meeting.
        """
        async with self._database.begin() as unit:
            changes, titles, people = await self._begin(unit, code)
            await _try(changes.call_off(code, at, actor=f"staff:{staff}"))
            return await _all(
                unit, people, titles, "news.course.called_off", _once(unit, "called_off", code),
                {"old": at}, reason,
            )  # fmt: skip

    async def cancel(self, code: str, *, staff: str, reason: str = "") -> list[Reached]:
        """The course doesn't take place any more; everybody is told, and their part ends.

        Raises:
            CourseRefused: there is no such course, or nothing is left of it.
        """
        async with self._database.begin() as unit:
            changes, titles, people = await self._begin(unit, code)
            await _try(changes.cancel(code, people, actor=f"staff:{staff}"))
            return await _all(
                unit, people, titles, "news.course.cancelled", _once(unit, "cancelled", code),
                {}, reason,
            )  # fmt: skip

    async def _begin(
        self, unit: Knowledge, code: str
    ) -> tuple[CourseChanges, Titles, list[Participant]]:
        changes = CourseChanges(unit)
        titles = await _try(changes.titles(code))
        return changes, titles, await changes.participants(code)


async def _try[Result](work: Awaitable[Result]) -> Result:
    try:
        return await work
    except CannotChange as why:
        raise CourseRefused(str(why)) from why


def _once(unit: Knowledge, what: str, code: str) -> str:
    """A change is made once, so its news is new each time."""
    return f"news.course.{what}:{code}:{unit.now.isoformat()}"


async def _all(
    unit: Knowledge,
    people: Sequence[Participant],
    titles: Titles,
    key: str,
    once: str,
    values: dict[str, Any],
    reason: str,
) -> list[Reached]:
    def said(language: str | None) -> dict[str, Any]:
        shown = {
            name: spoken(value, language or "zh") if isinstance(value, date) else value
            for name, value in values.items()
        }
        why = {"reason": reason} if reason else {}
        return {**shown, "title": titles.said(language), **why}

    reached = []
    for one in people:
        told = await tell(unit, one.person, one.conversation, key, once, said)
        name = (await unit.people.profile(one.person)).get("name", "")
        reached.append(Reached(one.enrolment, f"{name[:1]}＊" if name else "", one.state, told))
    return reached


async def _remind(unit: Knowledge, one: Participant, start: datetime) -> None:
    """A reminder of a meeting's new time, where somebody with a seat signed up."""
    if one.state != "enrolled" or one.conversation is None:
        return
    due = reminder_time(start, unit.now)
    conversation = await unit.conversations.get(one.conversation)
    if due is None or conversation is None:
        return
    values = {"enrolment": one.enrolment, "starts_at": start.isoformat()}
    await unit.conversations.arrive(
        conversation.id,
        conversation.person,
        external_id=f"timer:{reminder_key(one.enrolment, start)}",
        kind="timer",
        payload={"kind": "timer", "name": "course", "values": values},
        received_at=unit.now,
        due_at=due,
    )
