"""The staff service: what members of staff do in conversations, whatever surface they use.

A step is checked first, then written to the inbox like everything that makes the bot speak, and
made in the conversation's own turn. So of two who take, one wins, and the other is told who.
"""

from __future__ import annotations

import asyncio
from typing import Literal
from uuid import uuid4

from actions.content import StaffAct, StaffSay
from knowledge.database import Database
from knowledge.handoffs import MOVES, Event, Handoff, IllegalStep
from knowledge.unit import Knowledge

MADE_WITHIN = 5.0
"""Seconds in which a running house makes a step; after that it is said to be waiting."""

QUEUE = 10_000
"""No queue is longer; one that were couldn't be worked off by people."""

Made = Literal["made", "waiting"]
"""Whether a step has been made, or lies in the inbox of a house that isn't running."""


class StaffRefused(Exception):
    """A step that staff can't make now; the text says why."""


class NoSuchHandoff(StaffRefused):
    """There is no open handoff of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no open handoff {number}")


class TakenBy(StaffRefused):
    """Somebody else has the conversation."""

    def __init__(self, number: int, staff: str) -> None:
        super().__init__(f"{staff} has handoff {number}")
        self.staff = staff


class Staff:
    """Handoffs and duty, as members of staff work with them."""

    def __init__(self, database: Database, *, made_within: float = MADE_WITHIN) -> None:
        self._database = database
        self._made_within = made_within

    async def queue(self, *, ended: bool = False) -> list[Handoff]:
        """Open handoffs (or ended ones), the most urgent first."""
        async with self._database.begin() as unit:
            return await unit.handoffs.queue(ended=ended)

    async def of(self, conversation: int) -> Handoff | None:
        """The open handoff of a conversation."""
        async with self._database.begin() as unit:
            return await unit.handoffs.current(conversation)

    async def take(self, number: int, staff: str) -> Made:
        """Take a waiting conversation.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
        """
        return await self._step(number, staff, "take")

    async def give_back(self, number: int, staff: str) -> Made:
        """Return the conversation to the bot.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
        """
        return await self._step(number, staff, "return")

    async def close(self, number: int, staff: str) -> Made:
        """The matter is settled.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
        """
        return await self._step(number, staff, "close")

    async def say(self, number: int, staff: str, text: str) -> Made:
        """A line to the rider, from whoever holds the conversation.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            StaffRefused: nobody has taken it yet, or the line is empty.
        """
        if not text.strip():
            raise StaffRefused("there is nothing to say")
        async with self._database.begin() as unit:
            handoff = await _found(unit, number)
            if handoff.state == "waiting":
                raise StaffRefused(f"handoff {number} isn't taken yet: take it first")
            _hold(handoff, staff)
            line = StaffSay(staff=staff, text=text.strip())
            row, _ = await unit.conversations.arrive(
                handoff.conversation,
                handoff.person,
                external_id=f"staff:{uuid4()}",
                kind=line.kind,
                payload=line.model_dump(mode="json"),
                received_at=unit.now,
            )
        return await self._made(row)

    async def set_duty(self, name: str, on: bool, region: str | None = None) -> None:
        """Somebody comes on duty or goes; a new name is a new member of staff.

        Raises:
            StaffRefused: no such region.
        """
        async with self._database.begin() as unit:
            if region is not None and unit.region_tree.get(region) is None:
                raise StaffRefused(f"there is no region {region}")
            await unit.handoffs.set_duty(name, on, region)

    async def everybody(self) -> list[tuple[str, bool]]:
        """All members of staff, and whether they are on duty."""
        async with self._database.begin() as unit:
            return await unit.handoffs.staff()

    async def _step(self, number: int, staff: str, act: Event) -> Made:
        async with self._database.begin() as unit:
            handoff = await _found(unit, number)
            _check(handoff, staff, act)
            step = StaffAct(staff=staff, act=act)
            # A handoff is taken once and ends once, so the key lets one of two through.
            row, repeated = await unit.conversations.arrive(
                handoff.conversation,
                handoff.person,
                external_id=f"handoff:{number}:{'take' if act == 'take' else 'end'}",
                kind=step.kind,
                payload=step.model_dump(mode="json"),
                received_at=unit.now,
            )
        made = await self._made(row)
        if made == "waiting":
            if repeated:
                raise StaffRefused(f"handoff {number} is being worked on already")
            return made
        now = await self.of(handoff.conversation)
        still = now is not None and now.id == number
        if act == "take":
            if now is None or not still:
                raise NoSuchHandoff(number)
            _hold(now, staff)
        elif still:
            raise StaffRefused(f"the house could not make this step of handoff {number}")
        return made

    async def _made(self, row: int) -> Made:
        """Wait until the conversation's turn has made it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._made_within
        while loop.time() < deadline:
            async with self._database.begin() as unit:
                found = await unit.turns.outcome(row)
            if found is not None and found.done:
                return "made"
            await asyncio.sleep(0.02)
        return "waiting"


async def _found(unit: Knowledge, number: int) -> Handoff:
    for handoff in await unit.handoffs.queue(limit=QUEUE):
        if handoff.id == number:
            return handoff
    raise NoSuchHandoff(number)


def _check(handoff: Handoff, staff: str, act: Event) -> None:
    if (handoff.state, act) not in MOVES:
        if handoff.staff not in (None, staff):
            raise TakenBy(handoff.id, str(handoff.staff))
        raise StaffRefused(str(IllegalStep(handoff.state, handoff.staff)))
    if act != "take":
        _hold(handoff, staff)


def _hold(handoff: Handoff, staff: str) -> None:
    if handoff.staff not in (None, staff):
        raise TakenBy(handoff.id, str(handoff.staff))
