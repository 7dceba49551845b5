"""What a sentence says besides its route: a table of cases a slot (`cases/slots.yaml`)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.slots import PlaceName, PlaceNames, Slots, extract, ordinal
from tests.nlu.conftest import NOW

CASES: dict[str, list[tuple[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "slots.yaml").read_text("utf-8")
)
TABLE = [(slot, str(text), value) for slot, cases in CASES.items() for text, value in cases]

NAMES = PlaceNames(
    [
        PlaceName("威海市", "city", ("威海", "Weihai")),
        PlaceName("山东省", "province", ("山东",)),
        PlaceName("威海经济技术开发区", "district", ("威海经区", "经区")),
        PlaceName("皇冠街道", "street", ("皇冠",)),
        PlaceName("三里屯", "landmark", ("Sanlitun",)),
    ]
)


@pytest.mark.parametrize(("slot", "text", "value"), TABLE)
def test_a_slot_is_read(slot: str, text: str, value: Any) -> None:
    """In the form that the design fixes; what isn't said is left out."""
    assert extract(text, NAMES, NOW).said().get(slot) == value


def test_every_slot_has_a_table() -> None:
    """And no table is an orphan."""
    assert set(CASES) == set(Slots.model_fields)


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


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("第二个几点关门", 2),
        ("第三家", 3),
        ("最后一个", -1),
        ("the first one", 1),
        ("2nd", 2),
        ("2", 2),
        ("选3", 3),
        ("一", 1),
        ("我要入会", None),
        ("周三", None),
        ("2000块", None),
        ("at last i joined", None),
    ],
)
def test_what_is_pointed_at(text: str, which: int | None) -> None:
    """Counted from 1, the last is -1."""
    assert ordinal(text) == which


@given(st.text(max_size=300))
def test_nothing_crashes_it(text: str) -> None:
    """Whatever comes."""
    extract(text, NAMES, NOW)


@pytest.mark.parametrize(
    "hostile",
    ["9" * 10_000, "一" * 10_000, "周三" * 5_000, "yt-" * 3_000, "a" * 10_000, "第" * 9_000],
)
def test_hostile_text_costs_little(hostile: str) -> None:
    """Only so much of a text is searched."""
    extract("你好", NAMES, NOW)
    began = time.process_time()
    extract(hostile, NAMES, NOW)
    assert time.process_time() - began < 0.15


def test_fifty_thousand_names_cost_nothing() -> None:
    """A store of a whole province."""
    many = PlaceNames([PlaceName(f"第{n}大道", "street") for n in range(50_000)])
    began = time.process_time()
    assert extract("我在第41234大道附近想找个厕所", many, NOW).place == "第41234大道"
    assert time.process_time() - began < 0.05
