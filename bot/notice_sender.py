"""Spreads notices and sends them: woken by the bell, with a slow look behind it.

Any number of processes may run it: rows are taken with `SKIP LOCKED`, and a message under a lease.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.notice_wires import Wires
from bot.notice_words import message
from bot.sender import Arrived, Delivery, Never, NotYet, Unsure
from bot.wording import Texts
from knowledge.database import BELL_NOTICES, Database
from knowledge.notice_sending import Bundle
from knowledge.unit import Knowledge

log = structlog.get_logger(__name__)

POLL = 2.0
"""Seconds between two looks for what has become due."""

GATHER = 0.1
"""Seconds from the bell to the look: one handoff rings several times, and for every process."""

BACK_OFF, LONGEST_BACK_OFF = timedelta(seconds=20), timedelta(hours=1)
"""Before the second try of a message that was surely not accepted, doubled each time."""


class NoticeSender:
    """Sends notices to staff on their own ways."""

    def __init__(
        self,
        database: Database,
        wires: Wires,
        texts: Texts,
        *,
        name: str,
        public_url: str = "",
        poll: float = POLL,
    ) -> None:
        self._database, self._wires, self._texts = database, wires, texts
        self._name, self._public_url, self._poll = name, public_url.rstrip("/"), poll
        self._rung = asyncio.Event()

    async def run(self) -> None:
        """Spread and send until cancelled."""
        listener = asyncio.create_task(self._database.listen(self._heard, BELL_NOTICES))
        try:
            while True:
                self._rung.clear()
                if not await self.step():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._rung.wait(), self._poll)
                        await asyncio.sleep(GATHER)
        finally:
            listener.cancel()
            await self._wires.close()

    async def step(self) -> int:
        """Spread and send what is due now; how much that was."""
        async with self._database.statements() as unit:
            if not await unit.notice_sending.waits():
                return 0
        async with self._database.begin() as unit:
            spread = await unit.notice_sending.spread()
        async with self._database.begin() as unit:
            bundles = await unit.notice_sending.claim(self._name)
        await asyncio.gather(*(self._send(bundle) for bundle in bundles))
        return spread + len(bundles)

    async def _send(self, bundle: Bundle) -> None:
        said = message(bundle, self._texts, self._database.region_tree, self._public_url)
        try:
            delivery = await self._wires.deliver(bundle, said, self._database.clock.now())
        except Exception as error:  # noqa: BLE001 - a mistake of ours: nobody knows what went out
            log.error("notices.mistake", error=type(error).__name__, way=bundle.way_id)
            delivery = Unsure(type(error).__name__)
        async with self._database.begin() as unit:
            await self._write(unit, bundle, delivery)

    async def _write(self, unit: Knowledge, bundle: Bundle, delivery: Delivery) -> None:
        told = log.bind(way=bundle.way_id, notices=len(bundle.rows))
        match delivery:
            case Arrived():
                await unit.notice_sending.sent(bundle)
            case NotYet(why, after):
                told.info("notices.not_yet", why=why)
                wait = timedelta(seconds=after) if after else back_off(bundle.attempts)
                await unit.notice_sending.retry(bundle, unit.now + wait, why)
            case Never(why):
                told.warning("notices.refused", why=why)
                await unit.notice_sending.failed(bundle, why)
            case Unsure(why):
                told.warning("notices.unknown", why=why)
                await unit.notice_sending.unknown(bundle, why)

    def _heard(self, _bell: str, _payload: str) -> None:
        self._rung.set()


def back_off(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    return timedelta(
        seconds=min(
            BACK_OFF.total_seconds() * 2 ** max(0, tries - 1), LONGEST_BACK_OFF.total_seconds()
        )
    )
