"""Names of places found in a text where one could end in another."""

from __future__ import annotations

import pytest

from nlu.slots.place_names import PlaceName, PlaceNames

NAMES = PlaceNames(
    [
        PlaceName("青岛市", "city", ("青岛",)),
        PlaceName("市南区", "district", within="青岛市"),
        PlaceName("市北区", "district", within="青岛市"),
        PlaceName("烟台市", "city", ("烟台",)),
        PlaceName("芝罘区", "district", ("芝罘",), within="烟台市"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("青岛市南区", ["青岛市", "市南区"]),
        ("青岛市市南区", ["青岛市", "市南区"]),
        ("青岛市北区有充电的没", ["青岛市", "市北区"]),
        ("青岛市", ["青岛市"]),
        ("青岛市南京路", ["青岛市"]),
        ("烟台市芝罘", ["烟台市", "芝罘区"]),
    ],
)
def test_a_district_keeps_its_first_character(text: str, found: list[str]) -> None:
    """ "青岛市南区" is Qingdao's 市南区, not a "南区" of 青岛市."""
    assert [one.place.name for one in NAMES.find(text)] == found
