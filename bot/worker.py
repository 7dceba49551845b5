"""The loop behind the inbox: woken by the bell, with a slow poll behind it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.engine import Engine
from knowledge.database import BELL_INBOX, Database

log = structlog.get_logger()

AT_ONCE = 8
"""Conversations that one worker serves at the same time."""

POLL = 1.0
"""Seconds between two looks for what no bell told: timers, lost bells, a dead worker's work."""


class Worker:
    """Serves all conversations that have something due, several at a time."""

    def __init__(self, database: Database, engine: Engine, *, at_once: int = AT_ONCE) -> None:
        self._database, self._engine = database, engine
        self._slots = asyncio.Semaphore(at_once)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()

    async def run(self) -> None:
        """Work until cancelled; what is under way then is finished first."""
        listener = asyncio.create_task(self._database.listen(self._heard, BELL_INBOX))
        try:
            while True:
                await self._look()
                await asyncio.sleep(POLL)
        finally:
            listener.cancel()
            running = list(self._running.values())
            with suppress(asyncio.CancelledError):
                await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), 5)

    def _heard(self, _bell: str, payload: str) -> None:
        if payload:
            self.wake(int(payload))

    def wake(self, conversation: int) -> None:
        """Serve a conversation now, or once more if it is being served."""
        if conversation in self._running:
            self._again.add(conversation)
            return
        self._running[conversation] = asyncio.create_task(self._serve(conversation))

    async def _look(self) -> None:
        try:
            async with self._database.statements() as unit:
                due = await unit.conversations.due()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log.warning("worker.database_away", error=type(error).__name__)
            return
        for conversation in due:
            self.wake(conversation)

    async def _serve(self, conversation: int) -> None:
        try:
            again = True
            while again:
                # A place is given back after each message: who writes on at once must not keep
                # others waiting.
                async with self._slots:
                    self._again.discard(conversation)
                    again = await self._engine.step(conversation)
                again = again or conversation in self._again
        except Exception as error:  # noqa: BLE001
            # Nothing is lost: the row is still there, and the next look finds it.
            log.warning("worker.interrupted", error=type(error).__name__)
        finally:
            self._running.pop(conversation, None)
            if conversation in self._again:
                self._again.discard(conversation)
                self.wake(conversation)
