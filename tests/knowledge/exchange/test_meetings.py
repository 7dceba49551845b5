"""When a course meets, typed into one cell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from knowledge.clock import CHINA
from knowledge.content_courses import Meeting, RuleEntry
from knowledge.exchange.cells import Names
from knowledge.exchange.meetings import Meetings, meetings_in_words
from knowledge.exchange.refused import Unread

WEDNESDAYS = {
    "weekdays": ["We"], "start": "19:00", "minutes": 90, "since": "2026-12-02", "times": 8,
    "on_holidays": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("每周三 19:00-20:30，2026-12-02起，8次，节假日不上", WEDNESDAYS),
        ("从2026年12月2日起每周三19:00至20:30，共8次", WEDNESDAYS),
        ("每周三 19:00 90分钟 2026/12/2起 8节 遇节假日顺延", WEDNESDAYS),
        ("every Wednesday 19:00-20:30 from 2026-12-02, 8 times, not on holidays", WEDNESDAYS),
        ("each wed 19:00, 90 min, from 2026-12-02, 8 times", WEDNESDAYS),
        ("每周三、周五 19:00-20:30，2026-12-02起，8次", WEDNESDAYS | {"weekdays": ["We", "Fr"]}),
        (
            "每周三 19:00-20:30，2026-12-02起，8次，节假日也上",
            WEDNESDAYS | {"on_holidays": True},
        ),
    ],
)
def test_a_rule_is_read(typed: str, rule: dict[str, Any]) -> None:
    assert Meetings().read(typed, Names()) == {"rule": rule}
    assert len(RuleEntry.model_validate(rule).meetings()) == 8


def test_days_are_read_and_written_alike() -> None:
    """In order of time, whatever order they were typed in."""
    read = Meetings().read("2026-12-09 19:00-20:30；2026年12月2日(周三) 19:00-20:30", Names())
    assert [one["on"] for one in read["dates"]] == ["2026-12-02", "2026-12-09"]
    meetings = [Meeting(datetime(2026, 12, day, 19, tzinfo=CHINA), 90) for day in (2, 9)]
    written = meetings_in_words(meetings)
    assert written == "2026-12-02 19:00-20:30；2026-12-09 19:00-20:30"
    assert Meetings().read(written, Names()) == read


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("每周三", "没有写几点到几点"),
        ("每周三 19:00-20:30，8次", "没有写从哪天起"),
        ("每周三 19:00-20:30，2026-12-02起", "没有写一共几次"),
        ("19:00-20:30，2026-12-02起，8次", "没有写星期几"),
        ("每周三 19:00-18:00，2026-12-02起，8次", "结束不在开始之后"),
        ("2026-02-30 19:00-20:30", "不是日期"),
        ("每周三 25:00-26:00，2026-12-02起，8次", "没有25:00这个时间"),
        ("看老师安排", "读不懂"),
    ],
)
def test_what_can_not_be_read_is_told_with_an_example(typed: str, why: str) -> None:
    with pytest.raises(Unread) as caught:
        Meetings().read(typed, Names())
    assert why in caught.value.what.zh
    assert "每周三" in caught.value.instead.zh


def test_a_rule_leaves_holidays_out_and_ends_later() -> None:
    """The Thursdays around National Day 2026."""
    rule = {**WEDNESDAYS, "weekdays": ["Th"], "since": "2026-09-24", "times": 3}
    days = [f"{one.starts_at:%m-%d}" for one in RuleEntry.model_validate(rule).meetings()]
    assert days == ["09-24", "10-08", "10-15"]
    always = RuleEntry.model_validate({**rule, "on_holidays": True}).meetings()
    assert [f"{one.starts_at:%m-%d}" for one in always] == ["09-24", "10-01", "10-08"]
