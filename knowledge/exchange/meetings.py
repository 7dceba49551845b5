"""When a course meets, typed into one cell: days of the calendar, or a rule.

2026-12-02 19:00-20:30；2026-12-09 19:00-20:30
每周三 19:00-20:30，2026-12-02起，8次，节假日不上
every Wednesday 19:00-20:30 from 2026-12-02, 8 times, not on holidays
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from knowledge.clock import CHINA
from knowledge.content_courses import WEEKDAYS, Meeting
from knowledge.exchange.cells import Names, read_day
from knowledge.exchange.refused import Unread, unread
from knowledge.hours_signs import EN_WEEKDAYS, ZH_WEEKDAYS, plain
from knowledge.hours_typed import weekdays_of

DATE = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?"
CLOCK = r"\d{1,2}:\d{2}"
LENGTH = (
    rf"(?P<start>{CLOCK})\s*"
    rf"(?:(?:-|至|到|to)\s*(?P<end>{CLOCK})|,?\s*(?P<min>\d{{1,3}})\s*(?:分钟?|min(?:ute)?s?\b))"
)
ONE = re.compile(rf"(?P<day>{DATE})\s*(?:\([^)]*\)|周.|星期.)?\s*,?\s*{LENGTH}")
SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "since",
        re.compile(rf"(?:从|自|from|since|starting)?\s*(?P<since>{DATE})\s*(?:开始|起|开课)?"),
    ),
    ("length", re.compile(LENGTH)),
    ("weekdays", re.compile(rf"(?:每个?|every|each)?\s*(?P<days>{ZH_WEEKDAYS}|{EN_WEEKDAYS})")),
    (
        "times",
        re.compile(r"(?:共|上|total)?\s*(?P<times>\d{1,3})\s*(?:次|节|讲|课时?|times|sessions)"),
    ),
    ("on", re.compile(r"节假日(?:也|照常|正常)上?(?:课)?|also on holidays|holidays included")),
    (
        "off",
        re.compile(
            r"(?:遇)?(?:法定)?节假日(?:不上课?|不开课?|停课?|除外|顺延|休息)"
            r"|(?:not|except)(?: on)?(?: public)? holidays"
        ),
    ),
)
EXAMPLE_ZH = (
    "请写成“每周三 19:00-20:30，2026-12-02起，8次，节假日不上”或“2026-12-02 19:00-20:30；…”"
)
EXAMPLE_EN = (
    'write "every Wednesday 19:00-20:30 from 2026-12-02, 8 times, not on holidays" or '
    '"2026-12-02 19:00-20:30; …"'
)


class Meetings:
    """A cell that says when a course meets; its value is `{"rule": …}` or `{"dates": …}`."""

    def read(self, text: str, names: Names) -> Any:
        said = plain(text)
        parts = [part.strip() for part in re.split(r"[;]", said) if part.strip()]
        dates = [ONE.fullmatch(part) for part in parts]
        if dates and all(dates):
            return {"dates": sorted((_date(one, text) for one in dates if one), key=_order)}
        return {"rule": _rule(said, text)}

    def write(self, value: Any, language: str) -> str:
        return str(value)


def meetings_in_words(meetings: Sequence[Meeting]) -> str:
    """Meetings as the cell has them."""
    return "；".join(
        f"{one.starts_at.astimezone(CHINA):%Y-%m-%d %H:%M}-{one.ends_at.astimezone(CHINA):%H:%M}"
        for one in meetings
    )


def _order(date: dict[str, Any]) -> tuple[str, str]:
    return date["on"], date["start"]


def _date(found: re.Match[str], text: str) -> dict[str, Any]:
    day = read_day(found["day"])
    if day is None:
        raise _unread(f"“{found['day']}”不是日期", f"'{found['day']}' is no day")
    start, minutes = _length(found, text)
    return {"on": day.isoformat(), "start": start, "minutes": minutes}


def _length(found: re.Match[str], text: str) -> tuple[str, int]:
    start = _minutes(found["start"])
    minutes = int(found["min"]) if found["min"] else _minutes(found["end"]) - start
    if minutes <= 0:
        raise _unread("结束不在开始之后", "it ends before it begins")
    return f"{start // 60:02}:{start % 60:02}", minutes


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    if int(hours) > 24 or int(minutes) > 59:
        raise _unread(f"没有{clock}这个时间", f"there is no time {clock}")
    return int(hours) * 60 + int(minutes)


def _rule(said: str, text: str) -> dict[str, Any]:
    found: dict[str, re.Match[str]] = {}
    rest = said
    for name, sign in SIGNS:
        match = sign.search(rest)
        if match is not None:
            found[name] = match
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    if left := re.sub(r"[\s,;.:()]|上课|and|on", "", rest):
        raise _unread(f"读不懂“{left}”", f"'{left}' can't be read")
    missing = {
        "weekdays": ("没有写星期几", "it doesn't say on which day of the week"),
        "length": ("没有写几点到几点", "it doesn't say from when to when"),
        "since": ("没有写从哪天起", "it doesn't say from which day on"),
        "times": ("没有写一共几次", "it doesn't say how many times"),
    }
    for name, (zh, en) in missing.items():
        if name not in found:
            raise _unread(zh, en)
    since = read_day(found["since"]["since"])
    if since is None:
        raise _unread("开始的日期不存在", "the first day is none")
    start, minutes = _length(found["length"], text)
    days = sorted(weekdays_of(found["weekdays"]["days"]))
    return {
        "weekdays": [WEEKDAYS[day] for day in days],
        "start": start,
        "minutes": minutes,
        "since": since.isoformat(),
        "times": int(found["times"]["times"]),
        "on_holidays": "on" in found,
    }


def _unread(zh: str, en: str) -> Unread:
    return unread(zh, en, EXAMPLE_ZH, EXAMPLE_EN)
