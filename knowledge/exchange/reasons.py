"""What a model finds wrong with an entry, in Chinese: what is wrong, and what to write instead."""

from __future__ import annotations

import re

from pydantic_core import ErrorDetails

from knowledge.exchange.columns import Column

SAID: tuple[tuple[str, str], ...] = (
    (
        r"for a cost of (?P<cost>\S+) the rule pays (?P<found>.+), "
        r"the example says (?P<says>[^;]+)",
        "自付{cost}元，按规则报销{found}元，算例写的是{says}元；请改规则或改算例",
    ),
    (r"a course that isn't online has a place", "不是线上课就要有上课地点；请写地点，或选线上"),
    (r"more seats are taken than there are", "已占名额比名额还多；请改其中一个"),
    (r"dates stand in order of time", "有两次课是同一时间；请去掉一次"),
    (
        r"an example has 'pays', or 'pays_from' and 'pays_to'",
        "算例要写报销多少，或从多少到多少；请补上",
    ),
    (r"there is no text", "没有文字；请填上"),
    (
        r"is not in the OpenStreetMap form of opening hours",
        "开放时间读不懂；请写成“周一到周五9点到17点”这样",
    ),
    (r"'employer' is given just when who is employer", "写了单位，就要选本单位员工；反过来也一样"),
    (r"'trade' is given just when who is trade", "写了行业，就要选本行业；反过来也一样"),
    (r"'lat' and 'lon' are given together", "经度和纬度要么都写，要么都不写"),
    (r"the ages begin after they end", "收托年龄写反了；请写成“6个月到3岁”这样"),
    (
        r"'ages' and 'price' are given for childcare only",
        "只有托育园写年龄和价格；请去掉，或改类型",
    ),
    (r"an amenity stands in the list twice", "有一项设施写了两次；请去掉一个"),
    (
        r"a reason for being closed comes with 'closed_until'",
        "写了暂停原因，还要写到哪天为止；请补上日期",
    ),
)
"""Sentences of the models' own rules (`knowledge/content_entries.py` and beside it)."""


def in_chinese(error: ErrorDetails, column: Column | None) -> str:
    """The sentence for one error; `column` is where it lies, and its example says how to write."""
    for english, chinese in SAID:
        found = re.search(english, error["msg"])
        if found:
            between = {key: text.replace(" to ", "到") for key, text in found.groupdict().items()}
            return chinese.format(**between)
    like = f"；请写成“{column.example}”这样" if column is not None and column.example else ""
    context = error.get("ctx", {})
    match error["type"]:
        case "missing" | "tuple_type" | "string_type":
            return f"没有填；请填上{like.replace('；请', '，')}"
        case "greater_than":
            return f"要大于{context.get('gt')}{like}"
        case "greater_than_equal":
            return f"不能小于{context.get('ge')}{like}"
        case "less_than_equal":
            return f"不能大于{context.get('le')}{like}"
        case "decimal_max_places":
            return f"最多写{context.get('decimal_places')}位小数{like}"
        case "too_short":
            return f"至少要有{context.get('min_length')}项{like}"
        case "string_pattern_mismatch" if column is not None and column.key == "code":
            return "编号只能用小写字母、数字和中间的-或_" + like
    return f"“{error['input']}”不合要求{like or '；请改正'}"
