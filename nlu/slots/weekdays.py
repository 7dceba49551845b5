"""Days of the week, in Chinese and English, alone, listed or as a range."""

from __future__ import annotations

import re

CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
SHORT = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}

_NUMBERS = CHINESE | {str(number): number for number in range(1, 8)}
_COUNT = "一二两三四五六七八九十0-9"
# "两周三次" are two weeks; in "周二周四" the number before is a day.
_WEEK = rf"(?:(?<![{_COUNT}])|(?<=[周期拜][{_COUNT}]))(?:星期|礼拜|拜|周)"
_BARE = r"[一二三四五六日天](?![点期个家条月号天块次十百千小])"
_DAY = re.compile(rf"{_WEEK}([一二三四五六日天1-7])(?![次回趟块\d]|个月|天(?![气天]))")
_MORE = re.compile(rf"[、和或跟及,/]?({_BARE})")
_RANGE = re.compile(
    rf"{_WEEK}([一二三四五六日天1-7])(?:到|至|-|~)(?:星期|礼拜|周)?([一二三四五六日天1-7])"
)
_WEEKEND = re.compile(r"周[末未]|双休|\bweekends?\b")
_WORKDAYS = re.compile(r"(?<![个几十\d])工作日|平时|平日|\bweekdays?\b")

_NAME = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
_ENGLISH_RANGE = re.compile(rf"\b({_NAME})s? ?(?:-|to|till|through|thru) ?({_NAME})s?\b")
_ENGLISH_PAIR = re.compile(rf"\b({_NAME})s? ?(?:and|or|,|/|&) ?({_NAME})s?\b")
# "sat" and "sun" are words of their own.
_ENGLISH = re.compile(
    rf"\b(?!sat\b|sun\b)({_NAME})(?:'?s)?\b(?! down)"
    r"|\b(?:on|next|this|every|coming) (sat|sun)\b"
    r"|\b(sat|sun)(?= (?:morning|afternoon|evening|night|class|course))"
)


def read(folded: str) -> list[int]:
    """The days of the week that a folded text names, 1 (Monday) to 7, in order."""
    found: set[int] = set()
    for match in _RANGE.finditer(folded):
        found.update(range(_NUMBERS[match[1]], _NUMBERS[match[2]] + 1))
    for match in _DAY.finditer(folded):
        found.update(_with_more(folded, match))
    for match in _ENGLISH_RANGE.finditer(folded):
        found.update(range(SHORT[match[1][:3]], SHORT[match[2][:3]] + 1))
    for match in (*_ENGLISH_PAIR.finditer(folded), *_ENGLISH.finditer(folded)):
        found.update(SHORT[name[:3]] for name in match.groups() if name)
    if _WEEKEND.search(folded):
        found.update((6, 7))
    if _WORKDAYS.search(folded):
        found.update(range(1, 6))
    return sorted(found)


def _with_more(folded: str, first: re.Match[str]) -> list[int]:
    """A day and those listed behind it: "周一三五", "星期二、四". They only go upwards."""
    days, at = [_NUMBERS[first[1]]], first.end()
    while (more := _MORE.match(folded, at)) and CHINESE[more[1]] > days[-1]:
        days.append(CHINESE[more[1]])
        at = more.end()
    return days
