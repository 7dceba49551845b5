"""The one date that a text names."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nlu.slots import numerals
from nlu.slots.numerals import CHINESE_DIGITS, COUNTED
from nlu.slots.weekdays import CHINESE, SHORT

CHINA = ZoneInfo("Asia/Shanghai")

_N = r"((?<!\d)\d{1,2}(?!\d)|[一二两三四五六七八九十]{1,3})"
_YEAR = r"((?<!\d)(?:20)?\d\d(?=年)|(?<!\d)20\d\d|二[零〇][零〇一二三四五六七八九]{2})"
# "3号楼", "5号电池" are names of things; "15日内" is a time limit.
_DAY = r"(?:[号日](?![码楼店线院门床桌机仓口位柜库厂棚栋坑房厅台车电员井桩馆街路巷弄室单铺内]))"
_FULL = re.compile(rf"{_YEAR}\s?[-/.年]\s?{_N}\s?[-/.月]\s?{_N}")
_MONTH_DAY = re.compile(rf"{_N}月(?:份)?{_N}(?:{_DAY}|(?![\d号日百千万块元.]|{COUNTED.pattern}))")
_DOTTED = re.compile(rf"(?<![\d/.-])(\d{{1,2}})(?:/(\d{{1,2}})(?![\d/])|\.(\d{{1,2}}){_DAY})")
_DAY_OF_MONTH = re.compile(rf"(?<!第)(下个?月|上个?月|本月|这个?月)?{_N}{_DAY}")
_MONTH_END = re.compile(
    r"(?<!每)(?<!每个)(下|上)?个?月(?:底|末)|(?:the )?end of (?:(?:the|this)|(next|last)) month"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ENGLISH_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ENGLISH_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_ENGLISH_MONTH}"
    rf"|\b{_ENGLISH_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!{COUNTED.pattern})"
)
_ENGLISH_DAY = re.compile(
    r"\b(?:on|by|until|till|since|from) the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:floor|street|one))"
    r"|\bthe (\d\d)(?:st|nd|rd|th)\b(?! (?:floor|street|one))"
)

_WEEK_SHIFT = re.compile(r"(下下|下|上上|上|这|本)个?(?:星期|礼拜|周)([一二三四五六日天])")
_WEEKS = {"下下": 2, "下": 1, "上": -1, "上上": -2, "这": 0, "本": 0}
_NEXT_ENGLISH = re.compile(r"\b(next|this|last|coming) (mon|tue|wed|thu|fri|sat|sun)(?!th)[a-z]*")
_LATER = re.compile(
    rf"{_N}(天|个?星期|个?礼拜|周)(?:(?:以|之)?(后)|(?:以|之)?前)"
    r"|\b(?:in (?!an? |one )(\w+) (day|week)s?\b|(\w+) (day|week)s? ago)"
)
_RELATIVE = {
    word: shift
    for shift, words in {
        -3: "大前天",
        -2: "前天 前晚",
        -1: "昨天 昨日 昨晚 寻日",
        0: "今天 今日 今晚 今早",
        1: "明天 明日 明晚 明早 听日",
        2: "后天",
        3: "大后天",
    }.items()
    for word in words.split()
} | {"前儿": -2, "昨儿": -1, "今儿": 0, "明儿": 1, "后儿": 2}
# "以后天天", "后天性", "从前儿子", "听日语": the same characters by chance.
_RELATIVE_WORD = re.compile(
    r"(?<![以之从今往])(?!后天[天性]|前天天|.儿[子女童]|听日语)"
    rf"(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})"
)
_ENGLISH_RELATIVE = (
    (re.compile(r"day after (?:tomorrow|tmrw?\b)"), 2),
    (re.compile(r"day before yesterday"), -2),
    (re.compile(r"\btomorrow|\btmrw?\b"), 1),
    (re.compile(r"\byesterday"), -1),
    (re.compile(r"\btoday\b|\btonight\b"), 0),
)


def read(folded: str, now: datetime) -> str | None:
    """The date, ISO, counted from `now` in China.

    A weekday alone is no date ("有没有周三的课"); with "next" or "last" it is one.
    """
    today = now.astimezone(CHINA).date()
    found = _absolute(folded, today) or _shifted(folded, today) or _relative(folded, today)
    return found.isoformat() if found else None


def _absolute(folded: str, today: date) -> date | None:
    if match := _FULL.search(folded):
        year = int(match[1].translate(CHINESE_DIGITS)) % 100 + 2000
        return _date(year, numerals.small(match[2]), numerals.small(match[3]))
    if match := _MONTH_DAY.search(folded):
        return _nearest(numerals.small(match[1]), numerals.small(match[2]), today)
    if match := _ENGLISH_DATE.search(folded):
        name, number = match[2] or match[3], int(match[1] or match[4])
        return _nearest(_MONTHS.index(name[:3]) + 1, number, today)
    if match := _DOTTED.search(folded):
        return _nearest(int(match[1]), int(match[2] or match[3]), today)
    if match := _MONTH_END.search(folded):
        first = _months_on(
            today, {"下": 1, "next": 1, "上": -1, "last": -1}.get(match[1] or match[2], 0)
        )
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if match := _DAY_OF_MONTH.search(folded):
        return _of_month(match[1], numerals.small(match[2]), today)
    if match := _ENGLISH_DAY.search(folded):
        return _of_month(None, int(match[1] or match[2]), today)
    return None


def _shifted(folded: str, today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    if match := _WEEK_SHIFT.search(folded):
        return monday + timedelta(days=7 * _WEEKS[match[1]] + CHINESE[match[2]] - 1)
    if match := _NEXT_ENGLISH.search(folded):
        number = SHORT[match[2]]
        if match[1] == "last":
            return monday + timedelta(days=number - 8)
        if match[1] == "next":
            return monday + timedelta(days=number + 6)
        return today + timedelta(days=(number - 1 - today.weekday()) % 7)
    return None


def _relative(folded: str, today: date) -> date | None:
    if match := _LATER.search(folded):
        written, unit = match[1] or match[4] or match[6], match[2] or match[5] or match[7]
        number = 1 if written == "a" else numerals.small(written)
        if number is not None:
            days = number * (1 if unit in ("天", "day") else 7)
            return today + timedelta(days=days if match[3] or match[4] else -days)
    if match := _RELATIVE_WORD.search(folded):
        return today + timedelta(days=_RELATIVE[match[0]])
    for sign, shift in _ENGLISH_RELATIVE:
        if sign.search(folded):
            return today + timedelta(days=shift)
    return None


def _of_month(which: str | None, number: int | None, today: date) -> date | None:
    """A day of this month or the one named; a day that is over is next month's."""
    if which and which[0] in "下上":
        first = _months_on(today, 1 if which[0] == "下" else -1)
    else:
        first = _months_on(today, int(not which and number is not None and number < today.day))
    return _date(first.year, first.month, number)


def _months_on(today: date, months: int) -> date:
    """The first day of a month before or after this one."""
    years, month = divmod(today.month - 1 + months, 12)
    return date(today.year + years, month + 1, 1)


def _nearest(month: int | None, number: int | None, today: date) -> date | None:
    """The day in the year that lies nearest: in November, 3 January is the next one."""
    choices = [_date(today.year + shift, month, number) for shift in (-1, 0, 1)]
    real = [choice for choice in choices if choice is not None]
    return min(real, key=lambda choice: abs((choice - today).days), default=None)


def _date(year: int, month: int | None, number: int | None) -> date | None:
    try:
        return date(year, month or 0, number or 0)
    except ValueError:
        return None
