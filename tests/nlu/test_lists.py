"""The readings that must never break, and the misreadings that are known.

Both lists are part of the product: the first is held by the gate at each training, the second can
only shrink.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from nlu import articles, evaluate, sentences
from nlu.evaluate import Line
from nlu.gate import KNOWN_GOOD
from nlu.language import language_of
from nlu.routes import CRISIS, ROUTES, faq
from nlu.trial import SETS, Surroundings, _decided
from tests.full_model import ARTICLES, make
from tests.nlu.conftest import NOW, VECTORS
from tests.nlu.few import own_sentences

GOOD = evaluate.read_lines(SETS / "known_good.jsonl")
MISREAD = evaluate.read_lines(SETS / "misread.jsonl")
QUESTIONS = articles.questions(ARTICLES)

pytestmark = pytest.mark.timeout(600)


@cache
def readings() -> dict[int, str]:
    """The route that a model of all sentences finds for each line, by the line's identity."""
    around = Surroundings(QUESTIONS, VECTORS, NOW)
    decided = _decided(make(), [*GOOD, *MISREAD], around)
    return {id(one.line): one.choice.route for one in decided}


def test_every_known_good_reading_holds() -> None:
    """What broke is named."""
    broken = [(line.text, line.route, readings()[id(line)]) for line in GOOD]
    assert [one for one in broken if one[1] != one[2]] == []


@pytest.mark.parametrize("line", MISREAD, ids=[line.text for line in MISREAD])
def test_a_known_misreading_still_fails(line: Line) -> None:
    """The list is there to be shortened, and never to be forgotten."""
    if readings()[id(line)] == line.route:
        pytest.fail(
            f"“{line.text}” is understood now: remove it from nlu/sets/misread.jsonl "
            "(and, if it must never be lost again, add it to known_good.jsonl)"
        )


def test_the_good_ones_are_of_every_route_and_both_languages() -> None:
    """Services several times, topics at least once, cries for help and follow-ups among them."""
    routes = Counter(line.route for line in GOOD)
    spoken = Counter((line.route, language_of(line.text)) for line in GOOD)
    assert all(routes[route] >= 3 for route in ROUTES), routes
    assert all(spoken[route, language] for route in ROUTES for language in ("zh", "en")), spoken
    topics = {faq(question.topic) for question in QUESTIONS}
    assert len(topics - set(routes)) <= 3, topics - set(routes)
    assert routes[CRISIS] >= 10
    assert sum(bool(line.before) for line in GOOD) >= 10
    assert {line.group for line in GOOD} == {KNOWN_GOOD}


def test_misreadings_have_a_right_route() -> None:
    """Else nobody could ever mend them."""
    known = {*ROUTES, *(faq(question.topic) for question in QUESTIONS)}
    assert {line.route for line in MISREAD} <= known


@pytest.mark.parametrize("listed", [GOOD, MISREAD], ids=["known_good", "misread"])
def test_no_line_is_or_nearly_is_taught_or_in_a_set(listed: list[Line]) -> None:
    """A line that is taught is known by heart and proves nothing.

    What only the lines before it explain may be short and alike.
    """
    lines = [line.text for line in listed if not line.before]
    taught = [sentence.text for sentence in own_sentences()]
    taught += [question.text for question in QUESTIONS]
    for name in ("choose", "gate", "report"):
        taught += [line.text for line in evaluate.read_lines(SETS / f"{name}.jsonl")]
    # The other's text is not shown: it may be of the reporting set.
    assert sorted({lines[one] for one, _ in sentences.near_copies(lines, taught)}) == []


def test_no_line_stands_twice() -> None:
    """Nor nearly, in either list."""
    lines = [line.text for line in (*GOOD, *MISREAD) if not line.before]
    pairs = sentences.near_copies(lines, lines)
    assert [(lines[one], lines[other]) for one, other in pairs if one < other] == []
