"""Files of every form are read into a store, all or nothing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, update

from knowledge.audit import AuditRow
from knowledge.coordinates import to_bd09, to_gcj02
from knowledge.course_rows import CourseRow, SessionRow
from knowledge.database import Database
from knowledge.exchange import limits
from knowledge.exchange.exchange import Exchange, Report
from knowledge.exchange.refused import Refused
from knowledge.exchange.shapes import Options, street_of
from knowledge.exchange.yaml_form import write_zip
from knowledge.regions import RegionRow
from knowledge.stations import StationRow

HEAD = "编号,名称,地区,地址,纬度,经度,坐标系,类型,设施,开放时间"
GOOD = (
    "s-1,观海路骑手驿站,莱山区,莱山区观海路100号,37.478,121.441,WGS-84,驿站,饮水、充电,"
    "每天8点到20点，周日休息"
)


def rows(*lines: str) -> bytes:
    """A table of stations; full-width commas inside of a cell need no quotes."""
    return "\n".join((HEAD, *lines)).encode()


async def put(
    exchange: Exchange, raw: bytes, name: str = "s.csv", *, write: bool = True, **how: Any
) -> Report:
    return await exchange.import_file(name, raw, actor="staff:王敏", write=write, **how)


async def station(store: Database, code: str) -> StationRow | None:
    async with store.begin() as unit:
        return await unit.session.get(StationRow, code)


def counts(report: Report) -> dict[str, tuple[int, int, int]]:
    return {kind: (one.new, one.changed, one.unchanged) for kind, one in report.tallies}


async def test_a_dry_run_keeps_nothing_and_a_second_import_changes_nothing(
    exchange: Exchange, store: Database
) -> None:
    """New, then unchanged, then changed: each time told before it is done."""
    dry = await put(exchange, rows(GOOD), write=False)
    assert (dry.written, counts(dry)) == (False, {"stations": (1, 0, 0)})
    assert await station(store, "s-1") is None
    assert counts(await put(exchange, rows(GOOD))) == {"stations": (1, 0, 0)}
    assert counts(await put(exchange, rows(GOOD))) == {"stations": (0, 0, 1)}
    changed = await put(exchange, rows(GOOD.replace("100号", "102号")))
    assert counts(changed) == {"stations": (0, 1, 0)}
    row = await station(store, "s-1")
    assert row is not None
    assert (row.region, row.street, row.hours) == (
        "yantai-laishan",
        "观海路",
        "Mo-Su 08:00-20:00; Su off",
    )
    assert row.amenities == ["water", "charging"]
    assert dry.typed == (("每天8点到20点，周日休息", "Mo-Su 08:00-20:00; Su off"),)
    async with store.begin() as unit:
        lines = await unit.session.scalars(
            select(AuditRow.actor).where(AuditRow.action == "import.stations")
        )
        assert list(lines) == ["staff:王敏"] * 2


async def test_each_rows_trouble_is_told_and_nothing_is_written(
    exchange: Exchange, store: Database
) -> None:
    """Row, column, what is wrong and what to write, in both languages."""
    report = await put(
        exchange,
        rows(
            GOOD,
            GOOD.replace("s-1", "s-2").replace("莱山区,", "莱山县,", 1),
            GOOD.replace("s-1", "s-3").replace("每天8点到20点，周日休息", "看情况"),
            GOOD.replace("s-1", "s-4").replace("饮水、充电", "饮水、沙发"),
            GOOD.replace("s-1", "s-5").replace("WGS-84", ""),
            GOOD.replace("s-1", "s-6").replace("37.478,121.441", "121.441,37.478"),
            GOOD.replace("s-1", "s-7").replace("观海路骑手驿站", ""),
            GOOD.replace("s-1", "S 8"),
        ),
    )
    told = {(one.line, one.column): one for one in report.problems}
    assert list(told) == [
        (3, "地区"), (4, "开放时间"), (5, "设施"), (6, "坐标系"), (7, "纬度"), (8, "名称"),
        (9, "编号"),
    ]  # fmt: skip
    assert "没有“莱山县”这个地区；请写地区的编号或全名" in told[3, "地区"].said("zh")
    assert "there is no region '莱山县'" in told[3, "地区"].said("en")
    assert "看情况" in told[4, "开放时间"].said("zh")
    assert "请写成" in told[4, "开放时间"].said("zh")
    assert "饮水、座位、充电" in told[5, "设施"].said("zh")
    assert "GCJ-02（高德、腾讯）" in told[6, "坐标系"].said("zh")
    assert "写反了" in told[7, "纬度"].said("zh")
    assert report.written is False
    assert await station(store, "s-1") is None


async def test_what_can_not_be_read_hides_no_other_row_s_trouble(exchange: Exchange) -> None:
    """All is told at once: what a cell says, what the rows say together, what the store says."""
    head = f"{HEAD},暂停开放到"
    lines = (
        f"{GOOD.replace('s-1', 's-2').replace('饮水、充电', '沙发')},",
        f"{GOOD},",
        f"{GOOD.replace('s-1', 's-3')},",
        f"{GOOD.replace('s-1', 's-4').replace('100号', '4号')},2026-12-31",
        f"{GOOD.replace('s-1', 's-5').replace('100号', '5号').replace(',莱山区,', ',经区,')},",
    )
    report = await put(exchange, "\n".join((head, *lines)).encode(), within="yantai")
    assert [(one.line, one.column) for one in report.problems] == [
        (2, "设施"), (4, "名称"), (5, "暂停原因 closed_reason"), (6, "地区"),
    ]  # fmt: skip


async def test_two_rows_of_one_code_are_told_with_the_other_row(exchange: Exchange) -> None:
    report = await put(exchange, rows(GOOD, GOOD.replace("观海路100号", "观海路9号")))
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, "编号")
    assert "s.csv:2" in problem.said("zh")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("gbk"),
        lambda text: text.encode("gb18030"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace(",", ";").encode("gbk"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("烟台市站点一览表\n" + text).encode(),
        lambda text: text.replace("名称", "名称 / name").replace("地区", "地区（必填）").encode(),
        lambda text: text.replace(HEAD, EN_HEAD).encode(),
    ],
)
async def test_tables_are_read_as_offices_have_them(exchange: Exchange, encode: Any) -> None:
    """Their encodings, separators, titles above the head, and names of columns."""
    report = await put(exchange, encode(rows(GOOD).decode()), write=False)
    assert report.problems == ()
    assert counts(report) == {"stations": (1, 0, 0)}


EN_HEAD = "code,name,region,address,lat,lon,coordinates,kind,amenities,opening hours"


@pytest.mark.parametrize(
    ("system", "turn"),
    [
        ("WGS-84", lambda lat, lon: (lat, lon)),
        ("高德", to_gcj02),
        ("BD-09", lambda lat, lon: to_bd09(*to_gcj02(lat, lon))),
    ],
)
async def test_points_of_any_map_are_kept_as_wgs84(
    exchange: Exchange, store: Database, system: str, turn: Any
) -> None:
    """By the file's own word; the option is for files without one."""
    lat, lon = turn(37.478, 121.441)
    line = GOOD.replace("37.478,121.441", f"{lat!r},{lon!r}").replace("WGS-84", system)
    await put(exchange, rows(line), options=Options("gcj02"))
    row = await station(store, "s-1")
    assert row is not None
    assert (row.lat, row.lon) == pytest.approx((37.478, 121.441), abs=1e-6)


async def test_a_row_with_only_an_address_is_found_on_its_street(
    exchange: Exchange, store: Database
) -> None:
    """It gets a code of its own, the same each time."""
    line = GOOD.replace("s-1,", ",").replace("37.478,121.441,WGS-84", ",,")
    await put(exchange, rows(line))
    again = await put(exchange, rows(line))
    assert counts(again) == {"stations": (0, 0, 1)}
    async with store.begin() as unit:
        (found,) = [
            one for one in await unit.stations.at(["观海路"]) if one.name_zh == "观海路骑手驿站"
        ]
    assert found.lat is None
    assert found.code.startswith("yantai-laishan-")


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("朝阳区西大望路沿街", "西大望路"),
        ("深圳市福田区深南大道6001号", "深南大道"),
        ("观海路100号", "观海路"),
        ("工人文化宫一楼", "工人文化宫一楼"),
    ],
)
def test_the_street_is_taken_from_the_address(address: str, street: str) -> None:
    assert street_of(address) == street


def squeezed() -> bytes:
    """A workbook in which a gigabyte of nothing is packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1024):
            part.write(b"\0" * limits.MIB)
    return out.getvalue()


def billion_laughs() -> bytes:
    """A workbook whose sheet swells while it is read."""
    out = io.BytesIO()
    book = Workbook()
    book.save(out)
    bomb = io.BytesIO()
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x>&l9;</x>'
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if "sheet1" in name else old.read(name))
    return bomb.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("s.xlsx", b"no workbook", "不是Excel工作簿"),
        ("s.xlsx", b"PK\x03\x04 broken", "不是Excel工作簿"),
        ("s.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版Excel"),
        ("s.xls", b"\xd0\xcf\x11\xe0", "不支持“.xls”"),
        ("s.csv", b"", "空的"),
        ("s.csv", b"\x00\x01\xff\xfe\x00", "认不出来"),
        ("s.csv", "甲,乙\n1,2\n".encode(), "没有找到表头"),
        ("s.csv", "编号,名称,地区\n1,2,3\n".encode(), "缺少这些列：地址、类型、开放时间"),
        (
            "s.csv",
            rows(GOOD).replace("设施".encode(), "社施".encode()),
            "不认识“社施”这一列，是不是“设施”",
        ),
        ("s.csv", rows(GOOD).replace("设施".encode(), "名称".encode()), "有两列都是“name”"),
        ("s.csv", rows(), "表里没有内容"),
        ("s.csv", rows('"观海路'), "编号|引号|没有填"),
        ("s.geojson", b"{}", "不是GeoJSON"),
        ("s.geojson", b"[" * 100_000, "不是GeoJSON"),
        ("s.zip", b"PK", "不是zip"),
        ("s.pdf", b"%PDF-1.7", "不支持“.pdf”"),
    ],
)
async def test_a_broken_file_gets_one_plain_sentence(
    exchange: Exchange, name: str, raw: bytes, why: str
) -> None:
    """It says what the file isn't and what to do."""
    said = await sentence(exchange, name, raw)
    assert "\n" not in said
    assert any(part in said for part in why.split("|")), said


async def sentence(exchange: Exchange, name: str, raw: bytes) -> str:
    """What is said of a file that isn't imported."""
    try:
        report = await put(exchange, raw, name)
    except Refused as refused:
        return refused.said.zh
    assert not report.written
    return " ".join(problem.said("zh") for problem in report.problems)


@pytest.mark.parametrize("bomb", [squeezed, billion_laughs])
async def test_a_bomb_is_refused_before_it_swells(exchange: Exchange, bomb: Any) -> None:
    """Whether it is packed or written to swell."""
    with pytest.raises(Refused):
        await put(exchange, bomb(), "s.xlsx")


async def test_what_is_too_large_is_refused(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred megabytes, and more rows than anybody has stations."""
    with pytest.raises(Refused, match="100 MB"):
        await put(exchange, b"x" * (100 * limits.MIB))
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    with pytest.raises(Refused, match="more than 3 rows"):
        await put(exchange, rows(GOOD, GOOD, GOOD, GOOD))


async def test_a_zip_can_not_write_outside_of_its_folder(exchange: Exchange) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("../../stations/x.yaml", "[]")
    with pytest.raises(Refused, match="has no place"):
        await put(exchange, out.getvalue(), "s.zip")


async def test_formulas_in_names_are_no_formulas_in_a_sheet(exchange: Exchange) -> None:
    """They go out with a mark and come back without one."""
    evil = GOOD.replace("观海路骑手驿站", "=HYPERLINK(1)").replace("s-1", "s-9")
    await put(exchange, rows(evil))
    csv = await exchange.export_table("stations", "s.csv", region="yantai-laishan")
    raw = await exchange.export_table("stations", "s.xlsx", region="yantai-laishan")
    assert b"'=HYPERLINK(1)" in csv
    for form, out in (("s.csv", csv), ("s.xlsx", raw)):
        assert counts(await put(exchange, out, form))["stations"][:2] == (0, 0)
    sheet = load_workbook(io.BytesIO(raw))["stations"]
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells["'=HYPERLINK(1)"] == "s"
    assert "f" not in cells.values()


async def test_a_workbook_with_numbers_and_dates_is_read_as_it_shows(
    exchange: Exchange, store: Database
) -> None:
    """Excel has made a number of the phone and a date of the day."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEAD.split(","), "电话", "暂停开放到", "暂停原因"])
    sheet.append([*GOOD.split(","), 5351234567, date(2026, 12, 31), "装修"])
    out = io.BytesIO()
    book.save(out)
    await put(exchange, out.getvalue(), "s.xlsx")
    row = await station(store, "s-1")
    assert row is not None
    assert row.phone == "5351234567"
    assert str(row.closed_until) == "2026-12-31"
    assert (row.closed_reason_zh, row.closed_reason_en) == ("装修", "装修")


async def test_geojson_is_read_as_wgs84_unless_said_otherwise(
    exchange: Exchange, store: Database
) -> None:
    """A place without a point is welcome."""
    properties = dict(zip(HEAD.split(","), GOOD.split(","), strict=True))
    for name in ("纬度", "经度", "坐标系"):
        del properties[name]
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [121.441, 37.478]},
    }
    lost = {
        **feature,
        "geometry": None,
        "properties": {**properties, "编号": "s-2", "地址": "某处"},
    }
    raw = json.dumps({"type": "FeatureCollection", "features": [feature, lost]}).encode()
    assert counts(await put(exchange, raw, "s.geojson")) == {"stations": (2, 0, 0)}
    row = await station(store, "s-1")
    assert row is not None
    assert (row.lat, row.lon) == (37.478, 121.441)


async def closing(form: str, exchange: Exchange, until: str, reason: str = "") -> Report:
    """A dry run of a place that is closed up to a day, in one of the forms."""
    if form == "folder.zip":
        files = dict(await exchange.export_folder("yantai"))
        where = "stations/yantai.yaml"
        (first, *others) = yaml.safe_load(files[where])
        closed: dict[str, Any] = {"closed_until": until}
        if reason:
            closed["closed_reason"] = {"zh": reason, "en": reason}
        files[where] = yaml.safe_dump([first | closed, *others], allow_unicode=True).encode()
        return await put(exchange, write_zip(files), form, write=False)
    values = dict(zip(HEAD.split(","), GOOD.split(","), strict=True))
    values |= {"暂停开放到": until, "暂停原因": reason}
    if form == "s.geojson":
        feature = {"type": "Feature", "properties": values, "geometry": None}
        raw = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    else:
        raw = f"{','.join(values)}\n{','.join(values.values())}".encode()
    return await put(exchange, raw, form, write=False)


@pytest.mark.parametrize("form", ["s.csv", "s.geojson", "folder.zip"])
async def test_a_place_is_not_closed_by_a_file_without_a_reason(
    exchange: Exchange, form: str
) -> None:
    """As in the console; the row is named, and what is over needs none any more."""
    (problem,) = (await closing(form, exchange, "2026-12-31")).problems
    assert problem.line > 0
    assert "没有写原因；请写上给骑手看的原因" in problem.said("zh")
    assert "doesn't say why" in problem.said("en")
    if form != "folder.zip":
        assert problem.column == "暂停原因"
    assert (await closing(form, exchange, "2026-12-31", "装修")).problems == ()
    assert (await closing(form, exchange, "2026-11-23")).problems == ()


async def test_what_was_closed_without_a_reason_goes_out_and_in(
    exchange: Exchange, store: Database
) -> None:
    """Such a place stays as it is; another day takes a reason."""
    await put(exchange, rows(GOOD))
    async with store.begin() as unit:
        await unit.session.execute(
            update(StationRow)
            .where(StationRow.code == "s-1")
            .values(closed_until=date(2026, 12, 31))
        )
    table = await exchange.export_table("stations", "s.csv", region="yantai")
    report = await put(exchange, table)
    assert (report.problems, report.changes) == ((), 0)
    (problem,) = (await put(exchange, table.replace(b"2026-12-31", b"2027-01-31"))).problems
    assert problem.column == "暂停原因"


async def test_an_office_writes_only_in_its_own_region(exchange: Exchange) -> None:
    """A row of another city is refused."""
    other = GOOD.replace("s-1", "s-2").replace(",莱山区,", ",经区,").replace("100号", "8号")
    report = await put(exchange, rows(GOOD, other), within="yantai")
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, "地区")
    assert "不在烟台市范围内" in problem.said("zh")


async def test_places_that_may_be_there_twice_are_told(exchange: Exchange) -> None:
    """The same name in the same region, or fifty metres apart; they are let in all the same."""
    same = GOOD.replace("s-1", "s-2").replace("100号", "8号").replace("37.478", "37.499")
    near = (
        GOOD.replace("s-1", "s-3")
        .replace("观海路骑手驿站", "别的名字")
        .replace("37.478", "37.4783")
    )
    report = await put(exchange, rows(GOOD, same, near), write=False)
    found = {(pair.one.code, pair.other.code, pair.why) for pair in report.pairs}
    assert found == {("s-1", "s-2", "name"), ("s-1", "s-3", "near")}


@pytest.mark.parametrize(("region", "city"), [("foshan", "foshan"), ("weihai-jingkai", "weihai")])
async def test_one_region_goes_out_and_stands_in_an_empty_store(
    exchange: Exchange, database: Database, region: str, city: str
) -> None:
    """With the regions above it, its sources (of its days to a decision, too) and its topics."""
    files = await exchange.export_folder(region)
    assert f"stations/{city}.yaml" in files
    assert (b"code: demo\n" in files["sources.yaml"]) is (region == "weihai-jingkai")
    assert "stations/yantai.yaml" not in files
    other = Exchange(database)
    report = await put(other, write_zip(files), "region.zip")
    assert report.problems == ()
    assert await other.export_folder(region) == files


# Courses

COURSE_HEAD = "编号,课程名称,主题,地区,上课地点,名额,已占名额,上课时间"
COURSE = 'c-1,剪辑课,短视频剪辑,烟台,"烟台市工人文化宫三楼",30,2,"{when}"'
RULE = "每周三 19:00-20:30，2026-12-23起，3次，节假日不上"


def courses(*lines: str) -> bytes:
    return "\n".join((COURSE_HEAD, *lines)).encode()


async def test_a_course_meets_by_rule_and_not_on_holidays(
    exchange: Exchange, store: Database
) -> None:
    """A Wednesday that is New Year's eve counts, a holiday doesn't."""
    weekly = COURSE.format(when="每周五 19:00-20:30，2026-12-25起，3次，节假日不上")
    report = await put(exchange, courses(weekly), "c.csv")
    assert counts(report) == {"courses": (1, 0, 0)}
    assert report.provisional
    async with store.begin() as unit:
        starts = list(
            await unit.session.scalars(
                select(SessionRow.starts_at)
                .where(SessionRow.course == "c-1")
                .order_by(SessionRow.starts_at)
            )
        )
    assert [f"{at:%m-%d %H:%M}" for at in starts] == ["12-25 11:00", "01-08 11:00", "01-15 11:00"]
    assert counts(await put(exchange, courses(weekly), "c.csv")) == {"courses": (0, 0, 1)}
    moved = COURSE.format(when="2026-12-26 19:00-20:30")
    assert counts(await put(exchange, courses(moved), "c.csv")) == {"courses": (0, 1, 0)}


async def test_two_courses_can_not_meet_in_one_room_at_one_time(exchange: Exchange) -> None:
    """Neither in the file nor against what the store holds; another room will do."""
    first = COURSE.format(when="2026-12-02 19:00-20:30")
    second = COURSE.format(when="2026-12-02 20:00-21:00").replace("c-1", "c-2")
    both = await put(exchange, courses(first, second), "c.csv")
    assert [(one.line, one.column) for one in both.problems] == [(3, "上课地点")]
    assert "c-1" in both.problems[0].said("zh")
    assert (await put(exchange, courses(first), "c.csv")).written
    assert not (await put(exchange, courses(second), "c.csv")).written
    assert (await put(exchange, courses(second.replace("三楼", "四楼")), "c.csv")).written


async def test_seats_that_are_given_away_can_not_be_taken_back(
    exchange: Exchange, store: Database
) -> None:
    """Those with a seat through the house count besides those of the file."""
    async with store.begin() as unit:
        code, taken = (
            await unit.session.execute(
                select(CourseRow.code, CourseRow.taken).where(CourseRow.topic == "baking").limit(1)
            )
        ).one()
        seats = await unit.session.scalar(select(CourseRow.seats).where(CourseRow.code == code))
    raw = await exchange.export_table("courses", "c.csv", language="en")
    text = raw.decode("utf-8-sig")
    (line,) = [one for one in text.splitlines() if one.startswith(f"{code},")]
    fewer = line.replace(f",{seats},{taken}", f",{taken - 1},{taken}")
    assert fewer != line
    report = await put(exchange, f"{text.splitlines()[0]}\n{fewer}".encode(), "c.csv")
    assert not report.written
    assert report.problems


async def test_a_seat_taken_meanwhile_stays_taken(exchange: Exchange, store: Database) -> None:
    """The file counts those outside of the house; who enrolled in the chat comes on top."""
    await put(exchange, courses(COURSE.format(when=RULE)), "c.csv")
    async with store.begin() as unit:
        person, _ = await unit.people.create()
        await unit.enrolments.enrol("c-1", person)
    again = await put(exchange, courses(COURSE.format(when=RULE)), "c.csv")
    assert counts(again) == {"courses": (0, 0, 1)}
    full = COURSE.format(when=RULE).replace(",30,2,", ",2,2,")
    report = await put(exchange, courses(full), "c.csv")
    assert [(one.line, one.column) for one in report.problems] == [(2, "名额")]
    async with store.begin() as unit:
        assert (
            await unit.session.scalar(select(CourseRow.taken).where(CourseRow.code == "c-1")) == 3
        )


# Schemes and articles


async def test_a_scheme_whose_example_does_not_come_out_is_refused(exchange: Exchange) -> None:
    """The figure that the rule gives is told beside the one that the example has."""
    raw = await exchange.export_table("schemes", "s.csv")
    wrong = raw.decode("utf-8-sig").replace("7600=0-4940", "7600=0-5000")
    report = await put(exchange, wrong.encode(), "s.csv")
    (problem,) = report.problems
    assert "for a cost of 7600 the rule pays 0 to 4940, the example says 0 to 5000" in str(problem)
    right = wrong.replace("7600=0-5000", "7700=0-5005")
    assert counts(await put(exchange, right.encode(), "s.csv")) == {"schemes": (0, 1, 1)}


async def test_an_article_in_one_language_comes_in_and_is_kept_as_a_version(
    exchange: Exchange, store: Database
) -> None:
    """The other language is no duty."""
    head = "主题,地区,问题,答案,相似问法,来源,核对日期"
    line = "parking,烟台,驿站能停车吗,能停两轮车。,电动车停哪；门口能停吗,烟台市总工会,2026-11-20"
    report = await put(exchange, f"{head}\n{line}".encode(), "a.csv")
    assert counts(report) == {"articles": (1, 0, 0)}
    async with store.begin() as unit:
        article = await unit.articles.answer("parking", "yantai", "zh")
    assert article is not None
    assert article.similar == ("电动车停哪", "门口能停吗")


async def test_regions_name_parents_of_the_same_file(exchange: Exchange, store: Database) -> None:
    """A province with its city, in any order."""
    head = "编号,上级,级别,名称,工会名称"
    city = "jinan,jinan-province,市,济南市,济南市总工会"
    province = "jinan-province,cn,省,某省,某省总工会"
    report = await put(exchange, f"{head}\n{city}\n{province}".encode(), "r.csv")
    assert counts(report) == {"regions": (2, 0, 0)}
    assert store.region_tree.get("jinan") is not None


async def test_days_for_a_decision_come_with_their_source_and_a_day(
    exchange: Exchange, store: Database
) -> None:
    """A row without either is told; unchanged days of old are let pass, and go out and in."""
    head = "编号,上级,级别,名称,工会名称,审批工作日,审批工作日来源,审批工作日核对日期"
    row = "jinan,shandong,市,济南市,济南市总工会,{}"
    for given, columns in (
        ("7,,", ["审批工作日来源", "审批工作日核对日期"]),
        ("7,P1,", ["审批工作日核对日期"]),
        ("7,,2026-11-20", ["审批工作日来源"]),
        ("7,P99,2026-11-20", ["审批工作日来源"]),
        (",P1,2026-11-20", ["审批工作日来源", "审批工作日核对日期"]),
    ):
        report = await put(exchange, f"{head}\n{row.format(given)}".encode(), "r.csv", write=False)
        assert sorted(one.column for one in report.problems) == sorted(columns), given
    raw = f"{head}\n{row.format('7,P1,2026-11-20')}".encode()
    assert counts(await put(exchange, raw, "r.csv")) == {"regions": (1, 0, 0)}
    region = store.region_tree.get("jinan")
    assert region is not None
    assert (region.decision_days, region.decision_source, region.decision_checked_on) == (
        7, "P1", date(2026, 11, 20),
    )  # fmt: skip
    async with store.begin() as unit:
        await unit.session.execute(
            update(RegionRow).where(RegionRow.code == "yantai").values(decision_days=9)
        )
    for name in ("r.csv", "r.xlsx"):
        for language in ("zh", "en"):
            table = await exchange.export_table("regions", name, language=language)
            report = await put(exchange, table, name)
            assert (report.problems, report.changes) == ((), 0)
    table = (await exchange.export_table("regions", "r.csv")).replace(b",9,", b",8,")
    told = sorted(one.chinese for one in (await put(exchange, table, "r.csv")).problems)
    assert ["就要写出处" in told[0], "就要写日期" in told[1], len(told)] == [True, True, 2]


async def test_the_demonstration_folder_itself_can_be_imported(
    exchange: Exchange, store: Database
) -> None:
    """Its invented persons are left out; relative dates count from today."""
    from knowledge.load import CONTENT

    async with store.begin() as unit:
        await unit.session.execute(
            update(CourseRow).where(CourseRow.seats < CourseRow.taken).values(taken=0)
        )
        before = await unit.session.scalar(select(func.count()).select_from(StationRow))
    report = await exchange.import_path(CONTENT, actor="house", write=False)
    assert report.left_out == ("case_kinds", "events", "persons")
    assert report.problems == ()
    assert counts(report)["stations"] == (0, 0, before)
