"""`gongyou train`: makes a model, tries it, and lets it in or not."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from nlu.gate import Judgement
    from nlu.retrain import Outcome


SHOWN = 5
"""Groups that got a little worse, or better, that are printed; what refuses is told whole."""


def add(app: typer.Typer) -> None:
    app.command("train")(train)


def train(
    rasa: Annotated[
        bool, typer.Option("--rasa/--no-rasa", help="Pack it for Rasa, where Rasa is installed.")
    ] = True,
    anyway: Annotated[
        str, typer.Option(metavar="REASON", help="Let it in even if it reads worse, and why.")
    ] = "",
    back: Annotated[
        bool, typer.Option("--back", help="Take the model before into use again.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as a JSON object.")] = False,
    gently: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Train the model; it is let in unless it reads worse. A running house takes it up by itself.

    Exit code 1 if it was refused: the model in use stays, and what got worse is told.
    """
    from bot import logs
    from bot.settings import Settings
    from bot.store import make_data_dir
    from bot.trouble import Trouble

    if back and anyway:
        raise Trouble("--back makes no model, so --anyway has nothing to let in; leave one away.")
    if gently:
        os.nice(10)
    settings = Settings.load()
    logs.configure(settings)
    make_data_dir(settings)
    progress = Progress()
    with _alone(settings):
        if back:
            told = _back(settings, rasa, progress)
        else:
            told = _train(settings, rasa, anyway.strip(), gently, progress)
    if as_json:
        seconds = {step: round(spent, 2) for step, spent in progress.seconds.items()}
        typer.echo(json.dumps({**told.facts, "seconds": seconds}, ensure_ascii=False, indent=1))
    else:
        for line in told.lines:
            typer.echo(line, err=told.refused)
    if told.refused:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Told:
    """What the command has to say."""

    facts: dict[str, Any]
    lines: list[str]
    refused: bool = False


def _train(settings: Settings, rasa: bool, anyway: str, gently: bool, progress: Progress) -> _Told:
    from bot.cli import wait_for
    from bot.training import learnt_from
    from nlu import history, retrain
    from nlu import train as training
    from nlu.trial import Trial

    out, python = settings.data_dir, settings.rasa_python if rasa else None
    trial = Trial.load()
    known, around = wait_for(learnt_from(settings))
    progress("database", 1, 1)
    # A house on its own doesn't make again what was refused or left.
    if gently and not training.stale(out, known.questions, known.sentences):
        using = retrain.keep(out, around, python, progress)
        aside = history.newest(history.read(out / "models"))
        said = [f"{aside.say()}; {using.fingerprint} goes on"] if aside is not None else []
        return _Told({"in_use": using.fingerprint}, said)
    outcome = retrain.retrain(
        out=out,
        around=around,
        reviewed=known.sentences,
        trial=trial,
        rasa_python=python,
        anyway=anyway,
        progress=progress,
    )
    return _Told(outcome.to_json(), list(_said(outcome)), not outcome.admitted)


def _back(settings: Settings, rasa: bool, progress: Progress) -> _Told:
    from knowledge.clock import SystemClock
    from nlu import retrain
    from nlu import train as training

    out, python = settings.data_dir, settings.rasa_python if rasa else None
    left = training.current(out)
    folder = retrain.back(out, SystemClock().now())
    if python is not None:
        training.pack(folder, python, progress)
    facts = {"in_use": folder.name, "left": left.name if left is not None else None}
    return _Told(
        facts,
        [
            f"back to the model {folder.name}; running houses take it up by themselves",
            "what was left is not made again by itself until sentences or articles change",
        ],
    )


def _said(outcome: Outcome) -> Iterator[str]:
    made, judgement = outcome.made, outcome.judgement
    if not outcome.admitted:
        assert judgement is not None
        stays = f"{outcome.using.fingerprint} goes on" if outcome.using else "there is none in use"
        yield f"gongyou: The model {made.fingerprint} was refused; {stays}."
        yield from _compared(judgement)
        yield (
            "gongyou: Put the sentences right and train again, or let it in with "
            "`gongyou train --anyway REASON`."
        )
        return
    yield (
        f"model {made.fingerprint}: {made.sentences} sentences, {made.questions} questions, "
        f"{len(made.labels)} labels" + (", packed for Rasa" if made.rasa else "")
    )
    if judgement is None:
        yield "it was in use already"
        return
    yield from _compared(judgement)
    if judgement.admitted:
        yield "let in as the first model" if judgement.first else "let in"
    else:
        yield f"let in anyway: {made.anyway}"


def _compared(judgement: Judgement) -> Iterator[str]:
    yield from (f"  refused  {sentence}" for sentence in judgement.reasons)
    for mark, sentences in (("worse", judgement.worse), ("better", judgement.better)):
        yield from (f"  {mark:<8} {sentence}" for sentence in sentences[:SHOWN])
        if len(sentences) > SHOWN:
            yield f"  {mark:<8} and {len(sentences) - SHOWN} more such groups; --json tells all"
    every = judgement.tallies[0]
    before = f" (before: {every.before})" if every.before is not None else ""
    yield f"  {every.right} of {len(every.pairs)} lines of the gate understood{before}"


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Two at once would write over each other's half-made model."""
    import fcntl

    with Path(settings.data_dir / "training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


STEPS = {
    "database": "reading articles",
    "sentences": "reading sentences",
    "vectors": "embedding sentences",
    "head": "fitting the head",
    "gate": "trying the model",
    "rasa": "packing for Rasa",
}


class Progress:
    """A line in a terminal that counts up; elsewhere a line each tenth.

    Attributes:
        seconds: how long each step took.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = ("", -1)
        self._at = time.monotonic()

    def __call__(self, step: str, done: int, of: int) -> None:
        now = time.monotonic()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._at
        self._at = now
        tenth = done * 10 // of if of else 10
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{STEPS.get(step, step)}: {done}/{of}\x1b[K")
            if done >= of:
                sys.stderr.write("\n")
            sys.stderr.flush()
        elif (step, tenth) != self._last:
            typer.echo(f"{STEPS.get(step, step)}: {done}/{of}", err=True)
        self._last = (step, tenth)
