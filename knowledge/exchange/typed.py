"""One entry typed into a form: its fields are the cells of a table, and the same rules hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.clock import CHINA
from knowledge.content_checks import Placed, check
from knowledge.content_courses import LAST_DAY, CourseEntry
from knowledge.content_entries import Entry, LineEntry, RegionEntry
from knowledge.content_schemes import SchemeEntry
from knowledge.content_yaml import Loc, Problem
from knowledge.course_rows import CourseRow
from knowledge.exchange.cells import Choice, Many, YesNo
from knowledge.exchange.columns import COLUMNS, Column, Thing
from knowledge.exchange.exchange import ONE_AT_A_TIME
from knowledge.exchange.gather import courses_of
from knowledge.exchange.shapes import SHAPES, Options, Values
from knowledge.exchange.store_checks import clashes, known_of, names_of, overbooked
from knowledge.exchange.tables import Read, Rows, TablePage, value_at
from knowledge.schemes import LineRow, SchemeRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

FORM = "form"
"""How problems of what was typed name their file."""

KEPT: Mapping[Thing, tuple[type[Any], type[Entry]]] = {
    "schemes": (SchemeRow, SchemeEntry),
    "lines": (LineRow, LineEntry),
}
"""Things whose row has its entry as JSON."""


@dataclass(frozen=True)
class _Stored:
    """Where an entry of the store stands: under its code."""

    file: str

    def line(self, loc: Loc = ()) -> int:
        return 0

    def problem(self, loc: Loc, reason: str, chinese: str = "") -> Problem:
        return Problem(self.file, 0, reason, chinese=chinese)


def fields_of(thing: Thing, entry: Entry) -> dict[str, str]:
    """An entry as the fields of a form: codes for what is chosen, yes or no for what is ticked."""
    (values,) = SHAPES[thing].flatten(entry)
    return {column.key: _field(column, values) for column in COLUMNS[thing]}


def _field(column: Column, values: Values) -> str:
    value = value_at(column, values)
    if value is None:
        return ""
    if isinstance(column.kind, Many):
        return "\n".join(value)
    return str(value) if isinstance(column.kind, Choice) else column.kind.write(value, "en")


def mark_of(entry: Entry | None) -> str:
    """A mark of an entry as it stands: another one means that somebody has changed it since."""
    told = "" if entry is None else entry.model_dump_json()
    return hashlib.sha256(told.encode()).hexdigest()[:16]


async def alone(unit: Knowledge) -> None:
    """One form or import at a time, until the transaction ends."""
    await unit.session.execute(ONE_AT_A_TIME)


async def stored(unit: Knowledge, thing: Thing, code: str) -> Entry | None:
    """The entry of this code."""
    if thing == "regions":
        return (await every_region(unit)).get(code)
    if thing == "courses":
        row = await unit.session.get(CourseRow, code, populate_existing=True)
        return None if row is None else (await courses_of(unit, [row]))[0]
    table, model = KEPT[thing]
    found = await unit.session.get(table, code, populate_existing=True)
    return None if found is None else model.model_validate(found.body)


async def every_region(unit: Knowledge) -> Mapping[str, RegionEntry]:
    """All regions of the store by code."""
    return (await known_of(unit)).regions


async def read_fields(unit: Knowledge, thing: Thing, fields: Mapping[str, str]) -> Read:
    """The entry that was typed, or everything that is wrong with it."""
    columns = COLUMNS[thing]
    names = await names_of(unit, await known_of(unit))
    page = TablePage(FORM, thing, {column.key: column.key for column in columns})
    found = Read(thing)
    cells = [_cell(column, fields.get(column.key, "").strip()) for column in columns]
    Rows(page, columns, names, Options(), found).read(1, cells)
    return found


def _cell(column: Column, text: str) -> str:
    if isinstance(column.kind, YesNo) and column.needed:
        return text or "no"  # a box that isn't ticked is not sent
    # With a line's end, only line ends part the things of a list.
    return f"{text}\n" if column.key in ("steps", "papers") and text else text


async def trouble(unit: Knowledge, placed: Placed[Entry], *, new: bool) -> list[Problem]:
    """What is wrong with a typed entry besides the others of the store."""
    known, entry = await known_of(unit), placed.entry
    others: list[Placed[Entry]] = []
    code = getattr(entry, "code", "")
    for other in await _others(unit, entry):
        at = str(getattr(other, "code", ""))
        if at != code:
            others.append(Placed(other, _Stored(at), ()))
        elif new:
            return [
                placed.problem(
                    f"the code '{code}' is taken already; choose another",
                    "code",
                    chinese=f"编号“{code}”已经有了；请换一个",
                )
            ]
    found = [one for one in check([*others, placed], known) if one.file == FORM]
    if isinstance(entry, CourseEntry):
        course = [Placed(entry, placed.sheet, placed.at)]
        if any(one.on > LAST_DAY for one in entry.dates):
            return [
                *found,
                placed.problem(
                    "a day is too far away; put its year right",
                    "dates",
                    chinese="有一天太远了；请改年份",
                ),
            ]
        found += await overbooked(unit, course)
        found += await clashes(unit, course, unit.now.astimezone(CHINA).date())
    return found


async def _others(unit: Knowledge, entry: Entry) -> Sequence[Entry]:
    """The store's entries that one must fit, itself included."""
    if isinstance(entry, RegionEntry):
        return list((await every_region(unit)).values())
    if isinstance(entry, CourseEntry):
        there = await stored(unit, "courses", entry.code)
        return [] if there is None else [there]
    if isinstance(entry, SchemeEntry):
        return await unit.schemes.everywhere()
    return await unit.schemes.lines_everywhere()
