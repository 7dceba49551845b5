"""A running house learns what it has been taught, by itself and once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot import training as part
from bot.lessons import Lessons, lessons
from bot.settings import Settings
from bot.training import Training
from knowledge.database import Database
from nlu import train as training
from nlu.understanding import Understanding


def current_is(folder: Path, known: Lessons) -> None:
    """Write what a model of these lessons would be called, without training it."""
    name = training.fingerprint(known.questions, reviewed=known.sentences)
    made = folder / "models" / name
    made.mkdir(parents=True)
    plain = {
        "fingerprint": name, "sentences": 1, "questions": 1, "labels": [], "encoder": "",
        "seconds": 1.0, "rasa": False,
    }  # fmt: skip
    (made / "info.json").write_text(json.dumps(plain))
    (folder / "models" / "current").write_text(name)


@pytest.fixture
async def trained(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[tuple[str, ...]]]:
    """The trainings of a house that runs and was up to date at its start."""
    runs: list[tuple[str, ...]] = []

    async def train(_self: Training, *options: str) -> int:
        runs.append(options)
        return 0  # as if a gate had kept the old model: it isn't tried again and again

    monkeypatch.setattr(part, "LEFT_ALONE_SECONDS", 0.5)
    monkeypatch.setattr(Training, "_train", train)
    current_is(tmp_path, await lessons(database))
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
