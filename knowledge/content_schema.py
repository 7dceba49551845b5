"""The demonstration content: reads a folder of YAML files into one typed `Content`.

The folder holds `sources.yaml`, `regions.yaml`, `sectors.yaml`, `schemes.yaml`, `courses.yaml`,
`persons.yaml`, `lines.yaml`, `events.yaml`, `case_kinds.yaml`, one file a city under `stations/`
and any number of files under `articles/`. Nothing here knows SQL. Each entry is checked by its
model, then all of them against each other (`content_checks`), and every mistake is told with file,
line and reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from knowledge.content_articles import ArticleEntry
from knowledge.content_cases import CaseKindEntry
from knowledge.content_checks import Placed, check
from knowledge.content_courses import CourseEntry, EventEntry, TopicEntry
from knowledge.content_entries import Entry, LineEntry, RegionEntry, SectorUnionEntry, SourceEntry
from knowledge.content_persons import PersonEntry
from knowledge.content_schemes import SchemeEntry
from knowledge.content_stations import StationEntry
from knowledge.content_yaml import ContentError, Loc, Problem, Sheet, read_sheet

__all__ = ["Content", "ContentError", "Problem", "read_content"]

LISTS: dict[str, type[Entry]] = {
    "sources.yaml": SourceEntry,
    "regions.yaml": RegionEntry,
    "sectors.yaml": SectorUnionEntry,
    "schemes.yaml": SchemeEntry,
    "persons.yaml": PersonEntry,
    "lines.yaml": LineEntry,
    "events.yaml": EventEntry,
    "case_kinds.yaml": CaseKindEntry,
}
"""Files that are one list each. `courses.yaml` has two, `topics` and `courses`."""

CASE_KINDS = "case_kinds.yaml"
"""The house's own: an import leaves it out."""

COURSES = "courses.yaml"
COURSE_LISTS: dict[str, type[Entry]] = {"topics": TopicEntry, "courses": CourseEntry}


@dataclass(frozen=True)
class Content:
    """Everything, in the order of the files; regions with parents before children."""

    sources: tuple[SourceEntry, ...]
    regions: tuple[RegionEntry, ...]
    sectors: tuple[SectorUnionEntry, ...]
    schemes: tuple[SchemeEntry, ...]
    stations: tuple[StationEntry, ...]
    topics: tuple[TopicEntry, ...]
    courses: tuple[CourseEntry, ...]
    persons: tuple[PersonEntry, ...]
    lines: tuple[LineEntry, ...]
    events: tuple[EventEntry, ...]
    articles: tuple[ArticleEntry, ...]
    case_kinds: tuple[CaseKindEntry, ...] = ()


def read_content(folder: Path) -> Content:
    """Read and check the whole folder.

    Raises:
        ContentError: with every mistake found: first those of single entries (unknown key, bad
            date, …); when there are none, those between entries (duplicates, unknown codes).
    """
    placed = read_folder(folder)
    problems = check(placed)
    if problems:
        raise ContentError(problems)
    return assemble(placed)


def read_folder(folder: Path, *, whole: bool = True) -> list[Placed[Entry]]:
    """The entries of a folder, each checked by itself; `whole`: every file must be there.

    Raises:
        ContentError: with every mistake found in a single entry.
    """
    problems: list[Problem] = []
    placed: list[Placed[Entry]] = []
    for path in _files(folder, problems, whole=whole):
        try:
            sheet = read_sheet(path, folder)
        except ContentError as cause:
            problems += cause.problems
            continue
        placed += _entries(sheet, problems)
    if problems:
        raise ContentError(problems)
    return placed


def read_list[AnyEntry: Entry](
    folder: Path, name: str, model: type[AnyEntry]
) -> tuple[AnyEntry, ...]:
    """One file that is a list, each entry checked by itself.

    Raises:
        ContentError: with every mistake found in a single entry.
    """
    problems: list[Problem] = []
    sheet = read_sheet(folder / name, folder)
    placed = _list(sheet, sheet.value, (), model, problems)
    if problems:
        raise ContentError(problems)
    return _of(placed, model)


def assemble(placed: Sequence[Placed[Entry]]) -> Content:
    """Entries by kind."""
    return Content(
        sources=_of(placed, SourceEntry),
        regions=_parents_first(_of(placed, RegionEntry)),
        sectors=_of(placed, SectorUnionEntry),
        schemes=_of(placed, SchemeEntry),
        stations=_of(placed, StationEntry),
        topics=_of(placed, TopicEntry),
        courses=_of(placed, CourseEntry),
        persons=_of(placed, PersonEntry),
        lines=_of(placed, LineEntry),
        events=_of(placed, EventEntry),
        articles=_of(placed, ArticleEntry),
        case_kinds=_of(placed, CaseKindEntry),
    )


def _files(folder: Path, problems: list[Problem], *, whole: bool) -> list[Path]:
    """The files to read; one that is missing or that nobody reads is a problem."""
    found = sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".yml"))
    read: list[Path] = []
    for path in found:
        file = path.relative_to(folder)
        known = file.as_posix() in {*LISTS, COURSES}
        if path.suffix == ".yaml" and (known or file.parts[:-1] in (("stations",), ("articles",))):
            read.append(path)
        else:
            problems.append(Problem(file.as_posix(), 1, "no content is read from such a file"))
    missing = [name for name in (*LISTS, COURSES) if whole and folder / name not in read]
    problems += [Problem(name, 1, "the file is missing") for name in missing]
    return read


def _entries(sheet: Sheet, problems: list[Problem]) -> list[Placed[Entry]]:
    if sheet.file == COURSES:
        placed: list[Placed[Entry]] = []
        if not isinstance(sheet.value, dict) or set(sheet.value) != set(COURSE_LISTS):
            problems.append(sheet.problem((), "the file has two keys, 'topics' and 'courses'"))
            return placed
        for key, model in COURSE_LISTS.items():
            placed += _list(sheet, sheet.value[key], (key,), model, problems)
        return placed
    if sheet.file.startswith("stations/"):
        return _list(sheet, sheet.value, (), StationEntry, problems)
    if sheet.file.startswith("articles/"):
        return _entry(sheet, sheet.value, (), ArticleEntry, problems)
    return _list(sheet, sheet.value, (), LISTS[sheet.file], problems)


def _list(
    sheet: Sheet, value: object, at: Loc, model: type[Entry], problems: list[Problem]
) -> list[Placed[Entry]]:
    if not isinstance(value, list):
        problems.append(sheet.problem(at, "here stands a list of entries"))
        return []
    placed: list[Placed[Entry]] = []
    for number, item in enumerate(value):
        placed += _entry(sheet, item, (*at, number), model, problems)
    return placed


def _entry(
    sheet: Sheet, value: object, at: Loc, model: type[Entry], problems: list[Problem]
) -> list[Placed[Entry]]:
    try:
        return [Placed(model.model_validate(value), sheet, tuple(at))]
    except ValidationError as cause:
        problems += [
            sheet.problem((*at, *error["loc"]), reason_of(error)) for error in cause.errors()
        ]
        return []


def reason_of(error: ErrorDetails) -> str:
    """What a model finds wrong, as it is told."""
    where = ".".join(str(step) for step in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key '{where}'"
        case "missing":
            return f"the key '{where}' is missing"
        case "value_error":
            said = error["msg"].removeprefix("Value error, ")
            return f"{where}: {said}" if where else said
    return f"{where}: {error['msg']}; it says {error['input']!r}"


def _of[AnyEntry: Entry](
    placed: Sequence[Placed[Entry]], model: type[AnyEntry]
) -> tuple[AnyEntry, ...]:
    return tuple(p.entry for p in placed if isinstance(p.entry, model))


def _parents_first(regions: tuple[RegionEntry, ...]) -> tuple[RegionEntry, ...]:
    """So that rows can be written in this order under a foreign key."""
    parents = {region.code: region.parent for region in regions}

    def depth(code: str | None) -> int:
        return 0 if code not in parents else 1 + depth(parents[code])

    return tuple(sorted(regions, key=lambda region: depth(region.code)))
