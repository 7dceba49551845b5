"""Where a conversation is played: a house of ours, or one elsewhere that we only write to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Protocol

from bot.office import OfficeRefused
from bot.rehearsal.drivers import CannotPlay, Driver, TerminalDriver, WebDriver
from bot.rehearsal.form import Channel, Conversation, Decision, Ended, OnRoster, Say, StaffTurn
from bot.rehearsal.house import RehearsalHouse
from bot.staff import StaffRefused
from knowledge.duty_roster import Shift

STAFF = "赵敏"
"""The member of staff who is played."""


class Scene(Protocol):
    """What a player needs besides riders."""

    def rider(self) -> Driver:
        """A new rider."""
        ...

    async def rest(self, riders: list[Driver]) -> None:
        """Wait until everything that these riders may still hear has been said."""
        ...

    async def wait(self, span: timedelta) -> None:
        """Let time pass."""
        ...

    async def staff(self, act: str | StaffTurn, rider: Driver) -> None:
        """Staff do something in the rider's conversation, or come on duty."""
        ...

    async def office(self, decision: Decision) -> None:
        """An office decides."""
        ...


class HouseScene:
    """A house in this process."""

    def __init__(self, house: RehearsalHouse, channel: Channel, *, alone: bool) -> None:
        """`alone` says that nobody else plays in this house, so that it may rest as a whole."""
        self._house = house
        self._channel = channel
        self._alone = alone

    async def prepare(self, conversation: Conversation) -> None:
        """Somebody is on duty if staff take the conversation without having come on duty in it."""
        acts = [turn.staff for turn in conversation.turns if turn.staff is not None]
        if acts and acts[0] not in ("on", "off") and not isinstance(acts[0], OnRoster):
            await self._house.staff.set_duty(STAFF, True)

    def rider(self) -> Driver:
        if self._channel == "web":
            return WebDriver(self._house.address, self._house.house)
        if self._channel == "telegram":
            return self._house.telegram_rider()
        return TerminalDriver(self._house.house)

    async def rest(self, riders: list[Driver]) -> None:
        if self._alone:
            await self._house.rest()
            return
        found = [await rider.conversation() for rider in riders]
        await self._house.rest([number for number in found if number is not None])

    async def wait(self, span: timedelta) -> None:
        await self._house.wait(span)

    async def staff(self, act: str | StaffTurn, rider: Driver) -> None:
        staff = self._house.staff
        if act in ("on", "off"):
            await staff.set_duty(STAFF, act == "on")
            return
        if isinstance(act, OnRoster):
            await staff.put_shift(Shift(STAFF, None, *act.weekly))
            return
        number = await rider.conversation()
        handoff = None if number is None else await staff.of(number)
        if handoff is None:
            raise CannotPlay("the conversation has no open handoff")
        try:
            if isinstance(act, Say):
                await staff.say(handoff.id, STAFF, act.say)
            elif isinstance(act, Ended):
                end = staff.give_back if act.act == "return" else staff.close
                await end(handoff.id, STAFF, act.note)
            elif act == "take":
                await staff.take(handoff.id, STAFF)
            elif act == "return":
                await staff.give_back(handoff.id, STAFF)
            else:
                await staff.close(handoff.id, STAFF)
        except StaffRefused as refused:
            raise CannotPlay(str(refused)) from refused

    async def office(self, decision: Decision) -> None:
        office = self._house.office
        try:
            if decision.application is not None:
                await office.decide_application(
                    decision.application, decision.decide, staff=STAFF, reason=decision.reason
                )
            else:
                await office.decide_claim(
                    str(decision.claim), decision.decide, staff=STAFF, amount=decision.amount,
                    reason=decision.reason,
                )  # fmt: skip
        except OfficeRefused as refused:
            raise CannotPlay(str(refused)) from refused


class RemoteScene:
    """A running house somewhere, of which only the web chat is known."""

    def __init__(self, address: str) -> None:
        self._address = address

    def rider(self) -> Driver:
        return WebDriver(self._address)

    async def rest(self, riders: list[Driver]) -> None:
        """What comes by answer is waited for in the answer; the rest can't be known."""

    async def wait(self, span: timedelta) -> None:
        if span:
            raise CannotPlay("a running house's clock isn't moved")
        await asyncio.sleep(1)

    async def staff(self, act: str | StaffTurn, rider: Driver) -> None:
        raise CannotPlay("a running house has its own staff")

    async def office(self, decision: Decision) -> None:
        raise CannotPlay("a running house has its own offices")


def refusal(conversation: Conversation) -> str | None:
    """Why a running house can't play this conversation; None if it can."""
    if conversation.moves_clock:
        return "it moves the clock"
    if conversation.plays_staff:
        return "it plays staff"
    if conversation.channel not in ("any", "web"):
        return f"it is for {conversation.channel}"
    return None
