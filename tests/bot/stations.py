"""Places of two districts, and forms as somebody types them."""

from __future__ import annotations

from typing import Any

from knowledge.bulk import put_rows
from knowledge.content_rows import POINT, station_row
from knowledge.content_stations import StationEntry
from tests.bot.door import Door

FORM = {
    "name": "幸福路骑手驿站",
    "name_en": "",
    "region": "zhifu",
    "address": "芝罘区幸福路8号",
    "address_en": "",
    "street": "",
    "landmarks": "万达广场；海信广场",
    "lat": "37.5400",
    "lon": "121.3900",
    "coordinates": "gcj02",
    "kind": "service_centre",
    "amenity_water": "1",
    "amenity_charging": "1",
    "who": "everyone",
    "employer": "",
    "employer_en": "",
    "trade": "",
    "hours": "每天8点到20点，周日休息",
    "phone": "",
}
"""What the form of a new place sends."""

CELLS = {key: text for key, text in FORM.items() if not key.startswith("amenity_")} | {
    "amenities": "water；charging"
}
"""The same as the service is given it."""


def station(code: str, region: str = "zhifu", **changes: Any) -> StationEntry:
    """A place."""
    values = {
        "code": code,
        "name": {"zh": f"驿站{code}", "en": f"Station {code}"},
        "region": region,
        "address": {"zh": f"{region}路{code}号", "en": f"{code} {region} Road"},
        "street": f"{region}路",
        "kind": "rest_room",
        "amenities": ["water"],
        "access": {"who": "everyone"},
        "hours": "Mo-Su 08:00-20:00",
        **changes,
    }
    return StationEntry.model_validate(values)


async def put(door: Door, *entries: StationEntry) -> None:
    """Write places into the store."""
    async with door.database.begin() as unit:
        rows = [station_row(one) for one in entries]
        await put_rows(unit, "stations", "code", rows, derived=POINT)


async def doubt(door: Door, code: str, *whats: str) -> None:
    """A rider for each of these says it of a place."""
    async with door.database.begin() as unit:
        for what in whats:
            person, _ = await unit.people.create()
            assert await unit.station_care.report(code, person, what)  # type: ignore[arg-type]
