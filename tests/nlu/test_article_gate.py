"""What an article would take from others is told before it does, and nothing is overlooked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from nlu import articles
from nlu.article_gate import CLEAR, ArticleGate, _right, _turned, decide
from nlu.choose import Choice
from nlu.evaluate import Line
from nlu.gate_tests import Probe
from nlu.match import Question
from nlu.routes import faq
from nlu.spelling import Spelling
from nlu.understanding import Understanding
from tests.nlu.conftest import ROOT

CONTENT = ROOT / "knowledge" / "content" / "articles"
GOOD = (
    Line(text="我要入会", route="join_union"),
    Line(text="会费多少钱", route="faq:membership-dues"),
    Line(text="那要多少钱", route="faq:night-school-cost", before=("夜校有什么课",)),
)


@pytest.fixture(autouse=True, scope="module")
def mended_once() -> Iterator[None]:
    """The same nine hundred lines are read dozens of times: their slips are mended once."""
    patch = pytest.MonkeyPatch()
    patch.setattr(Spelling, "mend", cache(Spelling.mend))
    yield
    patch.undo()


@pytest.fixture
def probes(questions: list[Question]) -> list[Probe]:
    """Questions that the small model was not taught, in articles by topic."""
    taught = {question.text for question in questions}
    left = [q for q in articles.questions(CONTENT) if q.text not in taught]
    return [Probe(q.text, faq(q.topic), q.topic) for q in left[::4]]


@pytest.fixture
def reader(understanding: Understanding, questions: list[Question]) -> Understanding:
    """As the small model, each topic's questions being one article."""
    understanding.set_articles([Question(q.topic, q.language, q.text, q.topic) for q in questions])
    return understanding


def gate_of(reader: Understanding, probes: Sequence[Probe]) -> ArticleGate:
    gate = ArticleGate(reader, GOOD)
    by_article: dict[str, list[Probe]] = {}
    for probe in probes:
        by_article.setdefault(probe.article, []).append(probe)
    gate.keep(by_article)
    return gate


def asked(topic: str, *texts: str, article: str = "new") -> list[Question]:
    return [Question(topic, "zh", text, article) for text in texts]


def test_what_would_be_stolen_is_told_by_topic(reader: Understanding, probes: list[Probe]) -> None:
    """With the questions, so that it is plain what to change."""
    dues = [p for p in probes if p.route == "faq:membership-dues"]
    right = [p for p in dues if _right(p, decide(reader, p)) == CLEAR][:3]
    report = gate_of(reader, probes).judge("new", asked("parrots", *(p.text for p in right)), [])
    stolen = [one for one in report.turned if one.kind == "stolen"]
    assert {one.test.text for one in stolen} >= {p.text for p in right}
    assert report.refused
    said = report.sentences()[0]
    assert said.startswith("takes ")
    assert "from 'membership-dues'" in said
    assert "「" in said
    assert report.tests == len(probes) + len(GOOD)


def test_what_harms_nobody_is_let_through(reader: Understanding, probes: list[Probe]) -> None:
    """And hardly anything is read for it."""
    own = [Probe("鹦鹉飞走了找谁帮忙", faq("parrots"), "new")]
    report = gate_of(reader, probes).judge(
        "new", asked("parrots", "鹦鹉飞走了怎么办", "鹦鹉飞出窗户找谁帮忙"), own
    )
    assert not report.refused
    assert report.sentences() == []
    assert report.read < report.tests / 4


def test_an_articles_own_tests_must_lead_to_it(reader: Understanding, probes: list[Probe]) -> None:
    """Else its questions don't say what it answers."""
    own = [Probe("夜校要交多少学费", faq("parrots"), "new")]
    report = gate_of(reader, probes).judge("new", asked("parrots", "鹦鹉飞走了怎么办"), own)
    assert [one.kind for one in report.turned] == ["missed"]
    assert report.sentences() == [
        "1 question of its own tests would not be answered by it: 「夜校要交多少学费」"
    ]


@pytest.mark.parametrize("topic", ["membership-dues", "night-school-cost", "hotline"])
def test_what_a_taken_away_question_answered_is_lost(
    reader: Understanding, probes: list[Probe], questions: list[Question], topic: str
) -> None:
    """Those readings that must hold are among what is looked at."""
    good = [Line(text=q.text, route=faq(topic)) for q in questions if q.topic == topic]
    gate = ArticleGate(reader, good)
    report = gate.judge(topic, asked("parrots", "鹦鹉飞走了怎么办", article=topic), [])
    assert {one.test.text for one in report.worse} == {line.text for line in good}


@pytest.fixture(scope="module")
def before() -> dict[Probe, Choice]:
    """What each question is read as before any change, read by the first test that asks."""
    return {}


def brute(
    reader: Understanding,
    probes: Sequence[Probe],
    article: str,
    questions: list[Question],
    before: dict[Probe, Choice],
) -> set[tuple[str, str]]:
    """All questions read in both states, without any sieve."""
    would_be = reader.supposing({article: questions})
    topic = questions[0].topic if questions else ""
    everything = [p for p in probes if p.article != article] + [Probe.of(line) for line in GOOD]
    found: set[tuple[str, str]] = set()
    for test in everything:
        if test not in before:
            before[test] = decide(reader, test)
        one = _turned(test, topic, article, before[test], decide(would_be, test))
        if one is not None:
            found.add((one.test.text, one.kind))
    return found


CHANGES = {
    "a copy of another's": ("new", "parrots", ["会费一个月多少", "夜校免费吗", "驿站几点开门"]),
    "near to many": ("new", "parrots", ["要多少钱", "怎么办理", "去哪里办", "几点开门"]),
    "a topic goes": ("night-school-cost", "", []),
    "a topic's questions are others": ("hotline", "hotline", ["鹦鹉的电话号码"]),
    "a topic gets more": ("more", "hotline", ["打电话问工会", "有没有电话可以打", "投诉电话多少"]),
    "in English": ("new", "parrots", ["how much does it cost", "where is it", "who can join"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_sieve_overlooks_nothing(
    reader: Understanding, probes: list[Probe], before: dict[Probe, Choice], name: str
) -> None:
    """What is told is what is told when everything is read."""
    article, topic, texts = CHANGES[name]
    questions = asked(topic, *texts, article=article)
    report = gate_of(reader, probes).judge(article, questions, [])
    assert {(one.test.text, one.kind) for one in report.turned} == brute(
        reader, probes, article, questions, before
    )
    assert report.read < report.tests


def test_tests_are_taken_over_one_by_one(reader: Understanding, probes: list[Probe]) -> None:
    """A gate that was told of changes says what one says that has just begun."""
    old = gate_of(reader, probes)
    more = [Probe("养鸽子犯法吗", faq("hotline"), "pigeons")]
    old.keep({"pigeons": more, "membership-dues": []})
    left = [p for p in probes if p.article != "membership-dues"]
    new = gate_of(reader, [*left, *more])
    questions = asked("parrots", "会费一个月多少", "打哪个电话", "养鸽子犯法吗")
    reports = [gate.judge("new", questions, []) for gate in (old, new)]
    first, second = ({(one.test.text, one.kind) for one in r.turned} for r in reports)
    assert first == second
    assert reports[0].tests == reports[1].tests
