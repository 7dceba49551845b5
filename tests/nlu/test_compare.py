"""What got better and worse since an earlier report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from nlu.evaluate import Report
from nlu.report.compare import Earlier, EarlierError, by_chance, compare, read_earlier
from tests.nlu.reports import EARLIER, ORIGIN, decided, report


def earlier_of(now: Report, chosen: Mapping[str, str]) -> Earlier:
    """The same lines, of which some came elsewhere then."""
    lines = [
        verdict.model_copy(
            update={"chosen": chosen[verdict.text], "right": chosen[verdict.text] == verdict.wanted}
        )
        if verdict.text in chosen
        else verdict
        for verdict in now.verdicts
    ]
    return Earlier(**EARLIER.model_dump(), lines=tuple(lines))


def test_lines_that_changed_are_found() -> None:
    """Better, worse, and wrong in another way; per group, too."""
    now = report()
    then = {"我想入会": "find_job", "累死了": "smalltalk", "撑不下去": "out_of_scope"}
    changed = compare(earlier_of(now, then), now.verdicts)
    assert [(c.before.chosen, c.now.chosen) for c in changed.better] == [("find_job", "join_union")]
    assert [(c.before.chosen, c.now.chosen) for c in changed.worse] == [("smalltalk", "crisis")]
    assert [c.now.text for c in changed.otherwise] == ["撑不下去"]
    zh, sounds = changed.groups["zh"], changed.groups["sounds_like_crisis"]
    assert (zh.before.right, zh.now.right, zh.better, zh.worse) == (1, 2, 1, 0)
    assert (sounds.before.right, sounds.now.right, sounds.better, sounds.worse) == (1, 0, 0, 1)
    assert (changed.before.crisis_false.right, changed.now.crisis_false.right) == (0, 1)
    assert (changed.both, changed.only_before, changed.only_now) == (13, 0, 0)
    assert json.dumps(changed.to_json())


def test_nothing_changed_is_said() -> None:
    """No line, and nothing to wonder about."""
    now = report()
    same = compare(earlier_of(now, {}), now.verdicts)
    assert (same.better, same.worse, same.otherwise, same.chance) == ((), (), (), 1.0)


def test_a_line_that_is_wanted_elsewhere_now_is_another_line() -> None:
    """So is one after other lines; only what stands in both is compared."""
    old = report(
        [decided("附近", "find_station"), decided("呢", "find_course"), decided("a", "crisis")]
    )
    now = report(
        [
            decided("附近", "find_activity"),
            decided("呢", "find_course", before=("有课吗",)),
            decided("a", "crisis"),
        ]
    )
    changed = compare(earlier_of(old, {}), now.verdicts)
    assert (changed.both, changed.only_before, changed.only_now) == (1, 2, 2)


def test_a_line_that_stands_twice_is_compared_twice() -> None:
    """Each with its own."""
    old = report([decided("在吗", "smalltalk"), decided("在吗", "smalltalk", "crisis")])
    now = report([decided("在吗", "smalltalk"), decided("在吗", "smalltalk")])
    changed = compare(earlier_of(old, {}), now.verdicts)
    assert (changed.both, len(changed.better), len(changed.worse)) == (2, 1, 0)


def test_a_slot_that_is_read_now_is_found() -> None:
    """Though the route was right before."""
    wanted = {"place": "烟台"}
    old = report([decided("烟台", "find_station", slots=wanted, slots_wrong={"place": None})])
    now = report([decided("烟台", "find_station", slots=wanted)])
    place = compare(earlier_of(old, {}), now.verdicts).slots["place"]
    assert (place.before.share, place.now.share, place.better, place.worse) == (0.0, 1.0, 1, 0)


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [(0, 0, 1.0), (1, 0, 1.0), (6, 6, 1.0), (6, 0, 2 / 64), (1, 8, 20 / 512)],
)
def test_what_could_be_chance_is_told_apart(better: int, worse: int, chance: float) -> None:
    """The two-sided sign test, exact."""
    assert by_chance(better, worse) == pytest.approx(chance)
    assert by_chance(worse, better) == pytest.approx(chance)


def test_an_earlier_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Through the file that `--json` makes."""
    now = report()
    file = tmp_path / "old.json"
    file.write_text(json.dumps({**ORIGIN.to_json(), **now.to_json()}, ensure_ascii=False))
    read = read_earlier(file, {"我想入会"})
    assert read.lines == now.verdicts
    assert (read.file, read.at, read.model) == (ORIGIN.file, ORIGIN.at, ORIGIN.model)


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"accuracy": {}, "wrong": []}', "\x00"])
def test_what_is_no_report_is_refused(tmp_path: Path, written: str) -> None:
    """With how to make one."""
    file = tmp_path / "old.json"
    file.write_text(written)
    with pytest.raises(EarlierError, match="gongyou evaluate FILE --json"):
        read_earlier(file, {"我想入会"})


def test_a_report_on_other_lines_is_refused(tmp_path: Path) -> None:
    """Before anything that takes its time."""
    file = tmp_path / "old.json"
    file.write_text(json.dumps({**ORIGIN.to_json(), **report().to_json()}))
    with pytest.raises(EarlierError, match="other lines"):
        read_earlier(file, {"something else"})
