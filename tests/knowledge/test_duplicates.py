"""Places that may be the same one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.coordinates import metres_between
from knowledge.duplicates import NEAR, Place, near_duplicates, same_name

TREE = {"north": ["north", "city"], "south": ["south", "city"], "city": ["city"]}


def found(*places: Place) -> set[tuple[str, str, str]]:
    return {(p.one.code, p.other.code, p.why) for p in near_duplicates(places, TREE.__getitem__)}


def test_the_same_name_counts_in_one_region_and_the_one_above() -> None:
    """Half-width or not, with brackets or not; two districts may each have a 爱心驿站."""
    one = Place("a", "爱心驿站（北）", "north", None, None)
    assert same_name("爱心驿站 (北)") == same_name(one.name)
    same = Place("b", "爱心驿站(北)", "north", None, None)
    above = Place("c", "爱心驿站北", "city", None, None)
    elsewhere = Place("d", "爱心驿站北", "south", None, None)
    assert found(one, same) == {("a", "b", "name")}
    assert found(one, above) == {("a", "c", "name")}
    assert found(one, elsewhere) == set()


@given(
    st.lists(st.tuples(st.floats(-0.002, 0.002), st.floats(-0.002, 0.002)), min_size=2, max_size=8),
    st.sampled_from([(20.0, 110.0), (39.9, 116.4), (47.99999, 87.99999)]),
)
def test_all_that_are_fifty_metres_apart_are_found_and_no_others(
    offsets: list[tuple[float, float]], middle: tuple[float, float]
) -> None:
    """As if each were compared with each."""
    places = [
        Place(str(n), f"n{n}", "city", middle[0] + up, middle[1] + along)
        for n, (up, along) in enumerate(offsets)
    ]
    near = {
        (one.code, other.code)
        for one, other in combinations(places, 2)
        if one.lat is not None and one.lon is not None
        and other.lat is not None and other.lon is not None
        and metres_between(one.lat, one.lon, other.lat, other.lon) <= NEAR
    }  # fmt: skip
    pairs = near_duplicates(places, TREE.__getitem__)
    assert {(pair.one.code, pair.other.code) for pair in pairs} == near
