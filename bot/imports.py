"""Files handed in at the console: tried first, then written whole, in the background."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.apart import apart
from bot.refused import Refused
from knowledge.access import Actor, NotThere
from knowledge.coordinates import SYSTEMS, System
from knowledge.database import Database
from knowledge.exchange.columns import Thing
from knowledge.exchange.exchange import Exchange, Report
from knowledge.exchange.limits import check_size
from knowledge.exchange.outcome import Outcome, outcome_of
from knowledge.exchange.refused import Refused as FileRefused
from knowledge.exchange.shapes import Options
from knowledge.exchange.tables import THINGS
from knowledge.imports import Import, State
from knowledge.unit import Knowledge

log = structlog.get_logger(__name__)

BEAT = 1.0
"""Seconds between two notes of how far an import has come."""

LONGEST_NAME = 100


class Unusable(Exception):
    """A file that can't be read or made; one sentence in each language."""

    def __init__(self, why: FileRefused) -> None:
        super().__init__(str(why))
        self.said = why.said


@dataclass
class _Progress:
    """How many rows are done, as the working thread says it."""

    done: int = 0
    total: int = 0

    def say(self, done: int, total: int) -> None:
        self.done, self.total = done, total


@dataclass(frozen=True)
class Job:
    """A file that was handed in, as it is shown."""

    file: Import
    outcome: Outcome | None
    running: bool
    writable: bool

    @property
    def state(self) -> str:
        """Its state, or `lost` where the process that worked at it is gone."""
        lost = self.file.state in ("trying", "writing") and not self.running
        return "lost" if lost else self.file.state


class Imports:
    """Imports. Every function asks the actor first; a file is its account's alone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()
        self._one = asyncio.Semaphore(1)

    async def hand_in(
        self, actor: Actor, name: str, raw: bytes, *, thing: str = "", system: str = ""
    ) -> int:
        """Keep a file and begin to try it; its number.

        Raises:
            Denied: the role may not.
            Refused: there is no file, or another one is being worked at.
            Unusable: it is empty or too large.
        """
        actor.ask("import")
        name = " ".join(name.replace("\\", "/").rpartition("/")[2].split())[-LONGEST_NAME:]
        if not name:
            raise Refused("import_no_file")
        if (thing and thing not in THINGS) or (system and system not in SYSTEMS):
            raise Refused("import_choice")
        try:
            check_size(len(raw))
        except FileRefused as why:
            raise Unusable(why) from why
        async with self._database.begin() as unit:
            for one in await unit.imports.of(_account(actor)):
                if one.is_running(unit.now):
                    raise Refused("import_running", name=one.name)
            number = await unit.imports.keep(
                _account(actor), name, raw, thing or None, system or None
            )
        self._begin(actor, number, write=False)
        return number

    async def all(self, actor: Actor) -> list[Job]:
        """What this account has handed in, the newest first.

        Raises:
            Denied: the role may not.
        """
        actor.ask("import")
        async with self._database.begin() as unit:
            return [_job(unit, one) for one in await unit.imports.of(_account(actor))]

    async def get(self, actor: Actor, number: int) -> Job:
        """What has come of a file so far.

        Raises:
            Denied: the role may not.
            NotThere: this account has handed in no such file.
        """
        async with self._database.begin() as unit:
            return _job(unit, await _own(unit, actor, number))

    async def write(self, actor: Actor, number: int) -> None:
        """Begin to write all of just the file that was tried.

        Raises:
            Denied: the role may not.
            NotThere: this account has handed in no such file.
            Refused: it wasn't tried without trouble, or is gone.
        """
        async with self._database.begin() as unit:
            one = await _own(unit, actor, number, to_change=True)
            if not one.may_be_written(unit.now):
                raise Refused("import_not_tried")
            await unit.imports.begin_writing(number)
            await unit.audit.write(
                None,
                actor=actor.audited_as,
                action="import.begin",
                subject=f"import:{one.name}",
                region=actor.region,
                after={"name": one.name, "sha256": one.sha256},
            )
        self._begin(actor, number, write=True)

    async def drop(self, actor: Actor, number: int) -> None:
        """Throw a file away that was tried.

        Raises:
            Denied: the role may not.
            NotThere: this account has handed in no such file.
            Refused: it is being worked at, or is written.
        """
        async with self._database.begin() as unit:
            one = await _own(unit, actor, number, to_change=True)
            if one.state != "tried":
                raise Refused("import_not_tried")
            await unit.imports.drop(number)

    async def close(self) -> None:
        """Stop telling how far imports have come; what isn't written by now never will be."""
        for task in self._tasks:
            task.cancel()
        for task in list(self._tasks):
            with suppress(asyncio.CancelledError):
                await task

    def _begin(self, actor: Actor, number: int, *, write: bool) -> None:
        task = asyncio.create_task(self._run(actor, number, write=write))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, actor: Actor, number: int, *, write: bool) -> None:
        """Try or write a file; it is noted how far it has come, and at last what came of it."""
        progress = _Progress()
        beating = asyncio.create_task(self._beat(number, progress))
        try:
            state, outcome = await self._work(actor, number, progress, write=write)
        except Exception as error:
            # Whatever it was, it is told on the page.
            log.error("import.failed", number=number, exc_info=error)
            state, outcome = "failed", Outcome()
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
        async with self._database.begin() as unit:
            told = outcome.model_dump(mode="json")
            await unit.imports.end(number, state, told, keep=state == "tried")
        if state == "written":
            await self._database.refresh_regions()

    async def _work(
        self, actor: Actor, number: int, progress: _Progress, *, write: bool
    ) -> tuple[State, Outcome]:
        async with self._one:
            begun = self._database.clock.now()
            async with self._database.begin() as unit:
                one, raw = await unit.imports.get(number), await unit.imports.body(number)
            assert one is not None
            try:
                report = await apart(
                    self._database, lambda own: _imported(own, actor, one, raw, progress, write)
                )
            except FileRefused as why:
                return "wrong", Outcome(refused=(why.said.zh, why.said.en))
        outcome = outcome_of(report, begun, self._database.clock.now())
        if not outcome.usable:
            return "wrong", outcome
        return ("written" if write else "tried"), outcome

    async def _beat(self, number: int, progress: _Progress) -> None:
        while True:
            try:
                async with self._database.begin() as unit:
                    await unit.imports.beat(number, progress.done, progress.total)
            except Exception as error:  # noqa: BLE001 - the work itself goes on, the next note too
                log.warning("import.not_noted", error=type(error).__name__)
            await asyncio.sleep(BEAT)


async def _imported(
    own: Database, actor: Actor, one: Import, raw: bytes, progress: _Progress, write: bool
) -> Report:
    return await Exchange(own).import_file(
        one.name,
        raw,
        actor=actor.audited_as,
        write=write,
        thing=_thing(one.thing),
        options=Options(_system(one.system)),
        within=actor.region,
        say=progress.say,
    )


def _thing(said: str | None) -> Thing | None:
    return next((one for one in THINGS if one == said), None)


def _system(said: str | None) -> System | None:
    return next((one for one in SYSTEMS if one == said), None)


def _account(actor: Actor) -> int:
    if actor.account is None:
        raise NotThere
    return actor.account


async def _own(unit: Knowledge, actor: Actor, number: int, *, to_change: bool = False) -> Import:
    actor.ask("import")
    one = await unit.imports.get(number, to_change=to_change)
    if one is None or one.account != actor.account:
        raise NotThere
    return one


def _job(unit: Knowledge, one: Import) -> Job:
    outcome = None if one.outcome is None else Outcome.model_validate(one.outcome)
    return Job(one, outcome, one.is_running(unit.now), one.may_be_written(unit.now))
