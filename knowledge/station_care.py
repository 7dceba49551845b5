"""Places that need somebody's care: closed for now, or doubted by riders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select, update
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

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


@dataclass(frozen=True)
class Settled:
    """A place whose reports somebody has settled: when and by whom."""

    station: str
    name_zh: str
    name_en: str
    region: str
    at: datetime
    by: str

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


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
            after = {"reports": count}
            await self._audit(station, f"staff:{staff}", "station.settle", None, after)
        return count

    async def unsettle(self, station: str, *, staff: str) -> int:
        """Take the last settling of a place back: how many reports are open again."""
        ours = StationReportRow.station == station
        last = select(func.max(StationReportRow.settled_at)).where(ours).scalar_subquery()
        done = await self._unit.session.execute(
            update(StationReportRow)
            .where(ours, StationReportRow.settled_at == last)
            .values(settled_by=None, settled_at=None)
            .returning(StationReportRow.id)
        )
        count = len(done.all())
        if count:
            before = {"reports": count}
            await self._audit(station, f"staff:{staff}", "station.unsettle", before, None)
        return count

    async def settled(self, regions: Sequence[str] | None, limit: int) -> list[Settled]:
        """Places whose reports were settled last, of these regions, or of all."""
        report = StationReportRow
        last: Any = func.max(report.settled_at)
        by: Any = func.max(report.settled_by)
        query = (
            select(
                report.station, StationRow.name_zh, StationRow.name_en, StationRow.region,
                last, by,
            )
            .join(StationRow, StationRow.code == report.station)
            .where(report.settled_at.is_not(None))
            .group_by(report.station, StationRow.code)
            .order_by(last.desc(), report.station)
            .limit(limit)
        )  # fmt: skip
        if regions is not None:
            query = query.where(StationRow.region.in_(regions))
        return [Settled(*row) for row in (await self._unit.session.execute(query)).all()]

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
        row = await self._unit.session.get(StationRow, station, with_for_update=True)
        if row is None:
            raise LookupError(station)
        before = _closed(row)
        row.closed_until = until
        row.closed_reason_zh = reason.zh if reason else None
        row.closed_reason_en = reason.en if reason else None
        await self._unit.session.flush()
        await self._audit(station, actor, action, before, _closed(row))

    async def _audit(
        self,
        station: str,
        actor: str,
        action: str,
        before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
    ) -> None:
        region = await self._unit.session.scalar(
            select(StationRow.region).where(StationRow.code == station)
        )
        await self._unit.audit.write(
            None, actor=actor, action=action, subject=f"station:{station}", region=region,
            before=before, after=after,
        )  # fmt: skip


def _closed(row: StationRow) -> dict[str, object]:
    return {
        "closed_until": row.closed_until,
        "closed_reason": row.closed_reason_zh,
        "closed_reason_en": row.closed_reason_en,
    }


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
