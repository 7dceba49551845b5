"""Regions and the union body that answers for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, false, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BELL = "gongyou_regions"
"""Rung when names of places have changed: regions, streets, landmarks."""

LEVELS = ("country", "province", "city", "district", "street", "circle", "community")


class RegionRow(Base):
    """A region, as an administrative unit or as a business circle or community."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    level: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    aliases: Mapped[list[str]]
    body_zh: Mapped[str]
    body_en: Mapped[str]
    number_prefix: Mapped[str | None]
    decision_days: Mapped[int | None]
    decision_source: Mapped[str | None]
    decision_checked_on: Mapped[date | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    demo: Mapped[bool] = mapped_column(default=False, server_default=false())


class SectorUnionRow(Base):
    """A sector union of a region, for riders of one trade."""

    __tablename__ = "sector_unions"

    code: Mapped[str] = mapped_column(primary_key=True)
    sector: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    source: Mapped[str | None]


@dataclass(frozen=True)
class Region:
    """A region as the conversation needs it."""

    code: str
    parent: str | None
    level: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    body_zh: str
    body_en: str
    number_prefix: str | None
    decision_days: int | None
    lat: float | None
    lon: float | None
    decision_source: str | None = None
    decision_checked_on: date | None = None

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh

    def body(self, language: str) -> str:
        return self.body_en if language == "en" else self.body_zh


class RegionTree:
    """All regions in memory: a few hundred rows that every turn may ask for."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions = {region.code: region for region in regions}

    def __len__(self) -> int:
        return len(self._regions)

    def __iter__(self) -> Iterator[Region]:
        return iter(self._regions.values())

    def get(self, code: str | None) -> Region | None:
        return None if code is None else self._regions.get(code)

    def upwards(self, code: str | None) -> list[Region]:
        """The region, the one above it, … up to the country."""
        found: list[Region] = []
        region = self.get(code)
        while region is not None:
            found.append(region)
            region = self.get(region.parent)
        return found

    def at_level(self, code: str | None, level: str) -> Region | None:
        """The region of that level that holds `code`."""
        return next((r for r in self.upwards(code) if r.level == level), None)

    def number_prefix(self, code: str | None) -> str:
        """Two letters of the region that answers, so that an office sees at once whose it is."""
        return next((r.number_prefix for r in self.upwards(code) if r.number_prefix), "UN")

    def below(self, code: str) -> set[str]:
        """The region and everything below it."""
        found = {code}
        grew = True
        while grew:
            more = {r.code for r in self if r.parent in found} - found
            found |= more
            grew = bool(more)
        return found

    def named(self, words: str) -> list[Region]:
        """Regions whose name or alias occurs in `words`, the longest name first.

        A road may be named after a city (青岛中路 is in Weihai): that is no mention of it.
        """
        low = words.casefold()
        hits: list[tuple[int, int, Region]] = []
        for region in self:
            if region.level == "country":
                continue
            names = (region.name_zh, region.name_en, *region.aliases)
            length = max((len(n) for n in names if n and _mentions(low, n.casefold())), default=0)
            if length:
                hits.append((length, LEVELS.index(region.level), region))
        return [region for _, _, region in sorted(hits, key=lambda hit: (-hit[0], -hit[1]))]


ROAD = re.compile(r"[东南西北中大]{0,2}(路|街|大街|大道|胡同|巷)")


def _mentions(words: str, name: str) -> bool:
    at = words.find(name)
    while at >= 0:
        if not ROAD.match(words, at + len(name)):
            return True
        at = words.find(name, at + 1)
    return False


async def load_tree(session: AsyncSession) -> RegionTree:
    """Read all regions."""
    rows = await session.scalars(select(RegionRow))
    return RegionTree(
        Region(
            code=r.code,
            parent=r.parent,
            level=r.level,
            name_zh=r.name_zh,
            name_en=r.name_en,
            aliases=tuple(r.aliases),
            body_zh=r.body_zh,
            body_en=r.body_en,
            number_prefix=r.number_prefix,
            decision_days=r.decision_days,
            lat=r.lat,
            lon=r.lon,
            decision_source=r.decision_source,
            decision_checked_on=r.decision_checked_on,
        )
        for r in rows
    )


@dataclass(frozen=True)
class SectorUnion:
    """A sector union."""

    code: str
    sector: str
    region: str
    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


class Regions:
    """Regions of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    @property
    def tree(self) -> RegionTree:
        return self._unit.region_tree

    async def sector_union(self, region: str | None, sector: str) -> SectorUnion | None:
        """The sector union that takes this trade in the region, or in one above it."""
        codes = [r.code for r in self.tree.upwards(region)]
        rows = {
            row.region: row
            for row in await self._unit.session.scalars(
                select(SectorUnionRow).where(
                    SectorUnionRow.region.in_(codes), SectorUnionRow.sector == sector
                )
            )
        }
        for code in codes:
            if code in rows:
                row = rows[code]
                return SectorUnion(row.code, row.sector, row.region, row.name_zh, row.name_en)
        return None
