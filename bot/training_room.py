"""Trainings that are begun in the console: each in a process of its own, seen from everywhere.

`gongyou train` does the work and is the gate; here it is started, listened to, and what it says is
written down. A running house takes up a new model by itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from bot.commands.train import STEPS
from bot.refused import Refused
from knowledge import child
from knowledge.access import Actor
from knowledge.database import Database
from knowledge.trainings import Kind, State, Training
from nlu.retrain import earlier

log = structlog.get_logger(__name__)

SHOWN = 10
"""Trainings that are listed."""

SIGN_EVERY = 5.0
"""Seconds between two signs of life while nothing is to be told."""

PROGRESS = re.compile(r"(.+): (\d+)/(\d+)")

STEP_NAMES = {words: step for step, words in STEPS.items()}

NICE = shutil.which("nice")
"""Trainings give way to riders' questions."""


def command(data_dir: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    """How `gongyou train` is started for a data directory: the program, and its surroundings."""
    polite = [NICE, "-n", "10"] if NICE else []
    program = [*polite, sys.executable, "-m", "bot", "train", "--json"]
    return program, {"GONGYOU_DATA_DIR": str(data_dir.resolve())}


class TrainingRoom:
    """Begins trainings and tells how they stand; without a program there are no models here."""

    def __init__(
        self,
        database: Database,
        program: Sequence[str] | None = None,
        surroundings: Mapping[str, str] | None = None,
        data_dir: Path | None = None,
    ) -> None:
        """
        Args:
            database: the store.
            program: what trains.
            surroundings: what it finds in its environment beside ours.
            data_dir: where the models lie, to tell whether there is one to go back to.
        """
        self._database, self._program = database, program
        self._surroundings = dict(surroundings or {})
        self._data_dir = data_dir
        self._tasks: set[asyncio.Task[None]] = set()

    async def overview(self, actor: Actor) -> list[Training]:
        """The newest trainings, the newest first.

        Raises:
            Denied: the role may not.
        """
        actor.ask("model.train")
        async with self._database.begin() as unit:
            return await unit.trainings.newest(SHOWN)

    async def way_back(self, actor: Actor) -> bool:
        """Whether there is a model to go back to, as far as that is known here.

        Raises:
            Denied: the role may not.
        """
        actor.ask("model.train")
        if self._data_dir is None:
            return True
        return await asyncio.to_thread(earlier, self._data_dir) is not None

    async def begin(self, actor: Actor, kind: Kind) -> None:
        """Train a new model, or go back to the one before.

        Raises:
            Denied: the role may not.
            Refused: one runs already, this process has no models, or none to go back to.
        """
        actor.ask("model.train")
        if self._program is None:
            raise Refused("no_models")
        if kind == "back" and not await self.way_back(actor):
            raise Refused("no_earlier_model")
        async with self._database.begin() as unit:
            number = await unit.trainings.begin(kind, actor.name)
            if number is None:
                raise Refused("training_runs")
            await unit.audit.write(
                None, actor=actor.audited_as, action=f"model.{kind}", subject=f"training:{number}"
            )
        options = ["--back"] if kind == "back" else []
        task = asyncio.create_task(self._watch(number, [*self._program, *options]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what runs; it is then told as failed."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _watch(self, number: int, program: Sequence[str]) -> None:
        state: State = "failed"
        result: dict[str, Any] | None = None
        try:
            state, result = await self._run(number, program)
        except (OSError, ValueError) as error:
            log.error("training.failed", training=number, error=type(error).__name__)
            result = {"said": type(error).__name__}
        finally:
            async with self._database.begin() as unit:
                await unit.trainings.end(number, state, result)

    async def _run(self, number: int, program: Sequence[str]) -> tuple[State, dict[str, Any]]:
        process = await asyncio.create_subprocess_exec(
            *child.command(os.getpid(), signal.SIGTERM, [_whole(program[0]), *program[1:]]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, **self._surroundings},
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            printed, said = await asyncio.gather(
                process.stdout.read(), self._listen(number, process.stderr)
            )
            code = await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                await process.wait()
        return outcome(code, printed.decode(errors="replace"), said)

    async def _listen(self, number: int, stream: asyncio.StreamReader) -> str:
        """Tell how far it is, at least every few seconds; what else it said last."""
        step, done, of, said = "", 0, 0, ""
        while True:
            try:
                line = await asyncio.wait_for(stream.readline(), SIGN_EVERY)
            except TimeoutError:
                line = None
            if line == b"":
                return said
            if line is not None:
                text = line.decode(errors="replace").strip()
                found = PROGRESS.fullmatch(text)
                if found is None or found[1] not in STEP_NAMES:
                    said = text.removeprefix("gongyou: ") or said
                    continue
                step, done, of = STEP_NAMES[found[1]], int(found[2]), int(found[3])
            async with self._database.begin() as unit:
                await unit.trainings.tell(number, step, done, of)


def outcome(code: int, printed: str, said: str) -> tuple[State, dict[str, Any]]:
    """What came of it, by the exit code and the JSON object that was printed."""
    try:
        facts = dict(json.loads(printed))
    except (ValueError, TypeError):
        return "failed", {"said": said}
    if "admitted" not in facts:  # the way back tells only what is in use
        return ("let_in" if code == 0 else "failed"), facts
    if not facts["admitted"]:
        return "refused", facts
    return ("unchanged" if facts.get("gate") is None else "let_in"), facts


def _whole(program: str) -> str:
    """A program by its whole path: no shell looks for it."""
    return shutil.which(program) or program
