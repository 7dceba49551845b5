"""What the gate makes ready is kept, and made anew where it could be otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from nlu import kept_texts, understanding
from nlu.article_gate import ArticleGate
from nlu.evaluate import Line
from nlu.gate_tests import KEPT, Probe, ready
from nlu.kept_texts import KeptTexts, Prepared, prepared
from nlu.match import Question
from nlu.model import ModelInfo
from nlu.normalise import for_model
from nlu.sieve import Sieve
from nlu.understanding import Understanding
from tests.full_model import vectors
from tests.nlu.conftest import NOW

TEXTS = [f"第{number}个驿站几点开门\n啊" for number in range(6)]
GOOD = (Line(text="会费多少钱", route="faq:membership-dues"),)


class Asked:
    """Reads texts, and counts them."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> str:
        self.texts.append(text)
        return text.strip()


def make(texts: Sequence[str], kept: KeptTexts) -> tuple[list[Prepared], list[str]]:
    """What comes of them, and which were made anew."""
    asked = Asked()
    return prepared(texts, asked, kept, lambda _done, _of: None), asked.texts


def same(one: Prepared, other: Prepared) -> bool:
    columns = np.array_equal(one.placed[0], other.placed[0])
    weights = np.array_equal(one.placed[1], other.placed[1])
    return columns and weights and (one.ready, one.form) == (other.ready, other.form)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful is as good as many."""
    monkeypatch.setattr(kept_texts, "MANY", 5)


@pytest.mark.usefixtures("few")
def test_what_was_made_ready_is_not_made_again(tmp_path: Path) -> None:
    """It comes back as it was, to the last place and weight."""
    first, made = make(TEXTS, KeptTexts(tmp_path / "texts.npz", "model"))
    assert made == TEXTS
    again, made = make([*TEXTS, "新的问题"], KeptTexts(tmp_path / "texts.npz", "model"))
    assert made == ["新的问题"]
    assert all(map(same, first, again))
    assert (
        list(KeptTexts(tmp_path / "texts.npz", "model").read()) == TEXTS
    )  # a few new ones don't write it anew


@pytest.mark.usefixtures("few")
def test_another_models_are_made_anew(tmp_path: Path) -> None:
    """It may mend other slips."""
    make(TEXTS, KeptTexts(tmp_path / "texts.npz", "model"))
    assert make(TEXTS, KeptTexts(tmp_path / "texts.npz", "another"))[1] == TEXTS
    assert make(TEXTS, KeptTexts(tmp_path / "texts.npz", "another"))[1] == []


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("left", [0, 1, 200, -1])
def test_half_a_file_is_none(tmp_path: Path, left: int) -> None:
    """A disk that was full, or a power cut."""
    make(TEXTS, KeptTexts(tmp_path / "texts.npz", "model"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:left])
    assert make(TEXTS, KeptTexts(tmp_path / "texts.npz", "model"))[1] == TEXTS


@pytest.mark.usefixtures("few")
def test_a_gate_that_starts_again_says_the_same(
    model: ModelInfo, questions: list[Question], tmp_path: Path
) -> None:
    """Of what is kept as of what is made; and only of what is kept."""
    probes = [Probe(f"{q.text}啊", f"faq:{q.topic}", q.topic) for q in questions[:60]]
    stolen = [Question("parrots", "zh", probe.text, "new") for probe in probes[:4]]
    reports = []
    for _ in range(2):
        reader = Understanding(now=lambda: NOW, vectors=vectors(), home=tmp_path)
        reader.set_model(model.folder)
        reader.set_articles([Question(q.topic, q.language, q.text, q.topic) for q in questions])
        gate = ArticleGate(reader, GOOD)
        gate.keep({topic: [p for p in probes if p.article == topic] for topic in _topics(probes)})
        reports.append(gate.judge("new", stolen, []))
        kept = KeptTexts(tmp_path / KEPT, reader.model).read()
        assert {probe.text for probe in probes} <= kept.keys()
    first, second = ([(t.test.text, t.kind) for t in report.turned] for report in reports)
    assert first == second
    assert first
    assert (reports[0].tests, reports[0].read) == (reports[1].tests, reports[1].read)


def test_a_part_of_what_is_kept_and_its_words_are_had_by_themselves(tmp_path: Path) -> None:
    """A start asks for the articles' questions, and of the sentences for their words alone."""
    kept = KeptTexts(tmp_path / "texts.npz", "model")
    made = {text: Prepared.of(text, str.strip) for text in TEXTS}
    kept.write(made)
    some = kept.read(set(TEXTS[2:4]))
    assert list(some) == TEXTS[2:4]
    assert all(same(some[text], made[text]) for text in some)
    assert kept.words() == {text: (one.ready, one.form) for text, one in made.items()}
    assert KeptTexts(tmp_path / "texts.npz", "another").words() == {}


@pytest.mark.parametrize("whole", [True, False])
def test_a_start_with_kept_texts_knows_what_one_without_them_knows(
    model: ModelInfo,
    questions: list[Question],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: bool,
) -> None:
    """Every text known by heart, every step of the spelling, every question and its pieces."""
    monkeypatch.setattr(understanding, "MANY", 5)
    texts = json.loads((model.folder / "texts.json").read_text("utf-8"))
    # What was taught since is not kept yet.
    last = len(texts) if whole else len(texts) // 2
    kept = KeptTexts.beside(tmp_path)
    kept.write({text: Prepared.of(text, for_model) for text, _ in texts[:last]})
    one, other = (
        Understanding(now=lambda: NOW, vectors=vectors(), taught=taught) for taught in (kept, None)
    )
    for reader in (one, other):
        reader.set_model(model.folder)
        reader.set_articles(questions)
    a, b = one.index.articles, other.index.articles
    assert (a.held, a.exact, a.labels) == (b.held, b.exact, b.labels)
    for part, same_part in zip(a.parts, b.parts, strict=True):
        for name in ("vectors", "places", "starts", "rows", "weights"):
            left, right = (getattr(each.texts, name) for each in (part, same_part))
            assert np.array_equal(left, right)
    for text, _ in texts[:200]:
        assert one.as_read(text) == other.as_read(text)
        assert one.read_here(text).routes == other.read_here(text).routes


def test_what_was_told_before_there_was_a_model_is_tried_once_there_is_one(
    model: ModelInfo, questions: list[Question]
) -> None:
    """And until then a report says that nothing was."""
    reader = Understanding(now=lambda: NOW, vectors=vectors())
    reader.set_articles([Question(q.topic, q.language, q.text, q.topic) for q in questions])
    gate = ArticleGate(reader, GOOD)
    dues = [Probe("会费一个月交多少钱呀", "faq:membership-dues", "membership-dues")]
    gate.keep({"membership-dues": dues, "gone": [Probe("鹦鹉", "faq:parrots", "gone")]})
    gate.keep({"gone": []})
    thief = [Question("parrots", "zh", dues[0].text, "new")]
    before = gate.judge("new", thief, [])
    assert (before.tried, before.refused, before.tests) == (False, False, 2)
    reader.set_model(model.folder)
    assert gate.behind
    after = gate.judge("new", thief, [])
    assert after.tried
    assert (dues[0].text, "stolen") in [(one.test.text, one.kind) for one in after.turned]


def _topics(probes: Sequence[Probe]) -> set[str]:
    return {probe.article for probe in probes}


def test_each_wish_of_a_line_is_compared_by_itself(
    model: ModelInfo, questions: list[Question]
) -> None:
    """It is read by itself, so a change near to one of them may turn the line."""
    reader = Understanding(now=lambda: NOW, vectors=vectors())
    reader.set_model(model.folder)
    reader.set_articles([Question(q.topic, q.language, q.text, q.topic) for q in questions])
    two = Probe("我要入会，还想报个夜校", "join_union", before=("会费多少钱",))
    made = ready([two], reader, Sieve(), lambda _step, _done, _of: None, "tests")
    assert made.forms == tuple(_prepared(reader)(line).form for line in LINES)
    assert set(made.of_row) == {two}


LINES = ("会费多少钱", "我要入会,还想报个夜校", "我要入会", "想报个夜校")


def _prepared(reader: Understanding) -> Callable[[str], Prepared]:
    return lambda text: Prepared.of(text, reader.as_read)
