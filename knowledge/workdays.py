"""Working days in mainland China: holidays and make-up working days included."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from knowledge.clock import CHINA

ANNOUNCED_UNTIL = 2026
"""The last year whose holidays and make-up days the State Council had announced in the library."""


@lru_cache(maxsize=16)
def _year(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year, categories=(holidays.PUBLIC,))


def holiday_name(day: date) -> str | None:
    """The holiday's name, or None on any other day."""
    name = _year(day.year).get(day)
    return str(name) if name else None


def holiday_of(day: date) -> str | None:
    """The holiday that a day off belongs to, weekends in the middle of it included.

    The State Council announces a holiday as a run of days (1 to 7 October), of which the library
    names only some: every unbroken run of days off that holds a named one is that holiday.
    """
    if is_working_day(day):
        return None
    run = [day]
    for step in (timedelta(days=-1), timedelta(days=1)):
        at = day + step
        while not is_working_day(at):
            run.append(at)
            at += step
    # "国庆节（补假）" and "休息日（由 … 调休）" are days off of it, not its name.
    names = ((holiday_name(one) or "").partition("（")[0] for one in run)
    return next((name for name in names if name and name != "休息日"), None)


def is_working_day(day: date) -> bool:
    """Whether offices work: make-up weekends do, holidays don't."""
    return bool(_year(day.year).is_working_day(day))


def is_make_up_day(day: date) -> bool:
    """A weekend day that is worked because of a holiday."""
    return day.weekday() >= 5 and is_working_day(day)


def is_provisional(day: date) -> bool:
    """The year's holidays aren't announced yet: a date reckoned with them may still move."""
    return day.year > ANNOUNCED_UNTIL


def add_working_days(start: datetime, days: int) -> date:
    """The day on which `days` working days after `start` (not counted) have passed."""
    day = start.astimezone(CHINA).date()
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return day
