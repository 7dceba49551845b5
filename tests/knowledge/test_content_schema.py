"""The demonstration content loads, and holds what the rest of the house counts on."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from decimal import Decimal
from math import cos, radians, sqrt
from pathlib import Path

import pytest

import knowledge
from knowledge.content_entries import RegionEntry
from knowledge.content_persons import is_id_number
from knowledge.content_schema import Content, read_content
from knowledge.content_stations import StationEntry

FOLDER = Path(knowledge.__path__[0]) / "content"

# South, west, north and east of what a rider would call the city; the sea is left out roughly.
BOXES = {
    "beijing": (39.70, 116.15, 40.10, 116.75),
    "chongqing": (29.35, 106.20, 29.80, 106.75),
    "foshan": (22.60, 112.75, 23.35, 113.40),
    "guiyang": (26.35, 106.50, 26.75, 106.90),
    "haikou": (19.90, 110.15, 20.07, 110.55),
    "hohhot": (40.75, 111.55, 40.92, 111.85),
    "nanjing": (31.90, 118.65, 32.15, 118.95),
    "qingdao": (35.85, 120.05, 36.40, 120.55),
    "shenzhen": (22.48, 113.75, 22.80, 114.40),
    "weihai": (36.80, 121.45, 37.56, 122.60),
    "wuzhong": (37.90, 106.00, 38.10, 106.30),
    "yantai": (36.70, 119.90, 37.85, 121.75),
    "yinchuan": (38.05, 106.05, 38.60, 106.70),
}
FARTHEST_KM = 30
"""From the middle of a region to the farthest station in it."""


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(FOLDER)


def test_there_is_as_much_content_as_the_demonstration_needs(content: Content) -> None:
    """Stations by city, full courses, and stations that only have an address."""
    by_city = Counter(_city(content, station).code for station in content.stations)
    assert len(content.stations) >= 130
    assert by_city["weihai"] >= 30
    assert by_city["yantai"] >= 25
    assert by_city["haikou"] == 19
    assert by_city["yinchuan"] >= 15
    assert by_city["foshan"] >= 15
    assert by_city["beijing"] >= 10
    assert sum(station.lat is None for station in content.stations) >= 10
    assert len(content.courses) >= 60
    assert sum(course.taken == course.seats for course in content.courses) >= 5
    assert len(content.persons) == 6
    assert {union.sector for union in content.sectors} == {
        "food_delivery",
        "express",
        "ride_hailing",
        "freight",
    }
    assert {line.number for line in content.lines} == {
        "110",
        "119",
        "120",
        "122",
        "12123",
        "12315",
        "12328",
        "12329",
        "12333",
        "12338",
        "12345",
        "12348",
        "12351",
        "12356",
        "12366",
        "12393",
        "96110",
    }


def test_rest_rooms_in_guiyang_are_for_sanitation_workers(content: Content) -> None:
    """They were made for one trade, and nobody else is sent there."""
    rooms = [
        station
        for station in content.stations
        if station.region == "guiyang-yunyan" and station.kind == "rest_room"
    ]
    assert len(rooms) >= 12
    assert {room.access.trade for room in rooms} == {"sanitation"}


def test_every_station_lies_in_its_city_and_near_its_district(content: Content) -> None:
    """A slip of the keys would send a rider into the sea or the next city."""
    assert {_city(content, station).code for station in content.stations} == set(BOXES)
    regions = {region.code: region for region in content.regions}
    for station in content.stations:
        if station.lat is None or station.lon is None:
            continue
        south, west, north, east = BOXES[_city(content, station).code]
        assert south < station.lat < north, station.code
        assert west < station.lon < east, station.code
        region = regions[station.region]
        while region.center is None and region.parent is not None:
            region = regions[region.parent]
        assert region.center is not None, station.code
        km = _km((station.lat, station.lon), region.center)
        assert km < FARTHEST_KM, f"{station.code} is {km:.0f} km from {region.code}"


def test_what_is_closed_for_now_says_why(content: Content) -> None:
    """As an import asks it of every office."""
    closed = [one for one in content.stations if one.closed_until is not None]
    assert len(closed) == 3
    assert [one.code for one in closed if one.closed_reason is None] == []


def test_what_is_made_up_is_marked(content: Content) -> None:
    """Stations, courses, persons and activities are a demonstration, and no phone is invented."""
    assert all(station.demo for station in content.stations)
    assert all(course.demo for course in content.courses)
    assert all(person.demo for person in content.persons)
    assert all(event.demo for event in content.events)
    public = {line.number for line in content.lines}
    for station in content.stations:
        assert "示范" in station.name.zh
        assert station.phone is None or station.phone in public
    assert all(paper.demo for scheme in content.schemes for paper in scheme.papers)


def test_schemes_say_what_their_sources_say_and_no_more(content: Content) -> None:
    """Yantai has a rate as an upper bound; Yinchuan has none, so nothing can be computed."""
    schemes = {scheme.code: scheme.rule for scheme in content.schemes}
    yantai = schemes["yantai-supplementary-insurance"]
    assert (yantai.rate, yantai.rate_is_upper_bound) == (Decimal("0.65"), True)
    assert yantai.cap == 50000
    assert yantai.waiting_period_days == 0
    assert yantai.preexisting_accepted is True
    assert yantai.claims_per_period == "unlimited"
    yinchuan = schemes["yinchuan-mutual-aid"]
    assert yinchuan.rate is None
    assert yinchuan.fee == 50
    assert yinchuan.start == 1000
    assert yinchuan.start_formerly == 3000
    assert yinchuan.cap == 50000
    assert yinchuan.cap_in_all == 100000
    illness = yinchuan.serious_illness
    assert illness is not None
    assert illness.own_cost_over == 5000
    assert illness.one_off_from == 500
    assert illness.one_off_to == 50000
    assert yinchuan.waiting_period_days is None
    assert yinchuan.preexisting_accepted is None


def test_the_demonstration_persons_are_those_of_the_readme(content: Content) -> None:
    """Numbers, codes and amounts that the README, tests and pictures use."""
    persons = {person.name: person for person in content.persons}
    paid, waiting = persons["林晓"].claims
    assert (paid.number, paid.query_code, paid.own_cost, paid.paid) == (
        *("YT-7K3Q9M", "482913", Decimal("7600.00"), Decimal("4940.00")),
    )
    assert paid.steps[-1].on == date(2026, 10, 20)
    assert waiting.number == "YT-2W8H5D"
    assert waiting.query_code == "706158"
    assert waiting.missing_papers == ("discharge_summary",)
    assert waiting.steps[-1].on == date(2026, 11, 10)
    (approved,) = persons["马强"].claims
    assert (approved.number, approved.query_code) == ("YC-9R4T6B", "315947")
    assert (approved.approved, approved.paid) == (Decimal("1860.00"), None)
    assert approved.steps[-1].state == "under_way"
    (in_review,) = persons["陈雨"].applications
    assert (in_review.number, in_review.query_code) == ("WH-3N6P8C", "559201")
    assert (in_review.sector, in_review.in_review_since) == ("express", date(2026, 11, 18))
    (refused,) = persons["张伟"].applications
    assert (refused.number, refused.query_code) == ("WH-5X2V7E", "840376")
    assert (refused.state, refused.reason) == ("refused", "name_id_mismatch")
    assert refused.may_apply_again
    (member,) = persons["刘洋"].memberships
    assert (member.number, member.query_code) == ("FS-8J4D2W", "267085")
    courses = {course.code: course for course in content.courses}
    assert [(courses[e.course].topic, e.state, e.position) for e in persons["刘洋"].enrolments] == [
        ("short_video", "enrolled", None),
        ("baking", "enrolled", None),
        ("drone", "waiting", 1),
    ]
    assert persons["周宁"].memberships == ()


def test_parents_come_before_children(content: Content) -> None:
    """So that rows can be written in this order."""
    seen: set[str] = set()
    for region in content.regions:
        assert region.parent is None or region.parent in seen, region.code
        seen.add(region.code)


def test_courses_are_held_in_the_morning_the_afternoon_and_the_evening(content: Content) -> None:
    """And on every day of the week, whatever day the content is first loaded on."""
    starts = [session.start for course in content.courses for session in course.sessions]
    assert any(start < time(12) for start in starts)
    assert any(time(12) <= start < time(18) for start in starts)
    assert any(start >= time(18) for start in starts)
    days = {session.day % 7 for course in content.courses for session in course.sessions}
    assert days == set(range(7))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("000000198803120126", True),
        ("11010519491231002X", True),
        ("000000198803120127", False),
        ("000000198802300120", False),
        ("00000019880312012", False),
        ("11010519491231002x", False),
        ("", False),
    ],
)
def test_an_id_number_has_length_date_and_check_digit(text: str, right: bool) -> None:
    """The check digit is that of GB 11643-1999; the region code isn't looked at."""
    assert is_id_number(text) is right


def _city(content: Content, station: StationEntry) -> RegionEntry:
    regions = {region.code: region for region in content.regions}
    region = regions[station.region]
    while region.level != "city":
        assert region.parent is not None, station.code
        region = regions[region.parent]
    return region


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Good enough within a city."""
    north = radians(one[0] - other[0])
    east = radians(one[1] - other[1]) * cos(radians(one[0]))
    return 6371 * sqrt(north**2 + east**2)
