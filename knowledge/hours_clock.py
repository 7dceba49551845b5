"""Times of day as people write them ("早8点到晚8点", "9am to 5:30pm"), as minutes of the day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.content_entries import Words

DAY = 24 * 60
"""Minutes."""

EARLY = 6 * 60
"""A bare figure below may be in the afternoon: nobody means three at night by "3点"."""


class HoursUnread(ValueError):
    """The hours can't be read; says why and what to write instead, in both languages."""

    def __init__(self, what: Words, instead: Words) -> None:
        super().__init__(f"{what.en}; {instead.en}")
        self.what, self.instead = what, instead


INSTEAD = Words(
    zh="请写成“每天8:00-20:00，周日休息”或“周一至周五9:00-17:30，节假日不开”这样",
    en='write it like "daily 8:00-20:00, closed Sunday" or "Mon-Fri 9:00-17:30, holidays closed"',
)


def unread(zh: str, en: str, instead: Words = INSTEAD) -> HoursUnread:
    return HoursUnread(Words(zh=zh, en=en), instead)


AFTERNOON = ("下午", "午后", "傍晚", "晚上", "晚间", "晚")
NIGHT = ("夜里", "夜间", "夜晚", "半夜", "深夜", "夜")
NOON = ("中午", "正午")
WORDS = {"noon": 720, "midday": 720, "正午": 720, "中午": 720, "midnight": DAY, "午夜": DAY,
         "零点": DAY, "凌晨": DAY}  # fmt: skip
FIGURES = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True)
class _Time:
    minutes: int
    sure: bool
    """Whether morning or afternoon is said, or it is written like a clock (08:00, 20:00)."""
    afternoon: bool
    next_day: bool


def span(found: re.Match[str]) -> tuple[int, int]:
    """From and to, of a match of `hours_signs.TIMES`. Past midnight: over 1440, or below from.

    Raises:
        HoursUnread: there is no such time, or it may be another.
    """
    start, end = _time(found, "1"), _time(found, "2")
    begins, ends = start.minutes % DAY, end.minutes
    if start.afternoon and not end.sure and ends < begins < ends + 12 * 60 < DAY + 1:
        ends += 12 * 60
    if ends == 0:
        ends = DAY
    if end.next_day:
        return begins, ends + (DAY if ends >= begins else 0)
    if ends == begins:
        raise unread(
            f"“{found[0].strip()}”从几点到几点是同一个时间",
            f"'{found[0].strip()}' begins and ends at the same time",
            Words(zh="全天开放请写“24小时”", en='if it never closes, write "24 hours"'),
        )
    small = not start.sure and not end.sure and 0 < begins < EARLY
    if small or (ends < begins and not end.sure and begins < 12 * 60):
        raise unread(
            f"“{found[0].strip()}”不知道说的是上午、下午还是夜里",
            f"'{found[0].strip()}' may be in the morning, the afternoon or the night",
            Words(
                zh="请用24小时制写，如“9:00-17:00”，过夜的写“次日5点”",
                en='write the time with 24 hours, like "9:00-17:00" or "20:00-02:00"',
            ),
        )
    return begins, ends


def _time(found: re.Match[str], which: str) -> _Time:
    if word := found[f"w{which}"]:
        minutes = 0 if which == "1" and WORDS[word] == DAY else WORDS[word]
        return _Time(minutes, True, False, False)
    hour = figure(found[f"h{which}"])
    minute = _minute(found[f"m{which}"] or "")
    part, half = found[f"p{which}"] or "", (found[f"a{which}"] or "")[:1]
    next_day = found[f"n{which}"] is not None
    afternoon = half == "p" or part in AFTERNOON or (part in NIGHT and 6 <= hour < 12)
    if part in NOON and hour < 6:
        afternoon = True
    if half and not 1 <= hour <= 12:
        raise _no_time(found[0])
    if half == "a" and hour == 12:
        hour = 0
    elif part in (*AFTERNOON, *NIGHT) and hour == 12:
        hour = 24  # 晚上12点 is midnight
    elif afternoon and hour < 12:
        hour += 12
    minutes = hour * 60 + minute
    if minutes > DAY or minute > 59:
        raise _no_time(found[0])
    like_a_clock = re.match(r"(?:0\d|1[3-9]|2[0-4])", found[f"h{which}"]) is not None
    said = bool(part or half or next_day or like_a_clock)
    return _Time(minutes, said, afternoon, next_day)


def _no_time(text: str) -> HoursUnread:
    shown = text.strip()
    return unread(f"“{shown}”里有不存在的时间", f"'{shown}' holds a time that there isn't")


def figure(text: str) -> int:
    """A number in figures or in Chinese, up to 99."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(FIGURES[sign]) for sign in text))
    return (FIGURES[tens] if tens else 1) * 10 + (FIGURES[ones] if ones else 0)


def _minute(text: str) -> int:
    text = text.strip()
    if text.startswith(":"):
        return int(text[1:])
    rest = text.lstrip("点时钟整h").rstrip("分")
    if not rest:
        return 0
    return {"半": 30, "一刻": 15, "三刻": 45}.get(rest) or figure(rest)
