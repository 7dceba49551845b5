"""A running house learns what it has been taught, by itself and once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import training as part
from bot.doctor import Finding, _model
from bot.lessons import Lessons, lessons
from bot.settings import Settings
from bot.training import Training
from knowledge.database import Database
from nlu import history
from nlu import train as training
from nlu.history import Entry, Event
from nlu.understanding import Understanding


def wanted(known: Lessons) -> str:
    """What a model of these lessons would be called."""
    return training.fingerprint(known.questions, reviewed=known.sentences)


def current_is(folder: Path, name: str) -> None:
    """A model of this name is in use, without any training."""
    made = folder / "models" / name
    made.mkdir(parents=True)
    plain = {
        "fingerprint": name, "sentences": 1, "questions": 1, "labels": [], "encoder": "",
        "seconds": 1.0, "rasa": False,
    }  # fmt: skip
    (made / "info.json").write_text(json.dumps(plain))
    (folder / "models" / "current").write_text(name)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The trainings that a house begins; none of them makes a model."""
    begun: list[tuple[str, ...]] = []

    async def train(_self: Training, *options: str) -> int:
        begun.append(options)
        return 0  # as if a gate had kept the old model: it isn't tried again and again

    monkeypatch.setattr(part, "LEFT_ALONE_SECONDS", 0.5)
    monkeypatch.setattr(Training, "_train", train)
    return begun


@pytest.fixture
async def trained(
    database: Database, tmp_path: Path, runs: list[tuple[str, ...]]
) -> AsyncIterator[list[tuple[str, ...]]]:
    """The trainings of a house that runs and was up to date at its start."""
    current_is(tmp_path, wanted(await lessons(database)))
    settings = Settings.load(data_dir=tmp_path, rasa=False)
    house = Training(settings, lambda _line: None)
    understanding = Understanding(now=database.clock.now)
    running = asyncio.create_task(house.run(database, understanding))
    yield runs
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await understanding.close()


async def test_what_is_taught_is_learnt_once_nobody_teaches_any_more(
    database: Database, trained: list[tuple[str, ...]]
) -> None:
    """Several sentences one after the other make one training; without a change there is none."""
    await asyncio.sleep(2)
    assert trained == []
    for number in range(4):
        async with database.begin() as unit:
            await unit.review.teach(number, f"电驴子饿了{number}", "find_station", "zh", "王敏")
    for _ in range(100):
        if trained:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    assert trained == [("--no-rasa",)]


@pytest.mark.parametrize("event", ["refused", "left"])
async def test_what_was_refused_or_left_is_not_trained_again_by_itself(
    database: Database, tmp_path: Path, runs: list[tuple[str, ...]], event: Event
) -> None:
    """The house says so once, at its start; what is taught afterwards is tried."""
    name = wanted(await lessons(database))
    current_is(tmp_path, "before")
    history.add(tmp_path / "models", Entry(database.clock.now(), "used", "before"))
    history.add(tmp_path / "models", Entry(database.clock.now(), event, name, ("Places: 6 of 40",)))
    said: list[str] = []
    house = Training(Settings.load(data_dir=tmp_path, rasa=False), said.append)
    await house._bring_up_to_date(database)
    assert runs == []
    (line,) = said
    assert f"the model {name} was {event}" in line
    assert "Places: 6 of 40" in line
    assert "before goes on" in line
    async with database.begin() as unit:
        await unit.review.teach(1, "电驴子饿了", "find_station", "zh", "王敏")
    await house._bring_up_to_date(database)
    assert runs == [("--no-rasa",)]


async def test_the_doctor_tells_of_a_refused_model(tmp_path: Path) -> None:
    """What answers now, why the newer one doesn't, and what to do."""
    current_is(tmp_path, "before")
    settings = Settings.load(data_dir=tmp_path, rasa=False)
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

    async def model() -> Finding:
        return await _model(settings)

    assert (await model()).state == "ok"
    history.add(tmp_path / "models", Entry(at, "refused", "newer", ("Places: 6 of 40.",)))
    finding = await model()
    assert finding.state == "wrong"
    assert "before: 1 sentences" in finding.text
    assert "newer was refused on 2026-11-24" in finding.text
    assert "gongyou train" in finding.text
    history.add(tmp_path / "models", Entry(at, "left", "newer"))
    assert (await model()).state == "note"
    history.add(tmp_path / "models", Entry(at, "used", "newer"))
    assert (await model()).state == "ok"
