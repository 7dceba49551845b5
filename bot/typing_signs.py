"""That somebody is writing just now: rung through the database's bell, and kept nowhere."""

from __future__ import annotations

import asyncio
from typing import Literal

from bot.inbox import Bells
from knowledge.database import BELL_TYPING, Database

Side = Literal["rider", "staff"]


class TypingSigns:
    """Signs of a conversation's two sides, in whichever process somebody looks."""

    def __init__(self, database: Database) -> None:
        self._database, self._bells = database, Bells()

    def heard(self, payload: str) -> None:
        """`BELL_TYPING` has rung in this process."""
        if payload:  # without one the listener has only just connected
            self._bells.ring(payload)

    async def sign(self, side: Side, conversation: int) -> None:
        """Say that this side is writing."""
        async with self._database.begin() as unit:
            await unit.conversations.ring((BELL_TYPING, _key(side, conversation)))

    def watch(self, side: Side, conversation: int) -> asyncio.Event:
        """An event that is set at each sign of this side; `leave` it afterwards."""
        return self._bells.subscribe(_key(side, conversation))

    def leave(self, side: Side, conversation: int, event: asyncio.Event) -> None:
        self._bells.leave(_key(side, conversation), event)


def _key(side: Side, conversation: int) -> str:
    return f"typing:{side}:{conversation}"
