"""Files handed in at the console: tried, then just that file written whole, or nothing of it."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook

from bot.exports import Exports
from bot.imports import Imports, Job, Unusable
from bot.refused import Refused
from knowledge.access import ROLES, Actor, Denied, NotThere
from knowledge.audit import Filter
from knowledge.database import Database
from knowledge.imports import KEPT, SILENT
from tests.bot.door import Door
from tests.bot.stations import put, station

HEAD = "名称,地区,地址,类型,开放时间,纬度,经度,坐标系"
GOOD = "观海路驿站,zhifu,观海路1号,休息室,每天8点到20点，周日休息,37.54,121.39,GCJ-02".replace(
    "，", "；"
)
BAD = (
    "一号驿站,zhifu,一路1号,休息室,9点到5点,,,",
    "二号驿站,亚特兰蒂斯,二路2号,休息室,24小时,,,",
    "三号驿站,zhifu,三路3号,城堡,24小时,,,",
)


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
async def imports(door: Door) -> AsyncIterator[Imports]:
    made = Imports(door.database)
    yield made
    await made.close()


async def member(door: Door, name: str = "赵敏", region: str | None = "yantai") -> Actor:
    account = await door.member(name, "administrator", region)
    return Actor(name, "administrator", region, door.database.region_tree, account.id)


async def over(imports: Imports, actor: Actor, number: int) -> Job:
    """What has come of it."""
    for _ in range(600):
        job = await imports.get(actor, number)
        if not job.running:
            return job
        await asyncio.sleep(0.05)
    raise AssertionError("it never ends")


async def count(door: Door) -> int:
    async with door.database.begin() as unit:
        from knowledge.station_list import StationFilter

        return (await unit.station_list.page(StationFilter(), limit=1))[1]


async def test_three_bad_rows_are_told_and_nothing_is_written(door: Door, imports: Imports) -> None:
    """With row, column and what to write; the good row waits for the others; the file goes."""
    actor = await member(door)
    number = await imports.hand_in(actor, r"C:\\x\\站点.csv", table(GOOD, *BAD))
    job = await over(imports, actor, number)
    assert (job.file.name, job.state, job.writable, job.file.kept) == (
        "站点.csv", "wrong", False, False,
    )  # fmt: skip
    assert job.outcome is not None
    assert [(one.row, one.column) for one in job.outcome.problems] == [
        (3, "开放时间"), (4, "地区"), (5, "类型"),
    ]  # fmt: skip
    assert all(one.zh != one.en for one in job.outcome.problems)
    with pytest.raises(Refused, match="import_not_tried"):
        await imports.write(actor, number)
    assert await count(door) == 0


async def test_just_the_file_that_was_tried_is_written(door: Door, imports: Imports) -> None:
    """First nothing is; then all of it, with an audit line that names its fingerprint."""
    actor = await member(door)
    await put(door, station("other", name={"zh": "观海路驿站", "en": "x"}))
    number = await imports.hand_in(actor, "站点.csv", table(GOOD))
    job = await over(imports, actor, number)
    assert (job.state, job.writable) == ("tried", True)
    assert job.outcome is not None
    assert [(one.kind, one.new) for one in job.outcome.tallies] == [("stations", 1)]
    assert job.outcome.hours[0].read == "Mo-Su 08:00-20:00; Su off"
    assert job.outcome.pairs[0].why == "name"
    assert len(job.outcome.points) == 1
    assert await count(door) == 1
    await imports.write(actor, number)
    with pytest.raises(Refused, match="import_not_tried"):
        await imports.write(actor, number)  # pressed twice
    job = await over(imports, actor, number)
    assert (job.state, job.file.kept, await count(door)) == ("written", False, 2)
    async with door.database.begin() as unit:
        done, begun = await unit.audit.lines(Filter(action="import."), 5)
    assert (begun.action, begun.subject, begun.region) == (
        "import.begin", "import:站点.csv", "yantai",
    )  # fmt: skip
    assert begun.after == {"name": "站点.csv", "sha256": job.file.sha256}
    assert (done.actor, done.action, done.region) == ("staff:赵敏", "import.stations", "yantai")
    assert done.after == {"new": 1, "changed": 0}
    number = await imports.hand_in(actor, "站点.csv", table(GOOD))
    job = await over(imports, actor, number)
    assert job.outcome is not None
    assert job.outcome.changes == 0


async def test_what_changed_between_trying_and_writing_is_seen(
    door: Door, imports: Imports
) -> None:
    """It is checked anew: nothing is written over a code that another region has taken since."""
    actor = await member(door)
    rows = HEAD + ",编号\n" + GOOD + ",taken-1"
    number = await imports.hand_in(actor, "站点.csv", rows.encode())
    assert (await over(imports, actor, number)).writable
    await put(door, station("taken-1", "weihai"))
    await imports.write(actor, number)
    job = await over(imports, actor, number)
    assert job.state == "wrong"
    assert job.outcome is not None
    assert "weihai" in job.outcome.problems[0].zh


async def test_a_file_is_kept_sealed_and_for_an_hour(door: Door, imports: Imports) -> None:
    """Then it can't be written any more, and the next tidying throws it away."""
    actor = await member(door)
    number = await imports.hand_in(actor, "站点.csv", table(GOOD))
    await over(imports, actor, number)
    async with door.database.begin() as unit:
        rows = await unit.rows("select body from imports where id = $1", number)
        assert "观海路".encode() not in bytes(rows[0][0])
        assert await unit.imports.body(number) == table(GOOD)
    door.clock.move(KEPT)
    assert not (await imports.get(actor, number)).writable
    with pytest.raises(Refused, match="import_not_tried"):
        await imports.write(actor, number)
    door.clock.move(timedelta(minutes=2))
    async with door.database.begin() as unit:
        await unit.imports.tidy()
    assert not (await imports.get(actor, number)).file.kept
    door.clock.move(timedelta(days=31))
    async with door.database.begin() as unit:
        await unit.imports.tidy()
    assert await imports.all(actor) == []


async def test_a_file_is_thrown_away_or_replaced_by_the_next(door: Door, imports: Imports) -> None:
    """An account keeps one file at a time, and hands in one at a time."""
    actor = await member(door)
    first = await imports.hand_in(actor, "一.csv", table(GOOD))
    with pytest.raises(Refused, match="import_running"):
        await imports.hand_in(actor, "二.csv", table(GOOD))
    await over(imports, actor, first)
    second = await imports.hand_in(actor, "二.csv", table(GOOD))
    await over(imports, actor, second)
    assert (await imports.get(actor, first)).state == "dropped"
    await imports.drop(actor, second)
    job = await imports.get(actor, second)
    assert (job.state, job.file.kept) == ("dropped", False)
    with pytest.raises(Refused):
        await imports.drop(actor, second)


async def test_an_import_whose_process_is_gone_is_told_as_cut_off(
    door: Door, imports: Imports
) -> None:
    """Also to another process: how far it has come stands in the database."""
    actor = await member(door)
    async with door.database.begin() as unit:
        assert actor.account is not None
        number = await unit.imports.keep(actor.account, "站点.csv", table(GOOD), None, None)
        await unit.imports.beat(number, 10_000, 200_000)
    job = await imports.get(actor, number)
    assert (job.running, job.file.done, job.file.total) == (True, 10_000, 200_000)
    door.clock.move(SILENT + timedelta(seconds=1))
    assert (await imports.get(actor, number)).state == "lost"
    await imports.hand_in(actor, "站点.csv", table(GOOD))  # and the next one may come


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("x.pdf", b"%PDF-1.4", "不支持"),
        ("x.xlsx", b"PK\x03\x04 broken", "坏了"),
        ("x.csv", b"\x00\x01\x02", "编码"),
        ("x.csv", b"a,b\n1,2", "表头"),
        ("x.zip", b"PK\x03\x04 broken", "坏了"),
        ("x.geojson", b"{", "GeoJSON"),
    ],
)
async def test_what_is_no_table_is_refused_in_a_sentence(
    door: Door, imports: Imports, name: str, raw: bytes, says: str
) -> None:
    """In both languages."""
    actor = await member(door)
    job = await over(imports, actor, await imports.hand_in(actor, name, raw))
    assert job.state == "wrong"
    assert job.outcome is not None
    assert job.outcome.refused is not None
    assert says in job.outcome.refused[0]


async def test_an_empty_or_nameless_file_and_a_wrong_choice_are_refused_at_once(
    door: Door, imports: Imports
) -> None:
    """Nothing is kept of them."""
    actor = await member(door)
    with pytest.raises(Unusable):
        await imports.hand_in(actor, "x.csv", b"")
    for how in ({"thing": "castles"}, {"system": "mars"}):
        with pytest.raises(Refused, match="import_choice"):
            await imports.hand_in(actor, "x.csv", b"x", **how)
    with pytest.raises(Refused, match="import_no_file"):
        await imports.hand_in(actor, "", b"x")
    assert await imports.all(actor) == []


async def test_a_file_is_its_accounts_alone(door: Door, imports: Imports) -> None:
    """Not even another administrator of the same region sees or writes it."""
    actor, other = await member(door), await member(door, "钱多")
    number = await imports.hand_in(actor, "站点.csv", table(GOOD))
    await over(imports, actor, number)
    for step in (imports.get, imports.write, imports.drop):
        with pytest.raises(NotThere):
            await step(other, number)
    assert await imports.all(other) == []
    for role in set(ROLES) - {"administrator"}:
        for denied in (
            imports.all(door.actor(role)), imports.get(door.actor(role), number),
            imports.write(door.actor(role), number), imports.drop(door.actor(role), number),
            imports.hand_in(door.actor(role), "x.csv", b"x"),
        ):  # fmt: skip
            with pytest.raises(Denied):
                await denied


async def test_rows_of_another_region_are_refused(door: Door, imports: Imports) -> None:
    """An office writes for its own region and below, and takes nobody's code."""
    actor = await member(door, region="zhifu")
    await put(door, station("wh-1", "weihai"))
    rows = f"{HEAD},编号\n{GOOD.replace('zhifu', 'weihai')},new-1\n{GOOD[1:]},wh-1"
    job = await over(imports, actor, await imports.hand_in(actor, "x.csv", rows.encode()))
    assert job.outcome is not None
    assert {(one.row, one.column) for one in job.outcome.problems} == {(2, "地区"), (3, "编号")}


async def test_everything_of_a_region_goes_out_and_comes_back_unchanged(
    door: Door, imports: Imports
) -> None:
    """Also for an administrator of that region only: what is shared is as it was."""
    actor, exports = await member(door), Exports(door.database)
    await put(door, station("zf-1"), station("wh-1", "weihai"))
    async with door.database.begin() as unit:
        await unit.rows("update regions set level = 'country' where parent is null returning code")
    await door.database.refresh_regions()
    raw = await exports.file(actor, "everything", "zip", "yantai", "zh")
    assert raw.startswith(b"PK")
    job = await over(imports, actor, await imports.hand_in(actor, "yantai.zip", raw))
    assert job.outcome is not None
    assert (job.outcome.problems, job.outcome.changes) == ((), 0)


@pytest.mark.parametrize("form", ["xlsx", "csv", "geojson"])
async def test_places_go_out_in_every_form(door: Door, form: str) -> None:
    """Only those of the region that was asked for; a name that is a formula is none any more."""
    await put(
        door,
        station("zf-1", name={"zh": "=HYPERLINK(1)", "en": "x"}),
        station("wh-1", "weihai"),
    )
    raw = await Exports(door.database).file(
        door.actor("lead", "yantai"), "stations", form, "yantai", "zh"
    )
    if form == "xlsx":
        rows = list(load_workbook(io.BytesIO(raw)).worksheets[0].iter_rows(values_only=True))
        assert (rows[0][:2], len(rows)) == (("编号", "名称"), 2)
        assert rows[1][1] == "'=HYPERLINK(1)"
    else:
        text = raw.decode("utf-8-sig")
        assert "zf-1" in text
        assert "wh-1" not in text


async def test_a_template_is_a_table_that_can_be_filled_in(door: Door, imports: Imports) -> None:
    """The example row of its notes, filled in, is imported."""
    actor = await member(door)
    raw = await Exports(door.database).template(actor, "stations", "xlsx", "zh")
    book = load_workbook(io.BytesIO(raw))
    head = [cell.value for cell in book.worksheets[0][1]]
    filled = Workbook()
    assert filled.active is not None
    filled.active.append(head)
    values = dict(zip(HEAD.split(","), GOOD.split(","), strict=True))
    filled.active.append([values.get(str(name)) for name in head])
    out = io.BytesIO()
    filled.save(out)
    job = await over(imports, actor, await imports.hand_in(actor, "x.xlsx", out.getvalue()))
    assert job.writable


async def test_who_may_export_and_what(door: Door) -> None:
    """By role and by region; nobody of a region exports all regions."""
    exports = Exports(door.database)
    with pytest.raises(Denied):
        await exports.file(door.actor("staff", "yantai"), "stations", "csv", "yantai", "zh")
    for region in ("weihai", None):
        with pytest.raises(NotThere):
            await exports.file(door.actor("lead", "yantai"), "stations", "csv", region, "zh")
    for what, form, key in (
        ("castles", "csv", "export_choice"), ("stations", "pdf", "export_choice"),
        ("everything", "csv", "export_zip"), ("stations", "zip", "export_zip"),
        ("courses", "geojson", "export_geojson"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=key):
            await exports.file(door.actor("auditor"), what, form, None, "zh")
    with pytest.raises(Refused, match="template_choice"):
        await exports.template(door.actor("auditor"), "stations", "geojson", "zh")
    everything = await exports.file(door.actor("auditor"), "stations", "csv", None, "zh")
    assert everything.startswith(b"\xef\xbb\xbf")


async def test_places_in_order_along_a_street_are_written_as_fast_as_others(
    door: Door, imports: Imports
) -> None:
    """A table sorted by position took minutes: the index of positions can't bear that order."""
    actor = await member(door)
    rows = [
        f"{n}号驿站,zhifu,长街{n}号,休息室,24小时,{37 + n / 10_000:.4f},121.0,WGS-84"
        for n in range(1000)
    ]
    begun = time.monotonic()
    job = await over(imports, actor, await imports.hand_in(actor, "x.csv", table(*rows)))
    assert job.writable
    assert time.monotonic() - begun < 12
