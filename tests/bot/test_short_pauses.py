"""The collector passes over what a house has loaded, and still finds circles made after it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.short_pauses import LOADING, THRESHOLDS, look_seldom, pass_over_what_stays


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_what_is_loaded_is_passed_over() -> None:
    kept = [[number] for number in range(1000)]
    pass_over_what_stays()
    assert gc.get_freeze_count() > len(kept)
    assert not any(one is kept for one in gc.get_objects())
    assert gc.get_threshold() == THRESHOLDS


def test_a_circle_that_comes_later_is_found() -> None:
    pass_over_what_stays()
    gone = weakref.ref(Ring())
    gc.collect()
    assert gone() is None


def test_a_circle_from_before_goes_when_it_is_called_again() -> None:
    ring = Ring()
    pass_over_what_stays()
    gone = weakref.ref(ring)
    del ring
    gc.collect()
    assert gone() is not None
    pass_over_what_stays()
    assert gone() is None


def test_while_a_command_loads_it_looks_seldom() -> None:
    look_seldom()
    assert gc.get_threshold() == LOADING
