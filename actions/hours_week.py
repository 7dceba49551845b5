"""Opening hours shown as a week in words, so that whoever typed them sees how they were read."""

from __future__ import annotations

from datetime import date, timedelta

from actions.hours import HoursError, Span, day_hours, spans_in_words
from actions.words import Words

ORDINARY = date(2026, 11, 23)
"""A Monday, of a week without holidays and make-up days."""

HOLIDAY = date(2026, 10, 1)
"""The first of seven days off."""

Days = dict[int, tuple[Span, ...]]
"""The hours of each day of the week, 0 being Monday."""


def week_in_words(hours: str, words: Words) -> list[str]:
    """A line for each run of days with the same hours, and one for holidays where they differ.

    ["周一至周五 09:00-17:30", "周六、周日 不开", "节假日 不开"]
    """
    try:
        week = _days(hours, ORDINARY)
        holidays = _days(hours, HOLIDAY)
    except HoursError:
        return [words("hours.unknown")]
    lines = [
        words("hours.week.line", days=_run(run, words), hours=_hours(week[run[0]], words))
        for run in _runs(week)
    ]
    if holidays != week:
        lines += _on_holidays(holidays, words)
    return lines


def _days(hours: str, start: date) -> Days:
    days = (start + timedelta(days=ahead) for ahead in range(7))
    return {day.weekday(): day_hours(hours, day) for day in days}


def _runs(week: Days) -> list[list[int]]:
    runs: list[list[int]] = []
    for day in range(7):
        if runs and week[runs[-1][0]] == week[day]:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _on_holidays(holidays: Days, words: Words) -> list[str]:
    if len(set(holidays.values())) == 1:
        said = _hours(holidays[0], words)
        return [words("hours.week.line", days=words("hours.week.holidays"), hours=said)]
    return [
        words(
            "hours.week.holiday_line", days=_run(run, words), hours=_hours(holidays[run[0]], words)
        )
        for run in _runs(holidays)
    ]


def _run(run: list[int], words: Words) -> str:
    if len(run) == 7:
        return words("hours.week.daily")
    first, last = (words(f"hours.week.day.{day + 1}") for day in (run[0], run[-1]))
    if len(run) == 1:
        return first
    return words("hours.week.range" if len(run) > 2 else "hours.week.two", first=first, last=last)


def _hours(spans: tuple[Span, ...], words: Words) -> str:
    return spans_in_words(spans, words) if spans else words("hours.week.closed")
