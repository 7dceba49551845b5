"""The list of places that those who look after them see: searched and filtered, by region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from sqlalchemy import ColumnElement, Float, func, select

from knowledge.clock import CHINA
from knowledge.station_care import StationReportRow
from knowledge.stations import StationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Show = Literal["open", "closed", "mapless", "doubted"]
SHOWS: tuple[Show, ...] = get_args(Show)
"""What a list can be narrowed to: not closed for now, closed, without a point, with reports."""


@dataclass(frozen=True)
class StationFilter:
    """Which places are wished; what is left out filters nothing.

    Attributes:
        text: stands in the name, the address, the street or the code.
        regions: the codes of these, and nothing below them.
    """

    text: str = ""
    regions: Sequence[str] | None = None
    kind: str = ""
    amenity: str = ""
    show: Show | None = None

    @property
    def looks_inside(self) -> bool:
        """Whether it asks for more than a region and a kind, which stand in an index."""
        return bool(self.text.strip() or self.amenity or self.show)


@dataclass(frozen=True)
class ListedStation:
    """A place in the list. `doubts` is how many reports of riders are open."""

    code: str
    name_zh: str
    name_en: str
    region: str
    address_zh: str
    address_en: str
    kind: str
    lat: float | None
    lon: float | None
    closed_until: date | None
    doubts: int

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh

    def address(self, language: str) -> str:
        return self.address_en if language == "en" else self.address_zh


@dataclass(frozen=True)
class Crowd:
    """Places of one square of the map: their middle, and how many they are."""

    lat: float
    lon: float
    count: int


SQUARES = 16.0
"""Squares of a map along its longer side."""

SMALLEST_SQUARE = 1e-6
"""Degrees; of places that all have the same point."""


class StationList:
    """The list in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def page(
        self, wished: StationFilter, *, limit: int, offset: int = 0
    ) -> tuple[list[ListedStation], int]:
        """A page of the list in order of code, and how many there are in all."""
        codes = select(StationRow.code).where(*self._conditions(wished))
        in_order = codes.order_by(StationRow.code).limit(limit).offset(offset)
        if wished.looks_inside:
            # The rows themselves are read: once for both.
            both = in_order.add_columns(func.count().over())
            found = (await self._unit.session.execute(both)).all()
            if found or not offset:
                total = int(found[0][1]) if found else 0
                return await self._listed([code for code, _ in found]), total
        counted = await self._unit.session.scalar(
            select(func.count()).select_from(codes.subquery())
        )
        return await self._listed(in_order), int(counted or 0)

    async def mapped(self, wished: StationFilter, *, most: int) -> list[ListedStation] | None:
        """Those with a point; None if they are more than that."""
        conditions = (*self._conditions(wished), StationRow.lat.is_not(None))
        query = select(StationRow.code).where(*conditions).limit(most + 1)
        codes = (await self._unit.session.scalars(query)).all()
        return None if len(codes) > most else await self._listed(codes)

    async def _listed(self, codes: Any) -> list[ListedStation]:
        query = select(*_COLUMNS, _doubts()).where(StationRow.code.in_(codes))
        rows = await self._unit.session.execute(query.order_by(StationRow.code))
        return [ListedStation(*row) for row in rows.all()]

    async def crowds(self, wished: StationFilter) -> list[Crowd]:
        """The places with a point by squares of the map, some hundreds at most."""
        row = StationRow
        conditions = (*self._conditions(wished), row.lat.is_not(None))
        spots = select(row.lat, row.lon).where(*conditions).cte("spots")
        lat, lon = spots.c.lat, spots.c.lon
        longer = func.greatest(func.max(lat) - func.min(lat), func.max(lon) - func.min(lon))
        asked = select(func.greatest(longer / SQUARES, SMALLEST_SQUARE, type_=Float)).correlate(
            None
        )
        side = asked.scalar_subquery()
        up, along = func.floor(lat / side), func.floor(lon / side)
        query = select(func.avg(lat), func.avg(lon), func.count()).group_by(up, along)
        found = await self._unit.session.execute(query.order_by(func.avg(lat), func.avg(lon)))
        return [Crowd(*one) for one in found.all()]

    def _conditions(self, wished: StationFilter) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if wished.text.strip():
            found.append(_holds(wished.text.strip()))
        if wished.regions is not None:
            found.append(StationRow.region.in_(list(wished.regions)))
        if wished.kind:
            found.append(StationRow.kind == wished.kind)
        if wished.amenity:
            found.append(StationRow.amenities.contains([wished.amenity]))
        if wished.show is not None:
            found.append(self._shown(wished.show))
        return found

    def _shown(self, show: Show) -> ColumnElement[bool]:
        today = self._unit.now.astimezone(CHINA).date()
        closed = func.coalesce(StationRow.closed_until >= today, False)
        if show == "doubted":
            return StationRow.code.in_(
                select(StationReportRow.station).where(StationReportRow.settled_at.is_(None))
            )
        if show == "mapless":
            return StationRow.lat.is_(None)
        return closed if show == "closed" else ~closed


_COLUMNS: tuple[Any, ...] = (
    StationRow.code, StationRow.name_zh, StationRow.name_en, StationRow.region,
    StationRow.address_zh, StationRow.address_en, StationRow.kind, StationRow.lat, StationRow.lon,
    StationRow.closed_until,
)  # fmt: skip


def _doubts() -> Any:
    return (
        select(func.count())
        .select_from(StationReportRow)
        .where(StationReportRow.station == StationRow.code, StationReportRow.settled_at.is_(None))
        .correlate(StationRow)
        .scalar_subquery()
    )


def _holds(words: str) -> ColumnElement[bool]:
    return StationRow.found_by.contains(words.lower(), autoescape=True)
