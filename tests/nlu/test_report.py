"""What a report shows, part by part: the order, the picture of confusions, the charts, the text."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from nlu.report import charts
from nlu.report.compare import compare
from nlu.report.confusion import families, picture
from nlu.report.plain import plain, table
from nlu.report.worst import confused, with_mistakes, without_mistakes, worst_first
from nlu.verdict import Share
from tests.nlu.reports import ORIGIN, decided, report
from tests.nlu.test_compare import earlier_of

# What is kept of each line


def test_the_json_has_every_line_with_its_result() -> None:
    """Beside the keys that were there before, in the file's order."""
    written = report().to_json()
    lines = written["lines"]
    assert len(lines) == written["accuracy"]["of"] == 13
    for line in lines:
        assert {"text", "wanted", "chosen", "right", "confidence", "group", "ms"} <= set(line)
    assert lines[2]["runner_up"] == ["find_station", 0.2]
    assert (lines[2]["slots"], lines[2]["slots_wrong"]) == ({"place": "烟台"}, {"place": None})
    assert lines[11]["before"] == ["有什么烘焙课"]
    assert lines[12]["right"] is True
    wrong = [(one["text"], one["route"], one["chosen"]) for one in written["wrong"]]
    assert wrong[0] == ("累死了", "smalltalk", "crisis")
    assert sorted(one[0] for one in wrong) == sorted(
        line["text"] for line in lines if not line["right"]
    )


# The order


def test_a_missed_cry_for_help_is_the_worst_then_what_was_surest() -> None:
    """Whatever the model thought of it."""
    found = confused(report().verdicts)
    assert [(pair.wanted, pair.chosen) for pair in found][:3] == [
        ("crisis", "smalltalk"),
        ("smalltalk", "crisis"),
        ("faq:membership-card", "faq:membership-dues"),
    ]
    sure = [pair.sure for pair in found[1:]]
    assert sure == sorted(sure, reverse=True)
    assert sum(len(pair.lines) for pair in found) == len(report().wrong)


def test_routes_are_sorted_by_their_share_then_by_how_many_are_wrong() -> None:
    """Those without a mistake stand apart."""
    shares = {"a": Share(1, 2), "b": Share(5, 10), "c": Share(9, 10), "d": Share(3, 3)}
    assert [name for name, _ in worst_first(shares)] == ["b", "a", "c", "d"]
    assert [name for name, _ in with_mistakes(shares)] == ["b", "a", "c"]
    assert without_mistakes(shares) == [("d", Share(3, 3))]


# The picture of confusions


def test_topics_are_folded_into_their_families() -> None:
    """By what all with the same first word begin with; one alone keeps its name."""
    fold = families({"faq:night-school-cost", "faq:night-school-online", "faq:hotline"})
    assert fold("faq:night-school-cost") == fold("faq:night-school-online") == "faq:night-school-*"
    assert fold("faq:hotline") == "faq:hotline"
    assert fold("find_course") == "find_course"


def test_the_picture_counts_what_the_report_counts() -> None:
    """Every wrong line is in one cell; no row and no column has nothing wrong in it."""
    made = report()
    drawn = picture(made.verdicts)
    assert drawn.wrong == len(made.wrong) == sum(count for _, _, count in made.confusions)
    for row in drawn.rows:
        assert any(cell.wrong for cell in drawn.cells if cell.wanted == row)
    for column in drawn.columns:
        assert any(cell.wrong for cell in drawn.cells if cell.chosen == column)
    assert "claim_status" not in drawn.rows
    (inner,) = [cell for cell in drawn.cells if cell.wanted == cell.chosen == "faq:membership-*"]
    assert (inner.right, inner.wrong) == (1, 1)


def test_too_many_topics_become_one() -> None:
    """So that the picture can still be looked at."""
    lines = [decided(f"{n}", f"faq:topic{n}", f"faq:other{n}") for n in range(40)]
    lines.append(decided("x", "faq:topic1", "find_job"))
    drawn = picture(report(lines).verdicts)
    assert (drawn.rows, drawn.columns) == (("faq",), ("find_job", "faq"))
    assert drawn.wrong == 41


def test_nothing_wrong_is_no_picture() -> None:
    """Neither rows nor cells."""
    drawn = picture(report([decided("你好", "smalltalk")]).verdicts)
    assert (drawn.rows, drawn.columns, drawn.cells, drawn.most) == ((), (), (), 1)


# The charts


def test_dots_stand_where_said_meets_right() -> None:
    """On the diagonal if both are the same; within their interval; larger for more lines."""
    few, many = charts.dots([(0.25, 0.25, 4), (0.75, 0.75, 400)])
    for dot in (few, many):
        across = (dot.x - charts.LEFT) / (charts.RIGHT - charts.LEFT)
        up = (charts.BOTTOM - dot.y) / (charts.BOTTOM - charts.TOP)
        assert across == pytest.approx(up, abs=0.001)
        assert dot.high < dot.y < dot.low
    assert few.radius < many.radius
    assert (few.right, many.right) == (Share(1, 4), Share(300, 400))


@pytest.mark.parametrize(
    "times",
    [
        [8.0],
        [8.0, 8.0, 8.0],
        [0.0, 0.05, 3.0],
        [10.0, 100.0, 1000.0],
        [20 + n / 10 for n in range(100)],
        [20 + n / 10 for n in range(100)] + [4000.0],
    ],
)
def test_each_line_is_in_one_bar(times: list[float]) -> None:
    """Whatever the times are; bars and marks stay on the paper."""
    marks = {
        "p50": sorted(times)[len(times) // 2],
        "p99": sorted(times)[(len(times) - 1) * 99 // 100],
    }
    made = charts.histogram(times, marks)
    bars = [*made.bars, *([made.slower] if made.slower else [])]
    assert sum(bar.count for bar in bars) == len(times)
    assert max(bar.count for bar in bars) == made.most
    assert len(made.bars) <= 300
    for bar in bars:
        assert charts.LEFT <= bar.x <= bar.x + bar.width <= charts.RIGHT + 1
        assert charts.MARKS_TOP <= bar.y <= charts.BOTTOM
    assert all(charts.LEFT <= mark.x <= charts.RIGHT for mark in (*made.marks, *made.ticks))
    assert (made.fastest, made.slowest) == (min(times), max(times))


def test_one_that_took_far_too_long_does_not_flatten_the_others() -> None:
    """It has a bar of its own beside the axis."""
    made = charts.histogram([20.0, 21.0, 25.0, 9000.0], {"p50": 21.0, "p99": 25.0})
    assert made.slower is not None
    assert made.slower.count == 1
    assert made.bars[-1].high < 40


def test_no_times_are_no_chart() -> None:
    """An empty one, not an error."""
    assert charts.histogram([], {"p50": 0.0}) == charts.Histogram()


# The terminal


def test_columns_are_aligned_where_signs_are_wide() -> None:
    """A Chinese sign takes two cells."""
    lines = table([("中文", "1"), ("en", "22")], right=(1,), indent="")
    assert lines == ["中文   1", "en    22"]
    assert len({cell_len(line) for line in lines}) == 1


def test_the_plain_report_says_all_figures_worst_first() -> None:
    """Figures, groups, routes with mistakes, slots, confusions and lines."""
    text = plain(report(), ORIGIN)
    lines = text.splitlines()
    assert lines[0] == "lines.jsonl: 13 lines, model 8b34f46e574ba51a, read in 2 s"
    assert "  right               0.462  0.232 to 0.709  6 of 13" in lines
    assert "  crisis found        0.500  0.095 to 0.905  1 of 2" in lines
    assert "  and 4 without a mistake (4 lines)" in lines
    assert lines.index("routes") < lines.index("slots") < lines.index("confusions (7)")
    assert "  place      0.000  0.000 to 0.793  0 of 1" in lines
    first = lines[lines.index("wrong, the surest first (7)") + 1]
    assert first.split() == ["0.95", "smalltalk", "->", "crisis", "累死了"]
    assert "find_activity (asked: find_activity or find_station)  有什么烘焙课 / 那周末呢" in text


def test_the_plain_report_says_what_changed() -> None:
    """Groups before and now, and the lines."""
    now = report()
    text = plain(now, ORIGIN, compare(earlier_of(now, {"我想入会": "find_job"}), now.verdicts))
    assert "against lines.jsonl of 2026-11-20 09:30, model ?" in text
    assert "13 lines in both: 1 got right, 0 got wrong" in text
    lines = text.splitlines()
    assert lines[lines.index("got right (before -> now) (1)") + 1].split() == [
        "find_job",
        "->",
        "join_union",
        "我想入会",
    ]


def test_a_report_without_a_mistake_is_short() -> None:
    """No empty headings."""
    text = plain(report([decided("你好", "smalltalk")]), ORIGIN)
    assert "confusions" not in text
    assert "slots" not in text
    assert "wrong" not in text
