"""The list of places that those who look after them see: searched and filtered, by region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from sqlalchemy import ColumnElement, func, or_, select

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


class StationList:
    """The list in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def find(
        self, wished: StationFilter, *, limit: int, offset: int = 0, mapped: bool = False
    ) -> list[ListedStation]:
        """A page of the list in order of code; `mapped`: only places with a point."""
        query = select(*_COLUMNS, _doubts()).where(*self._conditions(wished))
        if mapped:
            query = query.where(StationRow.lat.is_not(None))
        query = query.order_by(StationRow.code).limit(limit).offset(offset)
        return [ListedStation(*row) for row in (await self._unit.session.execute(query)).all()]

    async def count(self, wished: StationFilter) -> int:
        """How many there are."""
        query = select(func.count()).select_from(StationRow).where(*self._conditions(wished))
        return int(await self._unit.session.scalar(query) or 0)

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
    return or_(
        *(
            column.icontains(words, autoescape=True)
            for column in (
                StationRow.name_zh,
                StationRow.name_en,
                StationRow.address_zh,
                StationRow.address_en,
                StationRow.street,
                StationRow.code,
                func.array_to_string(StationRow.landmarks, "\n"),
            )
        )
    )
