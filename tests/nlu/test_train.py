"""Making a model, and finding the current one."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import yaml

from nlu import train as training
from nlu.head import Head
from nlu.kept_texts import KeptTexts
from nlu.match import Question
from nlu.train import ModelInfo, TrainingError
from nlu.understanding import Understanding
from tests.nlu.conftest import NOW, VECTORS


def test_a_model_is_named_by_what_it_is_made_of(
    model: ModelInfo, taught: Path, questions: list[Question]
) -> None:
    """The same sentences and questions give the same name, one more another."""
    assert training.fingerprint(questions, taught=taught) == model.fingerprint
    more = [*questions, Question("membership-dues", "zh", "会费能不能年付呀")]
    assert training.fingerprint(more, taught=taught) != model.fingerprint


def test_what_was_accepted_from_use_is_learnt(
    tmp_path: Path, model: ModelInfo, taught: Path, questions: list[Question]
) -> None:
    """It names another model, and is known by heart afterwards like any other sentence."""
    reviewed = [("电驴子饿了上哪儿喂它", "find_station")]
    made = training.train(
        articles=questions, reviewed=reviewed, out=tmp_path, taught=taught, vectors=VECTORS
    )
    assert made.fingerprint != model.fingerprint
    assert made.sentences == model.sentences + 1
    reader = Understanding.at(tmp_path, now=lambda: NOW)
    reading = asyncio.run(reader.read("电驴子饿了，上哪儿喂它？"))
    assert (reading.source, reading.best) == ("known", ("find_station", 1.0))


def test_the_current_model_is_found(var: Path, model: ModelInfo) -> None:
    """With what is written beside it."""
    assert training.current(var) == model.folder
    assert training.info(model.folder) == model


def test_a_half_written_model_is_none(tmp_path: Path) -> None:
    """A crash leaves a folder without its last file, or no folder at all."""
    (tmp_path / "models" / "abc").mkdir(parents=True)
    (tmp_path / "models" / "current").write_text("abc")
    assert training.current(tmp_path) is None
    assert training.stale(tmp_path, [])
    assert training.current(tmp_path / "nowhere") is None


def test_a_broken_model_is_as_good_as_none(tmp_path: Path) -> None:
    """The house starts without it; training replaces it."""
    folder = tmp_path / "models" / "abc"
    folder.mkdir(parents=True)
    (folder / "info.json").write_text("{}")
    (folder / "head.npz").write_bytes(b"PK half a file")
    (tmp_path / "models" / "current").write_text("abc")
    assert not Understanding.at(tmp_path, now=lambda: NOW).ready


def test_training_again_changes_nothing(
    var: Path, model: ModelInfo, taught: Path, questions: list[Question]
) -> None:
    """What is there already is not made anew."""
    written = model.head.stat().st_mtime_ns
    again = training.train(articles=questions, out=var, taught=taught, vectors=VECTORS)
    assert again == model
    assert model.head.stat().st_mtime_ns == written


def test_training_again_makes_ready_what_starts_take(
    model: ModelInfo, var: Path, taught: Path, questions: list[Question], tmp_path: Path
) -> None:
    """An update of the house reads otherwise, though the sentences are the same."""
    for file in VECTORS.glob("*.vectors"):
        (tmp_path / file.name).symlink_to(file)
    again = training.train(articles=questions, out=var, taught=taught, vectors=tmp_path)
    assert again == model
    texts = json.loads((model.folder / "texts.json").read_text("utf-8"))
    assert KeptTexts.beside(tmp_path).words().keys() == {text for text, _ in texts}


def test_the_same_sentences_give_the_same_head(
    tmp_path: Path, model: ModelInfo, taught: Path, questions: list[Question]
) -> None:
    """Within the rounding of single precision."""
    other = training.train(articles=questions, out=tmp_path, taught=taught, vectors=VECTORS)
    one, two = Head.load(model.head), Head.load(other.head)
    # Unlikely labels may change places within the rounding.
    first, second = (dict(head.ranked("我要入会", None)) for head in (one, two))
    assert first == pytest.approx(second, abs=1e-3)
    assert max(first, key=first.__getitem__) == max(second, key=second.__getitem__)


def test_without_sentences_there_is_a_plain_word(tmp_path: Path) -> None:
    """And no model."""
    with pytest.raises(TrainingError, match="no training sentences"):
        training.train(articles=[], out=tmp_path, taught=tmp_path)
    assert training.current(tmp_path) is None


def test_a_python_without_rasa_leaves_the_head(
    tmp_path: Path, taught: Path, questions: list[Question]
) -> None:
    """Packing fails with a sentence; the model in process stands."""
    with pytest.raises(TrainingError, match="Rasa"):
        training.train(
            articles=questions,
            out=tmp_path,
            taught=taught,
            vectors=VECTORS,
            rasa_python=Path("/nowhere/python"),
        )
    folder = training.current(tmp_path)
    assert folder is not None
    assert not training.info(folder).rasa


def test_a_rasa_process_hears_of_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the house, no credentials."""
    monkeypatch.setenv("GONGYOU_TELEGRAM_TOKEN", "secret")
    monkeypatch.setenv("DATABASE_URL", "secret")
    assert "secret" not in yaml.safe_dump(training.rasa_environment(tmp_path))
