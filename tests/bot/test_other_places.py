"""Childcare centres and offices in the console and in files: one form for all places."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.places import Places, Wish
from knowledge.database import Database
from knowledge.exchange.exchange import Exchange
from knowledge.exchange.one_row import Mistyped
from tests.bot.console import Visitor, visitors
from tests.bot.door import Door
from tests.bot.stations import CELLS, FORM, doubt, put, station
from tests.bot.test_place_pages import hidden

CHILDCARE = {
    **CELLS, "kind": "childcare", "name": "幸福路托育园", "amenities": "", "ages": "6个月到3岁",
    "price": "由托育园确认", "price_en": "the centre confirms it", "about": "日托、临时托",
}  # fmt: skip
OFFICE = {
    **CELLS, "kind": "union_office", "name": "芝罘区总工会办公点", "phone": "12351",
    "about": "入会、法律咨询", "hours": "周一至周五9:00-17:00，节假日不开",
}  # fmt: skip


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
def places(door: Door) -> Places:
    return Places(door.database)


@pytest.fixture
async def lead(door: Door) -> AsyncIterator[Visitor]:
    account = await door.member("王组长", "lead", "yantai")
    async with door.database.begin() as unit:
        token = await unit.sessions.begin(account, "test", complete=True)
    async with visitors(door) as make:
        yield make(token)


async def test_a_childcare_centre_is_typed_like_a_station(door: Door, places: Places) -> None:
    """Ages as people write them; what it offers and a note on the price in both languages."""
    actor = door.actor("lead", "yantai")
    code = await places.save(actor, CHILDCARE)
    entry = (await places.get(actor, code)).entry
    assert entry.kind == "childcare"
    assert entry.ages is not None
    assert (entry.ages.from_months, entry.ages.to_months) == (6, 36)
    assert entry.about is not None
    assert (entry.about.zh, entry.about.en) == ("日托、临时托", "日托、临时托")
    assert entry.price is not None
    assert entry.price.en == "the centre confirms it"
    page = await places.page(actor, Wish(kind="childcare"))
    assert [one.code for one in page.stations] == [code]


async def test_an_office_keeps_nothing_of_childcare(door: Door, places: Places) -> None:
    """Ages that were typed before the kind was changed are not kept, and nothing is refused."""
    actor = door.actor("lead", "yantai")
    code = await places.save(actor, {**CHILDCARE, **OFFICE})
    entry = (await places.get(actor, code)).entry
    assert (entry.kind, entry.ages, entry.price, entry.phone) == (
        "union_office", None, None, "12351",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("很小的孩子", "不是年龄；请写成“6个月到3岁”或“3岁以下”"),
        ("3岁到6个月", "年龄写反了"),
    ],
)
async def test_ages_that_cannot_be_read_say_what_to_write(
    door: Door, places: Places, typed: str, said: str
) -> None:
    """Beside their field."""
    with pytest.raises(Mistyped) as wrong:
        await places.save(door.actor("lead", "yantai"), {**CHILDCARE, "ages": typed})
    assert said in wrong.value.troubles["ages"].zh


async def test_a_rest_room_beside_an_office_is_no_double(door: Door, places: Places) -> None:
    """Places for another service are not looked at; of the same one they are."""
    actor = door.actor("lead", "yantai")
    await put(
        door,
        station("zf-1", lat=37.5, lon=121.4),
        station("zf-2", lat=37.5, lon=121.4, kind="union_office"),
        station("zf-3", lat=37.5001, lon=121.4, kind="union_office"),
    )
    pairs = (await places.get(actor, "zf-2")).pairs
    assert [pair.other.code for pair in pairs] == ["zf-3"]
    assert (await places.get(actor, "zf-1")).pairs == ()


async def test_the_same_care_for_all_of_them(door: Door, places: Places) -> None:
    """Doubts, closing and opening again, with a line in the audit for each."""
    actor = door.actor("lead", "yantai")
    await put(door, station("zf-1", kind="childcare", ages={"from_months": 6, "to_months": 36}))
    await doubt(door, "zf-1", "offers")
    doubted, _ = await places.doubted(actor)
    assert [one.station for one in doubted] == ["zf-1"]
    await places.close(actor, "zf-1", "2027-01-31", "装修")
    assert (await places.get(actor, "zf-1")).entry.closed_until is not None
    await places.reopen(actor, "zf-1")
    assert (await places.get(actor, "zf-1")).entry.closed_until is None


async def test_the_form_in_the_browser(door: Door, lead: Visitor) -> None:
    """What was typed comes back, with the week beside it, and is saved."""
    form = {key: text for key, text in FORM.items() if not key.startswith("amenity_")} | {
        key: text for key, text in CHILDCARE.items() if key != "amenities"
    }
    await lead.get("/console/places/new")
    await lead.post("/console/places/new", {**form, "mark": "", "sign": "", "step": "save"})
    assert 'value="6个月到3岁"' in lead.text
    sign = hidden("sign", lead.text)
    saved = await lead.post(
        "/console/places/new", {**form, "mark": "", "sign": sign, "step": "save"}
    )
    assert saved.status == 303
    await lead.get(saved.headers["Location"])
    assert "托育园" in lead.text
    assert 'value="日托、临时托"' in lead.text
    await lead.get("/console/places?kind=childcare")
    assert "幸福路托育园" in lead.text


HEAD = "名称,地区,地址,类型,服务说明,收托年龄,价格说明,开放时间,电话"
GOOD = (
    "小满托育园,zhifu,幸福路1号,托育园,日托,6个月到3岁,由托育园确认,周一至周五8:00-18:00,",
    "芝罘总工会,zhifu,幸福路2号,工会办公点,入会；法律咨询,,,周一至周五9:00-17:00,12351",
)
BAD = (
    "大满托育园,zhifu,幸福路3号,托育园,日托,小孩子,,每天8:00-18:00,",
    "莱山总工会,zhifu,幸福路4号,工会办公点,入会,6个月到3岁,,每天8:00-18:00,",
    "中满托育园,zhifu,幸福路5号,幼儿园,日托,3岁到6个月,,每天8:00-18:00,",
)


def table(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


async def test_an_import_with_three_bad_rows_names_each_and_writes_nothing(door: Door) -> None:
    """Ages that can't be read, ages of an office, a kind that isn't known: by row and column."""
    exchange = Exchange(door.database)
    report = await exchange.import_file(
        "地点.csv", table(*GOOD, *BAD), actor="test", write=True, within="yantai"
    )
    assert not report.written
    told = [(one.line, one.column, one.chinese) for one in report.problems]
    assert told == [
        (4, "收托年龄", "“小孩子”不是年龄；请写成“6个月到3岁”或“3岁以下”"),
        (5, "", "只有托育园写年龄和价格；请去掉，或改类型"),
        (6, "类型", told[2][2]),
    ]
    assert told[2][2].startswith("不认识“幼儿园”；请从这些里选：")
    assert "托育园" in told[2][2]
    async with door.database.begin() as unit:
        assert not await unit.stations.any_of("childcare")


@pytest.mark.parametrize("form", ["x.csv", "x.xlsx", "x.geojson"])
async def test_out_and_in_again_changes_nothing(door: Door, form: str) -> None:
    """In each form, in both languages; and everything as YAML."""
    exchange = Exchange(door.database)
    report = await exchange.import_file("地点.csv", table(*GOOD), actor="test", write=True)
    assert report.written
    for language in ("zh", "en"):
        raw = await exchange.export_table("stations", form, region="yantai", language=language)
        again = await exchange.import_file(form, raw, actor="test", write=False)
        assert not again.problems
        assert again.changes == 0
    files = await exchange.export_folder("yantai")
    assert "6个月" not in files["stations/yantai.yaml"].decode()  # months, as the models have them
    assert "from_months: 6" in files["stations/yantai.yaml"].decode()
