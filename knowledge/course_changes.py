"""What an office changes of a course that people have signed up for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from knowledge.clock import CHINA
from knowledge.content_courses import Meeting
from knowledge.content_entries import Words
from knowledge.course_rooms import first_clash, rooms_of_the_store
from knowledge.course_rows import CourseRow, EnrolmentRow, SessionRow
from knowledge.people import PersonRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class CannotChange(Exception):
    """A change that can't be made: why, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Words(zh=zh, en=en)


@dataclass(frozen=True)
class Titles:
    """A course's title in both languages."""

    code: str
    zh: str
    en: str
    region: str

    def said(self, language: str | None) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Participant:
    """Somebody with a seat, or on the waiting list."""

    enrolment: int
    person: UUID
    state: str
    conversation: int | None


class CourseChanges:
    """Changes of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def titles(self, code: str) -> Titles:
        """What a course is called; it stays as it is until the transaction ends.

        Raises:
            CannotChange: there is no such course.
        """
        row = await self._unit.session.scalar(
            select(CourseRow).where(CourseRow.code == code).with_for_update(key_share=True)
        )
        if row is None:
            raise CannotChange(f"没有“{code}”这门课", f"there is no course {code}")
        return Titles(code, row.title_zh, row.title_en, row.region)

    async def participants(self, code: str) -> list[Participant]:
        """Who takes part, those with a seat first; nobody who had themself erased."""
        rows = await self._unit.session.scalars(
            select(EnrolmentRow)
            .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
            .where(
                EnrolmentRow.course == code,
                EnrolmentRow.state.in_(("enrolled", "waiting")),
                PersonRow.erased_at.is_(None),
            )
            .order_by(EnrolmentRow.state, EnrolmentRow.id)
        )
        return [Participant(one.id, one.person_id, one.state, one.conversation_id) for one in rows]

    async def move(self, code: str, old: datetime, new: datetime, *, actor: str) -> None:
        """One meeting takes place at another time.

        Raises:
            CannotChange: there is no such meeting, the new time is past, or the room is taken.
        """
        if new <= self._unit.now:
            raise CannotChange(
                "新的时间已经过去；请选以后的时间",
                "the new time is in the past; choose a later one",
            )
        meeting = await self._meeting(code, old)
        rooms = await rooms_of_the_store(self._unit)
        if code in rooms:
            room = rooms[code][0]
            taken = [
                (one, other)
                for other, (place, meetings) in rooms.items()
                if place == room
                for one in meetings
                if (other, one) != (code, meeting)
            ]
            clash = first_clash([Meeting(new, meeting.minutes)], taken)
            if clash is not None:
                raise CannotChange(
                    f"那个时间这个地点已有“{clash[1]}”的课；请换时间，或先改地点",
                    f"'{clash[1]}' meets in the same place then; choose another time, or another "
                    "place for one of them",
                )
        await self._not_twice(code, new)
        await self._unit.session.execute(
            update(SessionRow)
            .where(SessionRow.course == code, SessionRow.starts_at == old)
            .values(starts_at=new)
        )
        await self._note(
            code, "course.move", actor, before={"starts_at": old}, after={"starts_at": new}
        )

    async def call_off(self, code: str, at: datetime, *, actor: str) -> None:
        """One meeting doesn't take place.

        Raises:
            CannotChange: there is no such meeting.
        """
        await self._meeting(code, at)
        await self._unit.session.execute(
            delete(SessionRow).where(SessionRow.course == code, SessionRow.starts_at == at)
        )
        await self._note(code, "course.call_off", actor, before={"starts_at": at})

    async def cancel(self, code: str, people: Sequence[Participant], *, actor: str) -> None:
        """What is left of a course doesn't take place; everybody's part in it ends.

        Raises:
            CannotChange: it has no meeting left.
        """
        session = self._unit.session
        gone = await session.execute(
            delete(SessionRow)
            .where(SessionRow.course == code, SessionRow.starts_at > self._unit.now)
            .returning(SessionRow.id)
        )
        if not gone.all():
            raise CannotChange(
                "这门课没有还没上的课，不用取消", f"{code} has no meeting left, nothing to cancel"
            )
        seats = await session.scalar(
            select(func.count()).where(
                EnrolmentRow.course == code, EnrolmentRow.state == "enrolled"
            )
        )
        await session.execute(
            update(EnrolmentRow)
            .where(EnrolmentRow.course == code, EnrolmentRow.state != "cancelled")
            .values(state="cancelled", changed_at=self._unit.now)
        )
        await session.execute(
            update(CourseRow)
            .where(CourseRow.code == code)
            .values(taken=CourseRow.taken - (seats or 0))
        )
        await self._note(code, "course.cancelled", actor, before={"people": len(people)})
        for one in people:
            await self._unit.audit.write(
                one.person, actor=actor, action="course.cancel", after={"course": code}
            )

    async def _meeting(self, code: str, at: datetime) -> Meeting:
        row = await self._unit.session.scalar(
            select(SessionRow).where(SessionRow.course == code, SessionRow.starts_at == at)
        )
        if row is None or at <= self._unit.now:
            raise CannotChange(
                "那个时间没有还没上的课；请重新打开这门课看看",
                f"{code} has no meeting to come at that time; look at the course again",
            )
        return Meeting(row.starts_at, row.minutes)

    async def _not_twice(self, code: str, at: datetime) -> None:
        taken = await self._unit.session.scalar(
            select(SessionRow.id).where(SessionRow.course == code, SessionRow.starts_at == at)
        )
        if taken is not None:
            raise CannotChange(
                "这门课那个时间已经有一次；请换时间",
                f"{code} meets at that time already; choose another",
            )

    async def told(self, code: str, text: str, *, actor: str) -> None:
        """That those who take the course are told something: a line of the audit."""
        await self._note(code, "course.tell", actor, after={"text": text})

    async def _note(
        self,
        code: str,
        action: str,
        actor: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        region = await self._unit.session.scalar(
            select(CourseRow.region).where(CourseRow.code == code)
        )
        await self._unit.audit.write(
            None,
            actor=actor,
            action=action,
            subject=f"course:{code}",
            region=region,
            before=_shown(before),
            after=_shown(after),
        )


def _shown(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Times as they are read: China's clock, to the minute."""
    if values is None:
        return None
    return {
        key: f"{one.astimezone(CHINA):%Y-%m-%d %H:%M}" if isinstance(one, datetime) else one
        for key, one in values.items()
    }
