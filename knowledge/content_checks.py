"""Checks between entries of the content: duplicates, codes that nobody has, order, seats."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

from knowledge.content_articles import ArticleEntry
from knowledge.content_cases import CaseKindEntry
from knowledge.content_courses import CourseEntry, EventEntry, TopicEntry
from knowledge.content_entries import (
    Entry,
    Level,
    LineEntry,
    RegionEntry,
    SectorUnionEntry,
    SourceEntry,
)
from knowledge.content_figures import unproved
from knowledge.content_persons import ClaimEntry, PersonEntry
from knowledge.content_schemes import SchemeEntry
from knowledge.content_stations import StationEntry
from knowledge.content_writings import wrong
from knowledge.content_yaml import Loc, Page, Problem

LEVELS: tuple[str, ...] = get_args(Level)
"""From the country downwards."""


@dataclass(frozen=True)
class Placed[AnyEntry: Entry]:
    """An entry and where it stands."""

    entry: AnyEntry
    sheet: Page
    at: tuple[int | str, ...]

    def problem(self, reason: str, *loc: int | str, chinese: str = "") -> Problem:
        """A mistake in this entry, at `loc` inside it."""
        return self.sheet.problem((*self.at, *loc), reason, chinese)

    @property
    def where(self) -> str:
        """File and line, for a reason that points to another entry; of the store, its code."""
        line = self.sheet.line(self.at)
        return f"{self.sheet.file}:{line}" if line else self.sheet.file


@dataclass(frozen=True)
class Known:
    """What is there besides the entries: the store's, when a file holds only some of them."""

    regions: Mapping[str, RegionEntry] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    whole: bool = True
    """Whether the entries are all that there will be; else a related article may come later."""


def check(placed: Iterable[Placed[Entry]], known: Known | None = None) -> list[Problem]:
    """All mistakes between the entries."""
    return list(_Checks(tuple(placed), known or Known()).all())


@dataclass
class _Checks:
    placed: tuple[Placed[Entry], ...]
    known: Known
    regions: dict[str, RegionEntry] = field(init=False)
    sources: set[str] = field(init=False)
    schemes: dict[str, SchemeEntry] = field(init=False)

    def __post_init__(self) -> None:
        ours = {p.entry.code: p.entry for p in self.of(RegionEntry)}
        self.regions = {**self.known.regions, **ours}
        self.sources = {p.entry.code for p in self.of(SourceEntry)} | self.known.sources
        self.schemes = {p.entry.code: p.entry for p in self.of(SchemeEntry)}

    def of[AnyEntry: Entry](self, model: type[AnyEntry]) -> list[Placed[AnyEntry]]:
        """The entries of one kind."""
        return [cast("Placed[AnyEntry]", p) for p in self.placed if isinstance(p.entry, model)]

    def all(self) -> Iterator[Problem]:
        yield from self.codes()
        for placed in self.placed:
            yield from self.references(placed)
        yield from self.region_tree()
        yield from self.one_of_each()
        yield from self.station_files()
        yield from self.persons()
        yield from self.seats()
        yield from self.articles()

    def codes(self) -> Iterator[Problem]:
        """Each kind of entry has every code once."""
        coded = (
            SourceEntry, RegionEntry, SectorUnionEntry, SchemeEntry, StationEntry, TopicEntry,
            CourseEntry, LineEntry, EventEntry, CaseKindEntry,
        )  # fmt: skip
        for kind in coded:
            yield from _twice(
                (p, p.entry.code, "code", ("code",))
                for p in self.placed
                if isinstance(p.entry, kind)
            )

    def references(self, placed: Placed[Entry]) -> Iterator[Problem]:
        """Every `region`, `district` and `source` names something that is there."""
        entry = placed.entry
        parts: list[tuple[Entry, Loc]] = [(entry, ())]
        if isinstance(entry, PersonEntry):
            parts += [(m, ("memberships", i)) for i, m in enumerate(entry.memberships)]
            parts += [(a, ("applications", i)) for i, a in enumerate(entry.applications)]
        if isinstance(entry, ArticleEntry):
            parts += [(a, ("answers", i)) for i, a in enumerate(entry.answers)]
        if isinstance(entry, CaseKindEntry):
            parts += [(d, ("deadlines", i)) for i, d in enumerate(entry.deadlines)]
            parts += [(s, ("second_person", i)) for i, s in enumerate(entry.second_person)]
        for part, loc in parts:
            for key in ("region", "district"):
                code = getattr(part, key, None)
                if code is not None and code not in self.regions:
                    yield placed.problem(
                        f"unknown region '{code}'", *loc, key, chinese=f"没有“{code}”这个地区"
                    )
            for key in ("source", "decision_source"):
                source = getattr(part, key, None)
                if (
                    source is not None
                    and not isinstance(entry, ArticleEntry)
                    and source not in self.sources
                ):
                    yield placed.problem(
                        f"unknown source '{source}'", *loc, key, chinese=f"没有“{source}”这个来源"
                    )

    def upwards(self, code: str | None) -> list[str]:
        """The region, the one above it, …; stops where the tree is broken."""
        found: list[str] = []
        while code in self.regions and code not in found:
            found.append(code)
            code = self.regions[code].parent
        return found

    def region_tree(self) -> Iterator[Problem]:
        regions = self.of(RegionEntry)
        yield from _twice(
            (p, (p.entry.parent, p.entry.name.zh), "name under the same parent", ("name",))
            for p in regions
        )
        yield from _twice(
            (p, p.entry.number_prefix, "number prefix", ("number_prefix",))
            for p in regions
            if p.entry.number_prefix
        )
        for placed in regions:
            region = placed.entry
            for key, reason, chinese in unproved(region, self.known.regions.get(region.code)):
                yield placed.problem(reason, key, chinese=chinese)
            if len(set(region.aliases)) < len(region.aliases):
                yield placed.problem(
                    "an alias stands in the list twice",
                    "aliases",
                    chinese="有一个别名写了两次；请去掉一个",
                )
            if region.parent is None:
                if region.level != "country":
                    yield placed.problem(
                        "only the country has no parent",
                        "parent",
                        chinese="只有全国没有上级；请选上级地区",
                    )
                continue
            above = self.regions.get(region.parent)
            if above is None:
                yield placed.problem(
                    f"unknown region '{region.parent}'",
                    "parent",
                    chinese=f"没有“{region.parent}”这个地区",
                )
            elif LEVELS.index(above.level) >= LEVELS.index(region.level):
                yield placed.problem(
                    f"a {region.level} can't stand below a {above.level}",
                    "parent",
                    chinese="级别要比上级地区的低；请改级别或上级",
                )

    def one_of_each(self) -> Iterator[Problem]:
        """What must be there only once, apart from codes."""
        yield from _twice(
            (p, (p.entry.region, p.entry.sector), "sector union of this region", ("sector",))
            for p in self.of(SectorUnionEntry)
        )
        yield from _twice(
            (p, (p.entry.region, p.entry.kind), "scheme of this kind and region", ("kind",))
            for p in self.of(SchemeEntry)
        )
        yield from _twice(
            (p, (p.entry.name.zh, p.entry.address.zh), "name and address", ("name",))
            for p in self.of(StationEntry)
        )
        yield from _twice(
            (p, (p.entry.region, p.entry.number), "number in this region", ("number",))
            for p in self.of(LineEntry)
        )
        topics = {p.entry.code for p in self.of(TopicEntry)} | self.known.topics
        for course in self.of(CourseEntry):
            if course.entry.topic not in topics:
                yield course.problem(
                    f"unknown topic '{course.entry.topic}'",
                    "topic",
                    chinese=f"没有“{course.entry.topic}”这个主题",
                )
            district = course.entry.district
            if district is not None and course.entry.region not in self.upwards(district):
                yield course.problem(
                    f"'{district}' doesn't lie in '{course.entry.region}'",
                    "district",
                    chinese=f"“{district}”不在“{course.entry.region}”里；请选它下面的区县",
                )

    def station_files(self) -> Iterator[Problem]:
        """`stations/weihai.yaml` holds stations of weihai and what lies in it."""
        for station in self.of(StationEntry):
            if not station.sheet.file.startswith("stations/"):
                continue  # a table of any cities' stations
            city = station.sheet.file.removeprefix("stations/").removesuffix(".yaml")
            region = station.entry.region
            if region in self.regions and city not in self.upwards(region):
                yield station.problem(f"'{region}' doesn't lie in '{city}'", "region")

    def persons(self) -> Iterator[Problem]:
        persons = self.of(PersonEntry)
        yield from _twice((p, p.entry.phone, "phone", ("phone",)) for p in persons)
        yield from _twice((p, p.entry.id_number, "ID number", ("id_number",)) for p in persons)
        numbers: list[tuple[Placed[Entry], Hashable, str, Loc]] = []
        for placed in persons:
            person = placed.entry
            for key in ("memberships", "applications", "claims"):
                for i, record in enumerate(getattr(person, key)):
                    if record.number is not None:
                        numbers.append((placed, record.number, "number", (key, i, "number")))
            for i, claim in enumerate(person.claims):
                yield from self.claim(placed, claim, ("claims", i))
        yield from _twice(numbers)

    def claim(self, placed: Placed[Entry], claim: ClaimEntry, loc: Loc) -> Iterator[Problem]:
        scheme = self.schemes.get(claim.scheme)
        if scheme is None:
            yield placed.problem(f"unknown scheme '{claim.scheme}'", *loc, "scheme")
            return
        codes = [step.code for step in scheme.steps]
        taken = [step.step for step in claim.steps]
        if taken != codes[: len(taken)]:
            yield placed.problem(
                f"steps of this scheme are, in order: {', '.join(codes)}", *loc, "steps"
            )
        if any(step.state != "done" for step in claim.steps[:-1]):
            yield placed.problem("only the last step can be under way", *loc, "steps")
        if [step.on for step in claim.steps] != sorted(step.on for step in claim.steps):
            yield placed.problem("the days of the steps aren't in order", *loc, "steps")
        for paper in set(claim.missing_papers) - {paper.code for paper in scheme.papers}:
            yield placed.problem(f"the scheme asks for no paper '{paper}'", *loc, "missing_papers")

    def seats(self) -> Iterator[Problem]:
        """Nobody is enrolled over the last seat or waits while one is free."""
        courses = {p.entry.code: p.entry for p in self.of(CourseEntry)}
        free = {code: course.seats - course.taken for code, course in courses.items()}
        for placed in self.of(PersonEntry):
            for i, enrolment in enumerate(placed.entry.enrolments):
                loc = ("enrolments", i, "course")
                if enrolment.course not in courses:
                    yield placed.problem(f"unknown course '{enrolment.course}'", *loc)
                elif enrolment.state == "enrolled":
                    free[enrolment.course] -= 1
                    if free[enrolment.course] < 0:
                        yield placed.problem(f"no seat is left in '{enrolment.course}'", *loc)
                elif free[enrolment.course] > 0:
                    yield placed.problem(f"a seat is free in '{enrolment.course}'", *loc)

    def articles(self) -> Iterator[Problem]:
        """One file a topic, one answer a region, and no question that two topics answer."""
        articles = self.of(ArticleEntry)
        files = [p for p in articles if p.sheet.file.startswith("articles/")]
        yield from _twice((p, p.entry.topic, "topic", ("topic",)) for p in files)
        topics = {p.entry.topic for p in articles}
        asked: dict[str, str] = {}
        for placed in articles:
            topic = placed.entry.topic
            file = placed.sheet.file
            if file.startswith("articles/") and file != f"articles/{topic}.yaml":
                yield placed.problem(f"the file of this topic is articles/{topic}.yaml", "topic")
            for i, other in enumerate(placed.entry.related):
                if self.known.whole and other not in topics:
                    yield placed.problem(f"unknown article '{other}'", "related", i)
            for reason, at in wrong(placed.entry):
                yield placed.problem(reason, *at)
            yield from _twice(
                (
                    placed,
                    (answer.region, language),
                    "answer for the region",
                    ("answers", i, "region"),
                )
                for i, answer in enumerate(placed.entry.answers)
                for language, _ in answer.texts
            )
            for question, loc in _questions(placed.entry):
                known = asked.setdefault(question.casefold(), topic)
                if known != topic:
                    yield placed.problem(f"'{known}' answers this question already", *loc)
            for language in ("zh", "en"):
                yield from _twice(
                    (placed, question.casefold(), "question", ("similar", language, i))
                    for i, question in enumerate(getattr(placed.entry.similar, language))
                )


def _questions(article: ArticleEntry) -> Iterator[tuple[str, Loc]]:
    for language in ("zh", "en"):
        for i, question in enumerate(getattr(article.similar, language)):
            yield question, ("similar", language, i)
    for i, answer in enumerate(article.answers):
        for language, said in answer.texts:
            yield said.question, ("answers", i, language, "question")
            for j, question in enumerate(said.similar or ()):
                yield question, ("answers", i, language, "similar", j)


def _twice(found: Iterable[tuple[Placed[Entry], Hashable, str, Loc]]) -> Iterator[Problem]:
    """Of entries with the same value, all but the first are a problem."""
    first: dict[Hashable, Placed[Entry]] = {}
    for placed, value, what, loc in found:
        if value in first:
            shown = " + ".join(map(str, value)) if isinstance(value, tuple) else value
            yield placed.problem(
                f"the {what} '{shown}' is taken already, at {first[value].where}",
                *loc,
                chinese=f"“{shown}”和 {first[value].where} 重复",
            )
        else:
            first[value] = placed
