"""The staff service: what members of staff do in conversations, whatever surface they use.

A step is checked first, then written to the inbox like everything that makes the bot speak, and
made in the conversation's own turn. So of two who take, one wins, and the other is told who.
"""

from __future__ import annotations

import asyncio
from typing import Literal
from uuid import uuid4

from actions.content import StaffAct, StaffEvent, StaffSay
from bot.staff_line import put_staff_line
from knowledge.database import Database
from knowledge.duty_roster import Shift
from knowledge.handoff_moves import NOTED, OPEN, SAY_WHY, legal
from knowledge.handoff_steps import IllegalStep
from knowledge.handoffs import Handoff
from knowledge.unit import Knowledge

MADE_WITHIN = 5.0
"""Seconds in which a running house makes a step; after that it is said to be waiting."""

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


class NoteMissing(StaffRefused):
    """A crisis isn't ended, or called none, without a note of what was done."""

    def __init__(self, number: int) -> None:
        super().__init__(f"handoff {number} is a crisis: write a note of what was done")


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

    async def give_back(self, number: int, staff: str, note: str = "") -> Made:
        """Return the conversation to the bot, which says the note once, and knows it.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            NoteMissing: it is a crisis, and there is no note.
        """
        return await self._step(number, staff, "return", note=note)

    async def close(self, number: int, staff: str, note: str = "") -> Made:
        """The matter is settled. The note is for staff.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            NoteMissing: it is a crisis, and there is no note.
        """
        return await self._step(number, staff, "close", note=note)

    async def hand_on(
        self, number: int, staff: str, to: str, note: str = "", *, over: bool = False
    ) -> Made:
        """Give the conversation to another person. With `over` a lead does, or takes it over.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            StaffRefused: it is theirs already, or there is no name.
        """
        if not to.strip():
            raise StaffRefused("there is nobody to hand it on to")
        return await self._step(number, staff, "hand_on", to=to.strip(), note=note, over=over)

    async def escalate(self, number: int, staff: str, reason: str, *, over: bool = False) -> Made:
        """Give the conversation to the region above.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            StaffRefused: there is no reason, or nobody above.
        """
        if not reason.strip():
            raise StaffRefused("say why: the region above reads it first")
        return await self._step(number, staff, "escalate", note=reason, over=over)

    async def send_down(self, number: int, staff: str, note: str, *, over: bool = False) -> Made:
        """Give an escalated conversation back to the region it came from, with an answer.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            StaffRefused: there is no answer, or it wasn't escalated.
        """
        if not note.strip():
            raise StaffRefused("write the answer that the region below goes on with")
        return await self._step(number, staff, "send_down", note=note, over=over)

    async def acknowledge(self, number: int, staff: str) -> Made:
        """See to a crisis: it isn't escalated by the clock any more.

        Raises:
            NoSuchHandoff: it is not open (any more).
        """
        return await self._step(number, staff, "acknowledge")

    async def calm(self, number: int, staff: str, note: str) -> Made:
        """It was no crisis: it stands among the others, and the rider isn't told.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            NoteMissing: there is no note of what was found.
            StaffRefused: nobody has taken it, or it is none.
        """
        return await self._step(number, staff, "calm", note=note)

    async def alarm(self, number: int, staff: str, note: str = "") -> Made:
        """It is a crisis that wasn't heard: it comes first from now on, and who says so sees to it.

        Raises:
            NoSuchHandoff: it is not open (any more).
            TakenBy: somebody else has it.
            StaffRefused: nobody has taken it, or it is one already.
        """
        return await self._step(number, staff, "alarm", note=note)

    async def rest(self, number: int, staff: str) -> Made:
        """Wait for the rider: no answer is owed until they write again.

        Raises:
            NoSuchHandoff: it is not open (any more).
            StaffRefused: somebody else has it, or nobody.
        """
        return await self._step(number, staff, "rest")

    async def reopen(self, number: int, staff: str, note: str = "") -> Made:
        """Put a handoff that is over into the queue again.

        Raises:
            NoSuchHandoff: there is none of this number, or a newer one in this conversation.
            StaffRefused: it isn't over.
        """
        return await self._step(number, staff, "reopen", note=note)

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
            row, _ = await put_staff_line(
                unit, handoff.conversation, handoff.person, line, str(uuid4())
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
            await unit.duty.switch(name, on, region)

    async def put_shift(self, shift: Shift) -> None:
        """Put somebody on the roster."""
        async with self._database.begin() as unit:
            await unit.duty.put_shift(shift)

    async def everybody(self) -> list[tuple[str, bool]]:
        """All members of staff, and whether they are on duty."""
        async with self._database.begin() as unit:
            return await unit.duty.everybody()

    async def _step(
        self,
        number: int,
        staff: str,
        act: StaffEvent,
        *,
        to: str | None = None,
        note: str = "",
        over: bool = False,
    ) -> Made:
        async with self._database.begin() as unit:
            before = await _found(unit, number, ended=act == "reopen")
            _check(before, staff, act, to=to, note=note, over=over, unit=unit)
            step = StaffAct(staff=staff, act=act, to=to, note=note.strip(), over=over)
            # From one step there is one next, so the key lets one of two through.
            row, repeated = await unit.conversations.arrive(
                before.conversation,
                before.person,
                external_id=f"handoff:{number}:{before.step}:{_next(act)}",
                kind=step.kind,
                payload=step.model_dump(mode="json"),
                received_at=unit.now,
            )
        made = await self._made(row)
        if made == "waiting":
            if repeated:
                raise StaffRefused(f"handoff {number} is being worked on already")
            return made
        async with self._database.begin() as unit:
            now = await unit.handoffs.get(number)
        if act == "take":
            if now is None or now.state not in OPEN:
                raise NoSuchHandoff(number)
            _hold(now, staff)
        if now is None or now.step == before.step:
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


async def _found(unit: Knowledge, number: int, *, ended: bool = False) -> Handoff:
    handoff = await unit.handoffs.get(number)
    if handoff is None or (handoff.state not in OPEN and not ended):
        raise NoSuchHandoff(number)
    if ended and await unit.handoffs.newest(handoff.conversation) != number:
        raise NoSuchHandoff(number)
    return handoff


def _next(act: StaffEvent) -> str:
    """Steps that exclude each other share a name."""
    return "end" if act in NOTED else act


def _check(
    handoff: Handoff,
    staff: str,
    act: StaffEvent,
    *,
    to: str | None,
    note: str,
    over: bool,
    unit: Knowledge,
) -> None:
    """Refuse at once what can't be made."""
    if legal(handoff.state, act, crisis=handoff.crisis) is None:
        if handoff.state == "held" and handoff.staff != staff:
            raise TakenBy(handoff.id, str(handoff.staff))
        raise StaffRefused(str(IllegalStep(handoff.state, handoff.staff)))
    if not over and act not in ("take", "acknowledge"):
        _hold(handoff, staff)
    if act == "hand_on" and handoff.state == "held" and to == handoff.staff:
        raise StaffRefused(f"{to} has handoff {handoff.id} already")
    region = unit.region_tree.get(handoff.region)
    if act == "escalate" and (region is None or region.parent is None):
        raise StaffRefused("there is no region above that could take it")
    if act == "send_down" and not handoff.below:
        raise StaffRefused(f"handoff {handoff.id} wasn't escalated by anybody")
    if handoff.crisis and act in SAY_WHY and not note.strip():
        raise NoteMissing(handoff.id)


def _hold(handoff: Handoff, staff: str) -> None:
    if handoff.state == "held" and handoff.staff != staff:
        raise TakenBy(handoff.id, str(handoff.staff))
