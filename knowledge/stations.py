"""Places to rest, for children, of the union: who may enter, what they offer, how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from knowledge.base import Base
from knowledge.clock import CHINA
from knowledge.place_kinds import OF_SERVICE, Service, service_of

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


class Cube(UserDefinedType[str]):
    """PostgreSQL's `cube`: here a point on the earth's surface, as `ll_to_earth` makes it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "cube"


class StationRow(Base):
    """A place. `position` is null where only the address is known."""

    __tablename__ = "stations"

    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    address_zh: Mapped[str]
    address_en: Mapped[str]
    street: Mapped[str]
    landmarks: Mapped[list[str]]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    position: Mapped[str | None] = mapped_column(Cube())
    kind: Mapped[str]
    amenities: Mapped[list[str]]
    about_zh: Mapped[str | None]
    about_en: Mapped[str | None]
    ages_from: Mapped[int | None]
    ages_to: Mapped[int | None]
    price_zh: Mapped[str | None]
    price_en: Mapped[str | None]
    access: Mapped[str]
    access_employer: Mapped[str | None]
    access_employer_en: Mapped[str | None]
    access_trade: Mapped[str | None]
    hours: Mapped[str]
    phone: Mapped[str | None]
    closed_until: Mapped[date | None]
    closed_reason_zh: Mapped[str | None]
    closed_reason_en: Mapped[str | None]
    demo: Mapped[bool]
    source: Mapped[str | None]
    found_by: Mapped[str] = mapped_column(server_default="")
    named: Mapped[str] = mapped_column(server_default="", index=True)
    """The name as doubles are looked for (`duplicates.same_name`)."""
    __table_args__ = (
        CheckConstraint("access in ('everyone', 'members', 'employer', 'trade')", name="access"),
        CheckConstraint("(lat is null) = (position is null)", name="position"),
        Index("ix_stations_position", "position", postgresql_using="gist"),
        # A rare wish among many places: without it the nearest search walks past thousands.
        Index(
            "ix_stations_position_always",
            "position",
            postgresql_using="gist",
            postgresql_where=text("hours = '24/7'"),
        ),
        # The few among many rest stations, for the same reason.
        *(
            Index(
                f"ix_stations_position_{service}",
                "position",
                postgresql_using="gist",
                postgresql_where=text(OF_SERVICE[service]),
            )
            for service in ("childcare", "office")
        ),
        # The list of one page among thousands, by region and kind.
        Index("ix_stations_listed", "code", "region", "kind", postgresql_include=["lat", "lon"]),
        Index("ix_stations_landmarks", "landmarks", postgresql_using="gin"),
        Index("ix_stations_street", "street"),
    )


@dataclass(frozen=True)
class Station:
    """A place, and its distance in metres where one was asked from a position.

    `ages_from` and `ages_to` are in months.
    """

    code: str
    name_zh: str
    name_en: str
    region: str
    address_zh: str
    address_en: str
    street: str
    lat: float | None
    lon: float | None
    kind: str
    amenities: tuple[str, ...]
    access: str
    access_employer: str | None
    access_trade: str | None
    hours: str
    phone: str | None
    closed_until: date | None
    closed_reason_zh: str | None = None
    closed_reason_en: str | None = None
    landmarks: tuple[str, ...] = ()
    about_zh: str | None = None
    about_en: str | None = None
    ages_from: int | None = None
    ages_to: int | None = None
    price_zh: str | None = None
    price_en: str | None = None
    demo: bool = False
    distance: float | None = None

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh

    def address(self, language: str) -> str:
        return self.address_en if language == "en" else self.address_zh

    @property
    def service(self) -> Service:
        """What it is for."""
        return service_of(self.kind)

    def about(self, language: str) -> str:
        """What it offers or is for, in words; empty where nobody says."""
        return (self.about_en if language == "en" else self.about_zh) or ""

    def price(self, language: str) -> str:
        """What it costs, in words; empty where nobody says."""
        return (self.price_en if language == "en" else self.price_zh) or ""

    @property
    def for_good(self) -> bool:
        """Whether it won't open again."""
        return self.closed_until == FOR_GOOD

    def is_closed(self, day: date) -> bool:
        """Whether it is closed, for now or for good, whatever its hours say."""
        return self.closed_until is not None and self.closed_until >= day

    def closed_reason(self, language: str) -> str:
        """Why it is closed for now; empty where nobody says."""
        return (self.closed_reason_en if language == "en" else self.closed_reason_zh) or ""


@dataclass(frozen=True)
class Visitor:
    """What is known of who asks: decides which places they may enter."""

    member: bool = False
    sector: str | None = None
    employer: str | None = None

    def may_enter(self, station: Station) -> bool:
        """As `OPEN_TO` asks it of the database."""
        if station.access == "members":
            return self.member
        if station.access == "trade":
            return self.sector is not None and self.sector == station.access_trade
        if station.access == "employer":
            return self.employer is not None and self.employer == station.access_employer
        return True


COLUMNS = (
    "code, name_zh, name_en, region, address_zh, address_en, street, lat, lon, kind, amenities, "
    "access, access_employer, access_trade, hours, phone, closed_until, closed_reason_zh, "
    "closed_reason_en, landmarks, about_zh, about_en, ages_from, ages_to, price_zh, price_en, demo"
)
OPEN_TO = """(access = 'everyone' or (access = 'members' and :member)
  or (access = 'trade' and access_trade = :sector)
  or (access = 'employer' and access_employer = :employer))"""
FOR_GOOD = date.max
"""Until when a place is closed that won't open again (PostgreSQL's `infinity`)."""

NOT_CLOSED = "(closed_until is null or closed_until < :today)"


class Stations:
    """Places of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def nearest(
        self,
        lat: float,
        lon: float,
        *,
        service: Service = "rest",
        amenities: Sequence[str] = (),
        visitor: Visitor | None = None,
        around_the_clock: bool = False,
        within: Sequence[str] = (),
        without: Sequence[str] = (),
        limit: int = 5,
        offset: int = 0,
    ) -> list[Station]:
        """The nearest places for a service in exact order of distance, filtered.

        With `visitor`, only those that they may enter; with `within`, only those of these regions;
        those in `without` (codes) are left out.
        """
        where = ["position is not null", OF_SERVICE[service], NOT_CLOSED]
        values: dict[str, Any] = {"lat": lat, "lon": lon, "limit": limit, "offset": offset}
        if within:
            where.append("region = any(:within)")
            values["within"] = list(within)
        self._filter(where, values, amenities, visitor, around_the_clock, without)
        # The index gives them in order only if nothing but the distance orders the inner query:
        # with the code beside it all stations are read and sorted (300 ms of 200,000).
        return await self._find(
            f"select * from (select {COLUMNS}, "
            "earth_distance(position, ll_to_earth(:lat, :lon)) as distance "
            f"from stations where {' and '.join(where)} "
            "order by position <-> ll_to_earth(:lat, :lon) limit :limit offset :offset) as near "
            "order by distance, code",
            values,
        )

    async def at(
        self,
        words: Sequence[str],
        *,
        service: Service = "rest",
        regions: Sequence[str] = (),
        within: Sequence[str] = (),
        amenities: Sequence[str] = (),
        visitor: Visitor | None = None,
        around_the_clock: bool = False,
        without: Sequence[str] = (),
        mapless: bool = False,
        closed_too: bool = False,
        limit: int = 5,
    ) -> list[Station]:
        """Places on a street, by a landmark or in a region: also those without coordinates.

        `within` (region codes) narrows it: the same street name stands in many cities. `mapless`:
        only those without coordinates. `closed_too`: with those that are closed for now, last.
        """
        where = [
            OF_SERVICE[service],
            "true" if closed_too else NOT_CLOSED,
            "(street = any(:words) or landmarks && :words or region = any(:in_))",
        ]
        values: dict[str, Any] = {
            "words": list(words),
            "in_": list(regions),
            "limit": limit,
            "offset": 0,
        }
        if within:
            where.append("region = any(:within)")
            values["within"] = list(within)
        if mapless:
            where.append("lat is null")
        self._filter(where, values, amenities, visitor, around_the_clock, without)
        return await self._find(
            f"select {COLUMNS}, null::float as distance from stations "
            f"where {' and '.join(where)} "
            f"order by {NOT_CLOSED} desc, (street = any(:words) or landmarks && :words) desc, code "
            "limit :limit offset :offset",
            values,
        )

    async def any_of(self, service: Service) -> bool:
        """Whether there is any place for this."""
        query = text(f"select exists (select from stations where {OF_SERVICE[service]})")
        return bool(await self._unit.session.scalar(query))

    async def regions_of(self, words: str) -> list[str]:
        """The regions in which there is a place on a street or by a landmark of this name."""
        rows = await self._unit.session.scalars(
            text(
                "select distinct region from stations "
                "where street = :w or landmarks && array[:w] order by region"
            ),
            {"w": words},
        )
        return list(rows)

    async def by_codes(self, codes: Sequence[str]) -> list[Station]:
        """Places by code, in the order given."""
        found = await self._find(
            f"select {COLUMNS}, null::float as distance from stations where code = any(:codes)",
            {"codes": list(codes)},
        )
        by_code = {station.code: station for station in found}
        return [by_code[code] for code in codes if code in by_code]

    async def centre(self, words: str, within: Sequence[str] = ()) -> tuple[float, float] | None:
        """The middle of the places on a street or by a landmark, of these regions if any."""
        row = (
            await self._unit.session.execute(
                text(
                    "select avg(lat), avg(lon) from stations "
                    "where lat is not null and (street = :w or landmarks && array[:w]) "
                    "and (:anywhere or region = any(:within))"
                ),
                {"w": words, "anywhere": not within, "within": list(within)},
            )
        ).one()
        return None if row[0] is None else (float(row[0]), float(row[1]))

    async def place_names(self) -> list[str]:
        """All streets and landmarks of the store, as riders may say them."""
        rows = await self._unit.session.scalars(
            text(
                "select street from stations where street <> '' union "
                "select unnest(landmarks) from stations"
            )
        )
        return list(rows)

    def _filter(
        self,
        where: list[str],
        values: dict[str, Any],
        amenities: Sequence[str],
        visitor: Visitor | None,
        around_the_clock: bool,
        without: Sequence[str],
    ) -> None:
        values["today"] = self._unit.now.astimezone(CHINA).date()
        if without:
            where.append("code <> all(:without)")
            values["without"] = list(without)
        if amenities:
            where.append("amenities @> :amenities")
            values["amenities"] = list(amenities)
        if around_the_clock:
            where.append("hours = '24/7'")
        if visitor is not None:
            where.append(OPEN_TO)
            values |= {
                "member": visitor.member,
                "sector": visitor.sector,
                "employer": visitor.employer,
            }

    async def _find(self, query: str, values: dict[str, Any]) -> list[Station]:
        rows = await self._unit.session.execute(text(query), values)
        lists = ("amenities", "landmarks")
        return [
            Station(**{**row, **{name: tuple(row[name]) for name in lists}})
            for row in rows.mappings()
        ]
