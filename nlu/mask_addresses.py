"""Where a text gives an address down to the house: a building, a unit, a room, a street number.

A street or a district alone is where many people are, and stays; so do dates, lines and floors.
"""

from __future__ import annotations

import re

_N = r"(?:\d{1,5}[a-z]?|[一二三四五六七八九十百零〇两]{1,4})"
_HAN = r"(?:(?![在住到从去的是了我你您他她们给送找和跟离往来搬过这那有])[\u3400-\u9fff])"
_ROAD = r"大街|大道|路|街|巷|胡同|小区|花园|新村|公寓|家园|家属院|宿舍|村|苑|屯"
_PLACE = rf"{_ROAD}|社区|大厦|广场|工业园|园区|城|府|湾|庄|院|镇|街道"
_STRONG = (
    rf"(?:{_N} ?(?:号楼|号院|幢|单元)|{_N} ?栋(?!楼|别墅)|[a-h甲乙丙丁] ?(?:座|栋|幢)"
    r"|\d{3,5} ?室|[一二三四五六七八九零〇]{3,4}室|\d{1,5}弄)"
)
_NOT_A_HOUSE = r"(?!线|出口|门|机|店|站|台|窗|柜|桌|车|前|后|之|晚|早|上午|下午|中午|开|发|停)"
_TAIL = (
    rf"(?:[ ,、-]*(?:{_STRONG}|{_N} ?(?:号|楼|层|户|门)))*"
    r"(?:[ -]?\d{3,4}(?![\d元块点分年月天个人单米公万千百,.])|[一二三四五六七八九零〇]{3,4})?"
)
SIGNS = tuple(
    re.compile(sign)
    for sign in (
        rf"(?:{_HAN}{{0,8}}?(?:{_PLACE}) ?)?{_STRONG}{_TAIL}",
        rf"{_HAN}{{0,8}}?(?:{_ROAD}) ?{_N}号{_NOT_A_HOUSE}{_TAIL}",
        rf"{_HAN}{{0,8}}?(?:小区|花园|新村|公寓|家园|苑) ?\d{{1,3}}(?:-\d{{1,4}}){{1,3}}",
        r"\b(?:room|unit|apt|apartment|flat|building|block|bldg)\.? ?(?:no\.? ?)?#?\d{1,5}[a-z]?\b"
        r"(?:,? (?:room|unit|apt|flat|building|block) ?\d{1,5}[a-z]?\b)*",
        r"\b(?:no\.? ?)?\d{1,5}[a-z]? (?:(?!(?:hours?|minutes?|mins?|days?|weeks?|months?|years?|"
        r"km|m|yuan|rmb|people|riders?|times?|on|in|at|by|from|of|to|the|this|that|my|a|and)\b)"
        r"[a-z]+ ){1,3}(?:road|rd|street|avenue|ave|lane|alley)\b",
    )
)
