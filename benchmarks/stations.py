"""How fast the nearest rest stations are found among 200,000.

python -m benchmarks.stations [--url ADDRESS] [--stations N] [--searches N]

Makes a database of its own (on an own PostgreSQL, or on the server that `--url` names) and drops
it. The searches go through `knowledge.stations`; the very statements that it sends are then
explained, so that the table tells the time inside the database and the time of the round trip.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from benchmarks.aims import Aim, missed
from benchmarks.tables import table
from knowledge.database import Database
from knowledge.postgres import EmbeddedPostgres
from knowledge.schema import migrate
from knowledge.secrets import Keyring
from knowledge.stations import Visitor

AIM_P50, AIM_P99 = 1.0, 5.0
"""Milliseconds in the database, filters included."""

CITIES: tuple[tuple[float, float, float], ...] = (
    (39.90, 116.41, 22), (31.23, 121.47, 25), (23.13, 113.26, 19), (22.54, 114.06, 18),
    (30.57, 104.07, 21), (29.56, 106.55, 32), (30.59, 114.31, 13), (34.34, 108.94, 13),
    (30.27, 120.16, 12), (32.06, 118.80, 9), (39.08, 117.20, 13), (34.75, 113.63, 12),
    (28.23, 112.94, 10), (36.65, 117.12, 9), (36.07, 120.38, 10), (41.81, 123.43, 9),
    (45.80, 126.53, 9), (43.82, 125.32, 9), (38.91, 121.61, 7), (31.30, 120.58, 12),
    (23.02, 113.12, 9), (23.02, 113.75, 10), (26.65, 106.63, 6), (25.04, 102.71, 8),
    (22.82, 108.37, 8), (20.04, 110.20, 3), (18.25, 109.51, 1), (36.06, 103.83, 4),
    (38.49, 106.23, 3), (37.99, 106.20, 1), (36.62, 101.78, 2), (43.83, 87.62, 4),
    (29.65, 91.14, 1), (40.84, 111.75, 3), (37.87, 112.55, 5), (38.04, 114.51, 11),
    (31.82, 117.23, 9), (28.68, 115.86, 6), (26.07, 119.30, 8), (24.48, 118.09, 5),
    (37.46, 121.45, 7), (37.51, 122.12, 3), (28.00, 120.70, 9), (29.87, 121.54, 9),
)  # fmt: skip
"""Cities' middles (WGS-84, rough) and how many of the stations lie there, by millions of people."""

AMENITIES = {
    "water": 0.97, "seat": 0.96, "charging": 0.85, "microwave": 0.6, "toilet": 0.55,
    "air_conditioning": 0.6, "heating": 0.4, "wifi": 0.4, "battery_swap": 0.15, "first_aid": 0.3,
    "shower": 0.06,
}  # fmt: skip
"""What share of the stations offers it."""

ACCESS = {"everyone": 0.75, "members": 0.08, "trade": 0.14, "employer": 0.03}
TRADES = ("food_delivery", "express", "ride_hailing", "freight", "sanitation")
HOURS = ("24/7", "Mo-Su 08:00-22:00", "Mo-Su 10:00-02:00", "Mo-Fr 08:30-17:30; PH off")
HOUR_SHARES = (0.065, 0.6, 0.135, 0.2)

Filters = dict[str, Any]
SEARCHES: dict[str, Filters] = {
    "no filter": {},
    "this rider may enter": {"visitor": Visitor(member=True, sector="food_delivery")},
    "charging": {"amenities": ["charging"], "visitor": Visitor(sector="express")},
    "toilet and microwave": {
        "amenities": ["toilet", "microwave"],
        "visitor": Visitor(member=True),
    },
    "round the clock": {"around_the_clock": True, "visitor": Visitor(sector="freight")},
    "shower, round the clock": {
        "amenities": ["shower"],
        "around_the_clock": True,
        "visitor": Visitor(),
    },
    "the next page": {
        "amenities": ["charging", "toilet"],
        "visitor": Visitor(member=True),
        "without": [f"s{n}" for n in range(20)],
    },
}
"""What is looked for, from the usual to the rare (four stations in a thousand)."""


@dataclass(frozen=True)
class Times:
    """Milliseconds of each search."""

    database: Sequence[float]
    planning: Sequence[float]
    round_trip: Sequence[float]


def _near_city(chance: random.Random) -> tuple[float, float]:
    lat, lon, _ = chance.choices(CITIES, [weight for _, _, weight in CITIES])[0]
    # Most in the middle, some far out in the counties.
    spread = chance.choices((0.05, 0.2, 0.6), (6, 3, 1))[0]
    return lat + chance.gauss(0, spread), lon + chance.gauss(0, spread * 1.2)


def drawn(stations: int) -> Iterator[dict[str, Any]]:
    """Random stations, the same each time, by the names of their columns."""
    chance = random.Random(1)
    for number in range(stations):
        lat, lon = _near_city(chance)
        access = chance.choices(list(ACCESS), list(ACCESS.values()))[0]
        yield {
            "code": f"s{number}",
            "name_zh": f"驿站{number}",
            "name_en": f"Station {number}",
            "region": "cn",
            "address_zh": "某路沿街",
            "address_en": "Some Road",
            "street": f"路{number // 15}",
            "landmarks": [f"广场{number // 20}"],
            "lat": lat,
            "lon": lon,
            "kind": "grid_station",
            "amenities": [name for name, share in AMENITIES.items() if chance.random() < share],
            "access": access,
            "access_employer": "某快递" if access == "employer" else None,
            "access_trade": chance.choice(TRADES) if access == "trade" else None,
            "hours": chance.choices(HOURS, HOUR_SHARES)[0],
            "demo": True,
        }


async def country(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """The one region that all of them lie in."""
    await connection.execute(
        "insert into regions (code, level, name_zh, name_en, aliases, body_zh, body_en) values "
        "('cn', 'country', '全国', 'China', '{}', '中华全国总工会', 'All-China Federation')"
    )


async def fill(connection: asyncpg.Connection[asyncpg.Record], stations: int) -> None:
    """Put random stations into an empty store."""
    await country(connection)
    rows = list(drawn(stations))
    columns = list(rows[0])
    await connection.execute("create temporary table loading (like stations including defaults)")
    await connection.execute(
        "alter table loading alter position drop not null, alter position type text"
    )
    await connection.copy_records_to_table(
        "loading", records=[tuple(row.values()) for row in rows], columns=columns
    )
    names = ", ".join(columns)
    await connection.execute(
        f"insert into stations ({names}, position) "
        f"select {names}, ll_to_earth(lat, lon) from loading order by random()"
    )
    await connection.execute("vacuum analyze stations")


async def measure(
    database: Database, connection: asyncpg.Connection[asyncpg.Record], name: str, searches: int
) -> Times:
    """Time one kind of search at random positions."""
    chance = random.Random(name)
    sent: list[tuple[str, Any]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def _(_c: Any, _u: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "from stations" in statement:
            sent.append((statement, parameters))

    round_trip, in_database, planning = [], [], []
    async with database.begin() as unit:
        for number in range(searches + 20):
            lat, lon = _near_city(chance)
            began = time.perf_counter()
            await unit.stations.nearest(lat, lon, **SEARCHES[name])
            took = (time.perf_counter() - began) * 1000
            if number >= 20:  # the first ones plan the statement and warm the cache
                round_trip.append(took)
    for statement, parameters in sent[20:]:
        explained = json.loads(
            await connection.fetchval(f"explain (analyze, format json) {statement}", *parameters)
        )[0]
        in_database.append(explained["Execution Time"])
        planning.append(explained["Planning Time"])
    return Times(in_database, planning, round_trip)


def share(times: Sequence[float], part: float) -> float:
    """The time that this part of the searches stays below."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


@asynccontextmanager
async def own_database(url: str | None) -> AsyncIterator[str]:
    """An empty database that is dropped afterwards."""
    name = f"bench_stations_{random.getrandbits(32):08x}"
    with tempfile.TemporaryDirectory() as folder:
        server = None
        if url is None:
            server = EmbeddedPostgres(Path(folder) / "postgres")
            await server.start()
            url = server.url_of("postgres")
        keeper = await asyncpg.connect(url)
        try:
            await keeper.execute(f"create database {name}")
            made = make_url(url).set(database=name)
            yield made.render_as_string(hide_password=False)
        finally:
            await keeper.execute(f"drop database if exists {name} with (force)")
            await keeper.close()
            if server is not None:
                await server.stop()


async def run(url: str | None = None, *, stations: int = 200_000, searches: int = 500) -> list[Aim]:
    """Fill, measure, print the table; what came of the aims."""
    keys = Keyring({"bench": b"\x01" * 32}, "bench", b"\x02" * 32)
    async with own_database(url) as address:
        database = Database(address, keys)
        await migrate(database)
        connection = await asyncpg.connect(address)
        version = await connection.fetchval("show server_version")
        await fill(connection, stations)
        rows: list[tuple[str, ...]] = []
        everything: list[float] = []
        for name in SEARCHES:
            times = await measure(database, connection, name, searches)
            everything += times.database
            shown = (
                share(times.database, 0.5),
                share(times.database, 0.99),
                max(times.database),
                share(times.planning, 0.5),
                share(times.round_trip, 0.5),
                share(times.round_trip, 0.99),
            )
            rows.append((name, *(f"{value:.2f}" for value in shown)))
        p50, p99 = share(everything, 0.5), share(everything, 0.99)
        whole = (f"{p50:.2f}", f"{p99:.2f}", f"{max(everything):.2f}")
        rows.append(("all together", *whole, "", "", ""))
        await connection.close()
        await database.close()
    aims = [
        Aim(f"stations, p50 at most {AIM_P50:g} ms", f"{p50:.2f} ms", p50 <= AIM_P50),
        Aim(f"stations, p99 at most {AIM_P99:g} ms", f"{p99:.2f} ms", p99 <= AIM_P99),
    ]
    print(f"The nearest 5 of {stations:,}, PostgreSQL {version}; milliseconds.\n")
    print(table("search|p50|p99|most|planning p50|round trip p50|round trip p99", rows))
    print(f"\nAims in the database: {'; '.join(aim.said for aim in aims)}.")
    return aims


def main() -> None:
    """The command."""
    reader = argparse.ArgumentParser(description="Times the search for the nearest stations.")
    reader.add_argument("--url", help="a PostgreSQL where a database may be made")
    reader.add_argument("--stations", type=int, default=200_000)
    reader.add_argument("--searches", type=int, default=500)
    wish = reader.parse_args()
    if missed(asyncio.run(run(wish.url, stations=wish.stations, searches=wish.searches))):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
