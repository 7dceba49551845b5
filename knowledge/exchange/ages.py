"""Which children a childcare centre takes, as people write it: 6个月到3岁, 0-3岁, 3岁以下."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from knowledge.exchange.cells import Names
from knowledge.exchange.refused import unread

YEAR = 12
NUMERALS = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九十")} | {"两": "2"}
"""Ages of small children in Chinese figures; more than ten months are written 十八 or 18."""

_UNIT = r"(岁半|岁|周岁|个月|月|years?|y|months?|m)"
_FROM_TO = re.compile(
    rf"(\d{{1,3}}){_UNIT}?(?:到|至|-|~|—|–|to)(\d{{1,3}}){_UNIT}(?:的?(?:孩子|幼儿|婴幼儿|宝宝))?"
)
_BELOW = re.compile(rf"(\d{{1,3}}){_UNIT}以[下内]|(?:under|below|upto)(\d{{1,3}}){_UNIT}")
_TENS = re.compile(r"(?:([二])?十([一二三四五六七八九])?)")


class AgesCell:
    """Ages of children, in months."""

    def read(self, text: str, names: Names) -> Any:
        plain = _in_figures(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold())
        if found := _FROM_TO.fullmatch(plain):
            unit = found[2] or found[4].removesuffix("半")
            return _ages(_months(found[1], unit), _months(found[3], found[4]))
        if found := _BELOW.fullmatch(plain):
            return _ages(0, _months(found[1] or found[3], found[2] or found[4]))
        raise unread(
            f"“{text}”不是年龄",
            f"'{text}' is no range of ages",
            "请写成“6个月到3岁”或“3岁以下”",
            "write it like '6 months to 3 years'",
        )

    def write(self, value: Any, language: str) -> str:
        return ages_in_words(value["from_months"], value["to_months"], language)


def ages_in_words(first: int, last: int, language: str) -> str:
    """Ages as they are read, and read again."""
    between = "到" if language == "zh" else " to "
    return f"{_age(first, language)}{between}{_age(last, language)}"


def _age(months: int, language: str) -> str:
    years, rest = divmod(months, YEAR)
    if language == "zh":
        if rest == YEAR // 2 and years:
            return f"{years}岁半"
        return f"{months}个月" if rest else f"{years}岁"
    if rest:
        return f"{months} months" if months != 1 else "1 month"
    return f"{years} years" if years != 1 else "1 year"


def _in_figures(text: str) -> str:
    def ten(found: re.Match[str]) -> str:
        return f"{'2' if found[1] else '1'}{NUMERALS[found[2]] if found[2] else '0'}"

    text = _TENS.sub(ten, text)
    return "".join(NUMERALS.get(sign, sign) for sign in text)


def _months(number: str, unit: str) -> int:
    if unit[0] in "岁周y":
        return int(number) * YEAR + (YEAR // 2 if unit.endswith("半") else 0)
    return int(number)


def _ages(first: int, last: int) -> dict[str, int]:
    return {"from_months": first, "to_months": last}
