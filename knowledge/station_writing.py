"""Places written one by one: added, changed, and compared with what is there already."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select

from knowledge.bulk import put_rows
from knowledge.content_rows import POINT, station_row
from knowledge.content_stations import StationEntry
from knowledge.duplicates import NEAR, Pair, Place, near_duplicates, same_name
from knowledge.exchange.gather import station_entry
from knowledge.exchange.one_row import cells_of
from knowledge.regions import BELL
from knowledge.stations import StationRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BOX = NEAR + 10
"""Metres: what is nearer than `NEAR` lies in it, however the earth is reckoned."""

BESIDE_THE_FORM = {"closed_until", "closed_reason"}
"""What is changed by steps of their own, so that these don't clash with a form that is open."""


def mark_of(entry: StationEntry) -> str:
    """A place as a form was made from it, in short: whoever saves shows it again."""
    told = entry.model_dump_json(exclude=BESIDE_THE_FORM)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def differences(
    before: StationEntry, after: StationEntry, language: str = "zh"
) -> dict[str, tuple[str, str]]:
    """The cells that differ, by column: before and after."""
    old, new = cells_of(before, language), cells_of(after, language)
    return {key: (old[key], new[key]) for key in old if old[key] != new[key]}


class StationWriting:
    """Writes places in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def get(self, code: str, *, to_change: bool = False) -> StationEntry | None:
        """A place; `to_change`: nobody else changes it until this transaction ends."""
        query = select(StationRow).where(StationRow.code == code)
        if to_change:
            query = query.with_for_update().execution_options(populate_existing=True)
        row = await self._unit.session.scalar(query)
        return None if row is None else station_entry(row)

    async def add(self, entry: StationEntry, *, actor: str) -> None:
        """A new place; its code is taken by nobody."""
        after = {key: text for key, text in cells_of(entry).items() if text}
        await self._put(entry)
        await self._unit.audit.write(
            None, actor=actor, action="station.add", subject=_subject(entry),
            region=entry.region, after=after,
        )  # fmt: skip

    async def change(self, before: StationEntry, after: StationEntry, *, actor: str) -> bool:
        """Write a place anew; whether anything has changed."""
        changed = differences(before, after)
        if not changed:
            return False
        await self._put(after)
        await self._unit.audit.write(
            None, actor=actor, action="station.change", subject=_subject(after),
            region=after.region,
            before={key: old for key, (old, _) in changed.items()},
            after={key: new for key, (_, new) in changed.items()},
        )  # fmt: skip
        return True

    async def like(self, entry: StationEntry) -> list[Pair]:
        """Places of the store that may be this one."""
        tree = self._unit.region_tree

        def upwards(code: str) -> list[str]:
            return [region.code for region in tree.upwards(code)]

        row = StationRow
        beside: ColumnElement[bool] = row.region.in_(upwards(entry.region)) & (
            row.named == same_name(entry.name.zh)
        )
        if entry.lat is not None and entry.lon is not None:
            around = func.earth_box(func.ll_to_earth(entry.lat, entry.lon), BOX)
            beside |= around.op("@>")(row.position)
        query = select(row.code, row.name_zh, row.region, row.lat, row.lon, row.kind)
        rows = await self._unit.session.execute(query.where(beside, row.code != entry.code))
        this = Place(entry.code, entry.name.zh, entry.region, entry.lat, entry.lon, entry.kind)
        places = [this, *(Place(*one) for one in rows.all())]
        return list(near_duplicates(places, upwards, {entry.code}))

    async def _put(self, entry: StationEntry) -> None:
        await put_rows(self._unit, "stations", "code", [station_row(entry)], derived=POINT)
        # Streets and landmarks are read out of riders' sentences.
        await self._unit.conversations.ring((BELL, ""))


def _subject(entry: StationEntry) -> str:
    return f"station:{entry.code}"
