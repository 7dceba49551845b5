"""The stock Rasa pipeline that reads: trained on our model's sentences, served, asked."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from benchmarks.paired import Answer
from benchmarks.processes import CACHE, NotReady, Running, answers
from benchmarks.stock_training import command, environment, train, written
from nlu import routes
from nlu.evaluate import Line
from nlu.ports import free_port

CONFIG = Path(__file__).parent / "stock_rasa" / "understanding.yml"
HOME = CACHE / "stock_understanding"
TRAINING_HOURS = 6.0
"""After which the training is given up."""
READY_SECONDS = 180.0
FALLBACK = "nlu_fallback"

Ranking = list[str]
"""Intents, likeliest first."""


@dataclass(frozen=True)
class StockModel:
    """A trained pipeline: its file, and what it was made of."""

    path: Path
    sentences: int
    intents: int
    epochs: int
    seconds: float


async def trained(
    learnt: Sequence[tuple[str, str]],
    say: Callable[[str], None],
    *,
    epochs: int | None = None,
    hours: float = TRAINING_HOURS,
) -> StockModel:
    """The model for these (text, intent) pairs, kept from an earlier run or made now.

    Args:
        learnt: what it learns; a topic is an intent like any other.
        say: told how far it is.
        epochs: of DIET, instead of the configuration's; for trying out only.
        hours: after which the training is given up.

    Raises:
        NotReady: there is no Rasa, or it can't be trained.
    """
    HOME.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load(CONFIG.read_text("utf-8"))
    diet = next(one for one in config["pipeline"] if one["name"] == "DIETClassifier")
    diet["epochs"] = epochs or diet["epochs"]
    model = HOME / f"{_fingerprint(learnt, config)}.tar.gz"
    told = model.with_name(f"{model.name}.json")
    if model.exists() and told.exists():
        return StockModel(model, **json.loads(told.read_text("utf-8")))
    (HOME / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    (HOME / "nlu.yml").write_text(written(learnt), "utf-8")
    say(f"training the stock pipeline on {len(learnt)} sentences, once; at most {hours:g} hours")
    arguments = ["nlu", "--config", str(HOME / "config.yml"), "--nlu", str(HOME / "nlu.yml")]
    seconds = await train(arguments, model, limit=hours * 3600, say=say)
    intents = len({intent for _, intent in learnt})
    made = StockModel(model, len(learnt), intents, diet["epochs"], round(seconds))
    kept = asdict(made)
    del kept["path"]
    told.write_text(json.dumps(kept), "utf-8")
    return made


@asynccontextmanager
async def served(model: StockModel) -> AsyncIterator[StockReader]:
    """A server of the model, ended afterwards.

    Raises:
        NotReady: it doesn't start.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
    server = await Running.start(
        "stock Rasa",
        [*command("rasa"), *arguments, "--model", str(model.path)],
        environment(HOME),
        HOME,
    )
    try:
        await server.until(lambda: answers(f"{url}/status"), READY_SECONDS)
        async with aiohttp.ClientSession(trust_env=False) as session:
            yield StockReader(url, session)
    finally:
        await server.stop()


class StockReader:
    """Asks a stock server."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = f"{url}/model/parse", session

    async def ranking(self, text: str) -> Ranking:
        """The intents of a text.

        Raises:
            NotReady: it gives no answer.
        """
        async with self._session.post(self._url, json={"text": text}) as response:
            if response.status != 200:
                raise NotReady(f"stock Rasa answered {response.status} where it should read")
            parsed: dict[str, Any] = await response.json()
        return [str(entry["name"]) for entry in parsed["intent_ranking"]]

    async def read(self, lines: Sequence[Line]) -> tuple[list[Answer], list[Answer]]:
        """Its answers to lines as they are, and what they were without the FallbackClassifier."""
        whole: list[Answer] = []
        without: list[Answer] = []
        for line in lines:
            began = time.perf_counter()
            ranking = await self.ranking(line.text)
            ms = (time.perf_counter() - began) * 1000
            for side, route in ((whole, route_of(ranking)), (without, meant(ranking))):
                side.append(Answer(line, route, route == line.route, ms))
        return whole, without


def route_of(ranking: Ranking) -> str:
    """The route for a ranking; what it doesn't want to decide it refuses, as it would say so."""
    return routes.OUT_OF_SCOPE if ranking[:1] == [FALLBACK] else meant(ranking)


def meant(ranking: Ranking) -> str:
    """The likeliest intent that is a route: one that leans leaves open what a line is about."""
    named = (intent for intent in ranking if intent not in (FALLBACK, *routes.LEANING))
    return next(named, routes.OUT_OF_SCOPE)


def _fingerprint(learnt: Sequence[tuple[str, str]], config: dict[str, Any]) -> str:
    made_of = json.dumps([sorted(learnt), config], ensure_ascii=False)
    return hashlib.blake2b(made_of.encode(), digest_size=8).hexdigest()
