"""Permissions: what isn't in the table is forbidden, a region holds what lies below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.access import (
    PERMISSIONS,
    ROLES,
    Actor,
    Denied,
    NotThere,
    Role,
    masked,
    masked_record,
)
from knowledge.regions import Region, RegionTree

ROOT = Path(__file__).parents[2]


def region(code: str, parent: str | None) -> Region:
    return Region(code, parent, "city", code, code, (), "", "", None, None, None, None)


TREE = RegionTree(
    [region("cn", None), region("yantai", "cn"), region("zhifu", "yantai"), region("weihai", "cn")]
)


def actor(role: Role, where: str | None = None, *, second_factor: bool = True) -> Actor:
    return Actor("赵敏", role, where, TREE, 1, second_factor)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_in_the_table_is_forbidden(role: Role) -> None:
    """Also for administrators."""
    with pytest.raises(Denied):
        actor(role).ask("something new")


@pytest.mark.parametrize(
    ("where", "reached"),
    [
        (None, {"cn", "yantai", "zhifu", "weihai", None}),
        ("yantai", {"yantai", "zhifu"}),
        ("zhifu", {"zhifu"}),
        ("gone", set()),
    ],
)
def test_a_region_is_what_lies_below_it(where: str | None, reached: set[str | None]) -> None:
    """Objects of no region are the business of those who are everywhere."""
    one = actor("administrator", where)
    regions = ("cn", "yantai", "zhifu", "weihai", None)
    assert {code for code in regions if one.reaches(code)} == reached
    with pytest.raises(NotThere):
        actor("administrator", "zhifu").ask_about("staff.read", "weihai")


def test_every_function_that_the_code_asks_for_is_in_the_table() -> None:
    """A slip of the pen would shut everybody out."""
    asked: set[str] = set()
    for file in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "knowledge").rglob("*.py")]:
        asked |= set(
            re.findall(r'(?:\.(?:ask|ask_about|may)\(|unit, actor,)\s*"([^"]+)"', file.read_text())
        )
    assert asked <= set(PERMISSIONS)
    assert len(asked) > 5


def test_phone_and_id_number_are_masked_however_deep() -> None:
    """Not so much is left as proves anything: the last four open a step."""
    assert masked("phone", "13900000001") == "139******01"
    assert masked("name", "林晓") == "林晓"
    assert masked("phone", "110") == "***"
    record = {
        "name": "林晓",
        "phone": "+8613900000001",
        "more": [{"id_number": "000000198803120126"}],
    }
    shown = masked_record({**record, "reason": "打 13900000001 没人接"})
    assert shown["name"] == "林晓"
    assert "0000001" not in str(shown)
    assert "0126" not in str(shown)
