"""The training sentences, and the check that keeps them in order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nlu import articles, sentences
from nlu.normalise import key
from nlu.routes import ROUTES
from nlu.sentences import SentencesError
from tests.nlu.conftest import ROOT
from tests.nlu.few import own_sentences

ARTICLES = ROOT / "knowledge" / "content" / "articles"


def _write(folder: Path, name: str, text: str) -> None:
    (folder / "zh").mkdir(exist_ok=True)
    (folder / "zh" / name).write_text(text, "utf-8")


def test_the_sentences_are_in_order() -> None:
    """No doubles, no orphans, no sentence under two routes."""
    sentences.load()


LEAST = {"crisis": (150, 60), "out_of_scope": (300, 80), "smalltalk": (120, 40)}
SOUNDS_LIKE = "# only sounds like a crisis"


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_has_many_sentences_in_both_languages(route: str) -> None:
    """120 Chinese and 40 English ones at least, more where it is hard."""
    found = Counter(s.language for s in own_sentences() if s.route == route)
    chinese, english = LEAST.get(route, (120, 40))
    assert found["zh"] >= chinese
    assert found["en"] >= english


def test_every_topic_has_many_questions_in_both_languages() -> None:
    """25 Chinese and 8 English ones at least."""
    found = Counter((q.topic, q.language) for q in articles.questions(ARTICLES))
    for topic in {topic for topic, _ in found}:
        assert found[topic, "zh"] >= 25, topic
        assert found[topic, "en"] >= 8, topic


def test_many_lines_only_sound_like_a_crisis() -> None:
    """They stand under the routes they really mean, below a comment."""
    found = 0
    for file in sentences.HERE.glob("*/*.yaml"):
        _, _, below = file.read_text("utf-8").partition(SOUNDS_LIKE)
        found += below.count("\n  - ")
        assert not below or file.stem != "crisis"
    assert found >= 200


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("route: join_union\nsentences: [我要入会, 我要入會！]\n", "too"),
        ("route: join_onion\nsentences: [我要入会]\n", "no route"),
        ("route: find_job\nsentences: [找工作]\n", "holds sentences of"),
        ("route: join_union\nsentences: [12]\n", "no text"),
        ("route: join_union\nsentences: ['！！']\n", "no words"),
        ("route: join_union\nlines: [我要入会]\n", "keys"),
        (
            "route: join_union\nsentences: [我也想加入工会行不行啊, 我也想加入工会行不行]\n",
            "nearly",
        ),
        ("route: [\n", "join_union.yaml"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, written: str, fault: str) -> None:
    """With the file and the reason."""
    _write(tmp_path, "join_union.yaml", written)
    with pytest.raises(SentencesError, match=fault):
        sentences.load(tmp_path)


def test_a_sentence_under_two_routes_teaches_neither(tmp_path: Path) -> None:
    """Training goes on with what is sound."""
    _write(tmp_path, "join_union.yaml", "route: join_union\nsentences: [我要入会, 帮帮我]\n")
    _write(tmp_path, "find_job.yaml", "route: find_job\nsentences: [帮帮我！]\n")
    assert [key(s.text) for s in sentences.load_leniently(tmp_path)] == ["我要入会"]
