"""The demonstration content loads, and each kind of mistake is told with file, line and reason."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, time
from decimal import Decimal
from math import cos, radians, sqrt
from pathlib import Path

import pytest

import knowledge
from knowledge.content_entries import RegionEntry, StationEntry
from knowledge.content_persons import is_id_number
from knowledge.content_schema import Content, ContentError, read_content

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    return shutil.copytree(FOLDER, tmp_path / "content")


def spoil(folder: Path, file: str, old: str, new: str, *, at: str) -> int:
    """Put `new` for the first `old`; the line of the first `at` then."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} doesn't stand in {file}"
    text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return text[: text.index(at)].count("\n") + 1


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
        *("110", "119", "120", "122", "12333", "12348", "12351", "12356")
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


def test_what_is_made_up_is_marked(content: Content) -> None:
    """Stations, courses, persons and activities are a demonstration, and no phone is invented."""
    for entry in (*content.stations, *content.courses, *content.persons, *content.events):
        assert entry.demo, entry
    for station in content.stations:
        assert "示范" in station.name.zh
        assert station.phone is None
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
    assert (yinchuan.fee, yinchuan.start, yinchuan.start_formerly) == (50, 1000, 3000)
    assert (yinchuan.cap, yinchuan.cap_in_all) == (50000, 100000)
    illness = yinchuan.serious_illness
    assert illness is not None
    assert illness.own_cost_over == 5000
    assert (illness.one_off_from, illness.one_off_to) == (500, 50000)
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


MISTAKES = {
    "an unknown key": (
        *("lines.yaml", "for_crisis: true", "for_crysis: true", "for_crysis"),
        "unknown key 'for_crysis'",
    ),
    "a missing key": (
        *("sectors.yaml", "  sector: express\n", "", "- code: weihai-jingkai-express"),
        "the key 'sector' is missing",
    ),
    "a day that isn't there": (
        *("schemes.yaml", "checked_on: 2026-11-24", "checked_on: 2026-02-30", "2026-02-30"),
        "checked_on",
    ),
    "a day in another form": (
        *("schemes.yaml", "checked_on: 2026-11-24", "checked_on: 20261124", "20261124"),
        "YYYY-MM-DD",
    ),
    "a time without a colon": (
        *("events.yaml", 'start: "20:00"', "start: 2000", "start: 2000"),
        "HH:mm",
    ),
    "one language only": (
        *("sources.yaml", ", en: Workers' Daily}", "}", "paper: {zh: 工人日报}"),
        "the key 'paper.en' is missing",
    ),
    "an empty text": (
        *("regions.yaml", "{zh: 全国, en: China}", '{zh: 全国, en: " "}', 'en: " "'),
        "there is no text",
    ),
    "a code twice": (
        *("sectors.yaml", "- code: weihai-jingkai-freight", "- code: weihai-jingkai-express"),
        "sector: freight",
        "the code 'weihai-jingkai-express' is taken already",
        -1,
    ),
    "an unknown region": (
        *("stations/haikou.yaml", "region: haikou-longhua", "region: haikou-longhau"),
        *("haikou-longhau", "unknown region 'haikou-longhau'"),
    ),
    "a region of another city": (
        *("stations/haikou.yaml", "region: haikou-longhua", "region: foshan-shunde"),
        *("foshan-shunde", "'foshan-shunde' doesn't lie in 'haikou'"),
    ),
    "an unknown parent": (
        *("regions.yaml", "parent: shandong", "parent: shangdong", "shangdong"),
        "unknown region 'shangdong'",
    ),
    "a level above its parent's": (
        *("regions.yaml", "parent: shandong\n  level: city", "parent: shandong\n  level: province"),
        *("parent: shandong", "a province can't stand below a province"),
    ),
    "an unknown source": (
        *("sectors.yaml", "source: P3", "source: P33", "source: P33"),
        "unknown source 'P33'",
    ),
    "hours that nobody can read": (
        *("stations/weihai.yaml", '"Mo-Su 10:00-02:00"', '"10点到2点"', "10点到2点"),
        "OpenStreetMap",
    ),
    "half a position": (
        *("stations/weihai.yaml", "  lat: 37.4868\n", "", "- code: weihai-huangguan-circle"),
        "'lat' and 'lon' are given together",
    ),
    "an amenity that we don't know": (
        *("stations/weihai.yaml", "[water, seat, charging]", "[water, sofa]", "[water, sofa]"),
        "amenities.1",
    ),
    "a trade without a name": (
        *("stations/guiyang.yaml", "{who: trade, trade: sanitation}", "{who: trade}"),
        *("{who: trade}", "'trade' is given just when who is trade"),
    ),
    "a phone without its first digit": (
        *("persons.yaml", '"13900000001"', '"3900000001"', '"3900000001"'),
        "phone",
    ),
    "an ID number with a wrong check digit": (
        *("persons.yaml", "000000198803120126", "000000198803120121", "000000198803120121"),
        "check digit is wrong",
    ),
    "a number twice": (
        *("persons.yaml", "number: YT-2W8H5D", "number: YT-7K3Q9M", 'query_code: "706158"'),
        *("the number 'YT-7K3Q9M' is taken already", -1),
    ),
    "a person twice": (
        *("persons.yaml", '"13900000002"', '"13900000001"', "000000197909250135"),
        *("the phone '13900000001' is taken already", -1),
    ),
    "an unknown course": (
        *("persons.yaml", "course: foshan-baking-bread", "course: foshan-bread"),
        *("course: foshan-bread", "unknown course 'foshan-bread'"),
    ),
    "waiting while a seat is free": (
        *("courses.yaml", "    seats: 20\n    taken: 20", "    seats: 20\n    taken: 19"),
        *("seats: 20\n    taken: 19", "a seat is free in 'foshan-drone-first-flight'"),
        "persons.yaml",
    ),
    "steps in another order": (
        *(
            "persons.yaml",
            "{step: review, state: done, on: 2026-10-15}",
            "{step: paid, state: done, on: 2026-10-15}",
        ),
        *("    - number: YT-7K3Q9M", "steps of this scheme are, in order: apply, review, paid"),
        6,
    ),
    "a paper that nobody asks for": (
        *("persons.yaml", "[discharge_summary]", "[love_letter]", "[love_letter]"),
        "the scheme asks for no paper 'love_letter'",
    ),
    "an unknown topic": (
        *("courses.yaml", "topic: baking", "topic: bakery", "topic: bakery"),
        "unknown topic 'bakery'",
    ),
    "sessions out of order": (
        *("courses.yaml", '{day: +12, start: "19:00"', '{day: +4, start: "19:00"'),
        *("    sessions:", "sessions stand in order of time"),
    ),
    "a key twice": (
        *("lines.yaml", "  kind: police\n", "  kind: police\n  kind: fire\n", "  kind: fire"),
        "the key 'kind' stands here twice",
    ),
    "an alias": (
        *("lines.yaml", "region: cn\n", "region: &cn cn\n  code: *cn\n", "code: *cn"),
        "anchors and aliases aren't used",
    ),
    "a quote that isn't closed": (
        *("lines.yaml", 'number: "122"', 'number: "122', "- code: psychological"),
        *("not YAML", 1),
    ),
    "an article that isn't there": (
        *("articles/hotline.yaml", "related:\n  - ", "related:\n  - no-", "  - no-"),
        "unknown article 'no-",
    ),
    "a question that another article answers": (
        *("articles/hotline.yaml", "similar:\n  zh:\n", "similar:\n  zh:\n    - 报销要哪些材料\n"),
        *("报销要哪些材料", "'claim-documents' answers this question already"),
    ),
}
"""Name: file, what to replace, by what, a text on the line that must be told, the reason
[, how many lines further | the file that is told]."""


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_file_line_and_reason(
    folder: Path, mistake: tuple[str | int, ...]
) -> None:
    """Whoever writes content finds the place at once."""
    file, old, new, at, reason, *rest = mistake
    further = rest[0] if rest else 0
    line = spoil(folder, str(file), str(old), str(new), at=str(at))
    with pytest.raises(ContentError) as told:
        read_content(folder)
    if isinstance(further, str):
        assert further in {problem.file for problem in told.value.problems}
    else:
        assert (told.value.file, told.value.line) == (file, line + further), str(told.value)
    assert str(reason) in told.value.reason
    assert f"{told.value.file}:{told.value.line}: {told.value.reason}" in str(told.value)


def test_name_and_address_of_a_station_are_there_once(folder: Path) -> None:
    """The same station under two codes would be shown twice."""
    path = folder / "stations" / "nanjing.yaml"
    text = path.read_text(encoding="utf-8")
    again = text.replace("code: nanjing-", "code: nanjing-again-")
    path.write_text(text + again[again.index("- code") :], encoding="utf-8")
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert len(told.value.problems) == 3
    assert told.value.file == "stations/nanjing.yaml"
    assert "the name and address '新街口骑手驿站" in told.value.reason


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    """So that nobody mends one to meet the next."""
    spoil(folder, "lines.yaml", "for_crisis: true", "for_crisis: perhaps", at="perhaps")
    spoil(folder, "sectors.yaml", "sector: express", "sector: rockets", at="rockets")
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert [problem.file for problem in told.value.problems] == ["lines.yaml", "sectors.yaml"]


def test_a_file_that_is_missing_or_that_nobody_reads_is_a_mistake(folder: Path) -> None:
    """A misspelt file name would else mean content that is silently not there."""
    (folder / "lines.yaml").rename(folder / "line.yaml")
    with pytest.raises(ContentError) as told:
        read_content(folder)
    assert [str(problem) for problem in told.value.problems] == [
        "line.yaml:1: no content is read from such a file",
        "lines.yaml:1: the file is missing",
    ]


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
