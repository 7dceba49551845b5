"""Tables as entries: each row is read cell by cell, and every trouble is told with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from knowledge.content_checks import Placed
from knowledge.content_entries import Entry
from knowledge.content_schema import reason_of
from knowledge.content_yaml import Loc, Problem
from knowledge.exchange.cells import Names
from knowledge.exchange.columns import COLUMNS, Column, Thing, column_of, likely
from knowledge.exchange.csv_form import Table
from knowledge.exchange.reasons import in_chinese
from knowledge.exchange.refused import Refused, Unread
from knowledge.exchange.shapes import SHAPES, AtColumn, Options, Values, both_languages

THINGS: tuple[Thing, ...] = get_args(Thing)
HEAD_WITHIN = 5
"""Rows above which the names of the columns stand: a title may come first."""

CLOSE = 50.0
"""How alike (of 100) a name must be to one that we know, to be offered."""


@dataclass(frozen=True)
class TablePage:
    """A table's file: line n is row n, as a spreadsheet counts them."""

    file: str
    thing: Thing
    names: dict[str, str] = field(default_factory=dict)
    """How the file calls each column, by key."""

    def line(self, loc: Loc = ()) -> int:
        return int(loc[0]) if loc else 1

    def problem(self, loc: Loc, reason: str, chinese: str = "") -> Problem:
        return Problem(
            self.file, self.line(loc), reason, column=self._column(loc[1:]), chinese=chinese
        )

    def _column(self, loc: Loc) -> str:
        column = self.column(loc)
        return self.called(column) if column else ""

    def column(self, loc: Loc) -> Column | None:
        """The column whose value stands there in an entry."""
        inside = SHAPES[self.thing].inside
        way = tuple(loc[len(inside) :] if tuple(loc[: len(inside)]) == inside else loc)
        fitting = [
            column
            for column in COLUMNS[self.thing]
            if way and (column.at[: len(way)] == way or way[: len(column.at)] == column.at)
        ]
        return fitting[0] if fitting else None

    def called(self, column: Column) -> str:
        """A column as the file calls it, or as a template would."""
        return self.names.get(column.key, f"{column.zh} {column.key}")


@dataclass
class Read:
    """What was read: the entries with their places, and what is wrong."""

    thing: Thing | None
    placed: list[Placed[Entry]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    """Opening hours as they were typed and as they were read, where that differs."""


def head_of(table: Table, thing: Thing | None) -> tuple[Thing, int]:
    """What a table is about, and at which place its head stands.

    Raises:
        Refused: no row has the names of columns.
    """
    best: tuple[int, Thing, int] = (0, "stations", 0)
    for at, row in enumerate(table[:HEAD_WITHIN]):
        for one in (thing,) if thing else THINGS:
            best = max(best, (likely(one, row), one, at), key=lambda found: found[0])
    if best[0] < 2:
        raise Refused(
            "没有找到表头；第一行应是列名，请先用 gongyou export --template 导出模板",
            "no row has names of columns that are known; take a template (gongyou export "
            "--template)",
        )
    return best[1], best[2]


def read_table(
    file: str, table: Table, thing: Thing | None, names: Names, options: Options
) -> Read:
    """The entries of a table.

    Raises:
        Refused: it has no head, or columns are wrong.
    """
    thing, at = head_of(table, thing)
    columns = _columns(thing, table[at])
    page = TablePage(
        file,
        thing,
        {c.key: head for c, head in zip(columns, table[at], strict=True) if c is not None},
    )
    found = Read(thing)
    if thing == "regions":
        _name_regions(columns, table[at + 1 :], names)
    rows = Rows(page, columns, names, options, found)
    for number, row in enumerate(table[at + 1 :], start=at + 2):
        if any(row):
            rows.read(number, row)
    if not found.placed and not found.problems:
        raise Refused("表里没有内容", "the table has no rows")
    return found


def _columns(thing: Thing, head: Sequence[str]) -> list[Column | None]:
    found = [column_of(thing, name) if name else None for name in head]
    there = {column.key for column in found if column is not None}
    missing = [column for column in COLUMNS[thing] if column.needed and column.key not in there]
    if missing:
        zh, en = "、".join(c.zh for c in missing), ", ".join(c.key for c in missing)
        raise Refused(f"缺少这些列：{zh}；请加上再导入", f"columns are missing: {en}; add them")
    for name, column in zip(head, found, strict=True):
        if name and column is None:
            raise _unknown(thing, name)
    keys = [column.key for column in found if column is not None]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise Refused(f"有两列都是“{twice}”；请只留一列", f"two columns are '{twice}'; keep one")
    return found


def _unknown(thing: Thing, name: str) -> Refused:
    known = [one for column in COLUMNS[thing] for one in (column.zh, column.key)]
    near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=CLOSE)
    zh = f"是不是“{near[0]}”？" if near else ""
    en = f" (is it '{near[0]}'?)" if near else ""
    return Refused(
        f"不认识“{name}”这一列，{zh}请改名或删掉",
        f"there is no column '{name}'{en}; rename or delete it",
    )


def _name_regions(columns: Sequence[Column | None], rows: Table, names: Names) -> None:
    """A region may name as its parent one that comes with the same file."""
    keys = [column.key if column else "" for column in columns]
    if "code" in keys:
        for row in rows:
            if len(row) > keys.index("code"):
                code = row[keys.index("code")]
                names.add(names.regions, code)


class Rows:
    """Reads the rows of one table."""

    def __init__(
        self,
        page: TablePage,
        columns: Sequence[Column | None],
        names: Names,
        options: Options,
        found: Read,
    ) -> None:
        self._page, self._columns, self._names, self._options = page, columns, names, options
        self._found = found
        self._shape = SHAPES[page.thing]
        self._needed = [column for column in COLUMNS[page.thing] if column.needed]
        # Most cells of a long table say what others said before.
        self._seen: list[dict[str, Any] | None] = [
            {} if column is not None and column.repeats else None for column in columns
        ]

    def read(self, number: int, row: Sequence[str]) -> None:
        """Read one row: an entry, or what is wrong with it."""
        problems = self._found.problems
        before = len(problems)
        values: Values = {}
        given: set[str] = set()
        for column, seen, text in zip(self._columns, self._seen, row, strict=False):
            if column is None or not text:
                continue
            given.add(column.key)
            try:
                put_value(values, column.at, self._cell(column, seen, text))
            except Unread as why:
                problems.append(_trouble(self._page, number, column, why))
        problems += [
            self._empty(number, column) for column in self._needed if column.key not in given
        ]
        if len(problems) == before:
            self._entry(number, values)

    def _cell(self, column: Column, seen: dict[str, Any] | None, text: str) -> Any:
        if seen is None:
            return column.kind.read(text, self._names)
        if text not in seen:
            seen[text] = value = column.kind.read(text, self._names)
            if column.key == "hours" and value != text:
                self._found.typed[text] = value
        return seen[text]

    def _entry(self, number: int, values: Values) -> None:
        page, shape = self._page, self._shape
        try:
            built = shape.build(both_languages(values), self._options)
            self._found.placed.append(Placed(shape.model.model_validate(built), page, (number,)))
        except AtColumn as why:
            column = next(c for c in COLUMNS[page.thing] if c.key == why.key)
            self._found.problems.append(_trouble(page, number, column, why.why))
        except ValidationError as cause:
            self._found.problems += [
                page.problem(
                    (number, *error["loc"]),
                    reason_of(error),
                    in_chinese(error, page.column(error["loc"])),
                )
                for error in cause.errors()
            ]

    def _empty(self, number: int, column: Column) -> Problem:
        called = self._page.called(column)
        return Problem(
            self._page.file, number, "this is empty; fill it in", called, "没有填；请填上"
        )


def put_value(values: Values, way: Sequence[str], value: Any) -> None:
    """Put a value where it belongs in an entry."""
    for step in way[:-1]:
        values = values.setdefault(step, {})
    values[way[-1]] = value


def _trouble(page: TablePage, number: int, column: Column, why: Unread) -> Problem:
    return Problem(
        page.file,
        number,
        f"{why.what.en}; {why.instead.en}",
        page.called(column),
        f"{why.what.zh}；{why.instead.zh}",
    )


# Writing


def heads(thing: Thing, language: str) -> list[str]:
    """The names of the columns."""
    return [column.name(language) for column in COLUMNS[thing]]


def rows_of(thing: Thing, entries: Sequence[Entry], language: str) -> Iterator[list[str]]:
    """Entries as rows of a table."""
    for entry in entries:
        for values in SHAPES[thing].flatten(entry):
            yield [written(column, values, language) for column in COLUMNS[thing]]


def value_at(column: Column, values: Values) -> Any:
    """What stands in a column; None where nothing does."""
    value: Any = values
    for step in column.at:
        value = value.get(step) if isinstance(value, dict) else None
    return None if value in ([], ()) else value


def written(column: Column, values: Values, language: str) -> str:
    """The cell of a column."""
    value = value_at(column, values)
    return "" if value is None else column.kind.write(value, language)
