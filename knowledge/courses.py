"""Courses of the night school, their sessions, and who has a seat or waits for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Numeric,
    Time,
    cast,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.clock import CHINA
from knowledge.people import PersonRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

State = Literal["enrolled", "waiting", "cancelled"]

TIMES_OF_DAY: dict[str, tuple[time, time]] = {
    "morning": (time(5), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(23, 59, 59)),
}


class CourseRow(Base):
    """A course. `taken` counts the seats: the check guards them, however many ask at once."""

    __tablename__ = "courses"

    code: Mapped[str] = mapped_column(primary_key=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    topic: Mapped[str]
    words: Mapped[list[str]]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    place_zh: Mapped[str]
    place_en: Mapped[str]
    district: Mapped[str]
    online: Mapped[bool]
    link: Mapped[str | None]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    seats: Mapped[int]
    taken: Mapped[int]
    certificate: Mapped[bool]
    teacher: Mapped[str | None]
    teacher_en: Mapped[str | None]
    demo: Mapped[bool]
    source: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("taken >= 0 and taken <= seats", name="seats"),
        Index("ix_courses_topic", "topic"),
    )


class TopicRow(Base):
    """A topic of courses; `body` is its `TopicEntry` as JSON."""

    __tablename__ = "topics"

    code: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]


class SessionRow(Base):
    """One meeting of a course."""

    __tablename__ = "course_sessions"

    id: Mapped[int] = serial()
    course: Mapped[str] = mapped_column(ForeignKey("courses.code"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    __table_args__ = (Index("uq_course_sessions_start", "course", "starts_at", unique=True),)


class EnrolmentRow(Base):
    """Somebody's seat in a course, or their place on its waiting list (in order of id)."""

    __tablename__ = "enrolments"

    id: Mapped[int] = serial()
    course: Mapped[str] = mapped_column(ForeignKey("courses.code"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str]
    at: Mapped[datetime]
    changed_at: Mapped[datetime]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )
    __table_args__ = (
        CheckConstraint("state in ('enrolled', 'waiting', 'cancelled')", name="state"),
        Index(
            "uq_enrolments_once",
            "course",
            "person_id",
            unique=True,
            postgresql_where=text("state in ('enrolled', 'waiting')"),
        ),
        Index("ix_enrolments_person_id", "person_id"),
    )


@dataclass(frozen=True)
class Session:
    """One meeting."""

    starts_at: datetime
    minutes: int


@dataclass(frozen=True)
class Course:
    """A course with its meetings still to come; `waiting` counts its waiting list."""

    code: str
    title_zh: str
    title_en: str
    topic: str
    region: str
    place_zh: str
    place_en: str
    district: str
    online: bool
    link: str | None
    price: Decimal
    seats: int
    taken: int
    waiting: int
    certificate: bool
    demo: bool
    words: tuple[str, ...]
    sessions: tuple[Session, ...]

    @property
    def free(self) -> int:
        return self.seats - self.taken

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def place(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh


@dataclass(frozen=True)
class Enrolment:
    """Somebody's part in a course; `place` is their place on the waiting list (1 = next)."""

    id: int
    course: Course
    person: UUID
    state: State
    place: int | None
    conversation: int | None


class Courses:
    """Courses of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def find(
        self,
        *,
        topic: str | None = None,
        words: str | None = None,
        weekdays: Sequence[int] = (),
        time_of_day: str | None = None,
        day: date | None = None,
        regions: Sequence[str] | None = None,
        online: bool | None = None,
        price_up_to: Decimal | None = None,
        limit: int = 5,
    ) -> list[Course]:
        """Courses with a meeting still to come, the soonest first.

        `topic` is a topic's slug, `words` free words that the titles or topics contain,
        `weekdays` 1 (Monday) to 7; `regions` (cities or districts) limit what is not online;
        `price_up_to` 0 is what costs nothing.
        """
        query = (
            select(CourseRow.code, func.min(SessionRow.starts_at).label("next"))
            .join(SessionRow, SessionRow.course == CourseRow.code)
            .where(SessionRow.starts_at > self._unit.now)
            .group_by(CourseRow.code)
            .order_by(text("next"), CourseRow.code)
            .limit(limit)
        )
        if topic is not None:
            query = query.where(CourseRow.topic == topic)
        if words is not None:
            query = query.where(
                CourseRow.title_zh.icontains(words, autoescape=True)
                | CourseRow.title_en.icontains(words, autoescape=True)
                | (func.array_position(CourseRow.words, words.casefold()).is_not(None))
            )
        if regions is not None:
            query = query.where(
                CourseRow.region.in_(regions) | CourseRow.district.in_(regions) | CourseRow.online
            )
        if online is not None:
            query = query.where(CourseRow.online.is_(online))
        if price_up_to is not None:
            query = query.where(CourseRow.price <= price_up_to)
        local = func.timezone(str(CHINA), SessionRow.starts_at)
        if weekdays:
            query = query.where(func.extract("isodow", local).in_(list(weekdays)))
        if time_of_day is not None:
            since, until = TIMES_OF_DAY[time_of_day]
            query = query.where(cast(local, Time).between(since, until))
        if day is not None:
            query = query.where(cast(local, Date) == day)
        codes = [code for code, _ in (await self._unit.session.execute(query)).all()]
        return await self.by_codes(codes)

    async def by_codes(self, codes: Sequence[str]) -> list[Course]:
        """Courses by code, in the order given."""
        rows = {
            row.code: row
            for row in await self._unit.session.scalars(
                select(CourseRow)
                .where(CourseRow.code.in_(codes))
                .execution_options(populate_existing=True)
            )
        }
        sessions: dict[str, list[Session]] = {code: [] for code in codes}
        for row in await self._unit.session.scalars(
            select(SessionRow)
            .where(SessionRow.course.in_(codes), SessionRow.starts_at > self._unit.now)
            .order_by(SessionRow.starts_at)
        ):
            sessions[row.course].append(Session(row.starts_at, row.minutes))
        counted = await self._unit.session.execute(
            select(EnrolmentRow.course, func.count())
            .where(EnrolmentRow.course.in_(codes), EnrolmentRow.state == "waiting")
            .group_by(EnrolmentRow.course)
        )
        waiting = dict(counted.all())
        return [
            _course(rows[code], sessions[code], waiting.get(code, 0))
            for code in codes
            if code in rows
        ]

    async def words(self) -> dict[str, list[str]]:
        """Each topic with the words that riders use for it."""
        found: dict[str, set[str]] = {}
        rows = await self._unit.session.execute(select(CourseRow.topic, CourseRow.words))
        for topic, words in rows.all():
            found.setdefault(topic, set()).update(words)
        return {topic: sorted(words) for topic, words in found.items()}

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
        found = await self.enrolment(code, person)
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
        return await self.enrolment(code, first.person_id)

    async def enrolment(self, code: str, person: UUID) -> Enrolment | None:
        """The person's part in the course."""
        row = await self._unit.session.scalar(self._active(code, person))
        return None if row is None else await self._open(row)

    async def numbered(self, number: int) -> Enrolment | None:
        """The enrolment of this number, unless it was cancelled."""
        row = await self._unit.session.scalar(
            select(EnrolmentRow)
            .where(EnrolmentRow.id == number, EnrolmentRow.state != "cancelled")
            .execution_options(populate_existing=True)
        )
        return None if row is None else await self._open(row)

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

    async def of(self, person: UUID) -> list[Enrolment]:
        """The person's courses that still have a meeting to come."""
        rows = await self._unit.session.scalars(
            select(EnrolmentRow)
            .where(EnrolmentRow.person_id == person, EnrolmentRow.state != "cancelled")
            .order_by(EnrolmentRow.id)
        )
        return [e for e in [await self._open(row) for row in rows] if e.course.sessions]

    async def _open(self, row: EnrolmentRow) -> Enrolment:
        place: int | None = None
        if row.state == "waiting":
            before = await self._unit.session.scalar(
                select(func.count())
                .select_from(EnrolmentRow)
                .where(
                    EnrolmentRow.course == row.course,
                    EnrolmentRow.state == "waiting",
                    EnrolmentRow.id < row.id,
                )
            )
            place = (before or 0) + 1
        (course,) = await self.by_codes([row.course])
        state: State = "enrolled" if row.state == "enrolled" else "waiting"
        return Enrolment(row.id, course, row.person_id, state, place, row.conversation_id)

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


def _course(row: CourseRow, sessions: Sequence[Session], waiting: int) -> Course:
    return Course(
        code=row.code,
        title_zh=row.title_zh,
        title_en=row.title_en,
        topic=row.topic,
        region=row.region,
        place_zh=row.place_zh,
        place_en=row.place_en,
        district=row.district,
        online=row.online,
        link=row.link,
        price=row.price,
        seats=row.seats,
        taken=row.taken,
        waiting=waiting,
        certificate=row.certificate,
        demo=row.demo,
        words=tuple(row.words),
        sessions=tuple(sessions),
    )
