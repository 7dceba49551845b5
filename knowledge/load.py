"""Loads the demonstration content into the store. Loading twice changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.base import Base
from knowledge.claims import ClaimRow, ClaimStepRow
from knowledge.clock import CHINA
from knowledge.content_persons import ApplicationEntry, ClaimEntry, PersonEntry
from knowledge.content_schema import Content, read_content
from knowledge.courses import CourseRow, EnrolmentRow, SessionRow
from knowledge.database import BELL_ARTICLES, BELL_REGIONS, Database
from knowledge.membership import ApplicationEventRow, ApplicationRow, MembershipRow
from knowledge.people import PersonRow, QueryCodeRow
from knowledge.regions import RegionRow, SectorUnionRow, load_tree
from knowledge.schemes import LineRow, SchemeRow
from knowledge.unit import Knowledge

CONTENT = Path(__file__).parent / "content"
FIRST_LOADED = "first_loaded"
"""The day of the first loading: dates of demonstration courses count from it."""

LOADED = "content_digest"
"""The files that were loaded last."""

STATES = {"in_review": "in_review", "accepted": "approved", "refused": "refused"}


async def load_demonstration(
    database: Database, say: Callable[[str], None] | None = None, folder: Path = CONTENT
) -> bool:
    """Load everything in one transaction; whether anything changed. `say` hears of the work.

    Raises:
        ContentError: a content file has mistakes; nothing is loaded.
    """
    digest = await asyncio.to_thread(_digest, folder)
    async with database.begin() as unit:
        if await unit.conversations.fact(LOADED) == digest:
            return False
    if say is not None:
        say("loading the demonstration content")
    content = await asyncio.to_thread(read_content, folder)
    async with database.begin() as unit:
        await unit.session.execute(text("select pg_advisory_xact_lock(hashtext('gongyou_load'))"))
        known = await unit.conversations.fact(FIRST_LOADED)
        first = date.fromisoformat(known) if known else unit.now.astimezone(CHINA).date()
        await unit.conversations.set_fact(FIRST_LOADED, first.isoformat())
        changed = await _regions(unit, content)
        unit.region_tree = await load_tree(unit.session)
        changed += await _schemes(unit, content)
        changed += await _stations(unit, content)
        changed += await _courses(unit, content, first)
        changed += await _articles(unit, content)
        for person in content.persons:
            changed += await _person(unit, content, person)
        await unit.conversations.set_fact(LOADED, digest)
        if changed:
            await unit.conversations.ring((BELL_REGIONS, ""), (BELL_ARTICLES, ""))
    await database.refresh_regions()
    return changed > 0


def _digest(folder: Path) -> str:
    """What the files say, so that a start with the same ones needn't compare them row by row."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        digest.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


async def _put(unit: Knowledge, table: type[Base], key: str, rows: list[dict[str, Any]]) -> int:
    """Insert rows or bring them up to date; how many that changed."""
    if not rows:
        return 0
    query = insert(table).values(rows)
    fresh = {name: query.excluded[name] for name in rows[0] if name != key}
    different = [getattr(table, name).is_distinct_from(fresh[name]) for name in fresh]
    where = different[0]
    for one in different[1:]:
        where = where | one
    done = await unit.session.execute(
        query.on_conflict_do_update(index_elements=[key], set_=fresh, where=where).returning(
            getattr(table, key)
        )
    )
    return len(done.all())


async def _regions(unit: Knowledge, content: Content) -> int:
    rows = [
        {
            "code": r.code,
            "parent": r.parent,
            "level": r.level,
            "name_zh": r.name.zh,
            "name_en": r.name.en,
            "aliases": list(r.aliases),
            "body_zh": r.body.zh,
            "body_en": r.body.en,
            "number_prefix": r.number_prefix,
            "decision_days": r.decision_working_days,
            "lat": r.center[0] if r.center else None,
            "lon": r.center[1] if r.center else None,
        }
        for r in content.regions
    ]
    changed = await _put(unit, RegionRow, "code", rows)
    sectors = [
        {
            "code": s.code,
            "sector": s.sector,
            "region": s.region,
            "name_zh": s.name.zh,
            "name_en": s.name.en,
        }
        for s in content.sectors
    ]
    return changed + await _put(unit, SectorUnionRow, "code", sectors)


async def _schemes(unit: Knowledge, content: Content) -> int:
    schemes = [
        {
            "code": s.code,
            "kind": s.kind,
            "region": s.region,
            "valid_until": s.valid_until,
            "body": s.model_dump(mode="json"),
        }
        for s in content.schemes
    ]
    lines = [
        {
            "code": line.code,
            "kind": line.kind,
            "region": line.region,
            "for_crisis": line.for_crisis,
            "body": line.model_dump(mode="json"),
        }
        for line in content.lines
    ]
    return await _put(unit, SchemeRow, "code", schemes) + await _put(unit, LineRow, "code", lines)


async def _stations(unit: Knowledge, content: Content) -> int:
    rows = [
        {
            "code": s.code,
            "name_zh": s.name.zh,
            "name_en": s.name.en,
            "region": s.region,
            "address_zh": s.address.zh,
            "address_en": s.address.en,
            "street": s.street,
            "landmarks": list(s.landmarks),
            "lat": s.lat,
            "lon": s.lon,
            "kind": s.kind,
            "amenities": list(s.amenities),
            "access": s.access.who,
            "access_employer": s.access.employer.zh if s.access.employer else None,
            "access_trade": s.access.trade,
            "hours": s.hours,
            "phone": s.phone,
            "closed_until": s.closed_until,
            "demo": s.demo,
        }
        for s in content.stations
    ]
    if not rows:
        return 0
    # The point is reckoned by the database, from the two numbers beside it.
    await unit.session.execute(
        text("create temporary table loading (like stations) on commit drop")
    )
    names = list(rows[0])
    columns = ", ".join(names)
    await unit.session.execute(
        text(f"insert into loading ({columns}) values ({', '.join(f':{n}' for n in names)})"),
        rows,
    )
    point = "case when lat is null then null else ll_to_earth(lat, lon) end"
    sets = ", ".join(f"{n} = excluded.{n}" for n in [*names[1:], "position"])
    old = ", ".join(f"stations.{n}" for n in names[1:])
    new = ", ".join(f"excluded.{n}" for n in names[1:])
    done = await unit.session.execute(
        text(
            f"insert into stations ({columns}, position) select {columns}, {point} from loading "
            f"on conflict (code) do update set {sets} "
            f"where ({old}) is distinct from ({new}) returning code"
        )
    )
    return len(done.all())


async def _courses(unit: Knowledge, content: Content, first: date) -> int:
    words = {t.code: [*t.words.zh, *t.words.en, t.name.zh, t.name.en] for t in content.topics}
    changed = 0
    for course in content.courses:
        there = await unit.session.scalar(
            select(CourseRow.code).where(CourseRow.code == course.code)
        )
        if there is not None:
            continue  # seats and sessions live on in the store
        place = course.place
        await unit.session.execute(
            insert(CourseRow).values(
                code=course.code,
                title_zh=course.title.zh,
                title_en=course.title.en,
                topic=course.topic,
                words=[w.casefold() for w in words[course.topic]],
                region=course.region,
                place_zh=place.zh if place else "",
                place_en=place.en if place else "",
                district=course.district or "",
                online=course.online,
                link=course.link,
                price=course.price,
                seats=course.seats,
                taken=course.taken,
                certificate=course.certificate,
                teacher=course.teacher.zh if course.teacher else None,
                demo=course.demo,
            )
        )
        await unit.session.execute(
            insert(SessionRow),
            [
                {
                    "course": course.code,
                    "minutes": one.minutes,
                    "starts_at": datetime.combine(
                        first + timedelta(days=one.day), one.start, tzinfo=CHINA
                    ),
                }
                for one in course.sessions
            ],
        )
        changed += 1
    return changed


async def _articles(unit: Knowledge, content: Content) -> int:
    changed = 0
    for article in content.articles:
        for answer in article.answers:
            for language in ("zh", "en"):
                said = getattr(answer, language)
                similar = getattr(article.similar, language)
                changed += await unit.articles.put(
                    actor="house",
                    topic=article.topic,
                    region=answer.region,
                    language=language,
                    state="published",
                    question=said.question,
                    similar=list(similar),
                    answer=said.answer,
                    buttons=list(answer.buttons),
                    related=list(article.related),
                    source=answer.source,
                    checked_on=answer.checked_on,
                    valid_from=answer.valid_from,
                    valid_until=answer.valid_until,
                )
    return changed


def person_id(entry: PersonEntry) -> UUID:
    """A demonstration person's id: the same in every store."""
    return uuid5(NAMESPACE_URL, f"gongyou:demonstration:{entry.id_number}")


async def _person(unit: Knowledge, content: Content, entry: PersonEntry) -> int:
    person = person_id(entry)
    if await unit.session.get(PersonRow, person) is not None:
        return 0
    await unit.people.create(person)
    profile = {
        "name": entry.name,
        "phone": f"+86{entry.phone}",
        "id_number": entry.id_number,
    }
    await unit.people.change(
        person, profile, actor="house", region=entry.region, sector=entry.sector
    )
    for membership in entry.memberships:
        number = membership.number or unit.people.new_number(
            unit.region_tree.number_prefix(membership.region)
        )
        await unit.session.execute(
            insert(MembershipRow).values(
                number=number,
                person_id=person,
                region=membership.region,
                sector=entry.sector or "other",
                since=date(2025, 1, 1),
                active=True,
            )
        )
        if membership.query_code:
            await _code(unit, person, number, "membership", membership.query_code)
    for application in entry.applications:
        await _application(unit, person, application)
    for claim in entry.claims:
        await _claim(unit, content, person, claim)
    for enrolment in entry.enrolments:
        await _enrolment(unit, person, enrolment.course, enrolment.state)
    return 1


async def _code(unit: Knowledge, person: UUID, number: str, kind: str, code: str) -> None:
    await unit.session.execute(
        insert(QueryCodeRow).values(
            number=number,
            kind=kind,
            person_id=person,
            code_hash=unit.keyring.code_hash(number, code),
        )
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=CHINA).astimezone(UTC)


async def _application(unit: Knowledge, person: UUID, entry: ApplicationEntry) -> None:
    union = await unit.regions.sector_union(entry.region, entry.sector)
    changed = entry.decided_on or entry.in_review_since or entry.applied_on
    reason = entry.reason and await unit.people.seal(person, entry.reason, "reason")
    await unit.session.execute(
        insert(ApplicationRow).values(
            number=entry.number,
            person_id=person,
            state=STATES[entry.state],
            sector=entry.sector,
            region=entry.region,
            sector_union=union.code if union else None,
            consent="demo",
            created_at=_noon(entry.applied_on),
            changed_at=_noon(changed),
            reason=reason,
        )
    )
    steps = {"received": entry.applied_on, "in_review": entry.in_review_since}
    if entry.decided_on:
        steps[STATES[entry.state]] = entry.decided_on
    for state, day in steps.items():
        if day is not None:
            await unit.session.execute(
                insert(ApplicationEventRow).values(
                    number=entry.number, state=state, at=_noon(day), actor="house"
                )
            )
    await _code(unit, person, entry.number, "application", entry.query_code)


STEP_DONE = {"apply": "applied", "review": "approved", "paid": "paid"}
STEP_UNDER_WAY = {"apply": "applied", "review": "in_review", "paid": "approved"}


async def _claim(unit: Knowledge, content: Content, person: UUID, entry: ClaimEntry) -> None:
    scheme = next(s for s in content.schemes if s.code == entry.scheme)
    reached: dict[str, date] = {}
    for step in entry.steps:
        name = (STEP_DONE if step.state == "done" else STEP_UNDER_WAY)[step.step]
        reached.setdefault(name, step.on)
    last = list(reached)[-1]
    await unit.session.execute(
        insert(ClaimRow).values(
            number=entry.number,
            person_id=person,
            scheme=entry.scheme,
            region=scheme.region,
            step=last,
            created_at=_noon(min(reached.values())),
            changed_at=_noon(reached[last]),
            own_cost=entry.own_cost,
            approved=entry.approved,
            paid=entry.paid,
            paid_on=reached.get("paid"),
            missing=await unit.people.seal(person, list(entry.missing_papers), "missing"),
        )
    )
    for name, day in reached.items():
        await unit.session.execute(
            insert(ClaimStepRow).values(
                number=entry.number, step=name, at=_noon(day), actor="house"
            )
        )
    await _code(unit, person, entry.number, "claim", entry.query_code)


async def _enrolment(unit: Knowledge, person: UUID, course: str, state: str) -> None:
    await unit.session.execute(
        insert(EnrolmentRow).values(
            course=course, person_id=person, state=state, at=unit.now, changed_at=unit.now
        )
    )
    if state == "enrolled":
        await unit.session.execute(
            update(CourseRow)
            .where(CourseRow.code == course, CourseRow.taken < CourseRow.seats)
            .values(taken=CourseRow.taken + 1)
        )
