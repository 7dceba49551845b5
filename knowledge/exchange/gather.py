"""What the store knows of a region and below it, as entries of the content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError
from sqlalchemy import select

from knowledge.article_rows import ArticleDraftRow, ArticleRow
from knowledge.article_writing import Writing, problems
from knowledge.articles import State, place_of, writing_of
from knowledge.clock import CHINA
from knowledge.content_articles import ArticleEntry
from knowledge.content_courses import CourseEntry
from knowledge.content_entries import Entry, LineEntry, RegionEntry, SectorUnionEntry, SourceEntry
from knowledge.content_schema import Content
from knowledge.content_schemes import SchemeEntry
from knowledge.content_stations import StationEntry
from knowledge.content_store import meetings_of, seated, topics_of
from knowledge.content_writings import Told, article_values
from knowledge.course_rows import CourseRow
from knowledge.exchange.refused import Refused
from knowledge.regions import RegionRow, SectorUnionRow
from knowledge.schemes import LineRow, SchemeRow, SourceRow
from knowledge.stations import StationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


async def gather(unit: Knowledge, region: str | None = None) -> Content:
    """Everything of a region and below, or of the whole store; in order of code.

    The regions above come along by themselves, so that the entries can stand in an empty store;
    of sources and topics only those that are named come.

    Raises:
        Refused: there is no such region, or a row of the store isn't as it should be.
    """
    tree = unit.region_tree
    if region is not None and tree.get(region) is None:
        raise Refused(f"没有“{region}”这个地区", f"there is no region '{region}'")
    codes = tree.below(region) if region else {one.code for one in tree}
    above = {one.code for one in tree.upwards(region)}
    rows = _Rows(unit, codes)
    regions = [region_entry(row) for row in await rows.regions(codes | above)]
    sectors = [_sector(row) for row in await rows.of(SectorUnionRow)]
    schemes = [_made(SchemeEntry, row.body, row.code) for row in await rows.of(SchemeRow)]
    lines = [_made(LineEntry, row.body, row.code) for row in await rows.of(LineRow)]
    stations = [station_entry(row) for row in await rows.of(StationRow)]
    courses = await courses_of(unit, await rows.of(CourseRow))
    articles = _articles(await rows.articles())
    named = {
        getattr(one, "source", None) for one in (*sectors, *schemes, *lines, *stations, *courses)
    } | {one.decision_source for one in regions}
    sources = [one for one in await sources_of(unit) if region is None or one.code in named]
    topics = (await topics_of(unit)).values()
    about = {course.topic for course in courses}
    return Content(
        sources=tuple(sources),
        regions=tuple(regions),
        sectors=tuple(sectors),
        schemes=tuple(schemes),
        stations=tuple(stations),
        topics=tuple(one for one in topics if region is None or one.code in about),
        courses=tuple(courses),
        persons=(),
        lines=tuple(lines),
        events=(),
        articles=tuple(articles),
    )


async def sources_of(unit: Knowledge) -> list[SourceEntry]:
    """All sources of the store."""
    found = await unit.session.scalars(select(SourceRow).order_by(SourceRow.code))
    return [_made(SourceEntry, row.body, row.code) for row in found]


class _Rows:
    """Rows of some regions, in order of code."""

    def __init__(self, unit: Knowledge, codes: set[str]) -> None:
        self._session, self._codes = unit.session, list(codes)

    async def of(self, table: Any) -> Sequence[Any]:
        query = select(table).where(table.region.in_(self._codes)).order_by(table.code)
        return list(await self._session.scalars(query))

    async def regions(self, codes: set[str]) -> Sequence[RegionRow]:
        query = select(RegionRow).where(RegionRow.code.in_(codes)).order_by(RegionRow.code)
        return list(await self._session.scalars(query))

    async def articles(self) -> list[Told]:
        """What is published or archived; of what never was, the drafts that lack nothing."""
        query = (
            select(ArticleRow, ArticleDraftRow.body)
            .outerjoin(ArticleDraftRow, ArticleDraftRow.article_id == ArticleRow.id)
            .where(ArticleRow.region.in_(self._codes))
            # zh before en, so that a pair is one answer
            .order_by(ArticleRow.topic, ArticleRow.region, ArticleRow.language.desc())
        )
        told = []
        for row, draft in (await self._session.execute(query)).all():
            if row.version:
                told.append(Told(place_of(row), cast("State", row.state), writing_of(row)))
            elif draft is not None and not problems(writing := Writing.kept(draft)):
                told.append(Told(place_of(row), "draft", writing))
        return told


def _made[AnyEntry: Entry](model: type[AnyEntry], values: Any, code: str) -> AnyEntry:
    try:
        return model.model_validate(values)
    except ValidationError as why:
        error = why.errors()[0]
        at = ".".join(str(step) for step in error["loc"])
        raise Refused(
            f"库里的“{code}”不完整（{at}），导不出来；请先改好它",
            f"'{code}' in the store is not as it should be ({at}: {error['msg']}); put it right",
        ) from why


def _words(zh: str | None, en: str | None) -> dict[str, str] | None:
    return {"zh": zh, "en": en or zh} if zh else None


def region_entry(row: RegionRow) -> RegionEntry:
    """A region of the store."""
    values = {
        "code": row.code,
        "parent": row.parent,
        "level": row.level,
        "name": _words(row.name_zh, row.name_en),
        "aliases": row.aliases,
        "body": _words(row.body_zh, row.body_en),
        "number_prefix": row.number_prefix,
        "decision_working_days": row.decision_days,
        "decision_source": row.decision_source,
        "decision_checked_on": row.decision_checked_on and row.decision_checked_on.isoformat(),
        "center": None if row.lat is None else (row.lat, row.lon),
        "demo": row.demo,
    }
    return _made(RegionEntry, values, row.code)


def _sector(row: SectorUnionRow) -> SectorUnionEntry:
    values = {
        "code": row.code,
        "sector": row.sector,
        "region": row.region,
        "name": _words(row.name_zh, row.name_en),
        "source": row.source,
    }
    return _made(SectorUnionEntry, values, row.code)


def station_entry(row: StationRow) -> StationEntry:
    """A place of the store."""
    access: dict[str, Any] = {"who": row.access, "trade": row.access_trade}
    access["employer"] = _words(row.access_employer, row.access_employer_en)
    ages = {"from_months": row.ages_from, "to_months": row.ages_to}
    values = {
        "code": row.code,
        "name": _words(row.name_zh, row.name_en),
        "region": row.region,
        "address": _words(row.address_zh, row.address_en),
        "street": row.street,
        "landmarks": row.landmarks,
        "lat": row.lat,
        "lon": row.lon,
        "kind": row.kind,
        "amenities": row.amenities,
        "about": _words(row.about_zh, row.about_en),
        "ages": None if row.ages_from is None else ages,
        "price": _words(row.price_zh, row.price_en),
        "access": access,
        "hours": row.hours,
        "phone": row.phone,
        "closed_until": row.closed_until and row.closed_until.isoformat(),
        "closed_reason": _words(row.closed_reason_zh, row.closed_reason_en),
        "demo": row.demo,
        "source": row.source,
    }
    return _made(StationEntry, values, row.code)


async def courses_of(unit: Knowledge, rows: Sequence[CourseRow]) -> list[CourseEntry]:
    """Courses of the store, their meetings as dates."""
    codes = [row.code for row in rows]
    meetings, given = await meetings_of(unit, codes), await seated(unit, codes)
    found = []
    for row in rows:
        starts = [
            (one.starts_at.astimezone(CHINA), one.minutes) for one in meetings.get(row.code, ())
        ]
        values = {
            "code": row.code,
            "title": _words(row.title_zh, row.title_en),
            "topic": row.topic,
            "region": row.region,
            "district": row.district or None,
            "place": _words(row.place_zh, row.place_en),
            "online": row.online,
            "link": row.link,
            "price": row.price,
            "seats": row.seats,
            "taken": row.taken - given.get(row.code, 0),
            "certificate": row.certificate,
            "teacher": _words(row.teacher, row.teacher_en),
            "dates": [
                {"on": f"{at:%Y-%m-%d}", "start": f"{at:%H:%M}", "minutes": minutes}
                for at, minutes in starts
            ],
            "demo": row.demo,
            "source": row.source,
        }
        found.append(_made(CourseEntry, values, row.code))
    return found


def _articles(told: Sequence[Told]) -> list[ArticleEntry]:
    topics: dict[str, list[Told]] = {}
    for one in told:
        topics.setdefault(one.place.topic, []).append(one)
    return [
        _made(ArticleEntry, article_values(topic, some), topic) for topic, some in topics.items()
    ]
