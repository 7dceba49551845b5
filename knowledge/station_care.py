"""Places that need somebody's care: closed for now, or doubted by riders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base, serial
from knowledge.clock import CHINA
from knowledge.content_entries import Words
from knowledge.stations import StationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Doubt = Literal["closed", "place", "hours", "offers", "other"]
DOUBTS: tuple[Doubt, ...] = get_args(Doubt)
"""What a rider can say of a place: it's closed, it isn't there, or something else isn't so."""


class StationReportRow(Base):
    """A rider's "it's closed" or "it's wrong": one a rider, place and day."""

    __tablename__ = "station_reports"

    id: Mapped[int] = serial()
    station: Mapped[str] = mapped_column(ForeignKey("stations.code", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    day: Mapped[date]
    what: Mapped[str]
    at: Mapped[datetime]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("what in ('closed', 'place', 'hours', 'offers', 'other')", name="what"),
        Index("uq_station_reports_once", "station", "person_id", "day", unique=True),
    )


@dataclass(frozen=True)
class Doubted:
    """A place that riders doubt: what they said and how often, since it was last settled."""

    station: str
    name_zh: str
    name_en: str
    region: str
    said: Mapping[str, int]
    first: datetime
    last: datetime


class StationCare:
    """What is noted about places in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def report(self, station: str, person: UUID, what: Doubt) -> bool:
        """Note what a rider says; false if this rider has said something of it today.

        Raises:
            LookupError: there is no such place.
        """
        session = self._unit.session
        if await session.scalar(select(StationRow.code).where(StationRow.code == station)) is None:
            raise LookupError(station)
        number = await session.scalar(
            insert(StationReportRow)
            .values(
                station=station,
                person_id=person,
                day=self._unit.now.astimezone(CHINA).date(),
                what=what,
                at=self._unit.now,
            )
            .on_conflict_do_nothing()
            .returning(StationReportRow.id)
        )
        if number is None:
            return False
        after = {"station": station, "what": what}
        await self._unit.audit.write(person, actor="rider", action="station.report", after=after)
        return True

    async def doubted(self, regions: Sequence[str] | None = None) -> list[Doubted]:
        """Places with open reports, the most doubted first; of these regions, or of all."""
        query = (
            select(StationReportRow, StationRow)
            .join(StationRow, StationRow.code == StationReportRow.station)
            .where(StationReportRow.settled_at.is_(None))
            .order_by(StationReportRow.at, StationReportRow.id)
        )
        if regions is not None:
            query = query.where(StationRow.region.in_(regions))
        found: dict[str, list[tuple[StationReportRow, StationRow]]] = {}
        for report, station in (await self._unit.session.execute(query)).all():
            found.setdefault(station.code, []).append((report, station))
        doubted = [_doubted(lines) for lines in found.values()]
        return sorted(doubted, key=lambda one: (-sum(one.said.values()), one.first, one.station))

    async def settle(self, station: str, *, staff: str) -> int:
        """Somebody has seen to a place: how many reports that settles."""
        done = await self._unit.session.execute(
            update(StationReportRow)
            .where(StationReportRow.station == station, StationReportRow.settled_at.is_(None))
            .values(settled_by=staff, settled_at=self._unit.now)
            .returning(StationReportRow.id)
        )
        count = len(done.all())
        if count:
            await self._unit.audit.write(None, actor=f"staff:{staff}", action="station.settle")
        return count

    async def close(self, station: str, until: date, reason: Words | None, *, staff: str) -> None:
        """Close a place up to and including a day; riders read the reason on its card.

        Raises:
            LookupError: there is no such place.
        """
        await self._set(station, until, reason, f"staff:{staff}", "station.close")

    async def reopen(self, station: str, *, staff: str) -> None:
        """A place that was closed for now is open again.

        Raises:
            LookupError: there is no such place.
        """
        await self._set(station, None, None, f"staff:{staff}", "station.reopen")

    async def _set(
        self, station: str, until: date | None, reason: Words | None, actor: str, action: str
    ) -> None:
        found = await self._unit.session.scalar(
            update(StationRow)
            .where(StationRow.code == station)
            .values(
                closed_until=until,
                closed_reason_zh=reason.zh if reason else None,
                closed_reason_en=reason.en if reason else None,
            )
            .returning(StationRow.code)
        )
        if found is None:
            raise LookupError(station)
        await self._unit.audit.write(None, actor=actor, action=action)


def _doubted(lines: Sequence[tuple[StationReportRow, StationRow]]) -> Doubted:
    station = lines[0][1]
    return Doubted(
        station.code,
        station.name_zh,
        station.name_en,
        station.region,
        Counter(report.what for report, _ in lines),
        lines[0][0].at,
        lines[-1][0].at,
    )
