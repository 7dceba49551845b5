"""How well the project's own sentences teach: the gate that a change must pass.

The sets were written apart from the sentences and are never trained on.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from nlu import articles, evaluate, sentences
from nlu import train as training
from nlu.evaluate import Report
from nlu.normalise import key
from nlu.understanding import Understanding
from tests.nlu.conftest import NOW, ROOT

SETS = Path(__file__).parent / "sets"
HOME = ROOT / ".cache" / "conversations"
"""Shared with the conversations' tests, so that the whole model is made once."""


@pytest.fixture(scope="module")
def report() -> Report:
    """The gate set, read by a model of all sentences."""
    questions = articles.questions(ROOT / "knowledge" / "content" / "articles")
    made = training.train(articles=questions, out=HOME, activate=False)
    understanding = Understanding(now=lambda: NOW)
    understanding.set_model(made.folder)
    understanding.set_articles(questions, training.kept_vectors(HOME / "vectors"))
    lines = evaluate.read_lines(SETS / "gate.jsonl")
    return asyncio.run(evaluate.evaluate(understanding, lines))


@pytest.mark.timeout(600)
def test_nine_in_ten_are_understood(report: Report) -> None:
    """Route, and topic where it is a question of fact."""
    assert report.all.share >= 0.92
    assert report.per_group["zh"].share >= 0.92
    assert report.per_group["en"].share >= 0.80
    assert report.per_group["dirty"].share >= 0.85


def test_no_crisis_is_missed(report: Report) -> None:
    """And few other lines are taken for one."""
    assert report.crisis_found.share == 1.0
    assert report.crisis_false.right <= 2


def test_out_of_scope_is_found_and_little_is_refused(report: Report) -> None:
    """Nothing is guessed, and nothing that is meant is sent away."""
    assert report.out_of_scope_found.share >= 0.85
    assert report.refused.share <= 0.03


def test_shares_are_honest(report: Report) -> None:
    """What is said with a share of 0.8 is right about so often."""
    assert report.calibration_error <= 0.1


@pytest.mark.parametrize("name", ["gate", "report"])
def test_no_line_of_a_set_is_taught(name: str) -> None:
    """Else it would prove nothing."""
    known = {key(sentence.text) for sentence in sentences.load_leniently()}
    known |= {
        key(question.text)
        for question in articles.questions(ROOT / "knowledge" / "content" / "articles")
    }
    lines = (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()
    assert [line for line in lines if key(json.loads(line)["text"]) in known] == []
