"""Who takes a course, as staff may see them, and who came."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.course_office import first_of
from bot.entries import found
from bot.refused import Refused
from knowledge.access import Actor, masked_record
from knowledge.attendance import Attendance
from knowledge.clock import CHINA
from knowledge.content_courses import CourseEntry, Meeting
from knowledge.course_changes import CourseChanges
from knowledge.database import Database
from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Rider:
    """Somebody with a seat or on the waiting list."""

    enrolment: int
    name: str
    """Whole for those of the actor's regions, else the first character; a number in it masked."""
    phone: str
    """Masked; empty where none is on record."""
    card: UUID | None
    """The record, where the actor may open it."""
    state: str
    came: Mapping[datetime, bool]
    """By meeting, whether they came, as far as it was written down."""


@dataclass(frozen=True)
class Register:
    """One meeting's register."""

    entry: CourseEntry
    begun: Sequence[Meeting]
    """The meetings that have a register: those that have begun, and today's."""
    meeting: Meeting | None
    """None: no meeting has one yet."""
    riders: Sequence[Rider]
    mark: str
    """Of the register as it stands."""


class Registers:
    """Attendance. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, actor: Actor, code: str, at: str = "") -> Register:
        """The register of the meeting that begins at a time; without one, of the latest.

        Raises:
            Denied: the role may not.
            NotThere: there is no such course in the actor's regions.
            Refused: no meeting that has begun is at this time.
        """
        async with self._database.begin() as unit:
            return await _register(unit, actor, code, at)

    async def put(
        self, actor: Actor, code: str, at: str, came: Mapping[int, bool], mark: str
    ) -> Register:
        """Write down who came.

        Raises:
            Denied: the role may not.
            NotThere: there is no such course in the actor's regions.
            Refused: no meeting has begun, or somebody has written in the register meanwhile.
        """
        async with self._database.begin() as unit:
            await unit.enrolments.hold(code)
            before = await _register(unit, actor, code, at)
            if before.meeting is None:
                raise Refused("no_register")
            if mark != before.mark:
                raise Refused("register_meanwhile")
            people = {
                one.enrolment: one.person for one in await CourseChanges(unit).participants(code)
            }
            marks = {
                number: (people[number], here) for number, here in came.items() if number in people
            }
            await Attendance(unit).put(
                code, before.meeting.starts_at, marks, actor=actor.audited_as
            )
            return await _register(unit, actor, code, at)


async def riders(unit: Knowledge, actor: Actor, code: str) -> list[Rider]:
    """Everybody who takes a course, those with a seat first."""
    came: dict[int, dict[datetime, bool]] = {}
    for mark in await Attendance(unit).of_course(code):
        came.setdefault(mark.enrolment, {})[mark.starts_at] = mark.came
    listed = []
    for one in await CourseChanges(unit).participants(code):
        profile = masked_record(await unit.people.profile(one.person))
        _, region = await unit.people.sector_and_region(one.person)
        ours = actor.may("person.read") and actor.reaches(region)
        name = str(profile.get("name", ""))
        listed.append(
            Rider(
                one.enrolment,
                name if ours else first_of(name),
                str(profile.get("phone", "")),
                one.person if ours else None,
                one.state,
                came.get(one.enrolment, {}),
            )
        )
    return listed


async def _register(unit: Knowledge, actor: Actor, code: str, at: str) -> Register:
    entry = await found(unit, actor, "course.attendance", "courses", code)
    assert isinstance(entry, CourseEntry)
    today = unit.now.astimezone(CHINA).date()
    begun = [
        one for one in entry.meetings(today) if one.starts_at.astimezone(CHINA).date() <= today
    ]
    meeting = begun[-1] if begun and not at else None
    if at:
        meeting = next((one for one in begun if written_time(one.starts_at) == at), None)
        if meeting is None:
            raise Refused("no_register")
    listed = [one for one in await riders(unit, actor, code) if one.state == "enrolled"]
    return Register(entry, begun, meeting, listed, _mark(listed, meeting))


def _mark(listed: Sequence[Rider], meeting: Meeting | None) -> str:
    start = None if meeting is None else meeting.starts_at
    told = [(one.enrolment, one.came.get(start)) for one in listed if start is not None]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def written_time(at: datetime) -> str:
    """A meeting's time as addresses and forms have it."""
    return f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}"
