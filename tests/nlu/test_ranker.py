"""Who reads a text: Rasa, or the head here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.client import Parsed, RasaClient
from nlu.head import Head
from nlu.ranker import QUEUED, Ranker
from nlu.train import ModelInfo


class Held(RasaClient):
    """A Rasa that answers when it is let, one text at a time."""

    def __init__(self) -> None:
        super().__init__(lambda: "http://127.0.0.1:9")
        self.let = asyncio.Event()
        self.one = asyncio.Lock()

    @property
    def full(self) -> bool:
        return self.one.locked()

    async def parse(self, text: str) -> Parsed:
        async with self.one:
            await self.let.wait()
        return Parsed((("join_union", 1.0),), np.ones(384, dtype=np.float32))


@dataclass
class Waiting:
    """An encoder that is done when it is let."""

    version: str = "waiting-1"
    let: threading.Event = field(default_factory=threading.Event)

    def embed(self, text: str) -> NDArray[np.float32]:
        assert self.let.wait(20)
        return np.ones(384, dtype=np.float32)


@pytest.fixture
def head(model: ModelInfo) -> Head:
    return Head.load(model.head)


@pytest.fixture
def rasa() -> Held:
    return Held()


@pytest.fixture
def encoder() -> Waiting:
    return Waiting()


@pytest.fixture
async def ranker(rasa: Held, encoder: Waiting) -> AsyncIterator[Ranker]:
    """Both readers wait to be let."""
    made = Ranker(encoder, rasa)
    yield made
    rasa.let.set()
    encoder.let.set()
    await made.close()


async def sources(
    ranker: Ranker, rasa: Held, encoder: Waiting, head: Head | None, *, busy: bool, texts: int
) -> list[str]:
    """Who has read each of these texts, that came one after another."""
    asked = []
    for number in range(texts):
        asked.append(asyncio.create_task(ranker.ask(f"第{number}句", head, busy=busy)))
        await asyncio.sleep(0.01)
    rasa.let.set()
    encoder.let.set()
    return [one.source for one in await asyncio.gather(*asked)]


async def test_rasa_reads_where_there_is_room(
    ranker: Ranker, rasa: Held, encoder: Waiting, head: Head
) -> None:
    """The head here helps out while Rasa is at another text."""
    read = await sources(ranker, rasa, encoder, head, busy=False, texts=2)
    assert read == ["rasa", "head"]


async def test_the_head_here_comes_first_where_the_cores_are_full(
    ranker: Ranker, rasa: Held, encoder: Waiting, head: Head
) -> None:
    """And Rasa helps out where some wait for it."""
    read = await sources(ranker, rasa, encoder, head, busy=True, texts=QUEUED + 2)
    assert read == ["head"] * QUEUED + ["rasa", "head"]


async def test_what_has_no_model_here_is_read_by_rasa(
    ranker: Ranker, rasa: Held, encoder: Waiting
) -> None:
    """However busy it is."""
    assert await sources(ranker, rasa, encoder, None, busy=True, texts=1) == ["rasa"]
