"""The loop behind the inbox: woken by the bell, with a slow poll behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from actions.content import Content
from bot.engine import Engine
from bot.messages import Outcome
from knowledge.database import BELL_INBOX, Database
from knowledge.turns import Taken
from nlu.reading import Reading

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

    @property
    def name(self) -> str:
        """What rows are taken on as."""
        return self._engine.worker

    def wake(self, conversation: int) -> None:
        """Serve a conversation now, or once more if it is being served."""
        if conversation in self._running:
            self._again.add(conversation)
            return
        self._running[conversation] = asyncio.create_task(self._serve(conversation))

    def read(self, content: Content) -> asyncio.Task[Reading | None]:
        """Begin to read what is just coming in."""
        return asyncio.create_task(self._engine.read(content))

    def serve(
        self, taken: Taken, payload: dict[str, Any], reading: asyncio.Task[Reading | None]
    ) -> asyncio.Future[Outcome | None]:
        """Serve what this process has just taken in.

        The future is what came of it, None if that has to be looked for.
        """
        answer: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        conversation = taken.conversation.id
        if conversation in self._running:
            self._again.add(conversation)
            answer.set_result(None)
        else:
            serving = self._serve(conversation, (taken, payload, reading, answer))
            self._running[conversation] = asyncio.create_task(serving)
        return answer

    async def _look(self) -> None:
        try:
            async with self._database.statements() as unit:
                due = await unit.conversations.due()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log.warning("worker.database_away", error=type(error).__name__)
            return
        for conversation in due:
            self.wake(conversation)

    async def _serve(self, conversation: int, first: First | None = None) -> None:
        try:
            again = True
            while again:
                # A place is given back after each message: who writes on at once must not keep
                # others waiting.
                async with self._slots:
                    self._again.discard(conversation)
                    if first is None:
                        again = await self._engine.step(conversation)
                    else:
                        (taken, payload, reading, answer), first = first, None
                        try:
                            again = await self._engine.handle(
                                taken, payload, reading=reading, told=_giver(answer)
                            )
                        finally:
                            _giver(answer)(None)
                again = again or conversation in self._again
        except Exception as error:  # noqa: BLE001
            # Nothing is lost: the row is still there, and the next look finds it.
            log.warning("worker.interrupted", error=type(error).__name__)
        finally:
            self._running.pop(conversation, None)
            if conversation in self._again:
                self._again.discard(conversation)
                self.wake(conversation)


First = tuple[Taken, dict[str, Any], asyncio.Task[Reading | None], asyncio.Future[Outcome | None]]
"""A row that was just taken in, its payload, its reading, and who waits for what comes of it."""


def _giver(answer: asyncio.Future[Outcome | None]) -> Callable[[Outcome | None], None]:
    def give(outcome: Outcome | None) -> None:
        if not answer.done():
            answer.set_result(outcome)

    return give
