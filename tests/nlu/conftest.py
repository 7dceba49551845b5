"""A small model of the project's own sentences, made once for all tests here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nlu import train as training
from nlu.match import Question
from nlu.train import ModelInfo
from nlu.understanding import Understanding
from tests.full_model import vectors
from tests.nlu.few import ROOT, VECTORS, few_questions, write_few_sentences

__all__ = ["NOW", "ROOT", "VECTORS"]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Tuesday morning."""


@pytest.fixture(scope="session")
def questions() -> list[Question]:
    """A few questions of each article."""
    return few_questions()


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few sentences of each route."""
    folder = tmp_path_factory.mktemp("sentences")
    write_few_sentences(folder)
    return folder


@pytest.fixture(scope="session")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def model(var: Path, taught: Path, questions: list[Question]) -> ModelInfo:
    """A small model, current in `var`, not packed for Rasa."""
    return training.train(articles=questions, out=var, taught=taught, vectors=VECTORS)


@pytest.fixture
def understanding(model: ModelInfo, questions: list[Question]) -> Understanding:
    """Reads with the small model, in process."""
    made = Understanding(now=lambda: NOW)
    made.set_model(model.folder)
    made.set_articles(questions, vectors())
    return made
