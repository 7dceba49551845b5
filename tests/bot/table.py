"""An inbox, engines and one rider at a real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from actions.content import Content, Reply, Text
from bot.engine import Engine
from bot.inbox import Bells, Inbox
from bot.log import Log
from bot.messages import Inbound, Outcome, Receipt
from bot.metrics import Metrics
from bot.wording import Texts
from knowledge.clock import MovableClock
from knowledge.database import Database
from nlu.choose import Choice, Context
from nlu.reading import Reading

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class ByFirstWord:
    """Understanding where the first word of a text is its route: the engine is on trial here."""

    delay = 0.0

    def __init__(self) -> None:
        self.busy: list[bool] = []
        """Of each text that was read, whether the house was busy."""

    async def read(self, text: str, *, busy: bool = False) -> Reading:
        self.busy.append(busy)
        await asyncio.sleep(self.delay)
        return Reading(text, "zh", "hans", ((text.split(" ")[0], 1.0),))

    def choose(self, reading: Reading, context: Context) -> Choice:
        return Choice(reading.best[0], 1.0)


class Table:
    """A database with engines at it, and one rider."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database, self.clock = database, clock
        self.bells = Bells()
        self.log = Log(database, self.bells)
        self.inbox = Inbox(database, self.log, self.bells, per_minute=0)
        self.understanding = ByFirstWord()
        self.engine = self.new_engine("first")
        self._numbers = iter(range(10**6))

    def new_engine(self, worker: str) -> Engine:
        def render(reply: Reply, **_: Any) -> list[dict[str, Any]]:
            return [{"method": "sendMessage", "text": reply.text}]

        renders = {"telegram": render}
        return Engine(
            self.database,
            self.understanding,  # type: ignore[arg-type]
            Texts(),
            renders,
            worker=worker,
            metrics=Metrics(),
        )

    async def put(
        self,
        content: Content | str,
        external_id: str | None = None,
        *,
        rider: str = "rider",
        channel: Any = "web",
    ) -> int:
        """Write a message; its number in the inbox."""
        inbox = self.inbox
        receipt = await self.send(content, inbox, external_id, rider=rider, channel=channel)
        return receipt.inbox_id

    async def send(
        self,
        content: Content | str,
        inbox: Inbox,
        external_id: str | None = None,
        *,
        rider: str = "rider",
        channel: Any = "web",
    ) -> Receipt:
        """Write a message through one process's inbox."""
        receipt = await inbox.put(self.inbound(content, external_id, rider=rider, channel=channel))
        self.conversation = receipt.conversation_id
        return receipt

    def inbound(
        self,
        content: Content | str,
        external_id: str | None = None,
        *,
        rider: str = "rider",
        channel: Any = "web",
    ) -> Inbound:
        return Inbound(
            channel=channel,
            conversation=rider,
            content=Text(text=content) if isinstance(content, str) else content,
            at=self.clock.now(),
            external_id=external_id or f"m{next(self._numbers)}",
        )

    async def say(self, content: Content | str, **named: Any) -> Outcome:
        number = await self.put(content, **named)
        await self.engine.serve(self.conversation)
        return await self.inbox.outcome(number)

    async def count(self, table: Any) -> int:
        async with self.database.begin() as unit:
            return len(list(await unit.session.scalars(select(table.id))))
