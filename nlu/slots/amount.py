"""Sums of money: "八千六", "1.2万", "8600块", "￥95.5", "two thousand yuan"."""

from __future__ import annotations

import re
from decimal import Decimal

from nlu.slots import numerals

_MONEY = r"块钱|块(?!儿|地|牌|砖|电)|元(?!旦)|圆(?!通)|万元|rmb|cny|yuan|kuai|大洋|刀"
_CURRENCY = re.compile(r"[¥￥$]\s?$|(?:rmb|cny)\s?$")
# What a bare number near it must be: money that was paid, is owed, or is asked about.
_BEFORE = re.compile(
    r"(?:花|付|掏|费|自费|自付|自掏|交|缴|欠|扣|罚|押金|工资|工钱|钱|剩|一共|总共|"
    r"共|大概|差不多|将近|快|报|报销|账单|单子|医药费|押|退|垫|拿|赔|合计|"
    r"总计|下来|用|支出|成本|还有|有|只|才|要|了|到|过|超|超过|发|paid|pay|cost|"
    r"costs|spent|spend|bill|bills|share|is|was|are|were|owe|owes|owed|me|about|"
    r"around|of|for|over|nearly|almost|"
    r"fined|deducted|fine|total|pocket|comes to|to)\s?(?:我|咱|俺|我们|的|有|是|约)?\s?$"
)
_AFTER_MONEY = re.compile(rf"^\s?(?:多|来|几|左右)?\s?(?:{_MONEY})")
_AFTER_OTHER = re.compile(
    r"^\s?(?:个|名|位|号|天|日|月|年|岁|点|时|分|秒|楼|栋|路|街|米|公里|里|度|%|单|"
    r"次|站|床|号线|级|期|班|节|门|人|口|周|小时|多岁|来岁|多天|多个|多人|多年|几个|"
    r"几天|几年|"
    r"hours?|days?|weeks?|months?|years?|minutes?|km|people|riders?|of us|pct|"
    r"percent|am|pm|o'?clock|th\b|st\b|nd\b|rd\b|[:/-]\d|[a-z]\d)"
)
_NOT_BEFORE = re.compile(
    r"(?:第|礼拜|星期|周|百分之|编号|尾号|查询码|验证码|电话|手机号?|身份证|我今年|"
    r"零下)\s?$|(?:[a-z]-?|\d[-/:.])$"
)


def read(folded: str) -> str | None:
    """The sum that a folded text names, as a decimal string; the likeliest if there are several."""
    best: tuple[int, Decimal] | None = None
    for match in numerals.NUMBER.finditer(folded):
        value = numerals.read(match.group())
        if value is None or value <= 0 or len(re.sub(r"\D", "", match.group())) > 9:
            continue
        weight = _weight(folded, match, value)
        if weight and (best is None or weight > best[0]):
            best = (weight, value)
    for value, start, end in _english(folded):
        before, after = folded[max(0, start - 14) : start], folded[end:]
        weight = 3 if _AFTER_MONEY.match(after) else 1 if _BEFORE.search(before) else 0
        if _AFTER_OTHER.match(after):
            weight = 0
        if weight and (best is None or weight > best[0]):
            best = (weight, value)
    return None if best is None else _plain(best[1])


def _weight(folded: str, match: re.Match[str], value: Decimal) -> int:
    before, after = folded[max(0, match.start() - 14) : match.start()], folded[match.end() :]
    if _AFTER_MONEY.match(after) or _CURRENCY.search(before):
        return 3
    if _NOT_BEFORE.search(before) or _AFTER_OTHER.match(after):
        return 0
    if re.match(r"[a-z]", after) or re.search(r"[a-z]$", before):
        return 0
    if _BEFORE.search(before) and value >= 20:
        return 2
    # A bare round sum: "三万五 能报多少". Two characters at least, or three digits.
    written = match.group()
    big = any(unit in written for unit in "百千万wk")
    return 1 if value >= 100 and (big or len(written) >= 3) else 0


def _english(folded: str) -> list[tuple[Decimal, int, int]]:
    found: list[tuple[Decimal, int, int]] = []
    words = [(m.group(), m.start(), m.end()) for m in re.finditer(r"[a-z]+", folded)]
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end][0] in numerals.ENGLISH_WORDS:
            end += 1
        if end > at:
            value = numerals.english([word for word, _, _ in words[at:end]])
            if value is not None and value > 0 and (value >= 20 or end - at > 1):
                found.append((value, words[at][1], words[end - 1][2]))
        at = max(end, at + 1)
    return found


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
