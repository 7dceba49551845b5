"""The words in which people write days and times, in Chinese and English, for `hours_typed`.

All patterns are for a text that `plain` has made uniform: half-width, lower case, Simplified,
every dash a hyphen, every comma an English one.
"""

from __future__ import annotations

import re
import unicodedata

WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SAME = str.maketrans(
    {
        "週": "周", "禮": "礼", "點": "点", "開": "开", "關": "关", "節": "节", "時": "时",
        "個": "个", "營": "营", "業": "业", "門": "门", "閉": "闭", "間": "间", "後": "后",
        "晝": "昼", "無": "无", "內": "内", "館": "馆", "為": "为", "兩": "两", "雙": "双",
        "–": "-", "—": "-", "~": "-", "―": "-", "−": "-", "‐": "-", "‑": "-", "〜": "-", "～": "-",
        ",": ",", "、": ",", "。": ";", "\n": ";", "\t": " ", "\r": " ", "．": ".",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """A text in the one form that the patterns know."""
    folded = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    return re.sub(r" +", " ", re.sub(r"-+", "-", folded)).strip(" ;,.")


ZH_DAYS = "一二三四五六日"
_PREFIX = r"(?:周|星期|礼拜)"
_NOT_A_TIME = r"(?![点时刻十]|(?<=[1-7])[\d:])"
ZH_WEEKDAYS = (
    rf"{_PREFIX}[一二三四五六日天1-7]{_NOT_A_TIME}"
    rf"(?:\s*(?:至|到|-)\s*{_PREFIX}?[一二三四五六日天1-7]{_NOT_A_TIME}"
    rf"|\s*(?:,|和|及|与)?\s*{_PREFIX}[一二三四五六日天1-7]{_NOT_A_TIME}"
    rf"|\s*(?:,|和|及|与)?\s*[一二三四五六日天]{_NOT_A_TIME})*"
)
ZH_ONE_DAY = re.compile(rf"(-|至|到)?\s*{_PREFIX}?\s*([一二三四五六日天1-7])")

_EN_DAY = (
    r"(?:mon(?:day)?s?|tue(?:s(?:day)?)?s?|wed(?:nesday)?s?|thu(?:rs?(?:day)?)?s?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?)\b\.?"
)
EN_WEEKDAYS = rf"{_EN_DAY}(?:\s*(?:-|to|through|thru|,|&|and|,\s*and)\s*{_EN_DAY})*"
EN_ONE_DAY = re.compile(r"(-|to|thr(?:ough|u))?\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*")
EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_PART = (
    r"(?:早上|早晨|清晨|清早|上午|早|中午|正午|午后|下午|傍晚|晚上|晚间|夜里|夜间|夜晚|半夜|深夜"
    r"|凌晨|晚|夜)"
)
_NEXT = r"(?:次日|第二天|翌日|隔天|隔日)"
_FIGURE = r"(?:\d{1,2}|[零一二两三四五六七八九十]{1,3})"
_WORD_CLOCK = r"noon|midnight|midday|正午|中午|午夜|零点|凌晨"


def _clock(which: str) -> str:
    """A time, in groups of this name: next day, part of the day, hour, minute, am or pm."""
    minutes = rf":\d{{2}}|(?:点|时)(?:钟|整)?(?:半|一刻|三刻|{_FIGURE}分?)?|h(?![a-z])"
    figures = (
        rf"(?P<n{which}>{_NEXT}\s*(?:的|之)?\s*)?(?P<p{which}>{_PART})?\s*(?P<h{which}>{_FIGURE})"
        rf"\s*(?P<m{which}>{minutes})?\s*(?P<a{which}>[ap]\.?m\b\.?)?"
    )
    return rf"(?:{figures}|(?P<w{which}>{_WORD_CLOCK}))"


_BETWEEN = r"\s*(?:(?:开门|开始|开)?\s*,?\s*(?:-|至|到|to\b|until\b|till?\b)|(?:开门|开)\s*,?)\s*"
TIMES = re.compile(
    rf"(?:从|由|自|from\b)?\s*{_clock('1')}{_BETWEEN}{_clock('2')}\s*(?:关门|打烊|结束|闭馆|止)?"
)
ONE_TIME = re.compile(rf"{_PART}?\s*{_FIGURE}\s*(?::\d{{2}}|点|时)|\d\s*[ap]m\b")

_MONTH_ZH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
MONTHS_ZH = re.compile(rf"({_MONTH_ZH})月(?:份)?\s*(?:-|至|到)\s*({_MONTH_ZH})月(?:份)?")

SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("months", MONTHS_ZH),
    ("daily", re.compile(
        r"每天|每日|天天|全周|一周七天|周一(?:至|到|-)周?[日天]|星期一(?:至|到|-)(?:星期)?[日天]"
        r"|礼拜一(?:至|到|-)(?:礼拜)?[日天]|every ?day|daily|all week|(?:7|seven) days(?: a week)?"
        r"|其他(?:时间|日子)?|其余(?:时间|日子)?|平时|otherwise|other days")),
    ("office", re.compile(r"工作日|上班日|weekdays?\b|work(?:ing)? ?days?\b")),
    ("weekend", re.compile(r"周末|双休日?|六日(?=休|不)|weekends?\b")),
    ("days", re.compile(f"{ZH_WEEKDAYS}|{EN_WEEKDAYS}")),
    ("usual", re.compile(
        r"全年无休|(?:照常|正常)(?:开放|营业|开门)?|无休(?:息)?|不休息?|不打烊|不关门|as usual"
        r"|no (?:rest|closing) days?")),
    ("including", re.compile(
        r"[(,]?\s*(?:含|包括|including|incl\.?)\s*(?:法定|国家|public\s*)?"
        r"(?:节假日|假日|节日|holidays?)\s*\)?")),
    ("holidays", re.compile(
        r"(?:国家|法定|国定|公众)*(?:节假日|假日|节日|假期)"
        r"|(?:public |bank |national |all )*holidays?\b")),
    ("not_in", re.compile(r"除了?(?=[^外]+外)|except(?: for| on)?|but not(?: on)?|apart from")),
    ("always", re.compile(
        r"(?:全天)?\s*(?:24|二十四)\s*(?:个)?(?:小时|hours?\b|hrs?\b|h\b)(?: a day)?|24/7|全天候?"
        r"|昼夜|(?:a?round the clock)|all day(?: and night)?")),
    ("pause", re.compile(r"午休(?:时间)?|中午休息|午间休息|lunch(?: break)?|break")),
    ("times", TIMES),
    ("off", re.compile(
        r"休息|不开放|不营业|不开门?|不对外|关门|停业|闭馆|闭站|关闭|打烊|除外|不上班|放假|休"
        r"|closed|off\b|shut|no service")),
    ("outside", re.compile(r"[以之]?外")),
    ("filler", re.compile(
        r"开放时间|营业时间|服务时间|开放|营业|开门|服务|时间|对外|都|均|则|为|是|的|开"
        r"|和|及|与|且|并|但|另|其中|每|以及|在|于|[,;:.()\s/&|]+"
        r"|(?:open(?:ing)?(?: hours)?|hours?|and|from|on|the|but|at|o'?clock|also|are|is|we)\b")),
)  # fmt: skip
"""In the order in which they are tried at each place of the text."""
