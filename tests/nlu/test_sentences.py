"""The training sentences, and the check that keeps them in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu import sentences
from nlu.normalise import key
from nlu.routes import ROUTES
from nlu.sentences import SentencesError


def _write(folder: Path, name: str, text: str) -> None:
    (folder / "zh").mkdir(exist_ok=True)
    (folder / "zh" / name).write_text(text, "utf-8")


def test_the_sentences_are_in_order() -> None:
    """No doubles, no orphans, no sentence under two routes."""
    assert sentences.faults(sentences.load_leniently()) == []
    sentences.load()


def test_every_route_has_sentences_in_both_languages() -> None:
    """At least thirty Chinese and ten English ones."""
    found = sentences.load_leniently()
    for route in ROUTES:
        assert sum(s.route == route and s.language == "zh" for s in found) >= 30, route
        assert sum(s.route == route and s.language == "en" for s in found) >= 10, route


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("route: join_union\nsentences: [我要入会, 我要入會！]\n", "too"),
        ("route: join_onion\nsentences: [我要入会]\n", "no route"),
        ("route: find_job\nsentences: [找工作]\n", "holds sentences of"),
        ("route: join_union\nsentences: [12]\n", "no text"),
        ("route: join_union\nsentences: ['！！']\n", "no words"),
        ("route: join_union\nlines: [我要入会]\n", "keys"),
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
