"""Which rooms are taken by courses, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from knowledge.content_courses import Meeting
from knowledge.content_store import meetings_of
from knowledge.course_rows import CourseRow
from knowledge.duplicates import same_name

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Room = tuple[str, str]
"""A region, and the name of a place as it is compared."""

Taken = tuple[Meeting, str]
"""A meeting, and the code of its course."""


async def rooms_of_the_store(unit: Knowledge) -> dict[str, tuple[Room, list[Meeting]]]:
    """Where and when the store's courses meet, by code; those online have no room."""
    query = (
        select(CourseRow.code, CourseRow.region, CourseRow.place_zh)
        .where(CourseRow.place_zh != "")
        .order_by(CourseRow.code)  # of two that clash the same one is told each time
    )
    rows = (await unit.session.execute(query)).all()
    meetings = await meetings_of(unit, [row[0] for row in rows])
    return {
        code: ((region, same_name(place)), meetings.get(code, [])) for code, region, place in rows
    }


def first_clash(meetings: Iterable[Meeting], taken: Sequence[Taken]) -> tuple[Meeting, str] | None:
    """The first of the meetings that falls on one in the same room, and the other's course."""
    return next(
        (
            (one, code)
            for one in meetings
            for other, code in taken
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at
        ),
        None,
    )
