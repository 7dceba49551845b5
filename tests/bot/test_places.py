"""Places as staff look after them: by role and region, with nothing overwritten silently."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

import bot.places
from bot.places import PAGE, Places, Wish
from bot.refused import Refused
from knowledge.access import ROLES, Actor, Denied, NotThere
from knowledge.audit import Filter, Line
from knowledge.coordinates import from_gcj02
from knowledge.database import Database
from knowledge.exchange.one_row import Mistyped
from tests.bot.console import visitors
from tests.bot.door import Door
from tests.bot.stations import CELLS, doubt, put, station


@pytest.fixture
async def door(database: Database) -> Door:
    return await Door.on(database)


@pytest.fixture
def places(door: Door) -> Places:
    return Places(door.database)


async def newest(door: Door) -> Line:
    async with door.database.begin() as unit:
        return (await unit.audit.lines(Filter(), 1))[0]


async def test_the_list_is_searched_filtered_and_paged(door: Door, places: Places) -> None:
    """By name, street, landmark and code; by kind, amenity and state; only of the own regions."""
    lead = door.actor("lead", "yantai")
    await put(
        door,
        station("zf-1", name={"zh": "观海路驿站", "en": "Sea View"}, landmarks=["大悦城"]),
        station("zf-2", lat=37.5, lon=121.4, amenities=["toilet"], kind="shop"),
        station("zf-3", closed_until="2026-12-01"),
        station("wh-1", "weihai", name={"zh": "观海路驿站", "en": "Sea View"}),
    )
    await doubt(door, "zf-2", "closed", "hours")
    for wish, codes in (
        (Wish(), ["zf-1", "zf-2", "zf-3"]),
        (Wish(text="观海"), ["zf-1"]),
        (Wish(text="sea view"), ["zf-1"]),
        (Wish(text="大悦"), ["zf-1"]),
        (Wish(text="zf-3"), ["zf-3"]),
        (Wish(text="zhifu路"), ["zf-1", "zf-2", "zf-3"]),
        (Wish(text="100%"), []),
        (Wish(kind="shop"), ["zf-2"]),
        (Wish(amenity="toilet"), ["zf-2"]),
        (Wish(show="closed"), ["zf-3"]),
        (Wish(show="open"), ["zf-1", "zf-2"]),
        (Wish(show="mapless"), ["zf-1", "zf-3"]),
        (Wish(show="doubted"), ["zf-2"]),
        (Wish(region="zhifu"), ["zf-1", "zf-2", "zf-3"]),
        (Wish(region="weihai"), []),
        (Wish(region="nowhere"), []),
    ):
        page = await places.page(lead, wish)
        assert ([one.code for one in page.stations], page.total) == (codes, len(codes)), wish
    assert [one.code for one in (await places.points(lead, Wish())).stations] == ["zf-2"]
    everywhere = await places.page(door.actor("auditor"), Wish(text="观海"))
    assert [one.code for one in everywhere.stations] == ["wh-1", "zf-1"]
    assert (await places.page(lead, Wish(show="doubted"))).stations[0].doubts == 2


async def test_a_page_past_the_end_is_the_last_one(door: Door, places: Places) -> None:
    """A list that got shorter meanwhile is no error."""
    await put(door, *(station(f"s-{n:03}") for n in range(PAGE + 1)))
    page = await places.page(door.actor("staff"), Wish(), 99)
    assert (page.number, page.pages, len(page.stations)) == (2, 2, 1)


async def test_a_place_is_typed_saved_and_changed(door: Door, places: Places) -> None:
    """Coordinates are converted, hours read, the street found; the audit has what changed."""
    lead = door.actor("lead", "zhifu")
    look = await places.try_out(lead, CELLS)
    assert look.entry.hours == "Mo-Su 08:00-20:00; Su off"
    code = await places.save(lead, CELLS)
    look = await places.get(lead, code)
    entry = look.entry
    assert (entry.lat, entry.lon) == pytest.approx(from_gcj02(37.54, 121.39))
    assert (entry.street, entry.landmarks) == ("幸福路", ("万达广场", "海信广场"))
    assert (entry.name.en, entry.amenities) == ("幸福路骑手驿站", ("water", "charging"))
    line = await newest(door)
    assert (line.actor, line.action, line.subject, line.region) == (
        "staff:some lead", "station.add", f"station:{code}", "zhifu",
    )  # fmt: skip
    changes = {**CELLS, "phone": "0535-1234567", "lat": str(entry.lat), "lon": str(entry.lon)}
    changes["coordinates"] = "wgs84"
    await places.save(lead, changes, code, look.mark)
    line = await newest(door)
    assert (line.action, line.before, line.after) == (
        "station.change", {"phone": ""}, {"phone": "0535-1234567"},
    )  # fmt: skip
    fresh = await places.get(lead, code)
    assert fresh.entry == entry.model_copy(update={"phone": "0535-1234567"})
    await places.save(lead, changes, code, fresh.mark)
    assert (await newest(door)).id == line.id  # nothing has changed: no line
    async with door.database.begin() as unit:
        (near,) = await unit.stations.nearest(entry.lat or 0, entry.lon or 0)
    assert near.code == code


async def test_what_was_not_in_the_form_stays(door: Door, places: Places) -> None:
    """A source, the mark of a demonstration, that it is closed for now."""
    await put(door, station("zf-1", source="P1", demo=True, closed_until="2026-12-31"))
    lead = door.actor("lead", "zhifu")
    look = await places.get(lead, "zf-1")
    await places.save(lead, CELLS, "zf-1", look.mark)
    entry = (await places.get(lead, "zf-1")).entry
    assert (entry.name.zh, entry.source, entry.demo) == ("幸福路骑手驿站", "P1", True)
    assert str(entry.closed_until) == "2026-12-31"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": " "}, {"name": "没有填；请填上"}),
        ({"hours": "9点到5点"}, {"hours": "24小时制"}),
        ({"hours": "随便"}, {"hours": "读不懂"}),
        ({"lon": ""}, {"lon": "没有填"}),
        ({"lat": "north"}, {"lat": "不是数字"}),
        ({"lat": "121.39", "lon": "37.54"}, {"lat": "写反了"}),
        ({"coordinates": ""}, {"coordinates": "坐标系"}),
        ({"coordinates": "mars"}, {"coordinates": "不认识"}),
        ({"who": "employer"}, {"employer": "没有填"}),
        ({"who": "trade"}, {"trade": "没有填"}),
        ({"kind": "castle", "region": "atlantis"}, {"kind": "不认识", "region": "没有"}),
        ({"lon": "200", "coordinates": "wgs84"}, {"lon": "不能大于180"}),
    ],
)
async def test_what_cannot_be_read_is_told_beside_its_field(
    door: Door, places: Places, changes: dict[str, str], wrong: dict[str, str]
) -> None:
    """All at once, with what to write instead."""
    with pytest.raises(Mistyped) as caught:
        await places.save(door.actor("lead", "zhifu"), {**CELLS, **changes})
    assert set(caught.value.troubles) == set(wrong)
    for key, says in wrong.items():
        assert says in caught.value.troubles[key].zh
        assert caught.value.troubles[key].en


async def test_two_who_edit_at_once_do_not_overwrite_each_other(door: Door, places: Places) -> None:
    """The second sees what the first has written, and saves only after that."""
    await put(door, station("zf-1"))
    one, other = door.actor("lead", "zhifu"), door.actor("administrator", "yantai")
    mark = (await places.get(one, "zf-1")).mark
    await places.save(one, {**CELLS, "phone": "1"}, "zf-1", mark)
    mine = {**CELLS, "phone": "2"}
    with pytest.raises(Refused, match="place_changed"):
        await places.save(other, mine, "zf-1", mark)
    look = await places.try_out(other, mine, "zf-1", mark)
    assert look.changed == {"phone": ("2", "1")}
    await places.save(other, mine, "zf-1", look.mark)
    assert (await places.get(one, "zf-1")).entry.phone == "2"


async def test_closing_it_for_now_does_not_overtake_an_open_form(
    door: Door, places: Places
) -> None:
    """They are different things, and the form keeps what the other step wrote."""
    await put(door, station("zf-1"))
    lead = door.actor("lead", "zhifu")
    mark = (await places.get(lead, "zf-1")).mark
    await places.close(lead, "zf-1", "2026-12-31", "装修")
    await places.save(lead, CELLS, "zf-1", mark)
    entry = (await places.get(lead, "zf-1")).entry
    assert entry.closed_reason is not None
    assert (str(entry.closed_until), entry.closed_reason.en) == ("2026-12-31", "装修")
    await places.reopen(lead, "zf-1")
    line = await newest(door)
    assert (line.action, line.subject, line.region) == ("station.reopen", "station:zf-1", "zhifu")
    assert line.before is not None
    assert line.before["closed_reason"] == "装修"
    for day in ("morgen", "2026-11-01"):
        with pytest.raises(Refused):
            await places.close(lead, "zf-1", day, "装修")
    with pytest.raises(Refused, match="place_no_reason"):
        await places.close(lead, "zf-1", "2026-12-31", " ")


async def test_a_place_is_closed_for_good_where_no_day_is_given(door: Door, places: Places) -> None:
    """It stays among the closed ones however late it is, until it is opened again."""
    await put(door, station("zf-1"))
    lead = door.actor("lead", "zhifu")
    await places.close(lead, "zf-1", " ", "拆迁")
    async with door.database.begin() as unit:
        (kept,) = await unit.stations.by_codes(["zf-1"])
    assert kept.for_good
    assert kept.is_closed(date(2099, 1, 1))
    async with visitors(door) as make:
        page = make(await door.enter(await door.member("王敏", "lead", "zhifu")))
        await page.get("/console/places/one/zf-1")
        assert "不再开放" in page.text
        assert "9999-" not in page.text  # a form's token may have the digits
    await places.reopen(lead, "zf-1")
    async with door.database.begin() as unit:
        (kept,) = await unit.stations.by_codes(["zf-1"])
    assert not kept.is_closed(date(2026, 11, 24))


async def test_near_duplicates_are_told_before_and_after(door: Door, places: Places) -> None:
    """The same name in the region, or 50 m apart; a new one at the same address is refused."""
    lead = door.actor("lead", "yantai")
    lat, lon = from_gcj02(37.54, 121.39)
    await put(
        door,
        station("near", lat=lat + 0.0002, lon=lon),
        station("far", lat=lat + 0.01, lon=lon),
        station("same", name={"zh": "幸福路 骑手驿站", "en": "x"}),
        station("elsewhere", "weihai", name={"zh": "幸福路骑手驿站", "en": "x"}),
    )
    look = await places.try_out(lead, CELLS)
    assert {(pair.other.code, pair.why) for pair in look.pairs} == {
        ("near", "near"), ("same", "name"),
    }  # fmt: skip
    code = await places.save(lead, CELLS)
    assert len((await places.get(lead, code)).pairs) == 2
    with pytest.raises(Refused, match="place_there"):
        await places.save(lead, CELLS)


async def test_doubts_are_grouped_settled_and_taken_back(door: Door, places: Places) -> None:
    """One line a place; settled by name; undone as a whole, but not what was settled before."""
    await put(door, station("zf-1"), station("wh-1", "weihai"))
    await doubt(door, "zf-1", "closed", "closed", "hours")
    await doubt(door, "wh-1", "place")
    lead = door.actor("lead", "zhifu")
    (one,), settled = await places.doubted(lead)
    assert (one.station, dict(one.said), settled) == ("zf-1", {"closed": 2, "hours": 1}, [])
    assert await places.settle(lead, "zf-1") == 3
    line = await newest(door)
    assert (line.action, line.subject, line.region, line.after) == (
        "station.settle", "station:zf-1", "zhifu", {"reports": 3},
    )  # fmt: skip
    doubted, (done,) = await places.doubted(lead)
    assert (doubted, done.station, done.by) == ([], "zf-1", "some lead")
    assert await places.unsettle(lead, "zf-1") == 3
    assert (await newest(door)).action == "station.unsettle"
    assert len((await places.doubted(lead))[0]) == 1
    assert await places.unsettle(lead, "zf-1") == 0


MAY: dict[str, set[str]] = {"read": set(ROLES), "write": {"lead", "administrator"}}

type Step = Callable[[Places, Actor, str], Awaitable[object]]


async def add(places: Places, actor: Actor, code: str) -> object:
    """In the region of this place; another region is refused in words: it was chosen, not found."""
    region = "weihai" if code == "wh-1" else "zhifu"
    cells = {**CELLS, "region": region, "name": f"{actor.role}的驿站"}
    if actor.may("place.write") and not actor.reaches(region):
        with pytest.raises(Refused, match="region_reach"):
            await places.save(actor, cells)
        raise NotThere
    return await places.save(actor, cells)


async def save(places: Places, actor: Actor, code: str) -> object:
    """As it is typed."""
    look = await places.get(actor, code) if actor.may("place.write") else None
    return await places.save(actor, CELLS, code, look.mark if look else "")


@pytest.mark.parametrize(
    ("needs", "step"),
    [
        ("read", lambda places, actor, code: places.get(actor, code)),
        ("write", save),
        ("write", lambda places, actor, code: places.try_out(actor, CELLS, code)),
        ("write", lambda places, actor, code: places.close(actor, code, "2026-12-31", "装修")),
        ("write", lambda places, actor, code: places.reopen(actor, code)),
        ("write", lambda places, actor, code: places.settle(actor, code)),
        ("write", lambda places, actor, code: places.unsettle(actor, code)),
        ("write", add),
    ],
)
async def test_the_service_asks_role_and_region(
    door: Door, places: Places, needs: str, step: Step
) -> None:
    """Another region's place is as one that isn't there; nobody hears which of the two."""
    await put(door, station("zf-1"), station("wh-1", "weihai"))
    for role in ROLES:
        for code, own in (("zf-1", True), ("wh-1", False)):
            actor = door.actor(role, "yantai")
            if role not in MAY[needs]:
                with pytest.raises(Denied):
                    await step(places, actor, code)
            elif not own:
                with pytest.raises(NotThere):
                    await step(places, actor, code)
            else:
                await step(places, actor, code)


async def test_a_place_is_not_moved_into_a_region_of_others(door: Door, places: Places) -> None:
    """Nor is one taken from there."""
    await put(door, station("zf-1"))
    lead = door.actor("lead", "zhifu")
    mark = (await places.get(lead, "zf-1")).mark
    with pytest.raises(Refused, match="region_reach"):
        await places.save(lead, {**CELLS, "region": "weihai"}, "zf-1", mark)


async def test_too_many_for_a_map_are_counted_by_squares(
    door: Door, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the page are drawn one by one; a smaller region shows each again."""
    monkeypatch.setattr(bot.places, "MOST_POINTS", 20)
    monkeypatch.setattr(bot.places, "PAGE", 10)
    lead = door.actor("lead", "yantai")
    await put(
        door,
        *(station(f"zf-{n:02}", lat=37.5 + n / 100, lon=121.4) for n in range(30)),
        station("zf-99"),
        station("zf-98", kind="union_office", lat=37.5, lon=121.5),
    )
    found = await places.points(lead, Wish(), 2)
    assert [one.code for one in found.stations] == [f"zf-{n}" for n in range(10, 20)]
    assert sum(one.count for one in found.crowds) == 31
    assert 5 < len(found.crowds) <= 20
    assert all(37.5 <= one.lat <= 37.8 for one in found.crowds)
    office = await places.points(lead, Wish(kind="union_office"))
    assert ([one.code for one in office.stations], office.crowds) == (["zf-98"], ())
    for wish in (Wish(), Wish(text="zhifu路")):
        last = await places.page(lead, wish, 99)
        assert (last.number, last.total, len(last.stations)) == (4, 32, 2)


async def test_the_same_name_is_found_however_it_is_written(door: Door, places: Places) -> None:
    """Full width, brackets, spaces and capitals make no other place of it."""
    await put(
        door,
        station("zf-1", name={"zh": "幸福 驿站（ＡＢ）", "en": "x"}),
        station("zf-2", name={"zh": "幸福驿站ab", "en": "x"}),
        station("zf-3", name={"zh": "幸福驿站abc", "en": "x"}),
    )
    pairs = (await places.get(door.actor("lead", "yantai"), "zf-1")).pairs
    assert [(pair.other.code, pair.why) for pair in pairs] == [("zf-2", "name")]
