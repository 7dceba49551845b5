"""A model is swapped under a house that answers all the while."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.content import Text
from bot import training as part
from bot.app import House
from bot.messages import Inbound
from bot.settings import Settings
from bot.training import Training
from knowledge.secrets import Keyring
from nlu import model, retrain
from nlu import train as training
from nlu.train import ModelInfo
from nlu.understanding import Understanding
from tests.nlu.few import VECTORS, few_questions, write_few_sentences
from tests.waiting import until

LINES = (
    "我想加入工会怎么申请呀",
    "附近哪里可以给手机充电呀",
    "转人工谢谢啦",
    "有什么烘焙的课可以上呢",
)

SWAPPED_WITHIN = 60.0
"""Seconds until a house has taken up another model, while riders write."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ModelInfo:
    """A small model."""
    folder = tmp_path_factory.mktemp("sentences")
    write_few_sentences(folder)
    out = tmp_path_factory.mktemp("trained")
    return training.train(articles=few_questions(), out=out, taught=folder, vectors=VECTORS)


@pytest.fixture
def data(made: ModelInfo, tmp_path: Path) -> Path:
    """A data directory with two models that were in use, `one` before `two`."""
    for name in ("one", "two"):
        folder = tmp_path / "models" / name
        shutil.copytree(made.folder, folder)
        kept = json.loads((folder / "info.json").read_text())
        (folder / "info.json").write_text(json.dumps({**kept, "fingerprint": name}))
        entry: dict[str, object] = {
            "at": "2026-11-24T08:00:00+08:00",
            "event": "used",
            "model": name,
            "why": [],
        }
        with (tmp_path / "models" / "history").open("a") as file:
            file.write(json.dumps(entry) + "\n")
    (tmp_path / "models" / "current").write_text("two")
    return tmp_path


class Watched(Understanding):
    """Tells which models it took up."""

    def __init__(self, data: Path) -> None:
        super().__init__(now=lambda: datetime.now(UTC))
        self.taken: list[str] = []
        self.set_model(data / "models" / "two")

    def set_model(self, folder: Path) -> None:
        super().set_model(folder)
        self.taken.append(folder.name)


@pytest.fixture
async def house(
    data: Path, database_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A worker that follows new models, and only that: nothing is trained."""
    monkeypatch.setattr(part, "LOOK_EVERY_SECONDS", 0.1)
    settings = Settings.load(data_dir=data, rasa=False, messages_per_minute=0)
    house = House(settings, database_url, keyring, Watched(data))
    await house.start("worker")
    follow = Training(settings, lambda _line: None)
    follow._model = follow._current()
    following = asyncio.create_task(follow._follow(house.understanding))
    yield house
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await house.stop()


async def test_no_message_is_lost_while_the_model_is_swapped_and_swapped_back(
    house: House, data: Path
) -> None:
    """Every line has one answer, whichever model read it."""
    understanding = house.understanding
    assert isinstance(understanding, Watched)
    sent = answered = 0

    async def rider(name: str) -> None:
        nonlocal sent, answered
        while len(understanding.taken) < 4:
            sent += 1
            receipt = await house.inbox.put(
                Inbound(
                    channel="web",
                    conversation=name,
                    external_id=str(sent),
                    content=Text(text=f"{LINES[sent % len(LINES)]}{sent}"),
                    at=datetime.now(UTC),
                )
            )
            outcome = await house.inbox.wait(receipt, 30)
            assert outcome.state == "answered"
            assert outcome.replies
            answered += 1

    async def swap() -> None:
        for count, name in enumerate(("one", "two", "one"), 2):
            await until(lambda: answered >= 5 * (count - 1), SWAPPED_WITHIN)  # noqa: B023  awaited here
            if name == "one":
                retrain.back(data, datetime.now(UTC))
            else:
                model.use(data, name)
            await until(lambda: len(understanding.taken) == count, SWAPPED_WITHIN)  # noqa: B023  likewise

    await asyncio.gather(swap(), *(rider(f"rider-{number}") for number in range(3)))
    assert understanding.taken == ["two", "one", "two", "one"]
    assert answered == sent
    assert sent >= 15
    async with house.database.begin() as unit:
        assert (await unit.conversations.depths())["inbox"] == 0


async def test_a_web_process_reads_with_the_model_of_the_others(
    data: Path, database_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What staff try is read as riders' lines are: same model, labels, and at each new one."""
    monkeypatch.setattr(part, "LOOK_EVERY_SECONDS", 0.1)
    settings = Settings.load(data_dir=data, rasa=False, port=0)
    understanding = Watched(data)
    house = House(settings, database_url, keyring, understanding)
    await house.start("web")
    following = asyncio.create_task(Training(settings, lambda _line: None).follow(understanding))
    try:
        label = house.texts.languages["zh"]["menu.find_station"]
        assert (await understanding.read(label)).source == "known"
        await asyncio.sleep(0.2)
        model.use(data, "one")
        await until(lambda: understanding.taken == ["two", "one"], SWAPPED_WITHIN)
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await house.stop()
