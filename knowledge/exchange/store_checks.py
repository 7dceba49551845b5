"""What entries must fit besides each other: seats given away, rooms that are taken, a region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from knowledge.clock import CHINA
from knowledge.content_checks import Known, Placed
from knowledge.content_courses import CourseEntry, Meeting
from knowledge.content_stations import StationEntry
from knowledge.content_store import seated, topics_of
from knowledge.content_yaml import Problem
from knowledge.course_rooms import Room, Taken, first_clash, rooms_of_the_store
from knowledge.duplicates import Pair, Place, near_duplicates, same_name
from knowledge.exchange.cells import Names
from knowledge.exchange.gather import region_entry, sources_of
from knowledge.regions import RegionRow
from knowledge.stations import StationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


async def known_of(unit: Knowledge) -> Known:
    """What entries of a file may name that stands in the store."""
    regions = await unit.session.scalars(select(RegionRow))
    return Known(
        regions={row.code: region_entry(row) for row in regions},
        sources=frozenset(one.code for one in await sources_of(unit)),
        topics=frozenset(await topics_of(unit)),
        whole=False,
    )


async def names_of(unit: Knowledge, known: Known) -> Names:
    """By which names a cell may call regions and topics."""
    names = Names()
    for region in known.regions.values():
        names.add(names.regions, region.code, region.name.zh, region.name.en, *region.aliases)
    for topic in (await topics_of(unit)).values():
        names.add(names.topics, topic.code, topic.name.zh, topic.name.en, *topic.words.zh)
    return names


async def overbooked(unit: Knowledge, placed: Sequence[Placed[CourseEntry]]) -> list[Problem]:
    """Courses with fewer seats than are given away."""
    given = await seated(unit, [one.entry.code for one in placed])
    found = []
    for one in placed:
        taken = one.entry.taken + given.get(one.entry.code, 0)
        if taken > one.entry.seats:
            found.append(
                one.problem(
                    f"{taken} seats are given away already, {one.entry.seats} are too few; raise "
                    "the seats or cancel enrolments",
                    "seats",
                    chinese=f"已有{taken}人占名额，{one.entry.seats}个不够；请加名额或先取消报名",
                )
            )
    return found


async def unexplained(
    unit: Knowledge, placed: Sequence[Placed[StationEntry]], today: date
) -> list[Problem]:
    """Places that would be closed for now without a reason, which riders read on their card.

    One that is closed so already is let pass, and so is what is over.
    """
    bare = [
        one
        for one in placed
        if one.entry.closed_reason is None
        and one.entry.closed_until is not None
        and one.entry.closed_until >= today
    ]
    if not bare:
        return []
    there = select(StationRow.code, StationRow.closed_until).where(
        StationRow.closed_until >= today, StationRow.closed_reason_zh.is_(None)
    )
    before = dict((await unit.session.execute(there)).all())
    return [
        one.problem(
            "it is closed for now and doesn't say why; write what riders may read, or empty the "
            "day",
            "closed_reason",
            chinese="暂停开放，没有写原因；请写上给骑手看的原因，或把日期清空",
        )
        for one in bare
        if before.get(one.entry.code) != one.entry.closed_until
    ]


async def clashes(
    unit: Knowledge, placed: Sequence[Placed[CourseEntry]], first: date
) -> list[Problem]:
    """Courses that would meet in the same room at the same time as another one.

    What meets as it did before is not told again: a clash of old needn't hold up other changes.
    """
    ours = {one.entry.code: one for one in placed}
    before = await rooms_of_the_store(unit)
    rooms: dict[Room, list[Taken]] = {}
    fresh: list[tuple[Placed[CourseEntry], Room, list[Meeting]]] = []
    for code, (room, meetings) in before.items():
        if code not in ours:
            rooms.setdefault(room, []).extend((meeting, code) for meeting in meetings)
    for code, one in ours.items():
        if one.entry.place is None:
            continue
        room, meetings = (
            (one.entry.region, same_name(one.entry.place.zh)),
            one.entry.meetings(first),
        )
        if before.get(code) == (room, meetings):
            rooms.setdefault(room, []).extend((meeting, code) for meeting in meetings)
        else:
            fresh.append((one, room, meetings))
    found: list[Problem] = []
    for one, room, meetings in fresh:
        taken = rooms.setdefault(room, [])
        hit = first_clash(meetings, taken)
        if hit is not None:
            found.append(_clash(one, *hit))
        taken += [(meeting, one.entry.code) for meeting in meetings]
    return found


def _clash(one: Placed[CourseEntry], meeting: Meeting, other: str) -> Problem:
    at = f"{meeting.starts_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    return one.problem(
        f"'{other}' meets in the same place on {at}; move one of them, or name the room",
        "place",
        chinese=f"{at} 这个地点已有“{other}”的课；请改时间或地点，不同教室请写明",
    )


async def pairs(
    unit: Knowledge,
    *,
    among: set[str] | None = None,
    within: set[str] | None = None,
    limit: int = 50,
) -> list[Pair]:
    """Places that may be one: all, or those with one of these codes, or of these regions."""
    row, tree = StationRow, unit.region_tree
    columns = (row.code, row.name_zh, row.region, row.lat, row.lon, row.kind)
    query = select(*columns).order_by(row.code)
    if within is not None:
        query = query.where(row.region.in_(within))
    places = [Place(*one) for one in (await unit.session.execute(query)).all()]

    def upwards(code: str) -> list[str]:
        return [region.code for region in tree.upwards(code)]

    return list(islice(near_duplicates(places, upwards, among), limit))
