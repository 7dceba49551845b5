"""Answers of a case's questions that the store has: the schemes that a claim may be about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from knowledge.clock import CHINA
from knowledge.content_cases import CaseAnswer, CaseKindEntry, CaseQuestion
from knowledge.content_entries import Words
from knowledge.content_schemes import SchemeEntry

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

MOST_SCHEMES = 8
"""So many are offered as buttons; beside them stands what the question has itself ("not sure")."""


async def to_be_asked(unit: Knowledge, kind: CaseKindEntry, region: str | None) -> CaseKindEntry:
    """The kind with what can be chosen in a region now.

    Where the region has none, or isn't known, those of everywhere are offered.
    """
    if not _from_schemes(kind):
        return kind
    near = await unit.schemes.of_region(region) if region else []
    if not near:
        today = unit.now.astimezone(CHINA).date()
        near = [one for one in await unit.schemes.everywhere() if one.holds(today)]
    return _filled(unit, kind, near[:MOST_SCHEMES])


async def to_be_read(unit: Knowledge, kind: CaseKindEntry) -> CaseKindEntry:
    """The kind with all that was ever to be chosen, so that an answer has its name."""
    return _filled(unit, kind, await unit.schemes.everywhere()) if _from_schemes(kind) else kind


def _from_schemes(kind: CaseKindEntry) -> bool:
    return any(question.answers_from == "schemes" for question in kind.questions)


def _filled(unit: Knowledge, kind: CaseKindEntry, schemes: Sequence[SchemeEntry]) -> CaseKindEntry:
    # Many a scheme has the same name in each city.
    several = len({one.region for one in schemes}) > 1
    found = tuple(
        CaseAnswer(code=one.code, name=_of_region(unit, one) if several else one.name)
        for one in schemes
    )

    def filled(question: CaseQuestion) -> CaseQuestion:
        if question.answers_from != "schemes":
            return question
        return question.model_copy(update={"answers": (*found, *question.answers)})

    return kind.model_copy(update={"questions": tuple(map(filled, kind.questions))})


def _of_region(unit: Knowledge, scheme: SchemeEntry) -> Words:
    region = unit.region_tree.get(scheme.region)
    if region is None:
        return scheme.name
    return Words(zh=f"{region.name_zh}{scheme.name.zh}", en=f"{region.name_en}: {scheme.name.en}")
