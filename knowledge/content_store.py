"""Writes entries of the content into the store, and tells what is new and what has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from knowledge import content_rows as rows
from knowledge.article_rows import ArticleRow
from knowledge.articles import Place
from knowledge.bulk import Say, Tally, put_rows, silent
from knowledge.content_articles import ArticleEntry
from knowledge.content_courses import CourseEntry, Meeting, TopicEntry
from knowledge.content_schema import Content
from knowledge.content_writings import told
from knowledge.course_rows import CourseRow, EnrolmentRow, SessionRow, TopicRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Tallies = dict[str, Tally]
"""By kind of entry, in the order in which they are written."""


async def put_places(unit: Knowledge, content: Content, say: Say = silent) -> Tallies:
    """Sources, regions, unions, schemes, lines and stations."""
    tallies: Tallies = {}
    kinds: tuple[tuple[str, str, Callable[[Any], rows.Row], Sequence[Any]], ...] = (
        ("sources", "sources", rows.source_row, content.sources),
        ("regions", "regions", rows.region_row, content.regions),
        ("sectors", "sector_unions", rows.sector_row, content.sectors),
        ("schemes", "schemes", rows.scheme_row, content.schemes),
        ("lines", "lines", rows.line_row, content.lines),
    )
    for kind, table, row, entries in kinds:
        tallies[kind] = await put_rows(unit, table, "code", [row(one) for one in entries])
    # Points that come in order along a street make the index of positions ever slower (a thousand
    # take half a minute, in any other order a tenth of a second): cubes split badly then.
    mixed = sorted(content.stations, key=lambda one: crc32(one.code.encode()))
    stations = [rows.station_row(one) for one in mixed]
    tallies["stations"] = await put_rows(
        unit, "stations", "code", stations, derived=rows.POINT, say=say
    )
    return tallies


async def put_topics(unit: Knowledge, topics: Sequence[TopicEntry]) -> Tally:
    """The topics of courses."""
    return await put_rows(unit, "topics", "code", [rows.topic_row(one) for one in topics])


async def topics_of(unit: Knowledge) -> dict[str, TopicEntry]:
    """The topics of the store, by code."""
    found = await unit.session.scalars(select(TopicRow).order_by(TopicRow.code))
    return {row.code: TopicEntry.model_validate(row.body) for row in found}


async def seated(unit: Knowledge, codes: Sequence[str]) -> dict[str, int]:
    """How many have a seat in each course through the house."""
    counted = await unit.session.execute(
        select(EnrolmentRow.course, func.count())
        .where(EnrolmentRow.course.in_(codes), EnrolmentRow.state == "enrolled")
        .group_by(EnrolmentRow.course)
    )
    return dict(counted.all())


async def put_courses(
    unit: Knowledge, courses: Sequence[CourseEntry], topics: Mapping[str, TopicEntry], first: date
) -> Tally:
    """Courses with all their meetings; `first` is the day that relative ones count from."""
    if not courses:
        return Tally()
    codes = [course.code for course in courses]
    # A seat that is given away meanwhile waits until the figures stand.
    await unit.session.execute(
        select(CourseRow.code).where(CourseRow.code.in_(codes)).with_for_update()
    )
    given = await seated(unit, codes)
    before = await meetings_of(unit, codes)
    after = {course.code: course.meetings(first) for course in courses}
    moved = {code for code in codes if code in before and before[code] != after[code]}
    tally, unmoved = Tally(), [course for course in courses if course.code not in moved]
    for part in (unmoved, [course for course in courses if course.code in moved]):
        put = [rows.course_row(one, topics, given.get(one.code, 0)) for one in part]
        found = await put_rows(unit, "courses", "code", put)
        if part is not unmoved:
            found = Tally(found.new, found.changed + found.unchanged, 0)
        tally += found
    other = {code: found for code, found in after.items() if before.get(code) != found}
    await _put_meetings(unit, other)
    return tally


async def meetings_of(unit: Knowledge, codes: Sequence[str]) -> dict[str, list[Meeting]]:
    """All meetings of courses in order of time, those that are over included."""
    found: dict[str, list[Meeting]] = {}
    rows_ = await unit.session.scalars(
        select(SessionRow).where(SessionRow.course.in_(codes)).order_by(SessionRow.starts_at)
    )
    for row in rows_:
        found.setdefault(row.course, []).append(Meeting(row.starts_at, row.minutes))
    return found


async def _put_meetings(unit: Knowledge, meetings: Mapping[str, Sequence[Meeting]]) -> None:
    if not meetings:
        return
    await unit.session.execute(delete(SessionRow).where(SessionRow.course.in_(meetings)))
    values = [
        {"course": code, "starts_at": one.starts_at, "minutes": one.minutes}
        for code, some in meetings.items()
        for one in some
    ]
    await unit.session.execute(insert(SessionRow), values)


async def put_articles(unit: Knowledge, articles: Sequence[ArticleEntry], *, actor: str) -> Tally:
    """Articles by topic, region and language. The caller rings the bell."""
    places = select(ArticleRow.topic, ArticleRow.region, ArticleRow.language)
    known = {Place(*row) for row in (await unit.session.execute(places)).all()}
    tally = Tally()
    for article in articles:
        for one in told(article):
            if one.state == "draft":
                put = await unit.drafts.put(one.place, one.writing, actor=actor)
            else:
                put = await unit.article_changes.put(
                    one.place, one.writing, actor=actor, state=one.state
                )
            if not put:
                tally += Tally(unchanged=1)
            else:
                tally += Tally(changed=1) if one.place in known else Tally(new=1)
    return tally
