"""Clocks that are counted anew after a limit or office hours were changed.

The wish is a row, written with the change; whoever looks at the clocks goes on with it, some
matters in a transaction, and remembers how far it has come. So a kill loses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, cast, delete, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.case_rows import CaseRow
from knowledge.clock_rows import SOURCES
from knowledge.handoff_moves import OPEN
from knowledge.handoff_rows import HandoffRow
from knowledge.regions import load_tree

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

KINDS_COUNTED = "case_days"
"""The fact with which days of the kinds the clocks were counted."""

AT_ONCE = 50
"""Matters that are counted in one transaction."""


class ClockRecountRow(Base):
    """Open matters of a region and those below it (None: all) are counted anew.

    `source` and `after` are how far it has come: handoffs first, by their numbers.
    """

    __tablename__ = "clock_recounts"

    id: Mapped[int] = serial()
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    source: Mapped[str]
    after: Mapped[str]
    __table_args__ = (CheckConstraint(f"source in {SOURCES!r}", name="source"),)


class ClockRecounts:
    """Recounts of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def ask(self, region: str | None) -> None:
        """What holds in a region (None: everywhere) has changed."""
        await self._unit.session.execute(
            insert(ClockRecountRow).values(region=region, source="handoff", after="0")
        )

    async def ask_for_cases(self, region: str | None) -> None:
        """How long a decision may take in a region (None: everywhere) has changed."""
        await self._unit.session.execute(
            insert(ClockRecountRow).values(region=region, source="case", after="")
        )

    async def look_at_kinds(self) -> bool:
        """Count cases anew if the kinds' own days aren't those that were counted with last.

        No import changes them: they come with a release, read from its file.
        """
        told = [
            (
                kind.code,
                kind.region_days,
                sorted((d.region, d.working_days) for d in kind.deadlines),
            )
            for kind in self._unit.case_kinds
        ]
        now = hashlib.sha256(json.dumps(sorted(told)).encode()).hexdigest()
        before = await self._unit.conversations.fact(KINDS_COUNTED)
        if before == now:
            return False
        await self._unit.conversations.set_fact(KINDS_COUNTED, now)
        if before is not None:
            await self.ask_for_cases(None)
        return before is not None

    async def step(self) -> bool:
        """Count the next matters of the oldest wish; whether there was one that nobody has."""
        session = self._unit.session
        row = await session.scalar(
            select(ClockRecountRow)
            .order_by(ClockRecountRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        if row is None:
            return False
        # The bell of an import may not have reached this process yet.
        self._unit.region_tree = await load_tree(session)
        regions = None
        if row.region is not None:
            regions = sorted(self._unit.region_tree.below(row.region))
        if row.source == "handoff":
            handoffs = await self._handoffs(regions, int(row.after))
            for handoff in handoffs:
                await self._unit.clock_matters.keep_handoff(handoff)
            row.after = str(handoffs[-1].id) if handoffs else ""
            row.source = "handoff" if handoffs else "case"
            return True
        cases = await self._cases(regions, row.after)
        for case in cases:
            await self._unit.clock_matters.keep_case(case)
        if cases:
            row.after = cases[-1]
        else:
            await session.execute(delete(ClockRecountRow).where(ClockRecountRow.id == row.id))
        return True

    async def _handoffs(self, regions: Sequence[str] | None, after: int) -> list[HandoffRow]:
        query = select(HandoffRow).where(
            HandoffRow.state.in_(OPEN), HandoffRow.id > cast(after, BigInteger)
        )
        if regions is not None:
            query = query.where(HandoffRow.region.in_(regions))
        query = query.order_by(HandoffRow.id).limit(AT_ONCE)
        found = await self._unit.session.scalars(query.execution_options(populate_existing=True))
        return list(found)

    async def _cases(self, regions: Sequence[str] | None, after: str) -> list[str]:
        query = select(CaseRow.number).where(CaseRow.closed_at.is_(None), CaseRow.number > after)
        if regions is not None:
            # An office above may have it: the days of the region's entry go with the case.
            query = query.where(or_(CaseRow.office.in_(regions), CaseRow.region.in_(regions)))
        found = await self._unit.session.scalars(query.order_by(CaseRow.number).limit(AT_ONCE))
        return list(found)
