"""Reports of invented lines, decided without a model."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nlu.choose import Choice
from nlu.evaluate import Decided, Line, Report, summarise
from nlu.reasons import Reason
from nlu.report.origin import Origin
from tests.nlu.conftest import NOW

ORIGIN = Origin(file="lines.jsonl", at=NOW, model="8b34f46e574ba51a")
EARLIER = Origin(file="lines.jsonl", at=datetime(2026, 11, 20, 9, 30, tzinfo=NOW.tzinfo))


def decided(
    text: str,
    wanted: str,
    chosen: str | None = None,
    *,
    sure: float = 0.9,
    ms: float = 8.0,
    slots_wrong: dict[str, Any] | None = None,
    ask_back: tuple[str, str] | None = None,
    runner_up: tuple[str, float] | None = ("smalltalk", 0.05),
    **line: Any,
) -> Decided:
    """A line that came to `chosen`, or where it was wanted."""
    choice = Choice(
        chosen or wanted,
        sure,
        reasons=(Reason("by_heart"),),
        ask_back=ask_back,
        runner_up=runner_up,
    )
    return Decided(Line(text=text, route=wanted, **line), choice, ms, slots_wrong or {})


def some() -> list[Decided]:
    """A few lines with something of everything."""
    return [
        decided("我想入会", "join_union", group="zh", sure=0.98, ms=0.3),
        decided("附近哪能充电", "find_station", group="zh", slots={"amenities": ["charging"]}),
        decided(
            "烟台哪能歇脚",
            "find_station",
            "find_activity",
            group="zh",
            sure=0.71,
            slots={"place": "烟台"},
            slots_wrong={"place": None},
            runner_up=("find_station", 0.2),
        ),
        decided("what are the dues", "faq:membership-dues", group="en", ms=12.5),
        decided("and the card?", "faq:membership-card", "faq:membership-dues", group="en"),
        decided("who may join", "faq:membership-eligibility", "join_union", group="en", sure=0.55),
        decided("night courses, how much", "faq:night-school-cost", "find_course", sure=0.4),
        decided("不想活了", "crisis", group="crisis", sure=1.0),
        decided("撑不下去", "crisis", "smalltalk", group="crisis", sure=0.3),
        decided("累死了", "smalltalk", "crisis", group="sounds_like_crisis", sure=0.95),
        decided("写首诗", "out_of_scope", sure=0.85),
        decided(
            "那周末呢",
            "find_course",
            "find_activity",
            before=("有什么烘焙课",),
            group="follow_up",
            ask_back=("find_activity", "find_station"),
            ms=40.0,
        ),
        decided(
            "进度",
            "claim_status",
            asked=("claim_status", "membership_status"),
            ask_back=("membership_status", "claim_status"),
            sure=0.5,
        ),
    ]


def report(lines: list[Decided] | None = None) -> Report:
    """A report on lines, on `some()` if none are given."""
    return summarise(some() if lines is None else lines, seconds=1.5)
