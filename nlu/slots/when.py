"""Dates, weekdays, times of day and "open now"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nlu.slots import numerals
from nlu.slots.model import TimeOfDay

CHINA = ZoneInfo("Asia/Shanghai")

_DAY_NAMES = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "末": 0}
_DAY_NAMES.update({str(n): n for n in range(1, 8)})
_CHINESE_DAY = re.compile(
    r"(?:星期|礼拜|周|拜)([一二三四五六日天末1-7])(?![次回趟])(?:[、和或跟及,/到至-]*(?:星期|"
    r"礼拜|周)?([一二三四五六日天](?![点期个家条月号天])))*"
)
_LISTED = re.compile(r"(?:星期|礼拜|周)((?:[一二三四五六日天][、和或跟及,]?){2,})")
_RANGE = re.compile(
    r"(?:星期|礼拜|周)([一二三四五六日天1-7])(?:到|至|-|~)(?:星期|礼拜|周)?([一二三四五六日天1-7])"
)
_WEEKEND = re.compile(r"周末|双休|礼拜天和礼拜六|\bweekends?\b|六日")
_WORKDAYS = re.compile(r"(?<![个几])工作日|平时|平日|\bweekdays?\b")
_SHORT = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_ENGLISH_DAY = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|"
    r"thurs?|fri|sat)(?:'?s)?\b(?! down)"
)
_TIMES: tuple[tuple[TimeOfDay, re.Pattern[str]], ...] = (
    (
        "evening",
        re.compile(
            r"晚上|今晚|明晚|夜里|夜间|夜晚|傍晚|晚间|夜校(?=.{0,3}晚)|下班(?:以?后)|"
            r"收工(?:以?后)|晚饭后|下晚|夜边|[一二三四五六日天]晚|晚(?:七|八|九|7|8|9)点|"
            r"\bevenings?\b|\bnights?\b(?! school)|\btonight\b|after work|"
            r"after (?:my )?shift|after dinner"
        ),
    ),
    (
        "morning",
        re.compile(
            r"早上|上午|早晨|清早|一早|大早|明早|今早|早间|上昼|朝早|\bmornings?\b|before noon"
        ),
    ),
    (
        "afternoon",
        re.compile(r"下午|午后|中午|晌午|下昼|后晌|\bafternoons?\b|after lunch|\bnoon\b"),
    ),
)
_OPEN_NOW = re.compile(
    r"(?:现在|这会儿?|这个点|这时候?|这钟|此刻|目前|当下|半夜|大半夜|都这么晚|凌晨|"
    r"还).{0,6}(?:开着|开门|还开|没关|营业|能进|开的|有开|在开|进得去)|24 ?小时|"
    r"二十四小时|通宵|整夜|全天|"
    r"还开着?(?:门|的|吗|不)|还没关|没关门|开着(?:门|的)|"
    r"open (?:right )?now|(?:still|currently) open|open (?:at )?this (?:hour|time|"
    r"late)|open late|now open|24 ?/ ?7|24 ?h(?:ours?|rs?)?\b|round the clock|"
    r"all night|open tonight|open already"
)
_RELATIVE = {
    word: shift
    for shift, words in {
        -3: "大前天",
        -2: "前天 前儿",
        -1: "昨天 昨日 昨儿 昨晚 寻日",
        0: "今天 今日 今晚 今早 今儿",
        1: "明天 明日 明晚 明早 明儿 听日",
        2: "后天 后儿",
        3: "大后天",
    }.items()
    for word in words.split()
}
_RELATIVE_WORD = re.compile("|".join(sorted(map(re.escape, _RELATIVE), key=len, reverse=True)))
_ENGLISH_RELATIVE = (
    (re.compile(r"day after tomorrow"), 2),
    (re.compile(r"day before yesterday"), -2),
    (re.compile(r"\btomorrow|\btmrw?\b|\btmr\b"), 1),
    (re.compile(r"\byesterday"), -1),
    (re.compile(r"\btoday\b|\btonight\b"), 0),
)
_N = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_FULL = re.compile(r"(20\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")
_MONTH_DAY = re.compile(rf"{_N}月(?:份)?{_N}(?:日|号)?")
_DAY_OF_MONTH = re.compile(rf"(下个?月|上个?月|本月|这个?月)?{_N}[号日](?![码楼店线院门])")
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})(?![\d/])")
_IN_DAYS = re.compile(rf"{_N}天(?:以?后|之后)|in (\d+|two|three|four|five|six|seven) days")
_DAYS_AGO = re.compile(rf"{_N}天(?:以?前|之前)|(\d+|two|three|four|five|six|seven) days ago")
_WEEK_SHIFT = re.compile(r"(下下|下个?|上上|上个?|这个?|本)(?:星期|礼拜|周)([一二三四五六日天])")
_NEXT_ENGLISH = re.compile(r"\b(next|this|last|coming) (mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ENGLISH_DATE = re.compile(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? (jan|feb|mar|apr|may|jun|jul|aug|sep|"
    r"oct|nov|dec)[a-z]*|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d{1,2})(?:st|nd|rd|th)?)\b"
)


def weekdays(folded: str) -> list[int]:
    """The days of the week that a folded text names, 1 (Monday) to 7, in order."""
    found: set[int] = set()
    for match in _RANGE.finditer(folded):
        first, last = _DAY_NAMES[match[1]], _DAY_NAMES[match[2]]
        found.update(range(first, last + 1) if first <= last else ())
    for match in _LISTED.finditer(folded):
        found.update(_DAY_NAMES[char] for char in match[1] if char in _DAY_NAMES)
    for match in _CHINESE_DAY.finditer(folded):
        for char in (match[1], match[2]):
            if char and _DAY_NAMES[char]:
                found.add(_DAY_NAMES[char])
    if _WEEKEND.search(folded):
        found.update((6, 7))
    if _WORKDAYS.search(folded):
        found.update(range(1, 6))
    found.update(_SHORT[match[1][:3]] for match in _ENGLISH_DAY.finditer(folded))
    return sorted(found)


def time_of_day(folded: str) -> TimeOfDay | None:
    """Morning, afternoon or evening; the first that is named."""
    named = [
        (match.start(), name) for name, sign in _TIMES if (match := sign.search(folded)) is not None
    ]
    return min(named)[1] if named else None


def open_now(folded: str) -> bool | None:
    """True if the text wants what is open now or round the clock."""
    return True if _OPEN_NOW.search(folded) else None


def day(folded: str, now: datetime) -> str | None:
    """The one date that a folded text names, ISO; counted from `now` in China.

    A weekday alone is no date ("有没有周三的课"); with "next" or "last" it is one.
    """
    today = now.astimezone(CHINA).date()
    found = _absolute(folded, today) or _shifted(folded, today) or _relative(folded, today)
    return found.isoformat() if found else None


def _absolute(folded: str, today: date) -> date | None:
    if match := _FULL.search(folded):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH_DAY.search(folded):
        month, number = numerals.small(match[1]), numerals.small(match[2])
        if month and number:
            return _nearest(month, number, today)
    if match := _ENGLISH_DATE.search(folded):
        name, number = match[2] or match[3], int(match[1] or match[4])
        return _nearest(_MONTHS.index(name) + 1, number, today)
    if match := _SLASHED.search(folded):
        return _nearest(int(match[1]), int(match[2]), today)
    if (match := _DAY_OF_MONTH.search(folded)) and (number := numerals.small(match[2])):
        return _of_month(match[1], number, today)
    return None


def _shifted(folded: str, today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    if match := _WEEK_SHIFT.search(folded):
        word = match[1]
        weeks = {"下下": 2, "上上": -2}.get(
            word, 1 if word[0] == "下" else -1 if word[0] == "上" else 0
        )
        return monday + timedelta(days=7 * weeks + _DAY_NAMES[match[2]] - 1)
    if match := _NEXT_ENGLISH.search(folded):
        number = _SHORT[match[2]]
        if match[1] == "last":
            return monday + timedelta(days=number - 8)
        if match[1] == "next":
            return monday + timedelta(days=number + 6)
        return today + timedelta(days=(number - 1 - today.weekday()) % 7)
    return None


def _relative(folded: str, today: date) -> date | None:
    if match := _IN_DAYS.search(folded):
        number = numerals.small(match[1] or match[2])
        return today + timedelta(days=number) if number else None
    if match := _DAYS_AGO.search(folded):
        number = numerals.small(match[1] or match[2])
        return today - timedelta(days=number) if number else None
    if match := _RELATIVE_WORD.search(folded):
        return today + timedelta(days=_RELATIVE[match.group()])
    for sign, shift in _ENGLISH_RELATIVE:
        if sign.search(folded):
            return today + timedelta(days=shift)
    return None


def _of_month(which: str | None, number: int, today: date) -> date | None:
    year, month = today.year, today.month
    if which and which[0] in "下上":
        month += 1 if which[0] == "下" else -1
    elif not which and number < today.day:
        month += 1
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return _date(year, month, number)


def _nearest(month: int, number: int, today: date) -> date | None:
    """The day in the year that lies nearest: in November, 3 January is the next one."""
    choices = [_date(today.year + shift, month, number) for shift in (-1, 0, 1)]
    real = [choice for choice in choices if choice is not None]
    return min(real, key=lambda choice: abs((choice - today).days), default=None)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
