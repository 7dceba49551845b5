"""Courses as staff see and write them: the list, one course with its people, a form's check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

from actions.course_reminders import tell_who_moved_up
from bot.course_office import Told, tell_changed
from bot.course_people import Rider, riders
from bot.entries import Change, Given, Mistaken, found, given, written
from bot.refused import Refused
from knowledge.access import Actor
from knowledge.clock import CHINA
from knowledge.content_checks import Placed
from knowledge.content_courses import CourseEntry, Meeting, TopicEntry
from knowledge.content_entries import SourceEntry, Words
from knowledge.content_store import topics_of
from knowledge.course_list import CourseList, CourseWish, ListedCourse, Seats, When
from knowledge.database import Database
from knowledge.exchange.gather import sources_of
from knowledge.exchange.typed import fields_of, mark_of
from knowledge.unit import Knowledge
from knowledge.workdays import is_provisional

PAGE = 50
"""Courses on a page of the list."""


@dataclass(frozen=True)
class Asked:
    """What the list was asked for, as the address has it."""

    text: str = ""
    region: str = ""
    topic: str = ""
    when: str = "coming"
    seats: str = ""
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """A page of the list."""

    courses: Sequence[ListedCourse]
    count: int
    topics: Mapping[str, TopicEntry]
    page: int

    @property
    def more(self) -> bool:
        return self.page * PAGE < self.count


@dataclass(frozen=True)
class Shown:
    """One course with everybody in it."""

    entry: CourseEntry
    topic: TopicEntry | None
    meetings: Sequence[Meeting]
    now: datetime
    taken: int
    """Seats that are taken, of people of the house and others."""
    riders: Sequence[Rider]

    @property
    def enrolled(self) -> list[Rider]:
        return [one for one in self.riders if one.state == "enrolled"]

    @property
    def waiting(self) -> list[Rider]:
        return [one for one in self.riders if one.state == "waiting"]

    @property
    def to_come(self) -> list[Meeting]:
        return [one for one in self.meetings if one.starts_at > self.now]

    @property
    def past(self) -> list[Meeting]:
        return [one for one in self.meetings if one.starts_at <= self.now]

    def came(self, meeting: Meeting) -> tuple[int, int]:
        """How many came to a meeting, and of how many it is written down."""
        marks = [
            one.came[meeting.starts_at] for one in self.riders if meeting.starts_at in one.came
        ]
        return sum(marks), len(marks)


@dataclass(frozen=True)
class Choices:
    """What a form offers, and the values that it begins with."""

    topics: Mapping[str, TopicEntry]
    sources: Sequence[SourceEntry]
    fields: Mapping[str, str]
    mark: str


@dataclass(frozen=True)
class Checked:
    """What saving a course does, or did."""

    entry: CourseEntry
    new: bool
    changes: Sequence[Change]
    meetings: Sequence[Meeting]
    left_out: Sequence[tuple[date, str]]
    """Holidays on which it would meet by its rule, but doesn't."""
    provisional: bool
    """Meetings lie in a year whose holidays aren't announced yet."""
    told: Told | None
    """What those who take it are told, if when or where it meets has changed."""
    moved_up: int
    """How many get a seat from the waiting list."""
    behind: Sequence[str]
    """Fields whose English stays as it was while the Chinese changes."""
    topic: TopicEntry | None


class CourseDesk:
    """Courses. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listing(self, actor: Actor, asked: Asked) -> Listing:
        """Courses of the actor's regions.

        Raises:
            Denied: the role may not.
            Refused: the region that the list is narrowed to is none of the actor's.
        """
        actor.ask("course.read")
        regions = actor.regions
        if asked.region:
            if actor.tree.get(asked.region) is None or not actor.reaches(asked.region):
                raise Refused("region_reach")
            regions = sorted(actor.tree.below(asked.region))
        page = max(1, asked.page)
        wish = CourseWish(
            " ".join(asked.text.split()),
            regions,
            asked.topic,
            next((one for one in get_args(When) if one == asked.when), "coming"),
            next((one for one in get_args(Seats) if one == asked.seats), ""),
        )
        async with self._database.begin() as unit:
            courses, count = await CourseList(unit).find(wish, limit=PAGE, offset=(page - 1) * PAGE)
            return Listing(courses, count, await topics_of(unit), page)

    async def get(self, actor: Actor, code: str) -> Shown:
        """One course.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this code in the actor's regions.
        """
        async with self._database.begin() as unit:
            entry = await _course(unit, actor, "course.read", code)
            (course,) = await unit.courses.by_codes([code])
            return Shown(
                entry,
                (await topics_of(unit)).get(entry.topic),
                entry.meetings(unit.now.date()),
                unit.now,
                course.taken,
                await riders(unit, actor, code),
            )

    async def choices(self, actor: Actor, code: str | None = None) -> Choices:
        """What the form of a course offers; without a code, of a new one.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this code in the actor's regions.
        """
        actor.ask("course.write")
        async with self._database.begin() as unit:
            entry = None if code is None else await _course(unit, actor, "course.write", code)
            fields = {} if entry is None else fields_of("courses", entry)
            if "meetings" in fields:
                fields["meetings"] = fields["meetings"].replace("；", "\n")
            return Choices(await topics_of(unit), await sources_of(unit), fields, mark_of(entry))

    async def save(
        self,
        actor: Actor,
        code: str | None,
        fields: Mapping[str, str],
        mark: str,
        *,
        write: bool,
    ) -> Checked:
        """Save a course, a new one without a code; without `write` it is done and undone.

        Who takes it is told if it meets at other times or elsewhere; who waits moves up if there
        are more seats.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this code in the actor's regions.
            Meanwhile: somebody has saved it since the form was opened.
            Mistaken: something is wrong with it, its room is taken, or it is overbooked.
            Refused: it would belong to another region.
        """
        if "\n" in fields.get("meetings", "").strip():
            fields = {**fields, "meetings": _one_line(fields["meetings"])}
        async with self._database.begin(keep=write) as unit:
            if code is not None:
                # Nobody takes a seat while it is counted how many there are.
                await unit.enrolments.hold(code)
            one = await given(unit, actor, "course.write", "courses", code, fields, mark)
            left_out = [] if one.entry.rule is None else one.entry.rule.left_out()
            one = _with_what_was(one, unit.now)
            await written(unit, actor, one)
            told = await _tell(unit, one)
            moved_up = await unit.enrolments.fill(one.entry.code)
            for enrolment in moved_up:
                await tell_who_moved_up(unit, enrolment, more_seats=True)
            meetings = one.entry.meetings(unit.now.date())
            topic = (await topics_of(unit)).get(one.entry.topic)
        return Checked(
            one.entry,
            one.before is None,
            one.changes,
            meetings,
            left_out,
            any(is_provisional(m.starts_at.astimezone(CHINA).date()) for m in meetings),
            told,
            len(moved_up),
            one.behind,
            topic,
        )


async def _course(unit: Knowledge, actor: Actor, what: str, code: str) -> CourseEntry:
    entry = await found(unit, actor, what, "courses", code)
    assert isinstance(entry, CourseEntry)
    return entry


def _one_line(text: str) -> str:
    """Meetings that stand each on a line of its own."""
    return "；".join(line.strip(" ;；,，") for line in text.splitlines() if line.strip())


def _with_what_was(one: Given, now: datetime) -> Given:
    """The course with its meetings as days; those that have been stay as they were.

    Raises:
        Mistaken: a meeting that is new would have been already.
    """
    entry, before = one.entry, one.before
    was = [] if before is None else _meetings(before, now)
    past = [meeting for meeting in was if meeting.starts_at <= now]
    wished = _meetings(entry, now)
    for meeting in wished:
        if meeting.starts_at <= now and meeting not in past:
            day = f"{meeting.starts_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            raise Mistaken([
                one.placed.problem(
                    f"{day} has passed; begin later", "dates",
                    chinese=f"{day} 已经过去；请从以后的日期开始",
                )
            ])  # fmt: skip
    meetings = past + [meeting for meeting in wished if meeting.starts_at > now]
    dates = [
        {"on": f"{at:%Y-%m-%d}", "start": f"{at:%H:%M}", "minutes": meeting.minutes}
        for meeting in meetings
        for at in [meeting.starts_at.astimezone(CHINA)]
    ]
    values: dict[str, Any] = {**entry.model_dump(), "rule": None, "sessions": (), "dates": dates}
    placed: Placed[Any] = replace(one.placed, entry=CourseEntry.model_validate(values))
    return replace(one, placed=placed)


def _meetings(entry: Any, now: datetime) -> list[Meeting]:
    found: list[Meeting] = entry.meetings(now.date())
    return found


async def _tell(unit: Knowledge, one: Given) -> Told | None:
    """Who takes the course is told if when or where it meets has changed."""
    before = one.before
    if not isinstance(before, CourseEntry):
        return None
    to_come = [
        [meeting for meeting in _meetings(entry, unit.now) if meeting.starts_at > unit.now]
        for entry in (before, one.entry)
    ]
    same_place = (before.place, before.online, before.link) == (
        one.entry.place, one.entry.online, one.entry.link,
    )  # fmt: skip
    if (to_come[0] == to_come[1] and same_place) or not to_come[1]:
        return None
    told = await tell_changed(unit, one.entry.code, to_come[1], _where(one.entry))
    return told if told.reached else None


def _where(entry: CourseEntry) -> Words:
    if entry.place is not None:
        return entry.place
    link = f" {entry.link}" if entry.link else ""
    return Words(zh=f"线上{link}", en=f"online{link}")
