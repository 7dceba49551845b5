"""The stock Rasa assistant: its training data made, trained once, started with its action server.

Its files are in `stock_rasa/`; what is made of them lies under `.cache/stock_rasa/`.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import texts
from benchmarks.load import RasaRest
from benchmarks.processes import CACHE, Running, answers, cpu_of
from benchmarks.stock_training import command, environment, train, written
from nlu.ports import free_port

HERE = Path(__file__).parent / "stock_rasa"
TRAINING_SECONDS = 3600.0
READY_SECONDS = 180.0

LOOKED_UP: dict[str, str] = {
    "find_station": "stations",
    "find_course": "courses",
    "my_courses": "courses",
    "find_activity": "courses",
}
"""From which part of the content the action's store is filled; all others from the articles."""


@dataclass
class Stock:
    """A running stock assistant."""

    chat: RasaRest
    server: Running
    actions: Running

    def cpu(self) -> float:
        """Seconds of processor that both have used."""
        for process in (self.server, self.actions):
            process.must_live()
        return cpu_of(self.server.pid, self.actions.pid)


@asynccontextmanager
async def stock(
    say: Callable[[str], None] = print, *, as_trained: bool = False
) -> AsyncIterator[Stock]:
    """The assistant, trained if need be; ended afterwards.

    `as_trained` takes the model that is there, also if sentences have changed since.

    Raises:
        NotReady: there is no Rasa, or it doesn't train or start.
    """
    home = CACHE / "stock_rasa"
    made = sorted(home.glob("*.tar.gz"), key=lambda one: one.stat().st_mtime)
    model = made[-1] if as_trained and made else await _trained(home, say)
    port, action_port = free_port(), free_port()
    endpoints = home / "endpoints.yml"
    endpoints.write_text(f'action_endpoint:\n  url: "http://127.0.0.1:{action_port}/webhook"\n')
    env = environment(home)
    actions = await Running.start(
        "stock Rasa actions",
        [*command("rasa_sdk"), "--actions", "actions", "--port", str(action_port)],
        {**env, "STOCK_LOOKUP": str(home / "offers.sqlite"), "PYTHONPATH": str(HERE / "actions")},
        home,
    )
    server = await Running.start(
        "stock Rasa",
        [
            *command("rasa"), "run", "--interface", "127.0.0.1", "--port", str(port),
            "--model", str(model), "--endpoints", str(endpoints),
            "--credentials", str(HERE / "credentials.yml"),
        ],
        env, home,
    )  # fmt: skip
    try:
        await actions.until(
            lambda: answers(f"http://127.0.0.1:{action_port}/health"), READY_SECONDS
        )
        await server.until(
            lambda: answers(f"http://127.0.0.1:{port}/webhooks/rest/"), READY_SECONDS
        )
        yield Stock(RasaRest(f"http://127.0.0.1:{port}"), server, actions)
    finally:
        await server.stop()
        await actions.stop()


async def _trained(home: Path, say: Callable[[str], None]) -> Path:
    """The model for what there is to learn now."""
    home.mkdir(parents=True, exist_ok=True)
    learnt = texts.training()
    model = home / f"{_fingerprint(learnt)}.tar.gz"
    if model.exists():
        return model
    project = home / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(HERE, project)
    (project / "data" / "nlu.yml").write_text(written(learnt), "utf-8")
    _fill(home / "offers.sqlite")
    say(f"training the stock assistant on {len(learnt)} sentences (once)")
    arguments = [
        "--domain", str(project / "domain.yml"), "--config", str(project / "config.yml"),
        "--data", str(project / "data"),
    ]  # fmt: skip
    seconds = await train(arguments, model, limit=TRAINING_SECONDS, say=say)
    say(f"trained in {seconds:.0f} s")
    return model


def _fingerprint(learnt: list[tuple[str, str]]) -> str:
    digest = hashlib.blake2b(repr(learnt).encode(), digest_size=8)
    for name in ("config.yml", "domain.yml", "data/rules.yml", "data/stories.yml"):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def _fill(path: Path) -> None:
    """The store that the custom action looks into."""
    path.unlink(missing_ok=True)
    content = texts.content()
    offers = {
        "stations": [(one.name.zh, one.address.zh) for one in content.stations],
        "courses": [
            (one.title.zh, one.teacher.zh if one.teacher else "") for one in content.courses
        ],
        "articles": [
            (answer.zh.question, answer.zh.answer)
            for article in content.articles
            for answer in article.answers
            if answer.zh
        ],
    }
    with sqlite3.connect(path) as store:
        store.execute("create table offers (intent text, title text, line text)")
        store.execute("create index offers_by_intent on offers (intent)")
        for intent in sorted({intent for _, intent in texts.training()}):
            rows = offers[LOOKED_UP.get(intent, "articles")]
            store.executemany(
                "insert into offers values (?, ?, ?)", [(intent, *row) for row in rows]
            )
