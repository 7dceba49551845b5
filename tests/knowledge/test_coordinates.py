"""Points are turned from one Chinese map into another, and back to where they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.coordinates import (
    SYSTEMS,
    Point,
    System,
    from_bd09,
    from_gcj02,
    metres_between,
    to_bd09,
    to_gcj02,
    to_wgs84,
)

CLOSE = 1.0
"""Metres."""

IN_CHINA = st.tuples(st.floats(18.2, 53.5), st.floats(73.7, 135.0))


@pytest.mark.parametrize(
    ("turn", "there"),
    [
        (to_gcj02, (39.91640428150164, 116.41024449916938)),
        (from_gcj02, (39.91359571849836, 116.39775550083061)),
        (to_bd09, (39.92133699351021, 116.41036949371029)),
        (from_bd09, (39.90865673957631, 116.39762729119315)),
    ],
)
def test_points_are_those_that_others_published(
    turn: Callable[[float, float], Point], there: Point
) -> None:
    """Of wandergis/coordtransform, test/app.js: (116.404, 39.915) turned in all four ways.

    Its way back from GCJ-02 is a first approximation, ours is the exact inverse: a metre apart.
    """
    assert metres_between(*turn(39.915, 116.404), *there) < CLOSE


@given(IN_CHINA)
def test_there_and_back_is_the_same_place(point: Point) -> None:
    """Within a metre, for each of the three, anywhere in China."""
    gcj02 = to_gcj02(*point)
    written: dict[System, Point] = {"wgs84": point, "gcj02": gcj02, "bd09": to_bd09(*gcj02)}
    for system in SYSTEMS:
        assert metres_between(*to_wgs84(*written[system], system), *point) < CLOSE


def test_outside_china_nothing_is_shifted() -> None:
    """Berlin is where it is."""
    assert to_wgs84(52.52, 13.405, "gcj02") == (52.52, 13.405)
