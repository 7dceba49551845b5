"""What waits for people, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from knowledge.claims import MOVES, ClaimRow
from knowledge.handoffs import HandoffRow
from knowledge.membership import OPEN_STATES, ApplicationRow
from knowledge.review import ReviewRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

OPEN_STEPS = tuple(step for step, following in MOVES.items() if following)

WAITING: dict[str, tuple[Any, Any]] = {
    "handoffs": (HandoffRow.region, HandoffRow.state == "waiting"),
    "applications": (ApplicationRow.region, ApplicationRow.state.in_(OPEN_STATES)),
    "claims": (ClaimRow.region, ClaimRow.step.in_(OPEN_STEPS)),
    "review": (ReviewRow.region, ReviewRow.state == "open"),
}
"""What is counted: the column of its region, and when it waits."""


async def waiting(unit: Knowledge, regions: Sequence[str] | None) -> dict[str, int]:
    """How much of each waits in these regions; None is everywhere."""
    counts = {}
    for name, (region, waits) in WAITING.items():
        query = select(func.count()).where(waits)
        if regions is not None:
            query = query.where(region.in_(regions))
        counts[name] = await unit.session.scalar(query) or 0
    return counts
