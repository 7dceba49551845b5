"""One place typed into a form: the columns of its table, read as an import reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge.content_entries import Words
from knowledge.content_schema import reason_of
from knowledge.content_stations import StationEntry
from knowledge.content_yaml import Loc
from knowledge.exchange import labels
from knowledge.exchange.cells import Names
from knowledge.exchange.columns import STATIONS, Column
from knowledge.exchange.reasons import in_chinese
from knowledge.exchange.refused import Unread
from knowledge.exchange.shapes import SHAPES, AtColumn, Options, Values, both_languages
from knowledge.exchange.tables import put_value, written
from knowledge.place_kinds import CHILDCARE

Cells = Mapping[str, str]
"""What is typed, by the column's key."""

EMPTY = Words(zh="没有填；请填上", en="this is empty; fill it in")
BY_WHO = {"employer": ("employer", "employer_en"), "trade": ("trade",)}
"""Columns that say more of who may enter, by the choice that they belong to."""

OF_CHILDCARE = ("ages", "price", "price_en")
"""Columns that only a childcare centre has."""


class Mistyped(Exception):
    """A form that can't be taken: by column, what is wrong and what to write."""

    def __init__(self, troubles: Mapping[str, Words]) -> None:
        super().__init__(", ".join(troubles))
        self.troubles = troubles


def read_station(cells: Cells, regions: Iterable[str]) -> StationEntry:
    """The place that is typed.

    Raises:
        Mistyped: with everything that is wrong.
    """
    names = Names()
    for code in regions:
        names.add(names.regions, code)
    wanted = _wanted(cells)
    troubles: dict[str, Words] = {}
    values: Values = {}
    for column in STATIONS:
        text = wanted.get(column.key, "").strip()
        if not text:
            continue
        try:
            put_value(values, column.at, column.kind.read(text, names))
        except Unread as why:
            troubles[column.key] = _said(why)
    for key in _missing(wanted):
        troubles.setdefault(key, EMPTY)
    if troubles:
        raise Mistyped(troubles)
    try:
        built = SHAPES["stations"].build(both_languages(values), Options())
        return StationEntry.model_validate(built)
    except AtColumn as wrong:
        raise Mistyped({wrong.key: _said(wrong.why)}) from wrong
    except ValidationError as cause:
        raise Mistyped(
            {key: said for error in cause.errors() for key, said in [_reason(error)]}
        ) from cause


def cells_of(entry: StationEntry, language: str = "zh") -> dict[str, str]:
    """A place as the cells of its row."""
    (values,) = SHAPES["stations"].flatten(entry)
    return {column.key: written(column, values, language) for column in STATIONS}


def _wanted(cells: Cells) -> dict[str, str]:
    """Without what was typed for another choice of who may enter, or another kind of place."""
    others = [name for who, names in BY_WHO.items() if who != cells.get("who") for name in names]
    if cells.get("kind") not in (CHILDCARE, labels.STATION_KINDS.write(CHILDCARE, "zh")):
        others += OF_CHILDCARE
    return {key: text for key, text in cells.items() if key not in others}


def _missing(cells: Cells) -> list[str]:
    found = [column.key for column in STATIONS if column.needed and not _given(cells, column.key)]
    if _given(cells, "lat") != _given(cells, "lon"):
        found.append("lon" if _given(cells, "lat") else "lat")
    who = cells.get("who", "")
    if who in BY_WHO and not _given(cells, who):
        found.append(who)
    return found


def _given(cells: Cells, key: str) -> bool:
    return bool(cells.get(key, "").strip())


def _column(loc: Loc) -> Column | None:
    way = tuple(loc)
    fitting: list[Column] = [
        column
        for column in STATIONS
        if way and (column.at[: len(way)] == way or way[: len(column.at)] == column.at)
    ]
    return fitting[0] if fitting else None


def _said(why: Unread) -> Words:
    return Words(zh=f"{why.what.zh}；{why.instead.zh}", en=f"{why.what.en}; {why.instead.en}")


def _reason(error: ErrorDetails) -> tuple[str, Words]:
    """The column, and what is wrong with it."""
    column = _column(error["loc"])
    said = Words(zh=in_chinese(error, column), en=f"{reason_of(error)}; change it")
    return ("" if column is None else column.key), said
