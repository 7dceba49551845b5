"""Courses of the night school and their sessions, and the search for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Date, Time, cast, func, select, text

from knowledge.clock import CHINA
from knowledge.course_rows import CourseRow, EnrolmentRow, SessionRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

TIMES_OF_DAY: dict[str, tuple[time, time]] = {
    "morning": (time(5), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(23, 59, 59)),
}


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
        if not codes:
            return []
        waits = (
            select(func.count())
            .where(EnrolmentRow.course == CourseRow.code, EnrolmentRow.state == "waiting")
            .scalar_subquery()
        )
        rows = await self._unit.session.execute(
            select(CourseRow, waits)
            .where(CourseRow.code.in_(codes))
            .execution_options(populate_existing=True)
        )
        sessions: dict[str, list[Session]] = {code: [] for code in codes}
        for row in await self._unit.session.scalars(
            select(SessionRow)
            .where(SessionRow.course.in_(codes), SessionRow.starts_at > self._unit.now)
            .order_by(SessionRow.starts_at)
        ):
            sessions[row.course].append(Session(row.starts_at, row.minutes))
        found = {row.code: _course(row, sessions[row.code], waiting) for row, waiting in rows.all()}
        return [found[code] for code in codes if code in found]

    async def words(self) -> dict[str, list[str]]:
        """Each topic with the words that riders use for it."""
        found: dict[str, set[str]] = {}
        rows = await self._unit.session.execute(select(CourseRow.topic, CourseRow.words))
        for topic, words in rows.all():
            found.setdefault(topic, set()).update(words)
        return {topic: sorted(words) for topic, words in found.items()}


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
