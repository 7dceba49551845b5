"""Import and export: first a dry run that tells every trouble, then all or nothing."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import text

from knowledge.bulk import Say, Tally, silent
from knowledge.clock import CHINA
from knowledge.content_cases import CaseKindEntry
from knowledge.content_checks import Known, Placed, check
from knowledge.content_courses import CourseEntry, EventEntry
from knowledge.content_entries import Entry
from knowledge.content_persons import PersonEntry
from knowledge.content_schema import Content, assemble
from knowledge.content_stations import StationEntry
from knowledge.content_store import (
    Tallies,
    put_articles,
    put_courses,
    put_places,
    put_topics,
    topics_of,
)
from knowledge.content_yaml import Problem
from knowledge.database import BELL_ARTICLES, BELL_REGIONS
from knowledge.duplicates import Pair
from knowledge.exchange.columns import Thing
from knowledge.exchange.files import load, read_file, read_folder_of, write_file
from knowledge.exchange.gather import gather
from knowledge.exchange.reach import out_of_reach
from knowledge.exchange.refused import Refused
from knowledge.exchange.shapes import Options
from knowledge.exchange.store_checks import (
    clashes,
    known_of,
    names_of,
    overbooked,
    pairs,
    unexplained,
)
from knowledge.exchange.tables import Read
from knowledge.exchange.yaml_form import Files, write_folder
from knowledge.regions import load_tree
from knowledge.workdays import is_provisional

if TYPE_CHECKING:
    from knowledge.database import Database
    from knowledge.unit import Knowledge

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('gongyou_load'))")
MANY_OBJECTS = 200_000
SHOWN_ON_MAP = 3
"""Places whose points are told in a report, so that somebody looks whether they are right."""


@dataclass(frozen=True)
class Report:
    """What an import did, or would do."""

    written: bool
    problems: tuple[Problem, ...] = ()
    """With any, nothing was written."""
    tallies: tuple[tuple[str, Tally], ...] = ()
    """By kind, what is new, changed and unchanged."""
    typed: tuple[tuple[str, str], ...] = ()
    """Opening hours as they were typed, and as they were read."""
    pairs: tuple[Pair, ...] = ()
    """Places that may be there twice."""
    points: tuple[StationEntry, ...] = ()
    """Some of the places, to be looked at on a map."""
    provisional: bool = False
    """Meetings lie in a year whose holidays aren't announced yet."""
    left_out: tuple[str, ...] = ()
    """Kinds of entries that a file holds but that aren't imported."""

    @property
    def changes(self) -> int:
        return sum(tally.written for _, tally in self.tallies)


class _Undo(Exception):
    """Ends a transaction of which nothing is to stay."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


class Exchange:
    """Files of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export_table(
        self, thing: Thing, name: str, *, region: str | None = None, language: str = "zh"
    ) -> bytes:
        """Everything of one kind as a table; `name` says by its ending in which form.

        Raises:
            Refused: there is no such region, or no such form.
        """
        async with self._database.begin() as unit:
            content = await gather(unit, region)
            if thing == "regions" and region:
                below = unit.region_tree.below(region)
                entries: Sequence[Entry] = [one for one in content.regions if one.code in below]
            else:
                entries = getattr(content, thing)
        return await asyncio.to_thread(write_file, name, thing, entries, language)

    async def export_folder(self, region: str | None = None) -> Files:
        """Everything of a region, or of the store, as files in the form of `knowledge/content`.

        Raises:
            Refused: there is no such region.
        """
        async with self._database.begin() as unit:
            content = await gather(unit, region)
        return await asyncio.to_thread(write_folder, content)

    async def import_path(self, path: Path, **how: Any) -> Report:
        """Import a file or a folder; see `import_file`."""
        raw = await asyncio.to_thread(load, path)
        if raw is None:
            read = await asyncio.to_thread(read_folder_of, path)
            how.pop("thing", None)
            how.pop("options", None)
            return await self._import(read, **how)
        return await self.import_file(path.name, raw, **how)

    async def import_file(
        self,
        name: str,
        raw: bytes,
        *,
        actor: str,
        write: bool,
        thing: Thing | None = None,
        options: Options | None = None,
        within: str | None = None,
        say: Say = silent,
    ) -> Report:
        """Import a file's entries, all or none. Without `write` it is tried and undone.

        `thing` says what a table is about where its columns don't; `within` is the region that
        the office answers for.

        Raises:
            Refused: the file can't be used at all.
        """
        async with self._database.begin() as unit:
            names = await names_of(unit, await known_of(unit))
        how = options or Options()
        with _seldom_collected():
            read = await asyncio.to_thread(read_file, name, raw, thing, names, how)
            return await self._import(read, actor=actor, write=write, within=within, say=say)

    async def _import(
        self, read: Read, *, actor: str, write: bool, within: str | None = None, say: Say = silent
    ) -> Report:
        try:
            async with self._database.begin() as unit:
                await unit.session.execute(ONE_AT_A_TIME)
                report = await _put(unit, read, actor, within, say)
                if not write or report.problems:
                    raise _Undo(report)
        except _Undo as undone:
            return undone.report
        await self._database.refresh_regions()
        return Report(**{**vars(report), "written": True})


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the search for cycles of objects rest while many are made that have none.

    With 200,000 entries in memory each search goes through all of them: a third of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(MANY_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


NOT_IMPORTED: Mapping[type[Entry], str] = {
    CaseKindEntry: "case_kinds", EventEntry: "events", PersonEntry: "persons",
}  # fmt: skip
"""What lies in the demonstration's folder and never comes by an import, as it is named."""


async def _put(unit: Knowledge, read: Read, actor: str, within: str | None, say: Say) -> Report:
    """Check everything, and write it if nothing is wrong; whether it stays, the caller decides."""
    placed, left_out = _importable(read.placed)
    problems = list(read.problems)
    known = await known_of(unit)
    # Rows of a table name only what the store has, but for regions; a folder's name each other.
    if not problems or read.thing not in (None, "regions"):
        problems += await asyncio.to_thread(check, placed, known)
        problems += await _against_the_store(unit, placed, known, within)
    typed = tuple(read.typed.items())
    if problems:
        return Report(False, tuple(sorted(problems)), typed=typed, left_out=left_out)
    content = assemble(placed)
    tallies = await _write(unit, content, actor, within, say)
    codes = {station.code for station in content.stations}
    return Report(
        False,
        tallies=tuple((kind, tally) for kind, tally in tallies.items() if tally != Tally()),
        typed=typed,
        pairs=tuple(await pairs(unit, among=codes)) if codes else (),
        points=tuple(one for one in content.stations if one.lat is not None)[:SHOWN_ON_MAP],
        provisional=any(
            is_provisional(meeting.starts_at.astimezone(CHINA).date())
            for course in content.courses
            for meeting in course.meetings(unit.now.astimezone(CHINA).date())
        ),
        left_out=left_out,
    )


def _importable(
    placed: Sequence[Placed[Entry]],
) -> tuple[list[Placed[Entry]], tuple[str, ...]]:
    kept = [one for one in placed if type(one.entry) not in NOT_IMPORTED]
    left = {NOT_IMPORTED[type(one.entry)] for one in placed if type(one.entry) in NOT_IMPORTED}
    return kept, tuple(sorted(left))


async def _against_the_store(
    unit: Knowledge, placed: Sequence[Placed[Entry]], known: Known, within: str | None
) -> list[Problem]:
    found: list[Problem] = []
    if within is not None:
        region = unit.region_tree.get(within)
        if region is None:
            raise Refused(f"没有“{within}”这个地区", f"there is no region '{within}'")
        found += await out_of_reach(unit, placed, known, region)
    stations = [
        cast("Placed[StationEntry]", one) for one in placed if isinstance(one.entry, StationEntry)
    ]
    found += await unexplained(unit, stations, unit.now.astimezone(CHINA).date())
    courses = [
        cast("Placed[CourseEntry]", one) for one in placed if isinstance(one.entry, CourseEntry)
    ]
    if courses:
        found += await overbooked(unit, courses)
        found += await clashes(unit, courses, unit.now.astimezone(CHINA).date())
    return found


async def _write(
    unit: Knowledge, content: Content, actor: str, within: str | None, say: Say
) -> Tallies:
    tallies = await put_content(unit, content, actor, say)
    for kind, tally in tallies.items():
        if tally.written:
            await unit.audit.write(
                None,
                actor=actor,
                action=f"import.{kind}",
                subject=f"import:{kind}",
                region=within,
                after={"new": tally.new, "changed": tally.changed},
            )
    return tallies


async def put_content(unit: Knowledge, content: Content, actor: str, say: Say = silent) -> Tallies:
    """Write entries that were checked, and ring in every process if anything has changed.

    The caller reads the regions of its own process anew (`Database.refresh_regions`) afterwards.
    """
    before = await load_tree(unit.session)
    tallies = await put_places(unit, content, say)
    unit.region_tree = await load_tree(unit.session)
    for region in content.regions:
        known = before.get(region.code)
        if known is not None and known.decision_days != region.decision_working_days:
            await unit.clock_recounts.ask_for_cases(region.code)
    tallies["topics"] = await put_topics(unit, content.topics)
    today = unit.now.astimezone(CHINA).date()
    topics = await topics_of(unit)
    tallies["courses"] = await put_courses(unit, content.courses, topics, today)
    tallies["articles"] = await put_articles(unit, content.articles, actor=actor)
    if any(tally.written for tally in tallies.values()):
        await unit.conversations.ring((BELL_REGIONS, ""), (BELL_ARTICLES, ""))
    return tallies
