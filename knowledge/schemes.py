"""Benefit schemes and public lines: what a region offers, as typed data."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Schemes and lines; a turn is told them by this process's copy, all else by the store."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def get(self, code: str) -> SchemeEntry | None:
        """A scheme by its code."""
        if self._unit.programmes is None:
            row = await self._unit.session.get(SchemeRow, code)
            return None if row is None else SchemeEntry.model_validate(row.body)
        return next((one for one in await self.everywhere() if one.code == code), None)

    async def of_region(self, region: str | None, kind: str | None = None) -> list[SchemeEntry]:
        """The schemes of a region and those above it, the nearest first; valid today."""
        codes = [r.code for r in self._unit.regions.tree.upwards(region)]
        today = self._unit.now.astimezone(CHINA).date()
        here = [
            one
            for one in await self.everywhere()
            if one.region in codes and kind in (None, one.kind) and one.holds(today)
        ]
        return sorted(here, key=lambda one: (codes.index(one.region), one.code))

    async def everywhere(self) -> Sequence[SchemeEntry]:
        """All schemes."""
        copy = self._unit.programmes
        return await (self._schemes() if copy is None else copy.schemes.all(self._schemes))

    async def lines_everywhere(self) -> Sequence[LineEntry]:
        """All public lines."""
        copy = self._unit.programmes
        return await (self._lines() if copy is None else copy.lines.all(self._lines))

    async def _schemes(self) -> list[SchemeEntry]:
        rows = await self._unit.session.scalars(select(SchemeRow).order_by(SchemeRow.code))
        return [SchemeEntry.model_validate(row.body) for row in rows]

    async def _lines(self) -> list[LineEntry]:
        rows = await self._unit.session.scalars(select(LineRow).order_by(LineRow.code))
        return [LineEntry.model_validate(row.body) for row in rows]

    async def lines(self, region: str | None = None) -> list[LineEntry]:
        """The public lines that hold in a region; of one kind the nearest region's."""
        codes = [r.code for r in self._unit.regions.tree.upwards(region)] or ["cn"]
        found: dict[str, tuple[int, LineEntry]] = {}
        for line in await self.lines_everywhere():
            near = codes.index(line.region) if line.region in codes else len(codes)
            if near < found.get(line.kind, (len(codes), line))[0]:
                found[line.kind] = (near, line)
        return [line for _, line in found.values()]
