"""Schemes, regions with their union bodies, public lines, sources: as staff see and write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from bot.entries import Change, Given, Mistaken, found, given, written
from knowledge.access import Actor, NotThere
from knowledge.clock import CHINA
from knowledge.content_entries import Entry, LineEntry, RegionEntry, SourceEntry
from knowledge.content_figures import compared_before
from knowledge.content_schema import assemble
from knowledge.content_schemes import SchemeEntry
from knowledge.database import Database
from knowledge.exchange.columns import Thing
from knowledge.exchange.exchange import put_content
from knowledge.exchange.gather import sources_of
from knowledge.exchange.source_form import read_source, source_fields
from knowledge.exchange.typed import alone, every_region, fields_of, mark_of
from knowledge.unit import Knowledge

Kind = Literal["schemes", "regions", "lines"]


@dataclass(frozen=True)
class Form:
    """What a form begins with and offers."""

    fields: Mapping[str, str]
    mark: str
    sources: Sequence[SourceEntry]
    entry: Entry | None


@dataclass(frozen=True)
class Worked:
    """An example as the rule works it out."""

    cost: Decimal
    least: Decimal
    most: Decimal


@dataclass(frozen=True)
class Checked:
    """What saving does, or did."""

    entry: Any
    new: bool
    changes: Sequence[Change]
    worked: Sequence[Worked]
    """Of a scheme, its examples."""
    behind: Sequence[str]
    """Fields whose English stays as it was while the Chinese changes."""


class ProgrammeDesk:
    """What a region offers. Every function asks the actor first, by function and by region."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def schemes(self, actor: Actor) -> list[SchemeEntry]:
        """The schemes of the actor's regions, and those of the regions above that hold there.

        Raises:
            Denied: the role may not.
        """
        actor.ask("programme.read")
        async with self._database.begin() as unit:
            return _of(actor, await unit.schemes.everywhere())

    async def lines(self, actor: Actor) -> list[LineEntry]:
        """The public lines of the actor's regions, and those of the regions above.

        Raises:
            Denied: the role may not.
        """
        actor.ask("programme.read")
        async with self._database.begin() as unit:
            return _of(actor, await unit.schemes.lines_everywhere())

    async def regions(self, actor: Actor, text: str = "") -> list[RegionEntry]:
        """The actor's regions, top down; with a text, those whose name or alias has it.

        Raises:
            Denied: the role may not.
        """
        actor.ask("programme.read")
        wanted = text.strip().casefold()
        async with self._database.begin() as unit:
            regions = await every_region(unit)
        ways: dict[str, list[str]] = {}

        def way(code: str | None) -> list[str]:
            if code is None or code not in regions:
                return []
            if code not in ways:
                ways[code] = [*way(regions[code].parent), code]
            return ways[code]

        return [
            one
            for one in sorted(regions.values(), key=lambda one: way(one.code))
            if actor.reaches(one.code)
            and (
                not wanted
                or any(
                    wanted in name.casefold()
                    for name in (one.code, one.name.zh, one.name.en, one.body.zh, *one.aliases)
                )
            )
        ]

    async def sources(self, actor: Actor) -> list[SourceEntry]:
        """Where facts come from.

        Raises:
            Denied: the role may not.
        """
        actor.ask("programme.read")
        async with self._database.begin() as unit:
            return await sources_of(unit)

    async def source(self, actor: Actor, code: str | None) -> SourceEntry | None:
        """One source to be changed; none without a code.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this code, or the actor answers for one region only.
        """
        actor.ask("programme.write")
        if code is None:
            return None
        async with self._database.begin() as unit:
            there = {one.code: one for one in await sources_of(unit)}
        if code not in there or actor.region is not None:
            raise NotThere
        return there[code]

    async def form(self, actor: Actor, kind: Kind, code: str | None = None) -> Form:
        """The form of an entry; without a code, of a new one.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this code in the actor's regions.
        """
        actor.ask("programme.write" if code is None else "programme.read")
        async with self._database.begin() as unit:
            entry = None if code is None else await found(unit, actor, "programme.read", kind, code)
            fields = {} if entry is None else fields_of(kind, entry)
            return Form(fields, mark_of(entry), await sources_of(unit), entry)

    async def save(
        self,
        actor: Actor,
        kind: Kind,
        code: str | None,
        fields: Mapping[str, str],
        mark: str,
        *,
        write: bool,
    ) -> Checked:
        """Save an entry, a new one without a code; without `write` it is done and undone.

        What is saved is in the next answer of every process.

        Raises:
            Denied: the role may not.
            NotThere: there is none of this code in the actor's regions.
            Meanwhile: somebody has saved it since the form was opened.
            Mistaken: something is wrong with it: an example doesn't come out right, a figure has
                no source or no date on which it was checked.
            Refused: it would belong to another region.
        """
        thing: Thing = kind
        async with self._database.begin(keep=write) as unit:
            one = await given(unit, actor, "programme.write", thing, code, fields, mark)
            _ask_for_proof(unit, one)
            await written(unit, actor, one)
        if write:
            await self._database.refresh_regions()
        return Checked(one.entry, one.before is None, one.changes, _worked(one.entry), one.behind)

    async def save_source(
        self, actor: Actor, code: str | None, fields: Mapping[str, str]
    ) -> SourceEntry:
        """A new source; without an own region also another text for one that is there.

        Raises:
            Denied: the role may not.
            Mistaken: something is wrong with it.
            NotThere: there is none of this code, or the actor answers for one region only: what
                others cite is theirs as well.
        """
        await self.source(actor, code)
        async with self._database.begin() as unit:
            await alone(unit)
            there = {one.code: one for one in await sources_of(unit)}
            placed = read_source({**fields, "code": code or fields.get("code", "")}, there, code)
            if isinstance(placed, list):
                raise Mistaken(placed)
            before = there.get(placed.entry.code)
            await put_content(unit, assemble([placed]), actor.audited_as)
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action=f"source.{'change' if before else 'create'}",
                subject=f"source:{placed.entry.code}",
                region=actor.region,
                before=None if before is None else source_fields(before),
                after=source_fields(placed.entry),
            )
            return placed.entry


def _of[AnyEntry: (SchemeEntry, LineEntry)](
    actor: Actor, entries: Sequence[AnyEntry]
) -> list[AnyEntry]:
    """Those of the actor's regions first, then what holds there from above."""
    above = {region.code for region in actor.tree.upwards(actor.region)}
    ours = [one for one in entries if actor.reaches(one.region)]
    return ours + [one for one in entries if one.region in above and not actor.reaches(one.region)]


def _ask_for_proof(unit: Knowledge, one: Given) -> None:
    """A figure is proved by an example and by a day on which somebody compared it.

    Raises:
        Mistaken: it isn't.
    """
    entry, before = one.entry, one.before
    today = unit.now.astimezone(CHINA).date()
    problems = []
    key = "decision_checked_on" if isinstance(entry, RegionEntry) else "checked_on"
    checked = getattr(entry, key)
    if checked is not None and checked > today:
        problems.append(
            one.placed.problem(
                "this day is still to come; write the day on which it was compared",
                key,
                chinese="这一天还没到；请写核对的那一天",
            )
        )
    if isinstance(before, RegionEntry) and compared_before(entry, before, today):
        problems.append(
            one.placed.problem(
                "the days or their source have changed; write the day on which you compared them",
                key,
                chinese="天数或出处改了；请写和来源核对的日期",
            )
        )
    if isinstance(entry, SchemeEntry):
        if not entry.examples:
            problems.append(
                one.placed.problem(
                    "there is no worked example; work one by hand from the source",
                    "examples",
                    chinese="没有算例；请照来源手算一个填上",
                )
            )
        changed = isinstance(before, SchemeEntry) and (
            before.rule != entry.rule and before.checked_on == entry.checked_on
        )
        if changed and entry.checked_on < today:
            problems.append(
                one.placed.problem(
                    "figures of the rule have changed; write the day on which you compared them "
                    "with the source",
                    "checked_on",
                    chinese="规则里的数字改了；请写和来源核对的日期",
                )
            )
        since, until = entry.valid_from, entry.valid_until
        if since is not None and until is not None and until < since:
            problems.append(
                one.placed.problem(
                    "it ends before it begins; put one of the days right",
                    "valid_until",
                    chinese="结束的日期比开始还早；请改其中一个",
                )
            )
    if problems:
        raise Mistaken(problems)


def _worked(entry: Entry) -> list[Worked]:
    if not isinstance(entry, SchemeEntry):
        return []
    return [Worked(one.cost, *entry.rule.pays(one.cost)) for one in entry.examples]
