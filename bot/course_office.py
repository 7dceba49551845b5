"""What an office tells those who take a course: a word, a move, a cancellation.

The change and the news of it are one transaction, as with other decisions. Who was told, and who
has no conversation to be told in, comes back by enrolment, so that somebody can ring those up.
Without `write` all of it is done and undone: so an office reads what a change would say and whom it
would reach before it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from actions.course_reminders import reminder_key, reminder_time, tell_who_moved_up
from bot.news import tell
from bot.wording import Texts, spoken
from knowledge.access import Actor
from knowledge.clock import CHINA
from knowledge.content_courses import Meeting
from knowledge.content_entries import Words
from knowledge.content_store import meetings_of
from knowledge.course_changes import CannotChange, CourseChanges, Participant, Titles
from knowledge.database import Database
from knowledge.unit import Knowledge

LONGEST = 1000
"""Characters of a message: what is longer, nobody reads in a chat."""

LONGEST_REASON = 200

NAMED = 5
"""Meetings that news of a changed course names."""


@dataclass(frozen=True)
class Reached:
    """One who takes part, and in how many conversations they are told."""

    enrolment: int
    name: str
    """Masked: the first character only."""
    state: str
    told: int


@dataclass(frozen=True)
class Told:
    """What those who take a course read, and who of them got it."""

    said: Words
    reached: tuple[Reached, ...] = ()
    moves_up: str | None = None
    """Masked: who gets the seat that came free, and hears of it; empty where there is no name."""

    @property
    def got(self) -> int:
        """How many were told at all."""
        return sum(one.told > 0 for one in self.reached)


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
    """Changes courses and tells who takes them. Each function asks the actor first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def staff(self, name: str) -> Actor:
        """Somebody who uses the command line on the house's own machine."""
        return Actor.named(name, self._database.region_tree)

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

    async def tell(self, actor: Actor, code: str, text: str, *, write: bool = True) -> Told:
        """Tell everybody who takes the course, once a day for the same words.

        Raises:
            Denied: the role may not.
            NotThere: the course is another region's.
            CannotChange: there is no such course, or nothing to say.
        """
        text = text.strip()
        if not 0 < len(text) <= LONGEST:
            raise CannotChange(
                f"请写 1 到 {LONGEST} 个字的通知", f"write a message of 1 to {LONGEST} characters"
            )
        async with self._database.begin(keep=write) as unit:
            course = await _Course.found(unit, actor, code)
            await course.changes.told(code, text, actor=actor.audited_as)
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            today = unit.now.astimezone(CHINA).date()
            once = f"news.course.told:{code}:{today}:{digest}"
            return await course.tell("told", {"text": text}, once=once)

    async def move(
        self,
        actor: Actor,
        code: str,
        old: datetime,
        new: datetime,
        *,
        reason: str = "",
        write: bool = True,
    ) -> Told:
        """Move one meeting, tell everybody, and remind of the new time.

        Raises:
            Denied: the role may not.
            NotThere: the course is another region's.
            CannotChange: there is no such meeting, or its room is taken then.
        """
        async with self._database.begin(keep=write) as unit:
            course = await _Course.found(unit, actor, code)
            await course.changes.move(code, old, new, actor=actor.audited_as)
            for one in course.people:
                await _remind(unit, one, new)
            return await course.tell("moved", {"old": old, "new": new}, _reason(reason))

    async def call_off(
        self, actor: Actor, code: str, at: datetime, *, reason: str = "", write: bool = True
    ) -> Told:
        """One meeting doesn't take place; everybody is told.

        Raises:
            Denied: the role may not.
            NotThere: the course is another region's.
            CannotChange: there is no such meeting.
        """
        async with self._database.begin(keep=write) as unit:
            course = await _Course.found(unit, actor, code)
            await course.changes.call_off(code, at, actor=actor.audited_as)
            return await course.tell("called_off", {"old": at}, _reason(reason))

    async def cancel(
        self, actor: Actor, code: str, *, reason: str = "", write: bool = True
    ) -> Told:
        """The course doesn't take place any more; everybody is told, and their part ends.

        Raises:
            Denied: the role may not.
            NotThere: the course is another region's.
            CannotChange: there is no such course, or nothing is left of it.
        """
        async with self._database.begin(keep=write) as unit:
            course = await _Course.found(unit, actor, code)
            await course.changes.cancel(code, course.people, actor=actor.audited_as)
            return await course.tell("cancelled", {}, _reason(reason))

    async def remove(
        self, actor: Actor, code: str, enrolment: int, *, reason: str = "", write: bool = True
    ) -> Told:
        """One rider's part in the course ends; they are told, and so is who gets the seat.

        Raises:
            Denied: the role may not.
            NotThere: the course is another region's.
            CannotChange: nobody has this enrolment any more.
        """
        why = _reason(reason)
        async with self._database.begin(keep=write) as unit:
            course = await _Course.found(unit, actor, code, "course.enrolment")
            people = [one for one in course.people if one.enrolment == enrolment]
            if not people:
                raise CannotChange(
                    "这个人已经不在名单上；请重新打开这门课看看",
                    "this rider is not in the course any more; look at the course again",
                )
            moved_up = await unit.enrolments.cancel(
                code, people[0].person, actor=actor.audited_as, reason=why
            )
            told = await replace(course, people=people).tell("removed", {}, why)
            if moved_up is None:
                return told
            await tell_who_moved_up(unit, moved_up)
            profile = await unit.people.profile(moved_up.person)
            return replace(told, moves_up=first_of(profile.get("name", "")))


async def tell_changed(
    unit: Knowledge, code: str, meetings: Sequence[Meeting], where: Words
) -> Told:
    """Everybody reads when and where a course meets now, and is reminded of it.

    Raises:
        CannotChange: there is no such course.
    """
    changes = CourseChanges(unit)
    titles = await changes.titles(code)
    course = _Course(unit, code, changes, titles, await changes.participants(code))
    for one in course.people:
        if meetings:
            await _remind(unit, one, meetings[0].starts_at)
    starts = [one.starts_at for one in meetings[:NAMED]]
    return await course.tell("changed", {"meetings": starts, "place": where})


def _reason(text: str) -> str:
    """A reason on one line.

    Raises:
        CannotChange: it is longer than anybody reads.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST_REASON:
        raise CannotChange(
            f"原因最多 {LONGEST_REASON} 个字，请写短一点",
            f"a reason has at most {LONGEST_REASON} characters, make it shorter",
        )
    return text


@dataclass(frozen=True)
class _Course:
    """A course whose row is locked, and who takes it."""

    unit: Knowledge
    code: str
    changes: CourseChanges
    titles: Titles
    people: list[Participant]

    @classmethod
    async def found(
        cls, unit: Knowledge, actor: Actor, code: str, what: str = "course.write"
    ) -> _Course:
        actor.ask(what)
        changes = CourseChanges(unit)
        titles = await changes.titles(code)
        actor.ask_about(what, titles.region)
        return cls(unit, code, changes, titles, await changes.participants(code))

    async def tell(
        self, what: str, values: Mapping[str, Any], reason: str = "", *, once: str = ""
    ) -> Told:
        """The text `news.course.<what>` for everybody; a change is made once, so it is new."""

        def said(language: str | None) -> dict[str, Any]:
            shown = {name: _shown(value, language or "zh") for name, value in values.items()}
            why = {"reason": reason} if reason else {}
            return {**shown, "title": self.titles.said(language), **why}

        key = f"news.course.{what}"
        once = once or f"{key}:{self.code}:{self.unit.now.isoformat()}"
        reached = [
            Reached(
                one.enrolment,
                first_of((await self.unit.people.profile(one.person)).get("name", "")),
                one.state,
                await tell(self.unit, one.person, one.conversation, key, once, said),
            )
            for one in self.people
        ]
        words = {
            language: riders_texts().words(language)(
                f"{key}_why" if reason else key, **said(language)
            )
            for language in ("zh", "en")
        }
        return Told(Words(**words), tuple(reached))


def first_of(name: str) -> str:
    """A name of which only the first character is shown."""
    return f"{name[:1]}＊" if name else ""


@lru_cache(maxsize=1)
def riders_texts() -> Texts:
    """The texts that riders read."""
    return Texts()


def _shown(value: Any, language: str) -> Any:
    """As a conversation keeps it: in words."""
    if isinstance(value, Words):
        return value.en if language == "en" else value.zh
    return spoken(value, language) if isinstance(value, date | list) else value


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
