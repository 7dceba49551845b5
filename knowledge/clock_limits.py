"""Limits of clocks: by measure, kind and region, where the region has set one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from knowledge.clock_rows import ClockLimitRow
from knowledge.clocks import Limit, Measure

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


@dataclass(frozen=True)
class KeptLimit:
    """A limit with its number."""

    id: int
    limit: Limit


_ALL = """
    select id, measure, minutes, region, kind, always from clock_limits order by measure, id
"""


class ClockLimits:
    """Limits of one transaction; who may change them is asked by the service."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit
        self._all: list[KeptLimit] | None = None

    async def all(self) -> list[KeptLimit]:
        """Every limit; one transaction asks several times."""
        if self._all is None:
            rows = await self._unit.rows(_ALL)
            self._all = [KeptLimit(number, Limit(*limit)) for number, *limit in rows]
        return self._all

    async def within(self, regions: Sequence[str] | None) -> list[KeptLimit]:
        """Those of these regions, and those that hold everywhere; None is all."""
        found = await self.all()
        return [
            one
            for one in found
            if regions is None or one.limit.region is None or one.limit.region in regions
        ]

    async def get(self, number: int) -> KeptLimit | None:
        """One limit."""
        row = await self._unit.session.get(ClockLimitRow, number, populate_existing=True)
        return None if row is None else KeptLimit(row.id, _limit(row))

    async def put(self, limit: Limit) -> Limit | None:
        """Set a limit; the one that it replaces."""
        before = next(
            (
                one.limit
                for one in await self.all()
                if (one.limit.measure, one.limit.region, one.limit.kind)
                == (limit.measure, limit.region, limit.kind)
            ),
            None,
        )
        self._all = None
        values = {"minutes": limit.minutes, "always": limit.always}
        await self._unit.session.execute(
            insert(ClockLimitRow)
            .values(measure=limit.measure, region=limit.region, kind=limit.kind, **values)
            .on_conflict_do_update(
                index_elements=[ClockLimitRow.measure, ClockLimitRow.region, ClockLimitRow.kind],
                set_=values,
            )
        )
        return before

    async def remove(self, number: int) -> None:
        """What is set above holds from now on."""
        self._all = None
        await self._unit.session.execute(delete(ClockLimitRow).where(ClockLimitRow.id == number))


def _limit(row: ClockLimitRow) -> Limit:
    measure: Measure = row.measure  # type: ignore[assignment]  # a check constraint guards it
    return Limit(measure, row.minutes, row.region, row.kind, row.always)
