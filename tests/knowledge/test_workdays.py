"""Working days in China, make-up days included."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from knowledge.clock import CHINA
from knowledge.workdays import (
    add_working_days,
    holiday_name,
    is_make_up_day,
    is_provisional,
    is_working_day,
)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 24), True),  # a Tuesday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 2), False),  # where a library says that it is open
        (date(2026, 10, 7), False),  # a Wednesday off
        (date(2026, 10, 10), True),  # a Saturday made up for it
        (date(2026, 9, 20), True),  # a Sunday likewise
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 2, 14), True),  # a Saturday made up for it
    ],
)
def test_whether_offices_work(day: date, working: bool) -> None:
    """As the State Council announced for 2026."""
    assert is_working_day(day) is working
    assert is_make_up_day(day) is (working and day.weekday() >= 5)


def test_five_working_days_over_the_national_holiday() -> None:
    """From Tuesday 29 September: 30; 8, 9, the make-up Saturday 10, and 12 October."""
    start = datetime(2026, 9, 29, 16, tzinfo=CHINA)
    assert add_working_days(start, 5) == date(2026, 10, 12)


def test_a_year_that_is_not_announced_is_said_to_be_provisional() -> None:
    """Dates reckoned with it may still move."""
    assert is_provisional(date(2027, 1, 4))
    assert not is_provisional(date(2026, 12, 31))
    assert holiday_name(date(2026, 10, 1)) == "国庆节"
    assert holiday_name(date(2026, 10, 20)) is None
