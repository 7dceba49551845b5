"""An entry of the content that somebody types into a form: who may, what is wrong, what changes.

The forms of courses, schemes, regions and lines come through here, and from here through the same
checks and the same writer as an import (`knowledge/exchange`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.content_checks import Placed
from knowledge.content_entries import Entry, RegionEntry
from knowledge.content_schema import assemble
from knowledge.content_yaml import Problem
from knowledge.exchange.columns import Thing
from knowledge.exchange.exchange import put_content
from knowledge.exchange.typed import (
    alone,
    fields_of,
    mark_of,
    read_fields,
    stored,
    trouble,
)
from knowledge.unit import Knowledge

SUBJECTS: Mapping[Thing, str] = {
    "courses": "course",
    "schemes": "scheme",
    "regions": "region",
    "lines": "line",
}
"""How the audit names one of each."""

RESERVED = "new"
"""The code that the address of an empty form has."""


class Mistaken(Exception):
    """What was typed can't be saved: everything that is wrong, each with its field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(one.reason for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Change:
    """A field that is to change."""

    field: str
    before: str
    after: str


class Meanwhile(Exception):
    """Somebody has saved the entry since the form was opened."""

    def __init__(self, mark: str, differing: Sequence[Change]) -> None:
        super().__init__("the entry was changed meanwhile")
        self.mark = mark
        """Of the entry as it stands now: who saves with it, has seen it."""
        self.differing = tuple(differing)
        """Fields in which what stands now (`before`) isn't what was typed (`after`)."""


@dataclass(frozen=True)
class Given:
    """What was typed and may be saved, beside what stands there."""

    thing: Thing
    placed: Placed[Entry]
    before: Entry | None

    @property
    def entry(self) -> Any:
        return self.placed.entry

    @property
    def changes(self) -> list[Change]:
        """The fields that change; of what is new, all that are filled."""
        after = fields_of(self.thing, self.entry)
        before = {} if self.before is None else fields_of(self.thing, self.before)
        return [
            Change(key, before.get(key, ""), value)
            for key, value in after.items()
            if value != before.get(key, "") and not (self.before is None and value == "no")
        ]

    @property
    def behind(self) -> list[str]:
        """Fields whose Chinese changes while their English stays as it was."""
        if self.before is None:
            return []
        changed = [one.field for one in self.changes]
        keys = fields_of(self.thing, self.entry)
        return [key for key in changed if f"{key}_en" in keys and f"{key}_en" not in changed]


def region_of(entry: Entry) -> str | None:
    """The region whose business an entry is; of a region, itself."""
    if isinstance(entry, RegionEntry):
        return entry.code
    region: str | None = getattr(entry, "region", None)
    return region


async def found(unit: Knowledge, actor: Actor, what: str, thing: Thing, code: str) -> Entry:
    """The entry of a code.

    Raises:
        Denied: the role may not.
        NotThere: there is none, or it is another region's.
    """
    actor.ask(what)
    entry = await stored(unit, thing, code)
    if entry is None:
        raise NotThere
    actor.ask_about(what, region_of(entry))
    return entry


async def given(
    unit: Knowledge,
    actor: Actor,
    what: str,
    thing: Thing,
    code: str | None,
    fields: Mapping[str, str],
    mark: str,
) -> Given:
    """What was typed, checked by itself and against the store; without a code it is new.

    Raises:
        Denied: the role may not.
        NotThere: there is no such entry in the actor's regions.
        Meanwhile: somebody has saved it since `mark`.
        Mistaken: something is wrong with it.
        Refused: it would belong to another region.
    """
    actor.ask(what)
    await alone(unit)
    before = None if code is None else await found(unit, actor, what, thing, code)
    if before is not None:
        fields = {**fields, "code": getattr(before, "code", "")}
    if isinstance(before, RegionEntry):
        # Where a region lies decides who may see what is in it: no matter for a form.
        kept = fields_of(thing, before)
        fields = {**fields, "parent": kept["parent"], "level": kept["level"]}
    if before is not None:
        was = fields_of(thing, before)
        if mark != mark_of(before):
            raise Meanwhile(mark_of(before), _differing(was, fields))
        fields = _with_english(was, fields)
    read = await read_fields(unit, thing, fields)
    if read.problems:
        raise Mistaken(read.problems)
    (placed,) = read.placed
    _reached(actor, placed.entry, new=before is None)
    problems = await trouble(unit, placed, new=before is None)
    if before is None and getattr(placed.entry, "code", "") == RESERVED:
        problems.append(
            placed.problem(
                f"'{RESERVED}' can't be a code; choose another", "code",
                chinese=f"编号不能是“{RESERVED}”；请换一个",
            )
        )  # fmt: skip
    if problems:
        raise Mistaken(problems)
    return Given(thing, placed, before)


async def written(unit: Knowledge, actor: Actor, one: Given) -> None:
    """Write it, with its line in the audit; bells ring in every process.

    The caller reads the regions of this process anew once the transaction has ended.
    """
    if not one.changes:
        return
    await put_content(unit, assemble([one.placed]), actor.audited_as)
    changes = one.changes
    subject, new = SUBJECTS[one.thing], one.before is None
    await unit.audit.write(
        None,
        actor=actor.audited_as,
        action=f"{subject}.{'create' if new else 'change'}",
        subject=f"{subject}:{one.entry.code}",
        region=region_of(one.entry),
        before=None if new else {change.field: change.before for change in changes},
        after={change.field: change.after for change in changes},
    )


def _with_english(was: Mapping[str, str], fields: Mapping[str, str]) -> Mapping[str, str]:
    """Where the Chinese stood for the English, it still does when it is changed."""
    stood = [
        key
        for key, text in was.items()
        if was.get(f"{key}_en") == text == fields.get(f"{key}_en") and fields.get(key) != text
    ]
    return {**fields, **{f"{key}_en": "" for key in stood}}


def _reached(actor: Actor, entry: Entry, *, new: bool) -> None:
    region = region_of(entry)
    if isinstance(entry, RegionEntry) and new:
        region = entry.parent
    if not actor.reaches(region):
        raise Refused("region_reach")


def _differing(now: Mapping[str, str], typed: Mapping[str, str]) -> list[Change]:
    return [
        Change(key, value, typed.get(key, ""))
        for key, value in now.items()
        if _plain(value) != _plain(typed.get(key, ""))
    ]


def _plain(text: str) -> str:
    """A box that isn't ticked is not sent; lines end differently in a browser."""
    return "" if text == "no" else " ".join(text.split())
