"""What an office of one region may write: its own, and nothing that others share or own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from knowledge.content_articles import ArticleEntry
from knowledge.content_checks import Known, Placed
from knowledge.content_courses import CourseEntry, TopicEntry
from knowledge.content_entries import Entry, LineEntry, RegionEntry, SectorUnionEntry, SourceEntry
from knowledge.content_schemes import SchemeEntry
from knowledge.content_stations import StationEntry
from knowledge.content_store import topics_of
from knowledge.content_yaml import Loc, Problem
from knowledge.course_rows import CourseRow
from knowledge.exchange.gather import sources_of
from knowledge.regions import Region, SectorUnionRow
from knowledge.schemes import LineRow, SchemeRow
from knowledge.stations import StationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

OWNED: dict[type[Entry], Any] = {
    StationEntry: StationRow,
    CourseEntry: CourseRow,
    SchemeEntry: SchemeRow,
    LineEntry: LineRow,
    SectorUnionEntry: SectorUnionRow,
}
"""Entries that are a region's, known by a code of their own."""


async def out_of_reach(
    unit: Knowledge, placed: Sequence[Placed[Entry]], known: Known, region: Region
) -> list[Problem]:
    """What of a file an office of this region may not write.

    A row that says what the store says already does no harm and is let pass: the export of a
    region brings the regions above it along, and the sources and topics that all share.
    """
    allowed = unit.region_tree.below(region.code)
    grown = allowed | _new_below(placed, known, allowed)
    found = [
        problem
        for one in placed
        if not (isinstance(one.entry, RegionEntry) and _same_region(one.entry, known))
        for problem in _elsewhere(one, grown, region)
    ]
    found += await _taken(unit, placed, allowed)
    found += await _shared(unit, placed)
    return found


def _same_region(entry: RegionEntry, known: Known) -> bool:
    return known.regions.get(entry.code) == entry


def _new_below(placed: Sequence[Placed[Entry]], known: Known, allowed: set[str]) -> set[str]:
    """Regions that the file makes below those that the office answers for."""
    parents = {
        one.entry.code: one.entry.parent
        for one in placed
        if isinstance(one.entry, RegionEntry) and one.entry.code not in known.regions
    }
    found: set[str] = set()
    while more := {code for code, above in parents.items() if above in allowed | found} - found:
        found |= more
    return found


def _elsewhere(one: Placed[Entry], allowed: set[str], region: Region) -> Iterator[Problem]:
    entry = one.entry
    codes: list[tuple[str | None, Loc]] = []
    if isinstance(entry, ArticleEntry):
        codes = [
            (answer.region, ("answers", i, "region")) for i, answer in enumerate(entry.answers)
        ]
    elif isinstance(entry, RegionEntry):
        if entry.code not in allowed:
            codes = [(entry.code, ("code",))]
        elif entry.code != region.code:
            codes = [(entry.parent, ("parent",))]
        elif entry.parent != region.parent:
            yield _theirs(one, entry.code, region, "parent")
    elif (code := getattr(entry, "region", None)) is not None:
        codes = [(code, ("region",))]
    for code, loc in codes:
        if code not in allowed:
            yield _theirs(one, str(code), region, *loc)


def _theirs(one: Placed[Entry], code: str, region: Region, *loc: int | str) -> Problem:
    return one.problem(
        f"'{code}' doesn't lie in {region.name_zh}; take the row out",
        *loc,
        chinese=f"“{code}”不在{region.name_zh}范围内；请删掉这一行",
    )


async def _taken(
    unit: Knowledge, placed: Sequence[Placed[Entry]], allowed: set[str]
) -> list[Problem]:
    """Codes under which another region has something: the row would take it away."""
    found: list[Problem] = []
    for kind, row in OWNED.items():
        ours = {getattr(one.entry, "code", ""): one for one in placed if type(one.entry) is kind}
        if not ours:
            continue
        theirs = select(row.code, row.region).where(row.region.not_in(sorted(allowed)))
        for code, owner in (await unit.session.execute(theirs)).all():
            if code in ours:
                found.append(_owned(ours[code], code, owner))
    return found


def _owned(one: Placed[Entry], code: str, owner: str) -> Problem:
    return one.problem(
        f"the code '{code}' belongs to '{owner}'; choose another code",
        "code",
        chinese=f"编号“{code}”是“{owner}”的；请换一个编号",
    )


async def _shared(unit: Knowledge, placed: Sequence[Placed[Entry]]) -> list[Problem]:
    """Sources and topics that all regions share, and that the row would change."""
    kinds = {type(one.entry) for one in placed}
    there: dict[tuple[type[Entry], str], Entry] = {}
    if SourceEntry in kinds:
        there |= {(SourceEntry, one.code): one for one in await sources_of(unit)}
    if TopicEntry in kinds:
        there |= {(TopicEntry, code): one for code, one in (await topics_of(unit)).items()}
    return [
        one.problem(
            "this is shared by all regions and can't be changed from one; give it another code",
            "code",
            chinese="这是各地共用的，不能由一个地区改；请换一个编号",
        )
        for one in placed
        if (old := there.get((type(one.entry), getattr(one.entry, "code", "")))) is not None
        and old != one.entry
    ]
