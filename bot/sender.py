"""The way out to a platform: one sender a bot, in order, at the platform's pace, never blindly.

A call is marked as being sent, durably, before it goes over the wire; whoever finds such a mark
after a crash knows that the call may have arrived.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any, Protocol

import structlog

from bot.log import CODE_HIDDEN, fill_codes
from bot.metrics import Metrics
from bot.pace import Pace
from knowledge.database import BELL_OUTBOX, Database
from knowledge.secrets import SecretsError
from knowledge.sending import Sending
from knowledge.unit import Knowledge

log = structlog.get_logger()

AT_ONCE = 12
"""Calls under way at the same time: what a kill can leave unknown, and enough for 30 a second."""

POLL = 1.0
"""Seconds between two looks for what no bell told."""

BACK_OFF, LONGEST_BACK_OFF = 0.5, 60.0
"""Seconds before the second try of a call that was surely not accepted, doubled each time."""

REFUSALS = 20
"""Tries, of this process, after which a call that the platform itself always answers with an
error of its own is given up; with the back-off that is a quarter of an hour."""

DRAIN = 5.0
"""Seconds that what is under way gets at the end; what isn't over then is unknown."""


@dataclass(frozen=True)
class Arrived:
    """It is there; `platform_id` is what the platform calls it."""

    platform_id: str | None = None


@dataclass(frozen=True)
class NotYet:
    """Surely not accepted, to be tried again: after `after` seconds if the platform said so.

    `everybody`: whatever stands in the way stands in everybody's; `flood`: it was too fast.
    """

    why: str
    after: float | None = None
    everybody: bool = False
    flood: bool = False


@dataclass(frozen=True)
class Never:
    """Refused for good. `blocked`: the rider wants nothing from this bot."""

    why: str
    blocked: bool = False


@dataclass(frozen=True)
class Unsure:
    """Written but not answered: it may have arrived."""

    why: str


Delivery = Arrived | NotYet | Never | Unsure


class Wire(Protocol):
    """One platform."""

    async def deliver(self, sending: Sending) -> Delivery:
        """Make the call, and say what became of it."""
        ...


class Sender:
    """Sends one bot's outbox. Any number may run; one is active."""

    def __init__(
        self,
        database: Database,
        wire: Wire,
        metrics: Metrics,
        *,
        name: str,
        bot: str = "main",
        channel: str = "telegram",
        pace: Pace | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database, self._wire, self._metrics = database, wire, metrics
        self._name, self._bot, self._channel = name, bot, channel
        self._pace = pace or Pace()
        self._at_once = at_once
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._claiming: asyncio.Task[int] | None = None
        self._rung = asyncio.Event()
        self._reigns = count(1)
        self._refusals: Counter[int] = Counter()
        self._away = 0

    async def run(self) -> None:
        """Send until cancelled; waits while another process does."""
        while True:
            try:
                async with self._database.only_one(f"sender:{self._channel}:{self._bot}") as held:
                    await self._reign(held)
            except Exception as error:  # noqa: BLE001 - whatever it was, sending must go on
                log.warning("sender.interrupted", error=type(error).__name__)
            await asyncio.sleep(POLL)

    async def _reign(self, held: Callable[[], Awaitable[bool]]) -> None:
        """Be the active sender for as long as the lock is held."""
        # A new name each time: what an earlier reign of this process left is not this one's.
        lease = f"{self._name}#{next(self._reigns)}"
        listener = asyncio.create_task(self._database.listen(self._heard, BELL_OUTBOX))
        try:
            async with self._database.begin() as unit:
                left = await unit.outbox.take_over(self._bot)
            if left:
                self._metrics.unknown_sends.labels(self._channel).inc(left)
                log.warning("sender.took_over", unknown=left)
            log.info("sender.active", bot=self._bot)
            while await held():
                self._rung.clear()
                if not await self._claim(lease):
                    await self._rest()
        finally:
            listener.cancel()
            await self._drain()

    async def _claim(self, lease: str) -> int:
        """As `_take`, but not torn apart by an end: what is marked is also sent."""
        self._claiming = asyncio.create_task(self._take(lease))
        return await asyncio.shield(self._claiming)

    async def _take(self, lease: str) -> int:
        """Take what may go out right now, and no more: all of it is unknown after a kill."""
        room = min(self._at_once - len(self._under_way), self._pace.free())
        if room <= 0:
            return 0
        busy = {*self._under_way, *self._pace.resting()}
        async with self._database.begin() as unit:
            found = await unit.outbox.next(self._bot, lease, limit=room, busy=busy)
            found = [await _filled(unit, sending) for sending in found]
        for sending in found:
            self._pace.started()
            task = asyncio.create_task(self._send(sending))
            self._under_way[sending.conversation] = task
        return len(found)

    async def _rest(self) -> None:
        """Until a bell rings, a call is over, a rest is over, or for a while."""
        wait = self._pace.wait() if len(self._under_way) < self._at_once else None
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), min(POLL, max(wait or POLL, 0.005)))

    async def _send(self, sending: Sending) -> None:
        try:
            with self._metrics.timed("send"):
                try:
                    delivery = await self._wire.deliver(sending)
                except Exception as error:  # noqa: BLE001
                    # A mistake of ours, after which nobody knows what went over the wire. Only
                    # its kind goes to the log: its words may hold what was to be sent.
                    log.error("sender.mistake", error=type(error).__name__)
                    delivery = Unsure(type(error).__name__)
            delivery = self._weighed(sending, delivery)
            await self._settle(sending, delivery)
        finally:
            self._pace.ended(sending.conversation)
            self._under_way.pop(sending.conversation, None)
            self._rung.set()

    def _weighed(self, sending: Sending, delivery: Delivery) -> Delivery:
        """The delivery in the light of what came before; and who has to rest because of it."""
        if not (isinstance(delivery, NotYet) and delivery.everybody):
            self._away = 0
        if not isinstance(delivery, NotYet):
            self._refusals.pop(sending.id, None)
            return delivery
        if delivery.everybody:
            self._away += 1
            after = delivery.after or back_off(self._away)
            self._pace.pause(after)
            return replace(delivery, after=after)
        after = delivery.after or back_off(sending.attempts)
        if delivery.flood:
            self._pace.flooded(sending.conversation, after)
            return replace(delivery, after=after)
        self._refusals[sending.id] += 1
        if self._refusals[sending.id] >= REFUSALS:
            del self._refusals[sending.id]
            return Never(delivery.why)
        self._pace.rest(sending.conversation, after)
        return replace(delivery, after=after)

    async def _settle(self, sending: Sending, delivery: Delivery) -> None:
        """Write down what became of it; while the database is away, again and again.

        The conversation stays under way meanwhile, so that nothing overtakes.
        """
        for tries in count(1):
            try:
                async with self._database.begin() as unit:
                    await self._write(unit, sending, delivery)
            except Exception as error:  # noqa: BLE001 - it was sent: that must be written down
                log.warning("sender.not_settled", error=type(error).__name__)
                await asyncio.sleep(min(back_off(tries), 5.0))
            else:
                return

    async def _write(self, unit: Knowledge, sending: Sending, delivery: Delivery) -> None:
        outbox, told = unit.outbox, log.bind(conversation=sending.conversation, outbox=sending.id)
        match delivery:
            case Arrived(platform_id):
                await outbox.sent(sending, platform_id)
            case NotYet(why, after):
                told.info("sender.not_yet", why=why, after=after)
                await outbox.retry(sending, unit.now + timedelta(seconds=after or BACK_OFF), why)
            case Never(why, blocked):
                told.warning("sender.refused", why=why, blocked=blocked)
                await outbox.failed(sending, why)
                if blocked:
                    await outbox.blocked(sending.conversation)
            case Unsure(why):
                again = await outbox.unknown(sending, why)
                told.warning("sender.unknown", why=why, again=again)
                self._metrics.unknown_sends.labels(self._channel).inc()

    async def _drain(self) -> None:
        """Let what is under way end, so that its rows are settled by who knows."""
        if self._claiming is not None:
            await asyncio.wait({self._claiming}, timeout=DRAIN)
            if self._claiming.done() and not self._claiming.cancelled():
                self._claiming.exception()  # seen: a claim that failed has marked nothing
        running = list(self._under_way.values())
        if not running:
            return
        _, late = await asyncio.wait(running, timeout=DRAIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _heard(self, _bell: str, _payload: str) -> None:
        self._rung.set()


def back_off(tries: int) -> float:
    """Seconds to wait after so many tries."""
    return float(min(BACK_OFF * 2 ** min(tries - 1, 20), LONGEST_BACK_OFF))


async def _filled(unit: Knowledge, sending: Sending) -> Sending:
    """With the query codes that only now, on their way out, are put in."""
    body: dict[str, Any] = dict(sending.body)
    for name, value in body.items():
        if isinstance(value, str) and "⟦code:" in value:
            try:
                body[name] = await fill_codes(unit, value)
            except SecretsError:
                body[name] = CODE_HIDDEN
    return replace(sending, body=body)
