"""What an office does about places: closes them, looks at what riders doubt, finds doubles."""

from __future__ import annotations

from knowledge.content_entries import Words
from knowledge.database import Database
from knowledge.duplicates import Pair
from knowledge.exchange.cells import read_day
from knowledge.exchange.store_checks import pairs
from knowledge.regions import RegionTree
from knowledge.station_care import Doubted

PAIRS = 200
"""Doubles that are shown at once."""


class StationRefused(Exception):
    """What can't be done; the text says why."""


class StationOffice:
    """Looks after places."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def doubted(self, region: str | None = None) -> list[Doubted]:
        """Places that riders doubt, of a region and below or of all.

        Raises:
            StationRefused: there is no such region.
        """
        async with self._database.begin() as unit:
            codes = self._below(unit.region_tree, region)
            return await unit.station_care.doubted(None if codes is None else sorted(codes))

    async def settle(self, code: str, *, staff: str) -> int:
        """What riders said of a place is settled; how many reports that were."""
        async with self._database.begin() as unit:
            return await unit.station_care.settle(code, staff=staff)

    async def close(
        self, code: str, until: str, *, staff: str, reason: str, reason_en: str = ""
    ) -> None:
        """Close a place for now, up to and including a day; riders read the reason.

        Raises:
            StationRefused: there is no such place, or no such day, or no reason.
        """
        day = read_day(until)
        if day is None:
            raise StationRefused(f"{until!r} is no day; write it like 2026-12-31")
        if not reason.strip():
            raise StationRefused("say why it is closed; riders read it")
        words = Words(zh=reason.strip(), en=reason_en.strip() or reason.strip())
        async with self._database.begin() as unit:
            try:
                await unit.station_care.close(code, day, words, staff=staff)
            except LookupError as why:
                raise StationRefused(f"there is no place {code}") from why

    async def reopen(self, code: str, *, staff: str) -> None:
        """A place is open again before its day.

        Raises:
            StationRefused: there is no such place.
        """
        async with self._database.begin() as unit:
            try:
                await unit.station_care.reopen(code, staff=staff)
            except LookupError as why:
                raise StationRefused(f"there is no place {code}") from why

    async def duplicates(self, region: str | None = None) -> list[Pair]:
        """Places that may be the same one.

        Raises:
            StationRefused: there is no such region.
        """
        async with self._database.begin() as unit:
            return await pairs(unit, within=self._below(unit.region_tree, region), limit=PAIRS)

    def _below(self, tree: RegionTree, region: str | None) -> set[str] | None:
        if region is None:
            return None
        if tree.get(region) is None:
            raise StationRefused(f"there is no region {region}")
        return tree.below(region)
