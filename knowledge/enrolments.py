"""Who has a seat in a course, and who waits for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.course_rows import CourseRow, EnrolmentRow
from knowledge.courses import Course
from knowledge.people import PersonRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

State = Literal["enrolled", "waiting", "cancelled"]


@dataclass(frozen=True)
class Enrolment:
    """Somebody's part in a course; `place` is their place on the waiting list (1 = next)."""

    id: int
    course: Course
    person: UUID
    state: State
    place: int | None
    conversation: int | None


_ACTIVE = """
    select id, course, person_id, state,
        case when state = 'waiting' then (
            select count(*) + 1 from enrolments before
            where before.course = mine.course and before.state = 'waiting' and before.id < mine.id
        ) end,
        conversation_id
    from enrolments mine where state <> 'cancelled' and
"""
_IN_COURSE = f"{_ACTIVE} course = $1 and person_id = $2"
_NUMBERED = f"{_ACTIVE} id = $1"
_OF = f"{_ACTIVE} person_id = $1 order by id"


class Enrolments:
    """Enrolments of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def enrol(self, code: str, person: UUID, *, conversation: int | None = None) -> Enrolment:
        """A seat if one is free, else a place on the waiting list. Twice is once.

        Raises:
            LookupError: no such course.
        """
        session = self._unit.session
        course = await session.scalar(
            select(CourseRow).where(CourseRow.code == code).with_for_update(key_share=True)
        )
        if course is None:
            raise LookupError(code)
        existing = await session.scalar(self._active(code, person))
        if existing is None:
            await session.refresh(course)
            state = "enrolled" if course.taken < course.seats else "waiting"
            await session.execute(
                insert(EnrolmentRow).values(
                    course=code,
                    person_id=person,
                    state=state,
                    at=self._unit.now,
                    changed_at=self._unit.now,
                    conversation_id=conversation,
                )
            )
            if state == "enrolled":
                await self._take(code, 1)
            await self._unit.audit.write(
                person, actor="rider", action=f"course.{state}", after={"course": code}
            )
        found = await self.get(code, person)
        assert found is not None
        return found

    async def cancel(
        self, code: str, person: UUID, *, actor: str = "rider", reason: str = ""
    ) -> Enrolment | None:
        """Give the seat back; who moves up from the waiting list, if anybody.

        Raises:
            LookupError: the person has no part in this course.
        """
        await self.hold(code)
        row = await self._unit.session.scalar(self._active(code, person))
        if row is None:
            raise LookupError(code)
        had_seat = row.state == "enrolled"
        await self._set(row.id, "cancelled")
        await self._unit.audit.write(
            person,
            actor=actor,
            action="course.cancel",
            after={"course": code, **({"reason": reason} if reason else {})},
        )
        if not had_seat:
            return None
        moved_up = await self.move_up(code)
        if moved_up is None:
            await self._take(code, -1)
        return moved_up

    async def hold(self, code: str) -> None:
        """Nobody takes or leaves a seat of this course until the transaction ends."""
        await self._unit.session.scalar(
            select(CourseRow.code).where(CourseRow.code == code).with_for_update(key_share=True)
        )

    async def fill(self, code: str) -> list[Enrolment]:
        """Give the free seats to those who wait; who moved up."""
        found: list[Enrolment] = []
        course = await self._unit.session.scalar(
            select(CourseRow)
            .where(CourseRow.code == code)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        free = 0 if course is None else course.seats - course.taken
        while len(found) < free:
            moved_up = await self.move_up(code)
            if moved_up is None:
                break
            await self._take(code, 1)
            found.append(moved_up)
        return found

    async def move_up(self, code: str) -> Enrolment | None:
        """A seat for the first on the waiting list, if anybody waits; the caller counts it."""
        first = await self._unit.session.scalar(
            select(EnrolmentRow)
            .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
            .where(
                EnrolmentRow.course == code,
                EnrolmentRow.state == "waiting",
                # No seat goes to a person who has had themself erased.
                PersonRow.erased_at.is_(None),
            )
            .order_by(EnrolmentRow.id)
            .limit(1)
        )
        if first is None:
            return None
        await self._set(first.id, "enrolled")
        await self._unit.audit.write(
            first.person_id, actor="house", action="course.enrolled", after={"course": code}
        )
        return await self.get(code, first.person_id)

    async def get(self, code: str, person: UUID) -> Enrolment | None:
        """The person's part in the course."""
        return next(iter(await self._read(_IN_COURSE, code, person)), None)

    async def numbered(self, number: int) -> Enrolment | None:
        """The enrolment of this number, unless it was cancelled."""
        return next(iter(await self._read(_NUMBERED, number)), None)

    async def cancelled_since(self, code: str, person: UUID, since: datetime) -> bool:
        """Whether the person gave up their part in this course after `since`."""
        found = await self._unit.session.scalar(
            select(EnrolmentRow.id)
            .where(
                EnrolmentRow.course == code,
                EnrolmentRow.person_id == person,
                EnrolmentRow.state == "cancelled",
                EnrolmentRow.changed_at > since,
            )
            .limit(1)
        )
        return found is not None

    async def cancelled_last(self, persons: Sequence[UUID], since: datetime) -> list[str]:
        """The courses that these persons gave up last, together, after `since`."""
        rows = await self._unit.session.execute(
            select(EnrolmentRow.course, EnrolmentRow.changed_at)
            .where(
                EnrolmentRow.person_id.in_(persons),
                EnrolmentRow.state == "cancelled",
                EnrolmentRow.changed_at > since,
            )
            .order_by(EnrolmentRow.changed_at.desc(), EnrolmentRow.course)
        )
        found = [(str(course), at) for course, at in rows]
        return [course for course, at in found if at == found[0][1]]

    async def of(self, person: UUID) -> list[Enrolment]:
        """The person's courses that still have a meeting to come."""
        return [one for one in await self._read(_OF, person) if one.course.sessions]

    async def _read(self, sql: str, *values: Any) -> list[Enrolment]:
        rows = await self._unit.rows(sql, *values)
        courses = await self._unit.courses.by_codes([course for _, course, *_ in rows])
        found = {course.code: course for course in courses}
        return [Enrolment(number, found[course], *rest) for number, course, *rest in rows]

    def _active(self, code: str, person: UUID) -> Any:
        return (
            select(EnrolmentRow)
            .where(
                EnrolmentRow.course == code,
                EnrolmentRow.person_id == person,
                EnrolmentRow.state != "cancelled",
            )
            .execution_options(populate_existing=True)
        )

    async def _take(self, code: str, by: int) -> None:
        await self._unit.session.execute(
            update(CourseRow).where(CourseRow.code == code).values(taken=CourseRow.taken + by)
        )

    async def _set(self, number: int, state: str) -> None:
        await self._unit.session.execute(
            update(EnrolmentRow)
            .where(EnrolmentRow.id == number)
            .values(state=state, changed_at=self._unit.now)
        )
