"""Courses as an office lists them: also those that are over, with filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, or_, select

from knowledge.course_rows import CourseRow, EnrolmentRow, SessionRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

When = Literal["", "coming", "over"]
Seats = Literal["", "free", "waiting"]


@dataclass(frozen=True)
class CourseWish:
    """What the list is narrowed to. `regions` None is everywhere."""

    text: str = ""
    regions: Sequence[str] | None = None
    topic: str = ""
    when: When = "coming"
    seats: Seats = ""


@dataclass(frozen=True)
class ListedCourse:
    """A course in the list; `next` is its next meeting, `last` its last one."""

    code: str
    title_zh: str
    title_en: str
    topic: str
    region: str
    district: str
    place_zh: str
    place_en: str
    online: bool
    price: Decimal
    seats: int
    taken: int
    waiting: int
    next: datetime | None
    last: datetime | None
    left: int

    @property
    def free(self) -> int:
        return self.seats - self.taken

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def place(self, language: str) -> str:
        return self.place_en if language == "en" else self.place_zh


class CourseList:
    """The list of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def find(
        self, wish: CourseWish, *, limit: int, offset: int = 0
    ) -> tuple[list[ListedCourse], int]:
        """Some of the courses, those that meet soonest first, and how many there are."""
        waiting = (
            select(func.count())
            .where(EnrolmentRow.course == CourseRow.code, EnrolmentRow.state == "waiting")
            .correlate(CourseRow)
            .scalar_subquery()
        )
        to_come = SessionRow.starts_at > self._unit.now
        times = (
            select(
                SessionRow.course.label("course"),
                func.min(SessionRow.starts_at).filter(to_come).label("next"),
                func.max(SessionRow.starts_at).label("last"),
                func.count().filter(to_come).label("left"),
            )
            .group_by(SessionRow.course)
            .subquery()
        )
        query = (
            select(CourseRow, waiting.label("waiting"), times.c.next, times.c.last, times.c.left)
            .outerjoin(times, times.c.course == CourseRow.code)
            .where(*_narrowed(wish, waiting, times))
        )
        count = await self._unit.session.scalar(select(func.count()).select_from(query.subquery()))
        rows = await self._unit.session.execute(
            query.order_by(
                times.c.next.asc().nulls_last(), times.c.last.desc().nulls_last(), CourseRow.code
            )
            .limit(limit)
            .offset(offset)
        )
        return [_listed(*row) for row in rows.all()], count or 0


def _narrowed(wish: CourseWish, waiting: Any, times: Any) -> list[Any]:
    found: list[Any] = []
    if wish.text:
        like = [
            column.icontains(wish.text, autoescape=True)
            for column in (
                CourseRow.code, CourseRow.title_zh, CourseRow.title_en, CourseRow.place_zh,
                CourseRow.place_en, CourseRow.teacher, CourseRow.teacher_en,
            )
        ]  # fmt: skip
        by_word = func.array_position(CourseRow.words, wish.text.casefold()).is_not(None)
        found.append(or_(*like, by_word))
    if wish.regions is not None:
        found.append(CourseRow.region.in_(wish.regions))
    if wish.topic:
        found.append(CourseRow.topic == wish.topic)
    if wish.when == "coming":
        found.append(times.c.next.is_not(None))
    elif wish.when == "over":
        found.append(times.c.next.is_(None))
    if wish.seats == "free":
        found.append(CourseRow.taken < CourseRow.seats)
    elif wish.seats == "waiting":
        found.append(waiting > 0)
    return found


def _listed(
    row: CourseRow, waiting: int, soonest: datetime | None, last: datetime | None, left: int | None
) -> ListedCourse:
    return ListedCourse(
        code=row.code,
        title_zh=row.title_zh,
        title_en=row.title_en,
        topic=row.topic,
        region=row.region,
        district=row.district,
        place_zh=row.place_zh,
        place_en=row.place_en,
        online=row.online,
        price=row.price,
        seats=row.seats,
        taken=row.taken,
        waiting=waiting,
        next=soonest,
        last=last,
        left=left or 0,
    )
