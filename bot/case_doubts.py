"""What doesn't fit before money is promised or paid: said on the page, decided by who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.case_records import Case, Given
from knowledge.content_cases import CaseStep
from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Doubt:
    """By the text's key under `case.doubt`, with its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


async def doubts(unit: Knowledge, case: Case, step: CaseStep, given: Given) -> list[Doubt]:
    """Papers that are missing, nothing handed in at all, another sum than before."""
    if not step.pays:
        return []
    found: list[Doubt] = []
    claim = await unit.claims.claim(case.number)
    missing = (await unit.claims.named(claim))[1] if claim is not None else None
    if missing is not None:
        found.append(Doubt("missing", {"papers": missing}))
    elif not await unit.case_documents.of(case):
        found.append(Doubt("no_documents"))
    if None not in (case.amount, given.amount) and case.amount != given.amount:
        found.append(Doubt("other_amount", {"before": case.amount, "now": given.amount}))
    return found
