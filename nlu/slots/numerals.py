"""Numbers as people say and write them: "八千六", "1.2万", "3万5", "two thousand"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import cn2an

_ENGLISH = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_ENGLISH.update(
    {
        word: (value + 2) * 10
        for value, word in enumerate(
            "twenty thirty forty fifty sixty seventy eighty ninety".split()
        )
    }
)
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}
_UNITS = {"hundred": "百", "thousand": "千", "grand": "千"}
_ENGLISH_WORDS = frozenset([*_ENGLISH, *_SCALES, "a", "and", "half"])

_NUMBER = re.compile(
    r"\d+(?:,\d+)*(?:\.\d+)?(?:\s?[千万亿]|[wk](?![a-z])| (?:hundred|thousand|grand)\b)?"
    r"(?:零\d{1,3}[百千]?|\d[百千]?(?![\d.块元]*\d))?"
    r"|[零〇一二两俩三仨四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[零一二三四五六七八九]+)?"
)
CHINESE_DIGITS = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
"""Digits in words, each for itself: "幺三九零"."""

_SAME = str.maketrans({"w": "万", "k": "千", "俩": "两", "仨": "三", ",": "", " ": ""})
# "三五块", "两三个": somewhere between.
_BETWEEN = re.compile(r"[一二两三四五六七八九]{2}")
# "几十块", "数十万": the figure is only its unit.
_VAGUE = re.compile(r"[几数]$")
# "五千一个月": the last figure counts what follows.
_OF_THE_NEXT = re.compile(r"(?<=[百千万])[一半](?=个|天|年|次|单|小时|晚|位|份|趟|月)")
COUNTED = re.compile(
    r"\s?(?:多|来|几)?\s?(?:"
    r"[个名位号时分秒楼栋幢路街米度斤吨次床级班节人口周码室座排届层台辆部份处种类件趟片条张场遍杯瓶折成%℃]"
    r"|(?<!多)点|天(?!天)|日(?!结)|月(?!底|初|薪)|年(?!底|前|初)|岁|里(?!面)|单(?!子)|站(?!长)|门(?!诊)|期(?!限)"
    r"|公里|公斤|千米|平|小时|多岁|工作日|电池|骑手|师傅|工友|兄弟"
    r"|(?:hours?|hrs?|days?|weeks?|months?|years?|min(?:ute)?s?|seconds?|times?|twice|km|kg|ml"
    r"|meters?|metres?|miles?|m|people|persons?|riders?|workers?|couriers?|drivers?|colleagues?"
    r"|of us|orders?|trips?|deliver(?:y|ies)|pct|percent|degrees|points?|claims?|courses?"
    r"|class(?:es)?|kids?|am|pm|o'?clock|th|st|nd|rd)\b|[:/-]\d|[a-z]\d)"
)
"""What follows a number that counts something else than money."""


@dataclass(frozen=True)
class Figure:
    """A number in a folded text, with where it stands."""

    value: Decimal
    written: str
    start: int
    end: int


def figures(folded: str) -> Iterator[Figure]:
    """The numbers of a folded text, in order; none that is only roughly said."""
    for match in _NUMBER.finditer(folded):
        start, end = match.span()
        if mine := _OF_THE_NEXT.search(folded, start, min(end + 2, len(folded))):
            end = min(end, mine.start())
        if not (written := folded[start:end]):  # "3千半天": the half is the day's
            continue
        vague = written[0] in "十百千万" and _VAGUE.search(folded[max(0, start - 1) : start])
        value = None if vague else read(written)
        if value is not None:
            yield Figure(value, written, start, end)
    yield from _english_figures(folded)


def read(piece: str) -> Decimal | None:
    """The number that a folded piece of text writes, None if it doesn't write one."""
    for word, unit in _UNITS.items():
        piece = piece.replace(f" {word}", unit)
    piece = piece.translate(_SAME)
    if not piece or len(piece) > 20 or _BETWEEN.search(piece):
        return None
    try:
        return Decimal(str(cn2an.cn2an(piece, "smart")))
    except (ValueError, KeyError, ArithmeticError):  # a KeyError for "一万十一"
        return None


def small(piece: str) -> int | None:
    """A whole number of at most four digits, in digits, Chinese or English."""
    value = read(piece) if piece[:1].isdigit() or piece[:1] >= "\u3400" else None
    if value is None:
        value = _english(piece.split())
    if value is None or value != value.to_integral() or value > 9999:
        return None
    return int(value)


def _english(words: list[str]) -> Decimal | None:
    """The number that English words write ("twelve hundred", "two and a half thousand")."""
    total = Decimal(0)
    current = Decimal(0)
    seen = False
    for word in words:
        if word in _ENGLISH:
            current += _ENGLISH[word]
            seen = True
        elif word == "half":
            current += Decimal("0.5")
        elif word in _SCALES:
            scale = _SCALES[word]
            current = (current or Decimal(1)) * scale
            if scale == 1000:
                total += current
                current = Decimal(0)
            seen = seen or words[0] in ("a", "half")
        elif word not in ("a", "and"):
            return None
    value = total + current
    return value if seen else None


def _english_figures(folded: str) -> Iterator[Figure]:
    words = list(re.finditer(r"[a-z]+", folded))
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].group() in _ENGLISH_WORDS:
            end += 1
        value = _english([word.group() for word in words[at:end]]) if end > at else None
        if value is not None:
            start, stop = words[at].start(), words[end - 1].end()
            yield Figure(value, folded[start:stop], start, stop)
        at = max(end, at + 1)
