"""Keeps the model and Rasa up to date beside a running house, which answers all the while."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog

from bot.housekeeping import place_names
from bot.lessons import Lessons, lessons
from bot.settings import ROOT, Settings
from bot.store import open_database
from bot.trouble import Trouble
from knowledge import child
from knowledge.database import Database
from nlu import history
from nlu import train as training
from nlu.server import RasaServer
from nlu.trial import Surroundings
from nlu.understanding import Understanding

log = structlog.get_logger(__name__)

Say = Callable[[str], None]

LOOK_EVERY_SECONDS = 2.0
#: What is taught must have been left alone so long before a model is made of it: lines and
#: articles are changed one after the other.
LEFT_ALONE_SECONDS = 60.0
#: `scripts/bootstrap` ends with it when there is no Python of the right age.
NO_PYTHON = 3


async def learnt_from(settings: Settings) -> tuple[Lessons, Surroundings]:
    """What a model is made of, and what it reads with besides, as the store has it now.

    Raises:
        What `bot.store.open_database` raises.
    """
    async with open_database(settings) as database:
        known = await lessons(database)
        async with database.begin() as unit:
            names = await unit.stations.place_names()
        return known, Surroundings(
            articles=known.questions,
            vectors=settings.data_dir / "vectors",
            at=database.clock.now(),
            names=place_names(database.region_tree, names),
        )


class Training:
    """Trains what is missing or stale, installs and runs Rasa, and swaps new models in."""

    def __init__(self, settings: Settings, say: Say) -> None:
        # Children stand in folders of their own, so what they are told is told in full.
        self._settings = settings.model_copy(update={"data_dir": settings.data_dir.resolve()})
        self._say = say
        self._home = self._settings.data_dir / "rasa"
        self._server: RasaServer | None = None
        self._model: tuple[Path, bool] | None = None
        self._python: Path | None = None
        self._learnt: Lessons | None = None
        """What the model in use was made of; None until that has been looked at."""

    def where(self) -> str | None:
        """Rasa's address: a given one, our own child's, or that of another process here."""
        if self._settings.nlu_url:
            return self._settings.nlu_url
        if self._server is not None:
            return self._server.address
        try:
            return (self._home / "address").read_text().strip() or None
        except OSError:
            return None

    async def first_model(self) -> None:
        """Train the head, in process and without Rasa, if there is no model at all.

        Raises:
            Trouble: It could not be trained.
        """
        if training.current(self._settings.data_dir) is None:
            self._say("training the first model (a few minutes, this once)")
            if await self._train("--no-rasa") != 0:
                raise Trouble("The model could not be trained; run `gongyou train` to see why.")

    async def run(self, database: Database, understanding: Understanding) -> None:
        """Install, train and run Rasa, and follow new models, until cancelled."""
        self._model = self._current()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_for_ever(lambda: self._follow(understanding)))
            tasks.create_task(_for_ever(lambda: self._bring_up_to_date(database)))
            tasks.create_task(_for_ever(lambda: self._learn_on(database)))

    async def follow(self, understanding: Understanding) -> None:
        """Only follow new models that other processes make, until cancelled."""
        self._model = self._current()
        await _for_ever(lambda: self._follow(understanding))

    async def _bring_up_to_date(self, database: Database) -> None:
        wanted = self._settings.rasa and not self._settings.nlu_url
        self._python = python = await self._rasa() if wanted else None
        known = await lessons(database)
        folder = training.current(self._settings.data_dir)
        packed = folder is not None and training.info(folder).rasa
        stale = await self._stale(known)
        aside = history.newest(history.read(self._settings.data_dir / "models"))
        if not stale and aside is not None and folder is not None:
            self._say(f"{aside.say()}; the model {folder.name} goes on answering")
        if stale or (python is not None and not packed):
            self._say("training the model for Rasa; the chat answers meanwhile")
            await self._train_anew()
        self._learnt = known
        if python is not None:
            await self._serve(python)

    async def _learn_on(self, database: Database) -> None:
        """Train anew when articles or accepted sentences have changed and were left alone since.

        Of several processes the first trains; the others find its model.
        """
        seen = self._learnt
        while True:
            await asyncio.sleep(LEFT_ALONE_SECONDS)
            now = await lessons(database)
            if self._learnt is not None and now == seen != self._learnt:
                if await self._stale(now):
                    self._say("training the model on what has been taught since")
                    await self._train_anew()
                self._learnt = now
            seen = now

    async def _stale(self, known: Lessons) -> bool:
        return await asyncio.to_thread(
            training.stale, self._settings.data_dir, known.questions, known.sentences
        )

    async def _train_anew(self) -> None:
        if await self._train(*(() if self._python else ("--no-rasa",))) != 0:
            log.error("training.failed")

    async def _rasa(self) -> Path | None:
        """Rasa's interpreter, installed if need be; `None` where there can't be one."""
        bootstrap = ROOT / "scripts" / "bootstrap"
        if self._settings.nlu_python is None and bootstrap.exists():
            code = await self._child([str(bootstrap), "nlu"])
            if code not in {0, NO_PYTHON}:
                self._say("Rasa could not be installed; the house understands by itself meanwhile")
            if code != 0:
                return None
        if self._settings.rasa_python is None:
            self._say("there is no Python 3.10 with Rasa; the house understands by itself")
        return self._settings.rasa_python

    async def _train(self, *options: str) -> int:
        command = [sys.executable, "-m", "bot", "train", "--gently", *options]
        return await self._child(command)

    async def _child(self, command: list[str]) -> int:
        """Run a command to its end, its lines said; it ends with us."""
        process = await asyncio.create_subprocess_exec(
            *child.command(os.getpid(), signal.SIGTERM, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "GONGYOU_DATA_DIR": str(self._settings.data_dir)},
        )
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                if text := line.decode(errors="replace").strip().removeprefix("gongyou: "):
                    self._say(text)
            return await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                await process.wait()

    # Rasa itself

    async def _serve(self, python: Path) -> None:
        """Run Rasa for this machine's processes: whoever holds the lock does, others use it."""
        self._home.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while not _taken(lock):
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            while (model := self._packed()) is None:
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            self._server = RasaServer(python, self._home, self._told)
            await self._server.run(model)
        finally:
            self._server = None
            (self._home / "address").unlink(missing_ok=True)
            os.close(lock)

    def _told(self, event: str, facts: dict[str, object]) -> None:
        log.info("rasa.state", state=event, **facts)
        address = self.where()
        if address is not None:
            (self._home / "address").write_text(address)
        else:
            (self._home / "address").unlink(missing_ok=True)
        if event == "ready":
            self._say(f"Rasa is ready (after {facts.get('seconds', 0)} s)")

    # New models, from here or from `gongyou train` in another terminal

    async def _follow(self, understanding: Understanding) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            found = self._current()
            if found is None or found == self._model:
                continue
            before, self._model = self._model, found
            folder, packed = found
            if before is None or before[0] != folder or not understanding.ready:
                try:
                    await asyncio.to_thread(understanding.set_model, folder)
                except (OSError, ValueError, KeyError) as error:
                    log.error("model.not_taken", error=type(error).__name__)
                    continue
                log.info("model.swapped", model=folder.name)
            if packed and self._server is not None and (model := self._packed()) is not None:
                await self._server.swap(model)

    def _current(self) -> tuple[Path, bool] | None:
        folder = training.current(self._settings.data_dir)
        if folder is None:
            return None
        try:
            return folder, training.info(folder).rasa
        except (OSError, ValueError, TypeError):
            return None

    def _packed(self) -> Path | None:
        found = self._current()
        return training.info(found[0]).rasa_model if found is not None else None


async def _for_ever(part: Callable[[], Awaitable[None]]) -> None:
    """Do it again when it fails: that a model can't be made now is no reason to be silent."""
    pause = 5.0
    while True:
        try:
            await part()
        except Exception as error:  # noqa: BLE001  whatever it was, riders are answered meanwhile
            log.error("training.part_failed", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 300)
        else:
            return


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
