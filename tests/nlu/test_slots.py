"""What a sentence says besides its route: a table of cases a slot (`cases/slots/`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlu.normalise import MAX_READ, fold
from nlu.slots import (
    PlaceName,
    PlaceNames,
    Slots,
    amenities,
    amount,
    dates,
    extract,
    last_four,
    matters,
    ordinal,
    papers,
    place,
    slips,
    times,
    topics,
    wages,
    weekdays,
    work,
)
from tests.nlu.conftest import NOW

CASES: dict[str, list[tuple[str, Any]]] = {
    file.stem: yaml.safe_load(file.read_text("utf-8"))
    for file in sorted((Path(__file__).parent / "cases" / "slots").glob("*.yaml"))
}
"""For each slot, and two more readers: texts with what they say (null: nothing)."""

POINTING = CASES.pop("pointing")
LAST_FOUR = CASES.pop("last_four")
LEAST = {"texts": 30, "silent": 8}
"""So many texts a table has, and so many of them say nothing of the kind."""

NAMES = PlaceNames(
    [
        PlaceName("山东省", "province", ("山东", "Shandong")),
        PlaceName("威海市", "city", ("威海", "Weihai")),
        PlaceName("烟台市", "city", ("烟台", "Yantai")),
        PlaceName("青岛市", "city", ("青岛", "Qingdao")),
        PlaceName("北京市", "city", ("北京", "Beijing")),
        PlaceName("朝阳区", "district", ("朝阳", "北京朝阳")),
        PlaceName("威海经济技术开发区", "district", ("威海经区", "经区")),
        PlaceName("皇冠街道", "street", ("皇冠", "Huangguan")),
        PlaceName("凤林街道", "street", ("凤林", "Fenglin")),
        PlaceName("韩乐坊", "landmark"),
        PlaceName("三里屯", "landmark", ("Sanlitun",)),
    ]
)


def wrong(cases: list[tuple[str, Any]], read: Callable[[str], Any]) -> list[tuple[str, Any, Any]]:
    """Texts of a table that are read otherwise: with what is read, and what they say."""
    found = [(text, read(text), value) for text, value in cases]
    return [(text, value, should) for text, value, should in found if value != should]


@pytest.mark.parametrize("slot", CASES)
def test_a_slot_is_read(slot: str) -> None:
    """In the form that the design fixes; what isn't said is left out."""
    assert wrong(CASES[slot], lambda text: extract(text, NAMES, NOW).said().get(slot)) == []


def test_every_slot_has_a_table() -> None:
    """And no table is an orphan."""
    assert set(CASES) == set(Slots.model_fields)


@pytest.mark.parametrize(
    "cases", [*CASES.values(), POINTING, LAST_FOUR], ids=[*CASES, "pointing", "last_four"]
)
def test_a_table_shows_what_is_not_meant_too(cases: list[tuple[str, Any]]) -> None:
    """A reader that finds something in everything is no use; no text stands twice."""
    assert len({text for text, _ in cases}) == len(cases) >= LEAST["texts"]
    assert sum(value is None for _, value in cases) >= LEAST["silent"]


def test_a_full_sentence_says_many_things() -> None:
    """All of them at once."""
    said = extract(
        "我是美团骑手，在威海经区，电话13900000001，帮我老婆报名周三晚上的烘焙课", NAMES, NOW
    ).said()
    assert said["sector"] == "food_delivery"
    assert said["platform"] == "美团"
    assert said["region"] == "威海经济技术开发区"
    assert said["phone"] == "+8613900000001"
    assert said["for_whom"] == "family"
    assert said["weekday"] == [3]
    assert said["time_of_day"] == "evening"
    assert said["topic"] == "烘焙"


def test_what_is_pointed_at() -> None:
    """Counted from 1, the last is -1."""
    assert wrong(POINTING, ordinal) == []


def test_the_last_four_of_a_paper() -> None:
    """Only where they are named as such."""
    assert wrong(LAST_FOUR, last_four) == []


READERS: dict[str, Callable[[str], object]] = {
    "slips": slips.mended,
    "papers": papers.read,
    "place": lambda folded: place.read(folded, NAMES),
    "date": lambda folded: dates.read(folded, NOW),
    "weekday": weekdays.read,
    "time_of_day": times.time_of_day,
    "open_now": times.open_now,
    "amenities": amenities.read,
    "amount": amount.read,
    "topic": topics.read,
    "online": matters.online,
    "scheme": matters.scheme,
    "for_whom": matters.for_whom,
    "months": wages.months,
    "people": wages.people,
    "sector": work.sector,
    "platform": work.platform,
    "pointing": ordinal,
    "last_four": last_four,
}
"""Each reads a folded text as long as fold leaves it; `extract` cuts before it asks them."""

SIGNS = st.sampled_from("零一二三十百千万半点个月周天号日块元毛1905.,+-/: ¥x×yt的在第倒那附近没欠")
_WORDS = (
    "第二 倒数 礼拜三 下周 三个月 工资没发 五千一个月 三块五 1.2万 密码 yt7k3q9m 139 幺三九 86 +86 "
    "附近 高新区 那边 在 离 打水 换电 充 不让休息 每团 测所 24小时 一万十一 toliet meituan "
    "learn online supplement enrol owe paid half thousand next mon"
).split()
PIECES = st.sampled_from([*_WORDS, "at the ", "one two ", "all night ", "wo zai ", "a "])
LIMIT = 1.0
"""Seconds, generously; what isn't linear takes many times as long at this length."""


def least_seconds(work: Callable[[], object], enough: float) -> float:
    """What it costs of the processor at the best of five times; a slow moment says nothing."""
    least = inf
    for _ in range(5):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
        if least < enough:
            break
    return least


@given(st.text(max_size=300) | st.text(SIGNS, max_size=60) | st.lists(PIECES).map("".join))
@example("0万半天")  # a number all of which counts what follows
@settings(max_examples=300, deadline=None)  # the first text loads what all read with
def test_nothing_crashes_it(text: str) -> None:
    """Whatever comes."""
    extract(text, NAMES, NOW)
    folded = fold(text)
    for read in READERS.values():
        read(folded)


@given(st.lists(PIECES, max_size=3).map("".join), st.lists(PIECES | SIGNS, min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_every_reader_is_linear(opening: str, pieces: list[str]) -> None:
    """Ten thousand characters, however monotonous, cost each reader little."""
    whole = "".join(pieces)
    text = fold((opening + whole * MAX_READ)[:MAX_READ])
    # A folded text has lost its repetitions; the readers must stand them all the same.
    for hostile in (text, (opening + whole * MAX_READ)[:MAX_READ]):
        for name, read in READERS.items():
            assert least_seconds(partial(read, hostile), LIMIT) < LIMIT, name


@pytest.mark.parametrize(
    "hostile",
    [
        "9" * 500,
        "9" * 10_000,
        "一" * 10_000,
        "一 " * 5_000,
        "周三" * 5_000,
        "yt-" * 3_000,
        "a" * 10_000,
        "第" * 9_000,
        "花了一万十一块",
    ],
)
def test_hostile_text_costs_little(hostile: str) -> None:
    """Only so much of a text is searched."""
    extract("你好", NAMES, NOW)
    assert least_seconds(partial(extract, hostile, NAMES, NOW), 0.15) < 0.15


@pytest.mark.parametrize("reader", READERS)
def test_no_reader_takes_longer_for_length(reader: str) -> None:
    """Long words, digits and Chinese without an end, behind what opens the way to a costly sign."""
    for opening in ("", "工资没发 owe paid ", "learn online ", "registration "):
        for piece in ("a", "9", "三 ", "learn", "enrol", "supplement", "每团", "7k3q9m"):
            text = (opening + piece * MAX_READ)[:MAX_READ]
            assert least_seconds(partial(READERS[reader], text), LIMIT) < LIMIT, (opening, piece)


def test_fifty_thousand_names_cost_nothing() -> None:
    """A store of a whole province."""
    many = PlaceNames([PlaceName(f"第{n}大道", "street") for n in range(50_000)])
    text = "我在第41234大道附近想找个厕所"
    assert extract(text, many, NOW).place == "第41234大道"
    assert least_seconds(partial(extract, text, many, NOW), 0.05) < 0.05
