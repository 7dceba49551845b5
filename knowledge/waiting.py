"""What waits for people, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from knowledge.case_rows import CaseRow
from knowledge.claims import OPEN_STEPS, ClaimRow
from knowledge.content_cases import RIDERS_OWN
from knowledge.membership import OPEN_STATES, ApplicationRow
from knowledge.review import ReviewRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

WAITING: dict[str, tuple[Any, Any]] = {
    "applications": (ApplicationRow.region, ApplicationRow.state.in_(OPEN_STATES)),
    "claims": (ClaimRow.region, ClaimRow.step.in_(OPEN_STEPS)),
    "cases": (CaseRow.region, CaseRow.closed_at.is_(None) & CaseRow.kind.not_in(RIDERS_OWN)),
    "review": (ReviewRow.region, ReviewRow.state == "open"),
}
"""What is counted: the column of its region, and when it waits."""


async def waiting(unit: Knowledge, regions: Sequence[str] | None) -> dict[str, int]:
    """How much of each waits in these regions; None is everywhere. Riders are the inbox's."""
    who = await unit.inbox_list.counts(me="", regions=regions)
    counts = {"handoffs": who["waiting"]}
    for name, (region, waits) in WAITING.items():
        query = select(func.count()).where(waits)
        if regions is not None:
            query = query.where(region.in_(regions))
        counts[name] = await unit.session.scalar(query) or 0
    return counts
