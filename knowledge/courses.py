"""Courses of the night school and their sessions, and the search for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from knowledge.clock import CHINA

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

TIMES_OF_DAY: dict[str, tuple[time, time]] = {
    "morning": (time(5), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(23, 59, 59)),
}


_COURSE = """
    c.code, c.title_zh, c.title_en, c.topic, c.region, c.place_zh, c.place_en, c.district, c.online,
    c.link, c.price, c.seats, c.taken, c.certificate, c.demo,
    (select count(*) from enrolments where course = c.code and state = 'waiting'),
    c.words,
    array(
        select starts_at from course_sessions
        where course = c.code and starts_at > $1 order by starts_at
    ),
    array(
        select minutes from course_sessions
        where course = c.code and starts_at > $1 order by starts_at
    )
"""

_FIND = f"""
    with meetings as (
        select course, starts_at, timezone('{CHINA}', starts_at) as here
        from course_sessions where starts_at > $1
    ),
    next as (
        select course, min(starts_at) as at from meetings
        where ($2::int[] is null or extract(isodow from here) = any($2))
        and ($3::time is null or here::time between $3 and $4::time)
        and ($5::date is null or here::date = $5)
        group by course
    )
    select {_COURSE}
    from next join courses c on c.code = next.course
    where ($6::text is null or c.topic = $6)
    and (
        $7::text is null or $8::text = any(c.words)
        or strpos(lower(c.title_zh), lower($7)) > 0 or strpos(lower(c.title_en), lower($7)) > 0
    )
    and ($9::text[] is null or c.region = any($9) or c.district = any($9) or c.online)
    and ($10::boolean is null or c.online = $10)
    and ($11::numeric is null or c.price <= $11)
    order by next.at, c.code
    limit $12
"""  # noqa: S608  only constants

_BY_CODES = f"select {_COURSE} from courses c where c.code = any($2)"  # noqa: S608  only constants


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
    certificate: bool
    demo: bool
    waiting: int
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
        since, until = TIMES_OF_DAY[time_of_day] if time_of_day is not None else (None, None)
        rows = await self._unit.rows(
            _FIND,
            self._unit.now,
            list(weekdays) or None,
            since,
            until,
            day,
            topic,
            words,
            None if words is None else words.casefold(),
            None if regions is None else list(regions),
            online,
            price_up_to,
            limit,
        )
        return [_course(row) for row in rows]

    async def by_codes(self, codes: Sequence[str]) -> list[Course]:
        """Courses by code, in the order given."""
        if not codes:
            return []
        rows = await self._unit.rows(_BY_CODES, self._unit.now, list(codes))
        found = {course.code: course for course in map(_course, rows)}
        return [found[code] for code in codes if code in found]

    async def words(self) -> dict[str, list[str]]:
        """Each topic with the words that riders use for it."""
        found: dict[str, set[str]] = {}
        for topic, words in await self._unit.rows("select topic, words from courses"):
            found.setdefault(topic, set()).update(words)
        return {topic: sorted(words) for topic, words in found.items()}


def _course(row: Sequence[Any]) -> Course:
    *of_course, words, starts, minutes = row
    sessions = (Session(*one) for one in zip(starts, minutes, strict=True))
    return Course(*(*of_course, tuple(words), tuple(sessions)))
