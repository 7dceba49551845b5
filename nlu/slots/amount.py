"""Sums of money: "八千六", "1.2万", "8600块", "三块五", "￥95.5", "two thousand yuan"."""

from __future__ import annotations

import re
from decimal import Decimal

from nlu.slots import numerals
from nlu.slots.numerals import COUNTED, Figure

# A piece of something, or "together": 一块电池, 一块去.
_PIECE = r"儿|地|牌|砖|电|屏|表|面|蛋|肉|布|石|板|去|来|走|跑|干|上|住|吃|玩|学|报名|申请"
_UNIT = (
    rf"块钱|块(?!{_PIECE})|快钱|快(?=$|[ ,.。!?吗呢])|元(?!旦|宵|素|气)|圆(?!通)|蚊|大洋|钿"
    r"|(?:rmb|cny|yuan|kuai|bucks)\b"
)
_AFTER_MONEY = re.compile(rf"\s?[多来几]?\s?(?:左右)?(?:{_UNIT})(?!的?(?:那个|保障))")
_CURRENCY = re.compile(r"(?:[¥￥$]|rmb|cny)\s?$")
_DIGIT = "[1-9一二两三四五六七八九]"
_TENTHS = re.compile(rf"零?({_DIGIT})(?:[毛角]|(?![\d十百千万点]|{COUNTED.pattern}))")
_HUNDREDTHS = re.compile(rf"零?({_DIGIT})(?:分|(?![\d十百千万点]|{COUNTED.pattern}))")
_COINS = re.compile(
    rf"(?:[2-9二两三四五六七八九](?=[毛角](?![星落度形]))|[1一](?=[毛角](?:钱|{_DIGIT})))"
)

# What a bare number near it must be: money that was paid, is owed, or is asked about.
_BEFORE = re.compile(
    r"(?:花|付|掏|费|交|缴|欠|扣|罚|罚款|押金|工资|工钱|钱|剩|共|大概|差不多|将近|快|报|报销|账单|"
    r"单子|押|退|垫|拿|赔|合计|总计|下来|用|支出|成本|有|只|才|要|了|到|过|超|超过|发|给|"
    r"paid|pay|costs?|spent|spend|bills?|share|is|was|are|were|owe[ds]?|me|about|around|of|for|"
    r"over|nearly|almost|fined|deducted|fine|total|pocket|comes to|to|"
    r"keeps?|kept|took|takes?|offers?|holds? back)"
    r"\s?(?:我|咱|俺|我们|的|有|是|约|my|his|her|our)?\s?$"
)
_NOT_BEFORE = re.compile(
    r"(?:第|礼拜|星期|周|百分之|编号|工号|尾号|查询码|验证码|电话|手机号?|身份证|我今年|今年|零下|"
    r"\b(?:room|since|in|born|by|graduates))[了是]?\s?$|(?:[a-z]-?|\d[-/:.])$"
)
_DENIED = re.compile(r"(?:不是|不对|(?<![a-z])not|isn't|wasn't)[,， ]?$")
_INSTEAD = re.compile(r"(?:是|改成|改为|换成|it's|but|to)[,， ]?$")
"""In "不是一万二 是一万三" the first sum is what it isn't, whatever stands around it."""
_RUNG = re.compile(r"(?:[打拨]|热线|电话|(?:call|dial|ring|phone)\w*(?: to)?)了?\s?$")
_ABOUT_MONEY = re.compile(
    r"报(?:多少|几|销|得|不|吗)|能报|自费|自付|自己出|承担|钱|工资|(?<!免)费|住院|手术|看病|医保|互助|补[贴偿助]"
    r"|[扣罚欠赔退押返]|拿回|[给拿补算](?:个|到)?(?:多少|几)|[几多]少?成|试算|估算|算[一下算]"
    r"|money|salary|wages?\b|\bpay(?!s? attention)|paid|refund|deposit|\bbill"
    r"|\bcosts?\b|pocket|own (?:expense|part|share)|mutual aid"
    r"|(?:get|got|see|come) .{0,24}back|reimburs|payout|approved|fund\b|estimate|calculate|how much"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MONTHS_BEHIND = re.compile(r"(?<=[万千百])([一二两三四五六七八九]?)([一二两三四五六七八九]个月)")
"""A sum and the months right behind it: "一万五三个月" is 15,000."""
_LETTER = re.compile(r"[a-z]")
_LONGEST = 9
"""Digits of a sum; more are something else's number."""


def read(folded: str) -> str | None:
    """The sum that a folded text names, as a decimal string; the likeliest if there are several.

    Numbers of papers must have been taken out of the text.
    """
    folded = _MONTHS_BEHIND.sub(r"\1 \2", folded)
    figures = list(numerals.figures(folded))
    denied = any(_DENIED.search(folded[max(0, one.start - 8) : one.start]) for one in figures)
    about_money = bool(_ABOUT_MONEY.search(folded)) or (
        denied
        and any(_INSTEAD.search(folded[max(0, one.start - 8) : one.start]) for one in figures)
    )
    sums = [_sum(folded, figure, about_money) for figure in figures]
    sums.extend((3, _change(folded, match.start())) for match in _COINS.finditer(folded))
    weight, value = max(sums, key=lambda pair: pair[0], default=(0, Decimal(0)))
    return _plain(value) if weight else None


def _sum(text: str, figure: Figure, about_money: bool) -> tuple[int, Decimal]:
    """How likely a figure is a sum of money, 0 to 3, and that sum with its small change."""
    value = figure.value
    if value <= 0 or sum(char.isdigit() for char in figure.written) > _LONGEST:
        return 0, value
    before = text[max(0, figure.start - 14) : figure.start]
    if _DENIED.search(before):
        return 0, value
    if unit := _AFTER_MONEY.match(text, figure.end):
        return 3, value + _change(text, unit.end())
    if _CURRENCY.search(before):
        return 3, value
    if _NOT_BEFORE.search(before) or COUNTED.match(text, figure.end):
        return 0, value
    if _LETTER.match(text, figure.end) or _LETTER.match(before[-1:]):
        return 0, value
    return _weight(figure, before, about_money), value


def _weight(figure: Figure, before: str, about_money: bool) -> int:
    """How likely a number that no unit follows is money, 0 to 2."""
    if figure.written.isdigit() and _RUNG.search(before):
        return 0
    if _BEFORE.search(before) and figure.value >= 20:
        return 2
    if figure.value < 100:
        return 0
    # A round sum: "三万五 能报多少", "2,950 mine"; other digits only where money is the matter.
    if any(unit in figure.written for unit in "百千万wk") or _THOUSANDS.fullmatch(figure.written):
        return 1
    return 1 if about_money else 0


def _change(text: str, at: int) -> Decimal:
    """What stands behind the yuan: "三块五", "零五毛", "三毛五"."""
    tenths = _TENTHS.match(text, at)
    if tenths is None:
        return Decimal(0)
    cents = 10 * (numerals.small(tenths[1]) or 0)
    if hundredths := _HUNDREDTHS.match(text, tenths.end()):
        cents += numerals.small(hundredths[1]) or 0
    return Decimal(cents) / 100


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
