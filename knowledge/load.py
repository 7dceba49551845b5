"""Loads the demonstration content into the store. Loading twice changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.article_changes import HOUSE
from knowledge.case_rows import CaseRow
from knowledge.claims import ClaimRow, ClaimStepRow
from knowledge.clock import CHINA
from knowledge.content_persons import ApplicationEntry, ClaimEntry, PersonEntry
from knowledge.content_schema import Content, read_content
from knowledge.content_store import put_articles, put_courses, put_places, put_topics
from knowledge.course_rows import CourseRow, EnrolmentRow
from knowledge.database import BELL_ARTICLES, BELL_REGIONS, Database
from knowledge.membership import ApplicationEventRow, ApplicationRow, MembershipRow
from knowledge.people import PersonRow, QueryCodeRow
from knowledge.regions import load_tree
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
        changed = sum(tally.written for tally in (await put_places(unit, content)).values())
        unit.region_tree = await load_tree(unit.session)
        changed += await _courses(unit, content, first)
        changed += (await put_articles(unit, content.articles, actor=HOUSE)).written
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


async def _courses(unit: Knowledge, content: Content, first: date) -> int:
    """Courses that aren't there yet: seats and meetings of the others live on in the store."""
    topics = {topic.code: topic for topic in content.topics}
    known = set(await unit.session.scalars(select(CourseRow.code)))
    fresh = [course for course in content.courses if course.code not in known]
    done = await put_topics(unit, content.topics)
    return (done + await put_courses(unit, fresh, topics, first)).written


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
    await unit.cases.enter(
        entry.number, person, unit.case_kinds.get("application"), region=entry.region,
        sector=entry.sector, consent="demo", actor="house", at=_noon(entry.applied_on),
    )  # fmt: skip
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
            await _come_to(unit, entry.number, state, _noon(day), reason=reason)
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
    await unit.cases.enter(
        entry.number, person, unit.case_kinds.get("claim"), region=scheme.region, consent="demo",
        actor="house", at=_noon(min(reached.values())),
    )  # fmt: skip
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
        amount = entry.paid if entry.paid is not None else entry.approved
        await _come_to(unit, entry.number, name, _noon(day), amount=amount)
    await _code(unit, person, entry.number, "claim", entry.query_code)


async def _come_to(unit: Knowledge, number: str, to: str, at: datetime, **given: Any) -> None:
    """A case's past: where it came to on a day, of which nobody is told any more."""
    case = await unit.cases.locked(number)
    if case.step == to:
        return
    step = unit.case_kinds.get(case.kind).step(to)
    ended = {"closed_at": at} if step.final else {}
    await unit.session.execute(
        update(CaseRow)
        .where(CaseRow.number == number)
        .values(step=to, changed_at=at, **ended, **given)
    )
    clock = "stop" if step.final else None
    await unit.cases.note(case, "moved", "house", step=to, at=at, clock=clock)


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
