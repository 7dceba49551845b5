"""The tables of the night school: courses, their topics and meetings, and who takes them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial


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
