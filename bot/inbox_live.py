"""What staff see at once: one listener a process, however many browsers look.

The bells ring with every turn of every conversation; the list looks at most ten times a second
which of them concern it, and wakes only those whom it concerns.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import structlog

from bot.inbox_board import concerns
from knowledge.access import Actor
from knowledge.database import BELL_INBOX_PAGE, BELL_REPLY, BELL_TYPING, Database
from knowledge.presence import Presence

log = structlog.get_logger()

PAUSE = 0.1
"""Seconds between two looks at which conversations concern the list."""


@dataclass
class Watch:
    """Somebody who looks; `rung` is set when there is news."""

    rung: asyncio.Event = field(default_factory=asyncio.Event)
    typing: bool = False
    """Whether the rider is writing, since this was last put back."""


@dataclass
class ListWatch(Watch):
    """Somebody who looks at the list."""

    actor: Actor | None = None


class InboxLive:
    """Bells of this process, passed on to those who look."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watching: dict[int, ListWatch] = {}
        self._talks: defaultdict[int, list[Watch]] = defaultdict(list)
        self._rung: set[int] = set()
        self._all = False
        self._looked_at = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.presence = Presence(database)

    @contextmanager
    def list(self, actor: Actor) -> Iterator[Watch]:
        """Watch the list as somebody who reaches these regions."""
        self._start()
        watch = ListWatch(actor=actor)
        self._watching[id(watch)] = watch
        try:
            yield watch
        finally:
            del self._watching[id(watch)]

    @contextmanager
    def talk(self, conversations: tuple[int, ...]) -> Iterator[Watch]:
        """Watch a person's conversations."""
        self._start()
        watch = Watch()
        for one in conversations:
            self._talks[one].append(watch)
        try:
            yield watch
        finally:
            for one in conversations:
                self._talks[one].remove(watch)
                if not self._talks[one]:
                    del self._talks[one]

    async def sign(self, conversation: int) -> None:
        """Somebody of staff is writing to the rider: rung, and kept nowhere."""
        async with self._database.begin() as unit:
            await unit.conversations.ring((BELL_TYPING, f"typing:staff:{conversation}"))

    async def close(self) -> None:
        """Listen no more."""
        await self.presence.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    def heard(self, bell: str, payload: str) -> None:
        """A bell has rung; without a payload some may have been missed."""
        if bell == BELL_TYPING:
            side, _, number = payload.removeprefix("typing:").partition(":")
            if side == "rider" and number.isdigit():
                self._wake(int(number), typing=True)
            return
        if not payload:
            self._all = True
            for conversation in list(self._talks):
                self._wake(conversation)
        elif payload.isdigit():
            self._rung.add(int(payload))
            self._wake(int(payload))
        self._looked_at.set()

    def _wake(self, conversation: int, *, typing: bool = False) -> None:
        for watch in self._talks.get(conversation, ()):
            watch.typing = watch.typing or typing
            watch.rung.set()

    def _start(self) -> None:
        if self._tasks:
            return
        listening = self._database.listen(self.heard, BELL_REPLY, BELL_INBOX_PAGE, BELL_TYPING)
        self._tasks = [asyncio.create_task(listening), asyncio.create_task(self._look())]

    async def _look(self) -> None:
        """Find out whom the bells concern who look at the list."""
        while True:
            await self._looked_at.wait()
            self._looked_at.clear()
            rung, self._rung = self._rung, set()
            everybody, self._all = self._all, False
            if self._watching:
                try:
                    await self._tell(rung, everybody=everybody)
                except Exception as error:  # noqa: BLE001 - the next bell tries again
                    log.warning("inbox.live_failed", error=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def _tell(self, rung: set[int], *, everybody: bool) -> None:
        found: list[tuple[tuple[str | None, ...], str | None]] = []
        if rung:
            async with self._database.statements() as unit:
                found = await unit.inbox_list.concerned(sorted(rung))
        for watch in list(self._watching.values()):
            actor = watch.actor
            if everybody or (
                actor is not None
                and any(
                    concerns(actor, *offices) or staff == actor.name for offices, staff in found
                )
            ):
                watch.rung.set()
