"""`gongyou train`: makes the model from the sentences and the articles."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer


def add(app: typer.Typer) -> None:
    app.command("train")(train)


def train(
    rasa: Annotated[
        bool, typer.Option("--rasa/--no-rasa", help="Pack it for Rasa, where Rasa is installed.")
    ] = True,
    gently: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Train the model; a running house takes it up by itself."""
    import fcntl

    from bot import logs
    from bot.cli import wait_for
    from bot.lessons import Lessons, lessons
    from bot.settings import Settings
    from bot.store import make_data_dir, open_database
    from nlu import train as training

    if gently:
        os.nice(10)
    settings = Settings.load()
    logs.configure(settings)
    make_data_dir(settings)

    async def read() -> Lessons:
        async with open_database(settings) as database:
            return await lessons(database)

    known = wait_for(read())
    with (settings.data_dir / "training.lock").open("w") as lock:
        # Two at once would write over each other's half-made model.
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = training.train(
            articles=known.questions,
            reviewed=known.sentences,
            out=settings.data_dir,
            rasa_python=settings.rasa_python if rasa else None,
            progress=Progress(),
        )
    typer.echo(
        f"model {made.fingerprint}: {made.sentences} sentences, {made.questions} questions, "
        f"{len(made.labels)} labels" + (", packed for Rasa" if made.rasa else "")
    )


STEPS = {"vectors": "embedding sentences", "head": "fitting the head", "rasa": "packing for Rasa"}


class Progress:
    """A line in a terminal that counts up; elsewhere a line each tenth."""

    def __init__(self) -> None:
        self._last = ("", -1)

    def __call__(self, step: str, done: int, of: int) -> None:
        tenth = done * 10 // of if of else 10
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{STEPS.get(step, step)}: {done}/{of}\x1b[K")
            if done >= of:
                sys.stderr.write("\n")
            sys.stderr.flush()
        elif (step, tenth) != self._last:
            typer.echo(f"{STEPS.get(step, step)}: {done}/{of}", err=True)
        self._last = (step, tenth)
