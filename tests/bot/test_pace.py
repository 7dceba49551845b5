"""Who may be written to, and when: in one chat, in all together, and after a "no"."""

from __future__ import annotations

import pytest

from bot.pace import WINDOW, Pace


class Ticks:
    """A clock that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_a_chat_rests_for_a_second_after_a_call(ticks: Ticks) -> None:
    """Counted from the end of the call: two can't arrive closer."""
    pace = Pace(clock=ticks)
    pace.started()
    ticks.now += 0.7
    pace.ended(1)
    ticks.now += 0.9
    assert pace.resting() == [1]
    assert pace.wait() == pytest.approx(0.1)
    ticks.now += 0.2
    assert pace.resting() == []
    assert pace.wait() is None


def test_all_chats_share_thirty_starts(ticks: Ticks) -> None:
    """The window slides: a second after the first start there is room for one."""
    pace = Pace(clock=ticks)
    for _ in range(30):
        assert pace.free() > 0
        pace.started()
        ticks.now += 0.01
    assert pace.free() == 0
    assert pace.wait() == pytest.approx(WINDOW - 0.3)
    ticks.now += WINDOW - 0.295
    assert pace.free() == 1


def test_one_chat_that_was_too_fast_rests_alone(ticks: Ticks) -> None:
    """The others have done nothing."""
    pace = Pace(clock=ticks)
    pace.flooded(1, 20)
    assert pace.resting() == [1]
    assert pace.free() == 30


def test_two_chats_that_were_too_fast_mean_the_bot(ticks: Ticks) -> None:
    """Then everybody rests as long as was said."""
    pace = Pace(clock=ticks)
    pace.flooded(1, 20)
    ticks.now += 1
    pace.flooded(2, 5)
    assert pace.free() == 0
    assert pace.wait() == pytest.approx(5)
    ticks.now += 6
    assert pace.free() == 30


def test_the_same_chat_twice_does_not_mean_the_bot(ticks: Ticks) -> None:
    """Nor does a second one after the first has served its time."""
    pace = Pace(clock=ticks)
    pace.flooded(1, 5)
    pace.flooded(1, 5)
    assert pace.free() == 30
    ticks.now += 6
    pace.flooded(2, 5)
    assert pace.free() == 30


def test_a_limit_of_zero_is_none(ticks: Ticks) -> None:
    """For rehearsals, where nobody's phone rings."""
    pace = Pace(per_chat=0, overall=0, clock=ticks)
    for _ in range(100):
        pace.started()
    pace.ended(1)
    assert pace.free() > 1000
    assert pace.resting() == []
