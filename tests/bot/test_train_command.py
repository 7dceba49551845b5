"""`gongyou train`: what it does, says and ends with."""

from __future__ import annotations

import functools
import json
import os
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.cli import app
from nlu import history, retrain
from nlu import train as training
from nlu.evaluate import Line
from nlu.gate import Rules
from nlu.trial import Trial
from tests.nlu.few import VECTORS, write_few_sentences

STATIONS = (
    "附近哪里可以给手机充电呀",
    "哪里有驿站可以歇脚",
    "附近有没有能喝水的驿站",
    "最近的驿站在哪里呀",
    "哪里能热饭，附近的",
    "附近哪里有厕所可以上",
)


class Operator:
    """Types the command, with sentences of their own."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data

    def train(self, *options: str) -> Result:
        done = CliRunner().invoke(app, ["train", "--no-rasa", *options])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def spoil(self) -> None:
        """Take the stations for small talk."""
        stations, talk = (
            self.folder / "zh" / f"{name}.yaml" for name in ("find_station", "smalltalk")
        )
        lost = yaml.safe_load(stations.read_text("utf-8"))["sentences"]
        kept = yaml.safe_load(talk.read_text("utf-8"))["sentences"]
        stations.unlink()
        talk.write_text(yaml.safe_dump({"route": "smalltalk", "sentences": [*kept, *lost]}))

    @property
    def using(self) -> str:
        folder = training.current(self.data)
        assert folder is not None
        return folder.name


@pytest.fixture
def operator(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Operator:
    folder, data = tmp_path / "sentences", tmp_path / "var"
    folder.mkdir()
    write_few_sentences(folder)
    (data / "vectors").mkdir(parents=True)
    for file in VECTORS.glob("*.vectors"):
        shutil.copy(file, data / "vectors")
    monkeypatch.setenv("GONGYOU_DATA_DIR", str(data))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("GONGYOU_KEYS", f"test:{'01' * 32}")
    rules = Rules.load()
    low = rules.floors.model_copy(update={"all": 0.5, "language": 0.5, "group": 0.3})
    lines = tuple(Line(text=text, route="find_station") for text in STATIONS)
    trial = Trial(lines, rules.model_copy(update={"floors": low}))
    monkeypatch.setattr(Trial, "load", lambda: trial)
    for module, name in ((retrain, "retrain"), (training, "stale")):
        monkeypatch.setattr(module, name, functools.partial(getattr(module, name), taught=folder))
    # The tests that come after these are not to be polite.
    monkeypatch.setattr(os, "nice", lambda _more: 0)
    return Operator(folder, data)


def test_a_model_is_let_in_refused_let_in_anyway_and_left_again(operator: Operator) -> None:
    """The way of an operator, with what the machine is told and the exit codes."""
    first = operator.train()
    assert first.exit_code == 0
    assert "let in as the first model" in first.stdout
    assert "reading articles" in first.stderr
    good = operator.using

    operator.spoil()
    refused = operator.train()
    assert refused.exit_code == 1
    assert f"was refused; {good} goes on" in refused.stderr
    assert "refused  Places: 6 of 6 lines no longer understood" in refused.stderr
    assert "--anyway REASON" in refused.stderr
    assert operator.using == good

    told = json.loads(operator.train("--json").stdout)
    assert told["admitted"] is False
    assert told["in_use"] == good
    assert told["gate"]["reasons"]
    assert set(told["seconds"]) >= {"database", "sentences", "gate"}

    polite = operator.train("--gently")
    assert polite.exit_code == 0
    assert "was refused on" in polite.stdout
    assert operator.using == good

    anyway = operator.train("--anyway", "the stations are closed")
    assert anyway.exit_code == 0
    assert "let in anyway: the stations are closed" in anyway.stdout
    poor = operator.using
    assert poor == told["model"]

    back = operator.train("--back")
    assert back.exit_code == 0
    assert operator.using == good
    assert "was left for the one before" in operator.train("--gently").stdout
    assert operator.using == good

    again = operator.train("--back")
    assert again.exit_code == 1
    assert "no model before this one" in again.stderr
    assert [(e.event, e.model) for e in history.read(operator.data / "models")] == [
        ("used", good),
        ("refused", poor),
        ("refused", poor),
        ("used", poor),
        ("left", poor),
    ]


def test_back_and_anyway_are_not_asked_for_together(operator: Operator) -> None:
    """One makes no model, the other is about one that is made."""
    done = operator.train("--back", "--anyway", "so")
    assert done.exit_code == 1
    assert "leave one away" in done.stderr
