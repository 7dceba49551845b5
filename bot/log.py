"""The log of a conversation as its rider reads it, now or again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from actions.content import Reply
from bot.messages import RiderLine, Trace
from knowledge.conversations import Logged
from knowledge.database import Database
from knowledge.secrets import unseal
from knowledge.turns import Handled
from knowledge.unit import Knowledge

if TYPE_CHECKING:
    from bot.inbox import Bells

CODE_HIDDEN = "••••••"
_CODE = re.compile(r"⟦code:([A-Z0-9-]+)⟧")


def shows_code(text: str) -> bool:
    """Whether a query code belongs in a text."""
    return _CODE.search(text) is not None


def hide_codes(text: str) -> str:
    """Dots in place of each query code: it is its owner's, not for staff."""
    return _CODE.sub(CODE_HIDDEN, text)


async def fill_codes(unit: Knowledge, text: str) -> str:
    """Put the query codes in, as long as their owner may see them, else dots."""
    for number in set(_CODE.findall(text)):
        code = await unit.people.shown_code(number)
        text = text.replace(f"⟦code:{number}⟧", code or CODE_HIDDEN)
    return text


class Log:
    """Reads the log: by answer, by history, or as it grows."""

    def __init__(self, database: Database, bells: Bells) -> None:
        self._database, self._bells = database, bells

    async def answer(
        self, unit: Knowledge, found: Handled
    ) -> tuple[tuple[Reply, ...], Trace | None]:
        """The replies to one inbound message, and how it was understood."""
        replies = [await self._reply(unit, found.person, line) for line in found.replies]
        opened = None
        if found.trace is not None:
            sealed = await unit.people.unseal(found.person, found.trace, "trace")
            opened = Trace.model_validate(sealed)
        return tuple(replies), opened

    async def after(
        self, conversation: int, message_id: int = 0, limit: int = 50
    ) -> list[Reply | RiderLine]:
        """The lines after one, in order."""
        async with self._database.statements() as unit:
            found = await unit.conversations.get(conversation)
            if found is None:
                return []
            lines = await unit.conversations.after(conversation, message_id, limit)
            return [await self._line(unit, found.person, line) for line in lines]

    async def held(self, conversation: int) -> bool:
        """Whether a person has the conversation now."""
        async with self._database.statements() as unit:
            handoff = await unit.handoffs.current(conversation)
        return handoff is not None and handoff.state == "held"

    async def before(
        self, conversation: int, message_id: int | None, limit: int = 50, *, codes: bool = True
    ) -> list[Reply | RiderLine]:
        """The lines before one (the last ones for None), in order.

        `codes`: whether query codes may stand in them, as long as their owner may see them.
        """
        async with self._database.statements() as unit:
            found = await unit.conversations.get(conversation)
            if found is None:
                return []
            lines = await unit.conversations.before([conversation], message_id, limit)
            return [await self._line(unit, found.person, line, codes=codes) for line in lines]

    async def elsewhere(
        self, conversation: int, message_id: int | None, limit: int = 50
    ) -> list[Reply | RiderLine] | None:
        """What its proven person has said in other conversations, lines before one, in order.

        None unless everything of a person is proved here now who has spoken elsewhere. Nothing in
        it can be pressed, and photos are left out: they belong to the other conversation.
        """
        async with self._database.statements() as unit:
            owners = await unit.proofs.spoken_elsewhere(conversation)
            if not owners:
                return None
            lines = await unit.conversations.before(list(owners), message_id, limit)
            found = [await self._line(unit, owners[line.conversation], line) for line in lines]
        return [
            line.model_copy(update={"buttons": (), "ask": None})
            if isinstance(line, Reply)
            else line.model_copy(update={"file_id": None})
            for line in found
        ]

    async def subscribe(
        self, conversation: int, after: int
    ) -> AsyncIterator[Reply | RiderLine | None]:
        """The lines after one as they come; None about every 15 s when nothing comes."""
        event = self._bells.subscribe(str(conversation))
        quiet = 0
        try:
            while True:
                event.clear()
                lines = await self.after(conversation, after)
                for line in lines:
                    after = line.id
                    yield line
                if lines:
                    quiet = 0
                    continue
                try:
                    await asyncio.wait_for(event.wait(), 3.0)
                except TimeoutError:
                    quiet += 1
                    if quiet % 5 == 0:
                        yield None
        finally:
            self._bells.leave(str(conversation), event)

    async def _line(
        self, unit: Knowledge, person: UUID, line: Logged, *, codes: bool = True
    ) -> Reply | RiderLine:
        if line.part > 0:
            return await self._reply(unit, person, line, codes=codes)
        body = await _body(unit, person, line)
        return RiderLine(id=line.id, at=line.at, external_id=line.external_id, **body)

    async def _reply(
        self, unit: Knowledge, person: UUID, line: Logged, *, codes: bool = True
    ) -> Reply:
        body = await _body(unit, person, line)
        reply = Reply.model_validate({**body, "id": line.id, "at": line.at, "from": line.who})
        text = await fill_codes(unit, reply.text) if codes else hide_codes(reply.text)
        return reply if text == reply.text else reply.model_copy(update={"text": text})


async def _body(unit: Knowledge, person: UUID, line: Logged) -> dict[str, Any]:
    plain = unseal(await unit.people.key(person), line.body, "message")
    found: dict[str, Any] = json.loads(plain)
    return found
