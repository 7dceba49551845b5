"""A small model of the project's own sentences, made once for all tests here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from nlu import articles, sentences
from nlu import train as training
from nlu.match import Question
from nlu.train import ModelInfo
from nlu.understanding import Understanding

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / ".cache" / "vectors"
"""Kept between runs, so that only the first one embeds."""

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Tuesday morning."""

A_ROUTE = {"zh": 12, "en": 5}
A_TOPIC = {"zh": 4, "en": 2}


@pytest.fixture(scope="session")
def questions() -> list[Question]:
    """A few questions of each article."""
    taken: dict[tuple[str, str], int] = {}
    few: list[Question] = []
    for question in articles.questions(ROOT / "knowledge" / "content" / "articles"):
        count = taken.get((question.topic, question.language), 0)
        if count < A_TOPIC[question.language]:
            taken[question.topic, question.language] = count + 1
            few.append(question)
    return few


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few sentences of each route."""
    folder = tmp_path_factory.mktemp("sentences")
    found = sentences.load_leniently()
    for route in sorted({sentence.route for sentence in found}):
        for language, count in A_ROUTE.items():
            few = [s.text for s in found if (s.route, s.language) == (route, language)][:count]
            file = folder / language / f"{route}.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(yaml.safe_dump({"route": route, "sentences": few}), "utf-8")
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
    made.set_articles(questions, training.kept_vectors(VECTORS))
    return made
