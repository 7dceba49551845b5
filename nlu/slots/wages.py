"""How many months of pay are owed, and to how many people."""

from __future__ import annotations

import re

from nlu.slots import numerals

_N = r"(\d{1,2}|[一二两俩三仨四五六七八九十]{1,3})"
# "11月" is November, "俩月" two months.
_MONTHS = re.compile(
    rf"{_N}[个各][来多]?月(?!前|后|之|大)|([俩两仨])月(?!份|\d|[号日])"
    r"|\b(?:([a-z]+)|(\d{1,2})) (?:months?|mths?)\b(?! ago| old)"
)
_FROM_TO = re.compile(
    r"(\d{1,2}|[一二三四五六七八九十]{1,2})月份?(到|至|-|~|和|跟|、)(\d{1,2}|[一二三四五六七八九十]{1,2})月"
)
_HALF_YEAR = re.compile(r"(?<!年)半年(?!前|后|之)|half a year|half-year")
_YEARS = re.compile(
    rf"(?<![干做作跑]了){_N}年(半)?多?(?:的?(?:工资|工钱|薪)|没[发给结]|未发|不发|拖)"
    r"|\b(\w+) years? (?:of )?(?:wages|pay|salary)"
)
_THIS_MONTH = re.compile(
    r"(?:这|上|上上)个?月(?:的)?(?:工资|工钱|钱|薪水).{0,4}(?:没|不|未|欠)"
    r"|last month'?s (?:pay|wages?|salary)"
)
_WAGES = re.compile(r"工资|工钱|薪|人工|粮|血汗钱|wage|salary|\bpay\b|paid|owe")
_MONEY = re.compile(r"给.{0,4}钱|钱.{0,4}没|没[领拿收发给见]到?.{0,2}钱|[欠拖扣].{0,6}钱")
_UNPAID = re.compile(
    r"(?:[没未冇不][发结]|[没未冇]出)(?![货票短消信])|开支|欠薪|拖欠"
    r"|owe|unpaid|not paid|(?:no|without) (?:pay|salary|wages?)"
    r"|haven'?t (?:been )?paid|hasn'?t paid|withh|missing|behind"
    r"|欠了?.{0,4}[个各俩仨]月|(?:老板|公司|包工头|站长|站点|平台|单位).{0,4}[欠拖]"
)
_UNPAID_WAGES = re.compile(r"[欠拖压扣]|[没未][给拿领见到]|不[给肯]|没着落")
_OTHER_DEBT = re.compile(r"报销|理赔|押金|补助|赔偿|房租|贷款|车贷|月供")
MOST_MONTHS = 60
MOST_PEOPLE = 5000

_BEFORE = re.compile(r"[第每没]$")
_OF_PEOPLE = re.compile(
    r"\s?[来多几]?[个名位号口]?(?:人(?![工民才社事称格次行命力家生身物品心间类转均体伤以]|[都也]没)"
    r"|兄弟|工友|骑手|师傅|同事|弟兄|哥们|姐妹|员工|职工|司机|伙计|骑士|快递员|小哥|老乡)"
    r"| of us| (?:(?!hour|day|week|month|year|yuan|kuai)\w+ )?(?:people|riders|workers|couriers"
    r"|drivers|colleagues|guys|men|women|employees|staff|persons)\b"
)
_WE_ARE = re.compile(r"(?:我们|咱们?|俺们|一家)$")
_OF_US = re.compile(r"[个口](?=[都全也没要想来被在是一,的]|$)")
_TWO_OR_THREE = re.compile(
    r"(?:[我咱俺他你]们?|哥|姐|弟|妹|夫妻|母女|父子)(俩|仨)|两口子|\bboth of us\b"
)


def months(folded: str) -> int | None:
    """Months of pay that are owed."""
    wages = _WAGES.search(folded) is not None
    if _OTHER_DEBT.search(folded) and not wages:
        return None
    about_money = wages or _MONEY.search(folded) is not None
    if not (_UNPAID.search(folded) or (about_money and _UNPAID_WAGES.search(folded))):
        return None
    if match := _YEARS.search(folded):
        years = numerals.small(match[1] or match[3])
        if years:
            return years * 12 + (6 if match[2] else 0)
    if _HALF_YEAR.search(folded):
        return 6
    for match in _MONTHS.finditer(folded):
        written = next(group for group in match.groups() if group)
        number = 1 if written == "a" else numerals.small(written)
        if number and number <= MOST_MONTHS:
            return number
    if match := _FROM_TO.search(folded):
        first, last = numerals.small(match[1]), numerals.small(match[3])
        if first and last and first <= 12 and last <= 12:
            return (last - first) % 12 + 1 if match[2] in "到至-~" else 2
    return 1 if _THIS_MONTH.search(folded) else None


def people(folded: str) -> int | None:
    """How many people it concerns."""
    for figure in numerals.figures(folded):
        before = folded[max(0, figure.start - 3) : figure.start]
        ours = _WE_ARE.search(before) and _OF_US.match(folded, figure.end)
        if _BEFORE.search(before) or not (ours or _OF_PEOPLE.match(folded, figure.end)):
            continue
        if figure.value == int(figure.value) and 0 < figure.value <= MOST_PEOPLE:
            return int(figure.value)
    if us := _TWO_OR_THREE.search(folded):
        return 3 if us[1] == "仨" else 2
    return None
