"""How well the project's own sentences teach: the gate that a change must pass.

The sets were written apart from the sentences and are never trained on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from nlu import articles, evaluate, routes, sentences
from nlu.evaluate import Report
from nlu.normalise import for_model
from nlu.thresholds import Thresholds
from nlu.understanding import Understanding
from nlu.words_first import by_wording
from tests.full_model import ARTICLES, reader
from tests.nlu.conftest import NOW, ROOT
from tests.nlu.few import own_sentences

SETS = ROOT / "nlu" / "sets"
SETS_NAMED = ("choose", "gate", "report")


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """Reads with a model of all sentences."""
    made = reader(lambda: NOW)
    made.set_articles(articles.questions(ARTICLES))
    return made


@pytest.fixture(scope="module")
def report(understanding: Understanding) -> Report:
    """The gate set, read by a model of all sentences."""
    return asyncio.run(evaluate.evaluate(understanding, _lines("gate")))


@pytest.mark.timeout(600)
def test_nine_in_ten_are_understood(report: Report) -> None:
    """Route, and topic where it is a question of fact."""
    assert report.all.share >= 0.92
    assert report.per_group["zh"].share >= 0.92
    assert report.per_group["en"].share >= 0.80
    assert report.per_group["dirty"].share >= 0.85


def test_no_crisis_is_missed(report: Report) -> None:
    """And few other lines are taken for one: 2 in 100 of a set where a tenth sounds like it."""
    assert report.crisis_found.share == 1.0
    assert report.crisis_false.share <= 0.02


def test_much_is_told_by_its_wording_alone(understanding: Understanding) -> None:
    """And is right as often as what is read wholly; of the Chinese lines about half."""
    told = [line for line in _lines("gate") if line.group == "zh" and _worded(understanding, line)]
    assert len(told) >= 0.4 * sum(line.group == "zh" for line in _lines("gate"))
    decided = asyncio.run(_decided(understanding, told))
    assert sum(one.right for one in decided) >= 0.96 * len(decided)


def test_no_cry_is_told_by_its_wording_alone(understanding: Understanding) -> None:
    """Whether a rule sees it or none does: there the meaning is always asked for."""
    lines = [*_lines("choose"), *_lines("gate")]
    cries = [line for line in lines if line.route == routes.CRISIS]
    assert len(cries) >= 1000
    assert [line.text for line in cries if _worded(understanding, line)] == []


def _worded(understanding: Understanding, line: evaluate.Line) -> bool:
    """As it is written, or as it was probably meant."""
    index, limits = understanding.index, Thresholds.load()
    forms = {for_model(line.text), understanding.as_read(line.text)}
    return any(by_wording(line.text, form, index, limits) is not None for form in forms)


async def _decided(
    understanding: Understanding, lines: Sequence[evaluate.Line]
) -> list[evaluate.Decided]:
    return [await evaluate.decide(understanding, line) for line in lines]


def test_out_of_scope_is_found_and_little_is_refused(report: Report) -> None:
    """Nothing is guessed, and nothing that is meant is sent away."""
    assert report.out_of_scope_found.share >= 0.85
    assert report.refused.share <= 0.03


def test_shares_are_honest(report: Report) -> None:
    """What is said with a share of 0.8 is right about so often."""
    assert report.calibration_error <= 0.1


LEAST = {"zh": 1200, "en": 400, "hant": 120, "dirty": 200, "follow_up": 150, "cantonese": 50}
REPORTED = {"crisis": 150, "sounds_like_crisis": 150}
"""What the sets hold together, and the reporting set alone."""


def test_the_sets_are_large_enough() -> None:
    """For shares that mean something."""
    groups = {name: Counter(line.group for line in _lines(name)) for name in SETS_NAMED}
    together = sum(groups.values(), Counter())
    assert all(together[group] >= least for group, least in LEAST.items()), together
    assert all(groups["report"][group] >= least for group, least in REPORTED.items())


@pytest.mark.parametrize("name", SETS_NAMED)
def test_no_line_of_a_set_is_or_nearly_is_taught(name: str) -> None:
    """Else it would prove nothing. What only the lines before it explain may be short and alike."""
    taught = [sentence.text for sentence in own_sentences()]
    taught += [question.text for question in articles.questions(ARTICLES)]
    lines = [line.text for line in _lines(name) if not line.before]
    found = sentences.near_copies(lines, taught)
    assert [(lines[one], taught[other]) for one, other in found] == []


def test_no_line_stands_in_two_sets_or_twice() -> None:
    """Nor nearly."""
    lines = [line.text for name in SETS_NAMED for line in _lines(name) if not line.before]
    found = sentences.near_copies(lines, lines)
    assert [(lines[one], lines[other]) for one, other in found if one < other] == []


def _lines(name: str) -> list[evaluate.Line]:
    return evaluate.read_lines(SETS / f"{name}.jsonl")
