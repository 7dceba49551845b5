"""How long a table of 200,000 stations takes on its way into a store, and out again.

The table is CSV in GB18030 with Chinese headings, points in GCJ-02, and a part of the opening hours
typed plainly, as an office would have it. Each step is the one that `gongyou import` and `gongyou
export` make, reading and checking of the file included; the store is on a disk, and durable.
"""

from __future__ import annotations

import csv
import io
import resource
import time
from collections.abc import Callable
from typing import Any

import asyncpg

from benchmarks.aims import Aim
from benchmarks.stations import country, drawn, own_database
from benchmarks.tables import table
from knowledge.coordinates import to_gcj02
from knowledge.database import Database
from knowledge.exchange.exchange import Exchange, Report
from knowledge.exchange.limits import MIB
from knowledge.schema import migrate
from knowledge.secrets import Keyring

AIM = 60.0
"""Seconds for the import of 200,000 stations into an empty store."""

TYPED = {
    "24/7": "24小时",
    "Mo-Su 08:00-22:00": "每天8点到22点",
    "Mo-Fr 08:30-17:30; PH off": "周一至周五 8:30-17:30，节假日不开",
}
"""How an office types some of the hours."""

HEAD = (
    "编号", "名称", "英文名称", "地区", "地址", "街道", "地标", "纬度", "经度", "坐标系", "类型",
    "设施", "谁能进", "单位", "行业", "开放时间", "示范",
)  # fmt: skip


def office_table(stations: int) -> bytes:
    """The stations as an office would have them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for number, row in enumerate(drawn(stations)):
        lat, lon = to_gcj02(row["lat"], row["lon"])
        writer.writerow(
            (
                row["code"], row["name_zh"], row["name_en"], "全国",
                f"某市某区第{number}号沿街", row["street"], "；".join(row["landmarks"]),
                f"{lat:.6f}", f"{lon:.6f}", "GCJ-02", row["kind"], "；".join(row["amenities"]),
                row["access"], row["access_employer"], row["access_trade"],
                TYPED.get(row["hours"], row["hours"]), "是",
            )
        )  # fmt: skip
    return out.getvalue().encode("gb18030")


async def run(say: Callable[[str], None], *, stations: int = 200_000) -> list[Aim]:
    """Measure, print the table; what came of the aim."""
    raw = office_table(stations)
    async with own_database(None) as address:
        connection = await asyncpg.connect(address)
        database = Database(address, Keyring({"bench": b"\x01" * 32}, "bench", b"\x02" * 32))
        await migrate(database)
        await country(connection)
        await database.refresh_regions()
        version = await connection.fetchval("show server_version")
        exchange = Exchange(database)

        def progress(done: int, of: int) -> None:
            say(f"{done:,} of {of:,}")

        async def bring(name: str, file: bytes, *, write: bool) -> tuple[float, Report]:
            say(name)
            began = time.perf_counter()
            report = await exchange.import_file(
                "stations.csv", file, actor="house", write=write, say=progress
            )
            assert report.problems == (), report.problems[:3]
            return time.perf_counter() - began, report

        rows: list[tuple[Any, ...]] = []
        took, _ = await bring("dry run", raw, write=False)
        rows.append(("dry run, all new", took, "nothing kept"))
        took, report = await bring("import", raw, write=True)
        rows.append(("import into an empty store", took, _told(report)))
        aim = Aim(f"import in at most {AIM:g} s", f"{took:.1f} s", took <= AIM)
        took, report = await bring("the same again", raw, write=True)
        rows.append(("the same file again", took, _told(report)))
        say("export")
        began = time.perf_counter()
        out = await exchange.export_table("stations", "stations.csv")
        rows.append(("export as CSV", time.perf_counter() - began, f"{len(out) // MIB} MiB"))
        took, report = await bring("what was exported", out, write=True)
        rows.append(("import of what was exported", took, _told(report)))
        await connection.close()
        await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{stations:,} stations, a CSV of {len(raw) // MIB} MiB, PostgreSQL {version}.\n")
    print(table("step|seconds|result", rows))
    print(f"\nMost memory of the process: {peak:,} MiB.")
    print(f"Aim: {aim.said}.")
    return [aim]


def _told(report: Report) -> str:
    ((_, tally),) = report.tallies
    return f"{tally.new:,} new, {tally.changed:,} changed, {tally.unchanged:,} unchanged"
