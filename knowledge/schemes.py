"""Benefit schemes and public lines: what a region offers, as typed data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base
from knowledge.clock import CHINA
from knowledge.content_entries import LineEntry
from knowledge.content_schemes import SchemeEntry

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class SourceRow(Base):
    """Where facts come from; `body` is its `SourceEntry` as JSON."""

    __tablename__ = "sources"

    code: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]


class SchemeRow(Base):
    """A scheme; `body` is its `SchemeEntry` as JSON."""

    __tablename__ = "schemes"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    valid_until: Mapped[date | None]
    body: Mapped[dict[str, Any]]


class LineRow(Base):
    """A public line; `body` is its `LineEntry` as JSON."""

    __tablename__ = "lines"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    for_crisis: Mapped[bool]
    body: Mapped[dict[str, Any]]


class Schemes:
    """Schemes and lines of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def get(self, code: str) -> SchemeEntry | None:
        """A scheme by its code."""
        row = await self._unit.session.get(SchemeRow, code)
        return None if row is None else SchemeEntry.model_validate(row.body)

    async def of_region(self, region: str | None, kind: str | None = None) -> list[SchemeEntry]:
        """The schemes of a region and those above it, the nearest first; valid today."""
        codes = [r.code for r in self._unit.regions.tree.upwards(region)]
        query = select(SchemeRow).where(SchemeRow.region.in_(codes))
        if kind is not None:
            query = query.where(SchemeRow.kind == kind)
        rows = sorted(
            await self._unit.session.scalars(query),
            key=lambda row: (codes.index(row.region), row.code),
        )
        today = self._unit.now.astimezone(CHINA).date()
        found = [SchemeEntry.model_validate(row.body) for row in rows]
        return [one for one in found if one.holds(today)]

    async def everywhere(self) -> list[SchemeEntry]:
        """All schemes."""
        rows = await self._unit.session.scalars(select(SchemeRow).order_by(SchemeRow.code))
        return [SchemeEntry.model_validate(row.body) for row in rows]

    async def lines_everywhere(self) -> list[LineEntry]:
        """All public lines."""
        rows = await self._unit.session.scalars(select(LineRow).order_by(LineRow.code))
        return [LineEntry.model_validate(row.body) for row in rows]

    async def lines(self, region: str | None = None) -> list[LineEntry]:
        """The public lines that hold in a region; of one kind the nearest region's."""
        codes = [r.code for r in self._unit.regions.tree.upwards(region)] or ["cn"]
        found: dict[str, tuple[int, LineEntry]] = {}
        for row in await self._unit.session.scalars(
            select(LineRow).where(LineRow.region.in_(codes)).order_by(LineRow.code)
        ):
            near = codes.index(row.region)
            if row.kind not in found or near < found[row.kind][0]:
                found[row.kind] = (near, LineEntry.model_validate(row.body))
        return [line for _, line in found.values()]
