"""Opening hours with China's holidays and make-up working days."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from actions.hours import (
    Span,
    day_hours,
    day_in_words,
    in_words,
    opening,
    state_in_words,
    today_in_words,
)
from bot.wording import Texts
from knowledge.clock import CHINA

ZH = Texts().words("zh")
EN = Texts().words("en")

OFFICE = "Mo-Fr 08:30-17:30; PH off"
NIGHT = "Mo-Su 10:00-02:00"


def at(text: str) -> datetime:
    """A time in China."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def clock(spans: tuple[Span, ...]) -> list[str]:
    return [f"{s.start // 60:02}:{s.start % 60:02}-{s.end // 60:02}:{s.end % 60:02}" for s in spans]


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        # a plain Tuesday
        (OFFICE, "2026-11-24", ["08:30-17:30"]),
        (OFFICE, "2026-11-28", []),
        ("Mo-Fr 08:30-12:00,13:30-17:30", "2026-11-24", ["08:30-12:00", "13:30-17:30"]),
        ("Mo-Fr 09:00-18:00; Sa 09:00-12:00", "2026-11-28", ["09:00-12:00"]),
        ("24/7", "2026-11-24", ["00:00-24:00"]),
        ("Mo-Su 08:00-24:00", "2026-11-24", ["08:00-24:00"]),
        # what goes past midnight belongs to the day on which it began
        (NIGHT, "2026-11-24", ["10:00-26:00"]),
        ("Mo-Su 18:00-03:00", "2026-11-24", ["18:00-27:00"]),
        ("Mo-Su 22:00-30:00", "2026-11-24", ["22:00-30:00"]),
        ("Fr 20:00-02:00", "2026-11-28", []),
        # holidays, the library's silence about 2 and 4 October included
        (OFFICE, "2026-10-01", []),
        (OFFICE, "2026-10-02", []),
        ("Mo-Su 08:00-20:00; PH off", "2026-10-04", []),
        ("Mo-Su 08:00-20:00; PH off", "2026-02-15", []),
        ("Mo-Su 08:00-20:00", "2026-10-02", ["08:00-20:00"]),
        ("Mo-Fr 08:00-20:00; PH 10:00-16:00", "2026-10-02", ["10:00-16:00"]),
        ("Mo-Fr 08:00-20:00; PH 10:00-16:00", "2026-10-09", ["08:00-20:00"]),
        ("Mo-Fr 08:00-20:00; Sa,Su,PH off", "2026-10-02", []),
        ("Mo-Fr 08:00-20:00; Sa,Su,PH off", "2026-10-09", ["08:00-20:00"]),
        ("24/7; PH off", "2026-10-01", []),
        ("Mo-Su 10:00-02:00; PH off", "2026-10-01", []),
        # make-up days: Saturday 10 October, Sunday 20 September, Saturday 14 February
        (OFFICE, "2026-10-10", ["08:30-17:30"]),
        (OFFICE, "2026-09-20", ["08:30-17:30"]),
        (OFFICE, "2026-02-14", ["08:30-17:30"]),
        ("Mo-Fr 08:00-18:00; Sa,Su 10:00-16:00", "2026-10-10", ["08:00-18:00"]),
        ("Sa,Su 10:00-16:00", "2026-10-10", ["10:00-16:00"]),
        ("Mo-Sa 08:00-17:00; PH off", "2026-09-20", ["08:00-17:00"]),
        # an ordinary weekend beside them
        (OFFICE, "2026-10-11", []),
        # seasons
        ("Apr-Sep 07:00-21:00; Oct-Mar 08:00-18:00", "2026-09-20", ["07:00-21:00"]),
        ("Apr-Sep 07:00-21:00; Oct-Mar 08:00-18:00", "2026-11-24", ["08:00-18:00"]),
        # a remark in quotes is none of the rules
        ('Mo-Fr 08:00-18:00 "PH: 10:00-02:00 by phone"', "2026-10-09", ["08:00-18:00"]),
    ],
)
def test_the_hours_of_a_day(hours: str, day: str, expected: list[str]) -> None:
    """Each of these once went wrong somewhere, or would in the library alone."""
    assert clock(day_hours(hours, date.fromisoformat(day))) == expected


@pytest.mark.parametrize(
    ("hours", "now", "is_open", "changes"),
    [
        (OFFICE, "2026-11-24 08:29", False, "2026-11-24 08:30"),
        (OFFICE, "2026-11-24 08:30", True, "2026-11-24 17:30"),
        (OFFICE, "2026-11-24 17:29", True, "2026-11-24 17:30"),
        (OFFICE, "2026-11-24 17:30", False, "2026-11-25 08:30"),
        (OFFICE, "2026-11-27 18:00", False, "2026-11-30 08:30"),
        ("Mo-Fr 08:30-12:00,13:30-17:30", "2026-11-24 12:30", False, "2026-11-24 13:30"),
        # past midnight
        (NIGHT, "2026-11-24 01:59", True, "2026-11-24 02:00"),
        (NIGHT, "2026-11-24 02:00", False, "2026-11-24 10:00"),
        (NIGHT, "2026-11-24 23:00", True, "2026-11-25 02:00"),
        ("Fr 20:00-02:00", "2026-11-28 01:00", True, "2026-11-28 02:00"),
        ("Fr 20:00-02:00", "2026-11-27 01:00", False, "2026-11-27 20:00"),
        # the night before a holiday is not cut off, and none comes out of one
        ("Mo-Su 10:00-02:00; PH off", "2026-10-01 01:00", True, "2026-10-01 02:00"),
        ("Mo-Su 10:00-02:00; PH off", "2026-10-01 12:00", False, "2026-10-08 10:00"),
        ("Mo-Su 10:00-02:00; PH off", "2026-10-08 01:00", False, "2026-10-08 10:00"),
        # the long holiday, and the make-up days around it
        (OFFICE, "2026-09-30 18:00", False, "2026-10-08 08:30"),
        (OFFICE, "2026-10-09 18:00", False, "2026-10-10 08:30"),
        (OFFICE, "2026-10-10 09:00", True, "2026-10-10 17:30"),
        (OFFICE, "2026-02-14 18:00", False, "2026-02-24 08:30"),
        # day and night
        ("24/7", "2026-11-24 03:00", True, None),
        ("Mo-Su 00:00-24:00", "2026-11-24 03:00", True, None),
        ("24/7; PH off", "2026-09-30 12:00", True, "2026-10-01 00:00"),
        ("Mo-Su 08:00-24:00", "2026-11-24 23:30", True, "2026-11-25 00:00"),
        ("Mo-Su 06:00-00:00, Mo-Su 00:00-01:00", "2026-11-24 23:30", True, "2026-11-25 01:00"),
        ("off", "2026-11-24 12:00", False, None),
    ],
)
def test_open_or_closed_and_until_when(
    hours: str, now: str, is_open: bool, changes: str | None
) -> None:
    """The state at a time, and when it changes."""
    found = opening(hours, at(now))
    assert found.open is is_open
    assert found.changes == (at(changes) if changes else None)


@pytest.mark.parametrize(
    ("hours", "now", "zh", "en"),
    [
        (OFFICE, "2026-11-24 17:10", "今天 08:30-17:30 · 开着，还有20分钟关门",
         "Today 08:30-17:30 · open, closes in 20 min"),
        (OFFICE, "2026-11-24 10:00", "今天 08:30-17:30 · 开着，17:30关门",
         "Today 08:30-17:30 · open until 17:30"),
        (OFFICE, "2026-11-24 08:00", "今天 08:30-17:30 · 关着，30分钟后开门",
         "Today 08:30-17:30 · closed, opens in 30 min"),
        (OFFICE, "2026-11-24 20:00", "今天 08:30-17:30 · 关着，明天08:30开门",
         "Today 08:30-17:30 · closed, opens tomorrow 08:30"),
        (OFFICE, "2026-11-28 12:00", "今天不开 · 关着，11月30日（周一） 08:30开门",
         "Closed today · closed, opens Mon 30 Nov 08:30"),
        (OFFICE, "2026-10-02 12:00", "今天不开（国庆节放假） · 关着，10月8日（周四） 08:30开门",
         "Closed today (National Day) · closed, opens Thu 8 Oct 08:30"),
        (OFFICE, "2026-10-10 12:00", "今天调休上班 08:30-17:30 · 开着，17:30关门",
         "Today (make-up working day) 08:30-17:30 · open until 17:30"),
        ("Mo-Fr 08:00-20:00; PH 10:00-16:00", "2026-10-02 12:00",
         "今天国庆节 10:00-16:00 · 开着，16:00关门",
         "Today (National Day) 10:00-16:00 · open until 16:00"),
        (NIGHT, "2026-11-24 18:00", "今天 10:00-次日02:00 · 开着，次日02:00关门",
         "Today 10:00-02:00 next day · open until 02:00 next day"),
        (NIGHT, "2026-11-24 01:30", "今天 10:00-次日02:00 · 开着，还有30分钟关门",
         "Today 10:00-02:00 next day · open, closes in 30 min"),
        ("Mo-Su 08:00-24:00", "2026-11-24 18:00", "今天 08:00-24:00 · 开着，24:00关门",
         "Today 08:00-24:00 · open until 24:00"),
        ("24/7", "2026-11-24 18:00", "24小时开放", "Open 24 hours"),
        ("Mo-Fr 08:30-12:00,13:30-17:30", "2026-11-24 12:20",
         "今天 08:30-12:00、13:30-17:30 · 关着，13:30开门",
         "Today 08:30-12:00, 13:30-17:30 · closed, opens 13:30"),
    ],
)  # fmt: skip
def test_the_hours_in_words(hours: str, now: str, zh: str, en: str) -> None:
    """As they stand on a card, in both languages."""
    found = opening(hours, at(now))
    assert in_words(found, ZH) == zh
    assert in_words(found, EN) == en


def test_the_minutes_left_are_rounded_up() -> None:
    """Forty seconds before closing there is a minute left, never none."""
    assert "还有1分钟" in state_in_words(opening(OFFICE, at("2026-11-24 17:29:20")), ZH)


def test_hours_that_nobody_can_read_are_said_to_be_unknown() -> None:
    """Open is never guessed: not from nonsense, not from a rule for some holidays only."""
    for hours in ("whenever", "Mo-Su 08:00-20:00; PH Mo-Fr 10:00-12:00"):
        found = opening(hours, at("2026-10-01 11:00"))
        assert not found.open
        assert not found.readable
        assert today_in_words(found, ZH) == "开放时间不详，去之前先问一下"


def test_another_day_in_words() -> None:
    """ "第二个明天几点开门"."""
    assert day_in_words(OFFICE, date(2026, 11, 25), ZH) == "11月25日（周三） 08:30-17:30"
    assert day_in_words(OFFICE, date(2026, 10, 2), ZH) == "10月2日（周五） 不开"
    assert day_in_words("24/7", date(2026, 11, 25), EN) == "Wed 25 Nov: open 24 hours"
    assert day_in_words("whenever", date(2026, 11, 25), EN).startswith("Hours not known")


def test_the_time_is_that_of_china_wherever_the_server_stands() -> None:
    """An aware time of another zone is the same moment."""
    utc = datetime.fromisoformat("2026-11-24T01:00:00+00:00")
    assert opening(OFFICE, utc).open
