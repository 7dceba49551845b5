"""Shares of the same lines by several readers, and the difference between two."""

from __future__ import annotations

import random

import pytest

from benchmarks.paired import Answer, difference, measures
from nlu.evaluate import Line


def _pairs(both: int, ours: int, theirs: int, neither: int) -> tuple[list[bool], list[bool]]:
    counts = (both, ours, theirs, neither)
    kinds = ((True, True), (True, False), (False, True), (False, False))
    pairs = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def test_the_interval_is_newcombes() -> None:
    """The worked example of Altman, Machin, Bryant and Gardner, Statistics with Confidence."""
    found = difference(*_pairs(14, 5, 0, 22))
    assert round(found.value, 3) == 0.122
    assert (round(found.low, 2), round(found.high, 2)) == (0.01, 0.23)


def test_the_interval_turns_with_the_sides() -> None:
    """What one is better by, the other is worse by."""
    ours, theirs = _pairs(180, 30, 9, 12)
    there, back = difference(ours, theirs), difference(theirs, ours)
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


def test_equal_answers_differ_by_nothing() -> None:
    """But few lines prove little, and none nothing."""
    few, many = difference(*_pairs(9, 0, 0, 1)), difference(*_pairs(900, 0, 0, 100))
    assert few.value == many.value == 0.0
    assert few.low < many.low < 0 < many.high < few.high
    assert (difference([], []).low, difference([], []).high) == (-1.0, 1.0)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """About 95 times in 100."""
    chance = random.Random(5)
    held = 0
    for _ in range(600):
        drawn = chance.choices(range(4), (80, 12, 4, 4), k=150)
        found = difference(*_pairs(*(drawn.count(kind) for kind in range(4))))
        held += found.low <= 0.08 <= found.high
    assert 0.92 <= held / 600 <= 0.99


def test_each_share_is_of_its_own_lines() -> None:
    """Right by group; cries found and falsely heard; what is out of scope, and what is refused."""
    given = [
        ("zh", "find_station", "find_station"),
        ("zh", "find_course", "out_of_scope"),
        ("en", "out_of_scope", "out_of_scope"),
        ("crisis", "crisis", "crisis"),
        ("crisis", "crisis", "smalltalk"),
        ("sounds_like_crisis", "smalltalk", "crisis"),
        ("sounds_like_crisis", "smalltalk", "smalltalk"),
    ]
    answers = [
        Answer(Line(text="x", route=route, group=group), got, got == route)
        for group, route, got in given
    ]
    found = {
        measure.name: (sum(counted), len(counted))
        for measure in measures([answer.line for answer in answers])
        if (counted := measure.counted(answers))
    }
    assert found == {
        "right, all lines": (4, 7),
        "right, zh": (1, 2),
        "right, en": (1, 1),
        "right, crisis": (1, 2),
        "right, sounds_like_crisis": (1, 2),
        "crisis found": (1, 2),
        "crisis, falsely (sounds_like_crisis)": (1, 2),
        "crisis, falsely (all others)": (1, 5),
        "out of scope found": (1, 1),
        "refused, falsely": (1, 4),
    }
