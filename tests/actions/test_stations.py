"""A place to rest: near or named, filtered, for whom, and what is asked about it afterwards."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text, update

from actions.content import Card, Location
from actions.state import State, load_state
from knowledge.clock import CHINA
from knowledge.coordinates import to_gcj02
from knowledge.stations import StationRow, Visitor
from tests.actions.talk import House, Talk

HANLEFANG = (37.476, 122.162)
"""In the middle of the Weihai zone: everything is near."""

DAWANGLU = (39.9091, 116.4723)
RUIJIN_ROAD = (26.5989, 106.7033)
"""Guiyang: sanitation workers' rooms all around, one station for everyone."""

NAGQU = (31.3, 94.0)
"""More than a thousand kilometres from any station of the demonstration."""


@pytest.fixture
def talk(house: House) -> Talk:
    return Talk(house)


def names(cards: list[Card]) -> list[str]:
    """Titles without their numbers and without the mark of the demonstration."""
    return [re.sub(r"^\d+\. |（示范）| \(demonstration\)", "", card.title) for card in cards]


def metres(card: Card) -> float:
    """The distance that a card tells."""
    found = re.search(r"([\d.]+)(米|公里)", card.lines[0])
    assert found, card.lines
    return float(found[1]) * (1000 if found[2] == "公里" else 1)


async def state_of(house: House, talk: Talk) -> State:
    async with house.database.begin() as unit:
        conversation = await unit.conversations.get(talk.number)
        assert conversation is not None
        assert conversation.state is not None
        raw = await unit.people.unseal(conversation.person, conversation.state, "state")
    return load_state(raw)[0]


# Where


async def test_a_shared_position_is_answered_at_once(talk: Talk) -> None:
    """Five cards, the nearest first, with all that a rider has to know."""
    heard = await talk.shares(*HANLEFANG)
    assert talk.route == "find_station"
    assert len(heard.cards) == 5
    assert [metres(c) for c in heard.cards] == sorted(metres(c) for c in heard.cards)
    first = heard.cards[0]
    assert first.kind == "station"
    assert first.title == "韩乐坊商圈骑手驿站（示范）"
    assert first.lines[0] == "40米 · 皇冠街道韩乐坊步行街入口"
    assert first.lines[1].startswith("有 饮水、座位、充电、换电")
    assert first.lines[2] == "今天 10:00-次日02:00 · 开着，次日02:00关门"
    assert first.lines[3] == "谁都能进"
    assert "演示数据" in heard


async def test_two_taps_from_the_first_hello(talk: Talk) -> None:
    """Hello, the button, the position."""
    await talk.says("你好")
    heard = await talk.presses("找歇脚驿站")
    assert heard[-1].ask == "location"
    heard = await talk.shares(*HANLEFANG)
    assert len(heard.cards) == 5


async def test_without_any_place_the_position_is_asked_for_with_a_typed_way_beside_it(
    talk: Talk,
) -> None:
    """A street in words does as well as the button."""
    heard = await talk.says("附近有能充电的驿站吗")
    assert heard[-1].ask == "location"
    assert "也可以直接打" in heard
    heard = await talk.says("观海路")
    assert names(heard.cards)[0] == "黄海路骑手驿站"
    assert all("充电" in card.lines[1] for card in heard.cards)


async def test_a_card_opens_amap_and_the_phone_s_map_and_is_a_venue(talk: Talk) -> None:
    """Amap gets the converted point, everything else the real one."""
    card = (await talk.shares(*HANLEFANG)).cards[0]
    assert card.location is not None
    assert card.location.title == "韩乐坊商圈骑手驿站（示范）"
    assert card.location.address == "皇冠街道韩乐坊步行街入口"
    amap, geo = card.links
    position = parse_qs(urlsplit(amap.url).query)["position"][0]
    lat, lon = to_gcj02(card.location.lat, card.location.lon)
    assert position == f"{lon:.6f},{lat:.6f}"
    assert geo.url.startswith(f"geo:{card.location.lat:.6f},{card.location.lon:.6f}")


async def test_a_named_street_shows_what_is_on_it_first(talk: Talk) -> None:
    """Those on the street need no distance, those around it have one from there."""
    heard = await talk.says("观海路有驿站吗")
    first, second = heard.cards[:2]
    assert first.lines[0] == "莱山区观海路沿街"
    assert second.lines[0].startswith("离观海路")


async def test_a_named_district_is_looked_through(talk: Talk) -> None:
    """No distance is told from a district's middle."""
    heard = await talk.says("威海经区的驿站")
    assert "威海经济技术开发区" in heard
    assert heard.cards
    assert not any("公里" in card.lines[0] for card in heard.cards)


async def test_a_street_of_several_cities_is_asked_about_once(talk: Talk) -> None:
    """There is a Wanda Plaza everywhere."""
    heard = await talk.says("万达广场附近的驿站")
    assert "哪里的" in heard
    assert {"烟台市", "北京市"} <= set(heard.labels)
    heard = await talk.presses("烟台市")
    assert names(heard.cards)[0] == "芝罘万达骑手驿站"
    heard = await talk.says("有换电的驿站吗")
    assert "哪里的" not in heard
    assert "换电" in heard.cards[0].lines[1]


async def test_the_city_in_the_sentence_settles_it(talk: Talk) -> None:
    """Nothing to ask."""
    heard = await talk.says("烟台万达广场附近的驿站")
    assert names(heard.cards)[0] == "芝罘万达骑手驿站"


async def test_two_zones_of_one_name_are_told_apart(talk: Talk) -> None:
    """开发区 may be Weihai's or Yantai's."""
    heard = await talk.says("开发区的驿站")
    assert len(heard.labels) == 2
    heard = await talk.presses("烟台")
    assert "烟台经济技术开发区" in heard


async def test_a_station_without_coordinates_is_found_by_its_landmark(talk: Talk) -> None:
    """It says so, and its link looks the address up."""
    heard = await talk.says("朝阳文化宫的驿站")
    card = heard.cards[0]
    assert card.lines[0] == "没有坐标 · 朝阳区道家园服务点"
    assert card.location is None
    assert [urlsplit(link.url).path for link in card.links] == ["/search"]


async def test_a_place_that_nobody_knows_is_asked_for_again_and_then_a_person_is_offered(
    talk: Talk,
) -> None:
    """Never a guess."""
    heard = await talk.says("霍格沃茨路的驿站")
    assert "没查到" in heard
    assert heard[-1].ask == "location"
    heard = await talk.says("对角巷")
    assert "找人工" in heard.labels
    heard = await talk.shares(*HANLEFANG)
    assert heard.cards


async def test_an_unknown_street_of_a_known_city_shows_the_city(talk: Talk) -> None:
    """And says that the street wasn't found."""
    heard = await talk.says("威海天目路的驿站")
    assert "没查到「天目路」" in heard
    assert heard.cards


async def test_the_place_said_last_is_good_for_half_an_hour(house: House, talk: Talk) -> None:
    """Then it is asked for anew: a rider has moved on."""
    await talk.shares(*HANLEFANG)
    house.clock.move(timedelta(minutes=29))
    heard = await talk.says("附近有厕所的驿站")
    assert heard.cards
    assert "刚才的位置" in heard
    house.clock.move(timedelta(minutes=2))
    heard = await talk.says("附近有充电的驿站")
    assert not heard.cards
    assert heard[-1].ask == "location"


async def test_only_a_cell_of_the_position_is_kept(house: House, talk: Talk) -> None:
    """The distances of the answer are exact all the same."""
    lat, lon = 37.47612, 122.16234
    exact = metres((await talk.shares(lat, lon)).cards[0])
    assert exact < 100
    kept = (await state_of(house, talk)).model_dump_json()
    assert "37.476" not in kept
    assert "122.1623" not in kept
    heard = await talk.says("还有吗")
    assert all(card.lines[0].startswith("约") for card in heard.cards)


# What


@pytest.mark.parametrize(
    ("sentence", "offered"),
    [
        ("能充电的驿站", ["充电"]),
        ("有厕所和微波炉的驿站", ["厕所", "微波炉"]),
        ("有空调有wifi的驿站", ["空调", "WiFi"]),
    ],
)
async def test_what_the_sentence_asks_for_filters(
    talk: Talk, sentence: str, offered: list[str]
) -> None:
    """Everything that is asked for, on every card."""
    await talk.says(sentence)
    heard = await talk.shares(*HANLEFANG)
    assert heard.cards
    assert all(one in card.lines[1] for card in heard.cards for one in offered)


async def test_open_now_leaves_out_what_is_closed(talk: Talk) -> None:
    """At 18:00 the offices' stations are shut."""
    await talk.says("现在开着的驿站")
    heard = await talk.shares(*HANLEFANG)
    assert len(heard.cards) == 5
    assert not any("关着" in line for card in heard.cards for line in card.lines)


async def test_round_the_clock_is_more_than_open_now(talk: Talk) -> None:
    """Only those that never close."""
    await talk.says("24小时的驿站")
    heard = await talk.shares(*HANLEFANG)
    assert heard.cards
    assert all("24小时开放" in card.lines for card in heard.cards)


async def test_a_card_tells_how_soon_a_place_closes(house: House, talk: Talk) -> None:
    """At 17:10 twenty minutes are left."""
    house.clock.set(datetime(2026, 11, 25, 17, 10, tzinfo=CHINA))
    heard = await talk.shares(*HANLEFANG)
    assert "还有20分钟关门" in heard


async def test_on_a_holiday_and_on_a_make_up_day_the_hours_are_right(house: House) -> None:
    """The second of October, which the library gets wrong, and the Saturday worked for it."""
    house.clock.set(datetime(2026, 10, 2, 12, 0, tzinfo=CHINA))
    assert "今天不开（国庆节放假）" in await Talk(house).shares(*HANLEFANG)
    house.clock.set(datetime(2026, 10, 10, 12, 0, tzinfo=CHINA))
    assert "今天调休上班 08:30-17:30 · 开着" in await Talk(house).shares(*HANLEFANG)


async def test_when_nothing_is_near_the_nearest_is_shown_with_its_distance(talk: Talk) -> None:
    """However far it is."""
    heard = await talk.shares(*NAGQU)
    assert re.compile(r"5公里内没有驿站，最近的在1\d\d\d公里外") in heard
    assert len(heard.cards) == 1


async def test_when_what_is_asked_for_is_far_its_distance_is_said(talk: Talk) -> None:
    """The nearest shower is twelve kilometres away."""
    await talk.says("能洗澡的驿站")
    heard = await talk.shares(*DAWANGLU)
    assert "5公里内没有有淋浴的驿站，最近的在12公里外" in heard


async def test_when_nobody_offers_it_the_nearest_without_it_are_shown(talk: Talk) -> None:
    """And it is said."""
    await talk.says("有急救箱和淋浴的驿站")
    heard = await talk.shares(*DAWANGLU)
    assert "附近没找到有淋浴、急救箱的驿站" in heard
    assert names(heard.cards)[0] == "大望路骑手驿站"


async def test_a_place_closed_for_longer_is_not_shown(house: House, talk: Talk) -> None:
    """It comes back the day after."""
    async with house.database.begin() as unit:
        await unit.session.execute(
            update(StationRow)
            .where(StationRow.name_zh == "韩乐坊商圈骑手驿站（示范）")
            .values(closed_until=datetime(2026, 11, 24, tzinfo=CHINA).date())
        )
    heard = await talk.shares(*HANLEFANG)
    assert "韩乐坊商圈骑手驿站" not in heard
    house.clock.move(timedelta(days=1))
    assert "韩乐坊商圈骑手驿站" in await talk.shares(*HANLEFANG)


# For whom


async def test_a_trade_s_own_rooms_are_left_out_for_others(talk: Talk) -> None:
    """A sanitation room ten metres away is no help to who may not enter."""
    heard = await talk.shares(*RUIJIN_ROAD)
    assert heard.cards
    assert "环卫工" not in heard


async def test_a_trade_s_own_rooms_are_shown_to_the_trade(talk: Talk) -> None:
    """Said in the sentence, and kept for the follow-up."""
    await talk.says("我是环卫工，找个驿站")
    heard = await talk.shares(*RUIJIN_ROAD)
    assert names(heard.cards)[0] == "瑞金北路二号环卫工休息室"
    assert "只对环卫工开放" in heard
    assert "环卫工休息室" in await talk.says("有微波炉的驿站")


async def test_a_courier_finds_the_depot_and_a_food_rider_does_not(house: House) -> None:
    """The same street, two trades."""
    courier, rider = Talk(house), Talk(house)
    assert "酒仙桥快递网点休息角" in await courier.says("我是快递员，酒仙桥有驿站吗")
    assert "酒仙桥快递网点休息角" not in await rider.says("我送外卖，酒仙桥有驿站吗")


async def test_where_there_is_nothing_else_rooms_of_others_are_shown_as_such(talk: Talk) -> None:
    """Showers in Yunyan are sanitation workers' only."""
    await talk.says("能洗澡的驿站")
    heard = await talk.shares(*RUIJIN_ROAD)
    assert "能不能进请看清楚" in heard
    assert heard.cards
    assert all("只对环卫工开放" in card.lines for card in heard.cards)


async def test_members_places_are_marked_while_nobody_knows_who_asks(talk: Talk) -> None:
    """They may well be a member."""
    await talk.says("能洗澡的驿站")
    heard = await talk.shares(*HANLEFANG)
    assert heard.cards[0].lines[-1] == "工会会员可进"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+8613900000006", False), ("+8613900000001", True)],
    ids=["who has proved to be no member", "a member"],
)
async def test_once_proved_membership_decides(
    house: House, talk: Talk, phone: str, *, shown: bool
) -> None:
    """A members' place is left out for who surely may not enter."""
    await talk.says("能洗澡的驿站")
    async with house.database.begin() as unit:
        (person,) = await unit.people.with_phone(phone)
        await unit.proofs.owner(talk.number, person)
    heard = await talk.shares(*HANLEFANG)
    mine = [card for card in heard.cards if "工会会员可进" in card.lines]
    assert ("请看清楚" not in heard and bool(mine)) is shown


@pytest.mark.parametrize(
    ("access", "visitor", "may"),
    [
        ("everyone", Visitor(), True),
        ("members", Visitor(member=True), True),
        ("members", Visitor(), False),
        ("trade", Visitor(sector="express"), True),
        ("trade", Visitor(sector="freight", member=True), False),
        ("trade", Visitor(), False),
        ("employer", Visitor(employer="某快递"), True),
        ("employer", Visitor(employer="别的", sector="express"), False),
    ],
)
async def test_the_database_and_the_visitor_agree_on_who_may_enter(
    house: House, access: str, visitor: Visitor, *, may: bool
) -> None:
    """Two forms of one rule."""
    async with house.database.begin() as unit:
        await unit.session.execute(
            update(StationRow)
            .where(StationRow.code == "beijing-dawanglu")
            .values(access=access, access_trade="express", access_employer="某快递")
        )
        (station,) = await unit.stations.by_codes(["beijing-dawanglu"])
        found = await unit.stations.nearest(*DAWANGLU, visitor=visitor, limit=1)
        assert visitor.may_enter(station) is may
        assert (found[0].code == "beijing-dawanglu") is may


# What was shown


async def test_questions_about_what_was_shown_are_answered(talk: Talk) -> None:
    """By number, as riders ask."""
    await talk.shares(*DAWANGLU)
    assert "双井换电站（示范）：24小时开放" in await talk.says("第二个几点关门")
    heard = await talk.says("第三个在哪")
    assert names(heard.cards) == ["三里屯骑手歇脚点"]
    assert heard.cards[0].location is not None
    assert "有充电" in await talk.says("第一个能充电吗")
    assert "没有淋浴" in await talk.says("第一个能洗澡吗")
    assert "11月25日（周三） 08:00-22:00" in await talk.says("第一个明天几点开门")
    assert "没有登记电话" in await talk.says("第一个电话多少")
    assert "谁都能进" in await talk.says("第一个我能进吗")
    assert "约2.1公里" in await talk.says("第二个多远")
    assert "只列了3个" in await talk.says("第九个几点关门")


async def test_what_was_shown_is_still_meant_after_a_question_about_it(talk: Talk) -> None:
    """An answer about one doesn't change the list."""
    await talk.shares(*DAWANGLU)
    await talk.says("第二个几点关门")
    assert "三里屯" in await talk.says("第三个几点关门")


async def test_the_hours_of_all_at_once(talk: Talk) -> None:
    """No number is said, so all are told."""
    await talk.shares(*DAWANGLU)
    heard = await talk.says("驿站几点关门")
    assert "1. 大望路骑手驿站（示范）：今天 08:00-22:00" in heard
    assert "3. 三里屯骑手歇脚点（示范）" in heard


async def test_another_need_is_looked_for_at_the_same_place(talk: Talk) -> None:
    """Filtered anew, without asking where."""
    await talk.shares(*HANLEFANG)
    heard = await talk.says("有能洗澡的驿站吗")
    assert names(heard.cards) == ["环翠职工服务中心驿站"]


async def test_which_of_them_offers_something(talk: Talk) -> None:
    """Of those that were shown; if none does, it is looked for anew."""
    await talk.shares(*HANLEFANG)
    heard = await talk.says("哪个驿站有急救箱")
    assert "4. 皇冠爱心药店" in heard
    assert "1. 韩乐坊" not in heard
    assert "环翠职工服务中心驿站" in await talk.says("哪个驿站能洗澡")


async def test_a_refinement_keeps_what_the_list_was_for(talk: Talk) -> None:
    """Open now, and still with a toilet."""
    await talk.says("有厕所的驿站")
    await talk.shares(*HANLEFANG)
    heard = await talk.says("现在开着的驿站")
    assert "现在开着、有厕所的驿站" in heard
    assert all("厕所" in card.lines[1] for card in heard.cards)


async def test_more_goes_further_and_never_shows_one_twice(talk: Talk) -> None:
    """By button and in words, until there is no more."""
    seen = names((await talk.shares(*HANLEFANG)).cards)
    for step in ("press", "还有吗", "再远一点的驿站"):
        heard = await (talk.presses("更多") if step == "press" else talk.says(step))
        assert heard.cards
        assert not set(names(heard.cards)) & set(seen)
        seen += names(heard.cards)
    for _ in range(8):
        await talk.says("还有吗")
    assert "没有更远的了" in talk.heard


async def test_nearer_than_the_nearest_there_is_none(talk: Talk) -> None:
    """But the rider may have moved."""
    await talk.shares(*HANLEFANG)
    heard = await talk.says("第一个太远了，有没有更近的")
    assert "已经是最近的" in heard
    assert "发定位" in heard.labels


async def test_another_position_keeps_the_filter(talk: Talk) -> None:
    """The button under the list."""
    await talk.says("有换电的驿站")
    await talk.shares(*HANLEFANG)
    heard = await talk.presses("发定位")
    assert heard[-1].ask == "location"
    heard = await talk.shares(*DAWANGLU)
    assert names(heard.cards)[0] == "大望路骑手驿站"
    assert all("换电" in card.lines[1] for card in heard.cards)


async def test_it_is_served_on_top_of_an_open_form(talk: Talk) -> None:
    """And then the open question is put again."""
    await talk.says("我要入会")
    heard = await talk.says("观海路有驿站吗")
    assert names(heard.cards)[0] == "黄海路骑手驿站"
    assert "接着办" in heard


async def test_everything_is_there_in_english(talk: Talk) -> None:
    """Names, lines, links, follow-ups."""
    await talk.says("is there a rest stop with battery swap near me")
    heard = await talk.shares(*DAWANGLU)
    assert "rest stops with battery swap" in heard
    assert names(heard.cards)[0] == "Riders' Station Dawanglu"
    assert "Today 08:00-22:00 · open until 22:00" in heard
    assert "Open to everyone" in heard
    heard = await talk.says("the second one, when does the rest stop close?")
    assert "Open 24 hours" in heard
    assert not re.search(r"[一-鿿]", heard.text)


async def test_a_venue_is_a_position(talk: Talk) -> None:
    """Telegram sends places with a name."""
    lat, lon = HANLEFANG
    heard = await talk.sends(Location(lat=lat, lon=lon, title="韩乐坊", address="皇冠街道"))
    assert metres(heard.cards[0]) == 40


async def test_where_there_is_no_station_at_all_it_is_said(house: House, talk: Talk) -> None:
    """With the way to the local union."""
    async with house.database.begin() as unit:
        await unit.session.execute(text("delete from stations"))
    heard = await talk.shares(*HANLEFANG)
    assert "没有驿站的资料" in heard
    assert "12351" in heard.labels


async def test_only_cities_with_places_are_named_to_who_asks_for_another(house: House) -> None:
    """A city of the tree need not have any."""
    async with house.database.begin() as unit:
        weihai = sorted(unit.region_tree.below("weihai"))
        await unit.session.execute(
            text("delete from stations where region = any(:codes)"), {"codes": weihai}
        )
    heard = await Talk(house).says("济南哪里有驿站歇脚")
    assert "济南" in heard.text
    assert "烟台市" in heard.text
    assert "威海市" not in heard.text
