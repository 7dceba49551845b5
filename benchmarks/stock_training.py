"""How a stock Rasa is trained: its interpreter, its environment, the sentences in its own form."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from benchmarks.processes import ROOT, NotReady, Running

PYTHON = ROOT / ".venv-nlu" / "bin" / "python"
TOLD_EVERY_SECONDS = 60.0

_EPOCHS = re.compile(r"Epochs:\s+\d+%\|[^|]*\| (\d+)/(\d+) \[[\d:]+<([\d:?]+)")
"""The bar that Rasa's training draws: epochs done, of how many, time left."""


def command(module: str) -> list[str]:
    """The beginning of a command line that runs a module of Rasa's interpreter.

    Raises:
        NotReady: there is no such interpreter.
    """
    if not PYTHON.exists():
        raise NotReady("there is no Rasa here; `make install` brings it")
    return [str(PYTHON), "-m", module]


def environment(home: Path) -> dict[str, str]:
    """As on a machine of its own: Rasa's and TensorFlow's own choices of threads."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "MPLCONFIGDIR": str(home),
    }


def written(learnt: Sequence[tuple[str, str]]) -> str:
    """(text, intent) pairs in Rasa's own form; brackets would be marks of entities there."""
    plain = str.maketrans({"[": "【", "]": "】", "(": "（", ")": "）", "{": "｛", "}": "｝"})
    by_intent: dict[str, list[str]] = {}
    for text, intent in learnt:
        by_intent.setdefault(intent, []).append(" ".join(text.translate(plain).split()))
    return yaml.safe_dump(
        {
            "version": "3.1",
            "nlu": [
                {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}
                for intent, lines in sorted(by_intent.items())
            ],
        },
        allow_unicode=True,
        width=1000,
    )


async def train(
    arguments: Sequence[str], model: Path, *, limit: float, say: Callable[[str], None]
) -> float:
    """Run `rasa train …`, put what it makes at `model`, and return the seconds it took.

    Raises:
        NotReady: there is no Rasa, it fails, or it takes longer than `limit` seconds.
    """
    home = model.parent
    began = time.monotonic()
    made = ["--out", str(home / "made"), "--fixed-model-name", "stock"]
    training = await Running.start(
        "stock Rasa training",
        [*command("rasa"), "train", *arguments, *made],
        environment(home),
        home,
    )
    ended = asyncio.create_task(training.done())
    try:
        while not ended.done():
            await asyncio.wait({ended}, timeout=TOLD_EVERY_SECONDS)
            if not ended.done() and time.monotonic() - began > limit:
                raise NotReady(
                    f"the stock assistant was not trained within {limit / 3600:g} hours; try "
                    "again on a quieter machine, or leave it out with --alone"
                )
            if not ended.done() and (far := progress(training.log.read_text("utf-8", "replace"))):
                say(f"stock Rasa's training: {far}")
    finally:
        ended.cancel()
        await training.stop()
    if ended.result() != 0:
        raise NotReady(
            f"the stock assistant's training ended with {ended.result()}; see {training.log}"
        )
    (home / "made" / "stock.tar.gz").replace(model)
    return time.monotonic() - began


def progress(log: str) -> str | None:
    """How far the training is by the last bar in its log, None before the first epoch."""
    bars = _EPOCHS.findall(log)
    if not bars or bars[-1][0] == "0":
        return None
    done, of, left = bars[-1]
    return f"epoch {done} of {of}, {left} left"
