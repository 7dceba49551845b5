"""Looks which clocks are due: warns, and at the end of a limit calls whoever escalates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from actions.handoff_clock import overdue as overdue_talk
from bot.case_office import CaseOffice
from knowledge.case_records import Why
from knowledge.clock_timers import Timer
from knowledge.database import Database
from knowledge.decision_limits import WORKING_DAY
from knowledge.unit import Knowledge

log = structlog.get_logger(__name__)

EVERY = 5.0
"""Seconds between two looks."""

Escalate = Callable[[Knowledge, Timer], Awaitable[None]]
"""What is done with a broken clock, in the transaction that marks it."""


class ClockWatch:
    """Any number of processes may run it; each timer is fired once."""

    def __init__(
        self, database: Database, escalate: Escalate | None = None, *, every: float = EVERY
    ) -> None:
        self._database, self._escalate, self._every = database, escalate, every

    async def run(self) -> None:
        """Look until cancelled."""
        async with self._database.begin() as unit:
            await unit.clock_recounts.look_at_kinds()
        while True:
            fired, counted = await self.step(), await self.recount()
            if not fired and not counted:
                await asyncio.sleep(self._every)

    async def step(self) -> int:
        """Fire what is due now; how many clocks that were."""
        async with self._database.begin() as unit:
            fired = await unit.clock_timers.fire()
            for timer, broken in fired:
                if broken and self._escalate is not None:
                    await self._escalated(unit, self._escalate, timer)
        return len(fired)

    async def recount(self) -> bool:
        """Count some of what a change of limits or hours concerns; whether there was any."""
        async with self._database.begin() as unit:
            return await unit.clock_recounts.step()

    async def _escalated(self, unit: Knowledge, escalate: Escalate, timer: Timer) -> None:
        """An escalation that fails doesn't hold up the others, nor its own notice."""
        point = await unit.savepoint()
        try:
            await escalate(unit, timer)
        except Exception as error:  # noqa: BLE001 - whatever it was, leads have the notice
            await point.undo()
            log.error("clocks.not_escalated", error=type(error).__name__, timer=timer.id)
        else:
            await point.keep()


def overdue(minutes: int) -> Why:
    """The reason for an escalation by the clock: how many working days the limit had."""
    return Why("overdue", {"days": max(1, round(timedelta(minutes=minutes) / WORKING_DAY))})


def escalates(office: CaseOffice) -> Escalate:
    """What is overdue goes to the level above, where there is one.

    A case at once; a conversation that nobody has in its own turn, so that it moves and the rider
    is told at one stroke.
    """

    async def escalate(unit: Knowledge, timer: Timer) -> None:
        if timer.source == "case":
            await office.by_clock(unit, timer.number, overdue(timer.minutes))
            return
        handoff = await unit.handoffs.get(int(timer.number))
        if handoff is not None:
            await overdue_talk(unit, handoff)

    return escalate
