"""What `gongyou evaluate` and `understand` compute."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.evaluate import Line, LinesError, Share, evaluate, read_lines, understand
from nlu.understanding import Understanding


async def test_a_file_of_lines_is_counted(understanding: Understanding) -> None:
    """In all, per route and group, with confusions, slots and latency."""
    lines = [
        Line(text="我想加入工会怎么申请", route="join_union", group="zh"),
        Line(text="附近哪里能充电", route="find_station", slots={"amenities": ["charging"]}),
        Line(text="我不想活了", route="crisis", group="crisis"),
        Line(text="我不想活了呀", route="smalltalk", group="zh"),
    ]
    report = await evaluate(understanding, lines)
    assert (report.all.right, report.all.of) == (3, 4)
    assert report.crisis_found.share == 1.0
    assert report.crisis_false.right == 1
    assert report.crisis_false_per_group["zh"].right == 1
    assert "crisis" not in report.crisis_false_per_group
    assert report.confusions == [("smalltalk", "crisis", 1)]
    assert report.slots["amenities"].share == 1.0
    assert report.per_group["zh"].of == 2
    assert json.dumps(report.to_json())


async def test_earlier_lines_give_the_context(understanding: Understanding) -> None:
    """A follow-up refers to what was shown."""
    line = Line(text="那周末呢", route="find_course", before=("有什么烘焙的课可以上",))
    report = await evaluate(understanding, [line])
    assert report.all.right == 1


async def test_a_text_is_understood_as_json(understanding: Understanding) -> None:
    """One object a line."""
    said = await understand(understanding, "附近哪里能充电")
    assert set(said) == {"text", "route", "slots", "confidence", "ms"}
    assert said["route"] == "find_station"
    assert json.dumps(said)


@pytest.mark.parametrize(
    "written", ["{", "[]", '{"text": "x"}', '{"text": 1, "route": "x"}', '{"route": "x"}']
)
def test_a_wrong_line_is_told(tmp_path: Path, written: str) -> None:
    """With its number."""
    path = tmp_path / "lines.jsonl"
    path.write_text('{"text": "x", "route": "y"}\n\n' + written)
    with pytest.raises(LinesError, match="line 3"):
        read_lines(path)


def test_a_share_has_an_interval() -> None:
    """Wilson's, at 95 %."""
    low, high = Share(90, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    assert Share(0, 0).interval == (0.0, 1.0)
