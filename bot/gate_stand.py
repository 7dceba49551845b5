"""How far the gate is, in this process and in all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import structlog

from knowledge.database import Database
from knowledge.gate_stands import Work

log = structlog.get_logger()

TOLD_EVERY = 0.5
"""Seconds between two words to the other processes; shorter work is told to nobody."""


@dataclass(frozen=True)
class Stand:
    """How far a process is with what drafts are tried with, or all of them together.

    Attributes:
        model: whether there is a model to try anything with; None while that isn't known.
        ready: whether everything is ready, so that a gate begins at once.
        step: what is done just now, empty for nothing; with how much of it is done.
    """

    model: bool | None
    ready: bool
    step: str = ""
    done: int = 0
    of: int = 0


class Teller:
    """Tells the pages of all processes how far this one is, and this one's how far others are."""

    def __init__(self, database: Database, work: Callable[[], Work]) -> None:
        self._database, self._work = database, work
        self._process = uuid4().hex

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """While something is done, twice a second; then that it has ended."""
        telling = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self) -> None:
        told = False
        try:
            while True:
                await asyncio.sleep(TOLD_EVERY)
                told = True
                try:
                    async with self._database.begin() as unit:
                        await unit.gate_stands.tell(self._process, self._work())
                except Exception as error:  # noqa: BLE001 - a word that is missed harms no gate
                    log.warning("gate.not_told", error=type(error).__name__)
        finally:
            if told:
                await self._ended()

    async def _ended(self) -> None:
        try:
            async with self._database.begin() as unit:
                await unit.gate_stands.done(self._process)
        except Exception as error:  # noqa: BLE001 - who falls silent is forgotten anyway
            log.warning("gate.not_told", error=type(error).__name__)

    async def of_all(self, model: bool | None, article: int | None) -> Stand:
        """How far all processes are: ready if all are; told is what is done for an article's draft.

        Else what this process does, and else what another one does.
        """
        async with self._database.begin() as unit:
            others = await unit.gate_stands.others(self._process)
        every = [self._work(), *others]
        busy = [one for one in every if one.step]
        asked = [one for one in busy if article is not None and one.article == article]
        told = next(iter([*asked, *busy]), every[0])
        ready = all(one.ready for one in every)
        return Stand(model, ready, told.step, told.done, told.of)
