"""Limits let a burst through, then the pace; they forget nobody who matters."""

from __future__ import annotations

import pytest

from bot.channels.http import limit_key
from bot.ratelimit import Crowd, RateLimit


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_the_pace_holds() -> None:
    """What was refused says how long to wait, and after that it passes."""
    clock = Seconds()
    limit = RateLimit("x", 3, 60, clock=clock)
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    assert limit.wait("a") == pytest.approx(20)
    assert limit.wait("b") == 0
    clock.now = 19.9
    assert limit.wait("a") > 0
    clock.now = 20.1
    assert limit.wait("a") == 0


def test_who_keeps_knocking_is_not_shut_out() -> None:
    """A refused call costs nothing."""
    clock = Seconds()
    limit = RateLimit("x", 1, 10, clock=clock)
    limit.wait("a")
    for tenth in range(1, 100):
        clock.now = tenth / 10
        assert limit.wait("a") > 0
    clock.now = 10.0
    assert limit.wait("a") == 0


def test_nothing_is_saved_up_beyond_the_burst() -> None:
    """A quiet night gives no flood in the morning."""
    clock = Seconds()
    limit = RateLimit("x", 2, 1, clock=clock)
    limit.wait("a")
    clock.now = 1e6
    assert [limit.wait("a") > 0 for _ in range(3)] == [False, False, True]


def test_zero_lifts_a_limit() -> None:
    """For load runs."""
    limit = RateLimit("x", 0, 60)
    assert all(limit.wait("a") == 0 for _ in range(1000))
    crowd = Crowd("y", 0)
    assert all(crowd.enter("a") for _ in range(1000))


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    """Ten thousand addresses of a flood push out the idle ones only."""
    clock = Seconds()
    limit = RateLimit("x", 1, 1e9, clock=clock, remembered=100)
    limit.wait("busy")
    for number in range(10_000):
        limit.wait(f"flood{number}")
        assert limit.wait("busy") > 0


def test_a_crowd_counts_who_is_inside() -> None:
    """Per key, and forgets a key when the last one leaves."""
    crowd = Crowd("x", 2)
    assert [crowd.enter("a"), crowd.enter("a"), crowd.enter("a")] == [True, True, False]
    assert crowd.enter("b")
    crowd.leave("a")
    assert crowd.enter("a")
    for key in ("a", "a", "b"):
        crowd.leave(key)
    assert not crowd._inside


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_customer_of_an_ipv6_network_is_one_key(address: str, key: str) -> None:
    """A /64 holds more addresses than there are riders."""
    assert limit_key(address) == key
