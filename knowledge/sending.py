"""The outbox seen by the one who sends: in order, under a lease, never blindly twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from knowledge.conversations import ConversationRow, OutboxRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge


@dataclass(frozen=True)
class Sending:
    """A call that is to be made now, opened."""

    id: int
    conversation: int
    key: str
    crisis: bool
    attempts: int
    body: dict[str, Any]


class Outbox:
    """The outbox of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def next(
        self, bot: str, sender: str, *, limit: int = 30, busy: tuple[int, ...] = ()
    ) -> list[Sending]:
        """The first waiting call of each conversation that is not `busy`, marked as being sent.

        Must be committed before anything goes over the wire: whoever finds a row "sending" later
        knows that it may have been sent.
        """
        earlier = aliased(OutboxRow)
        first = (
            select(OutboxRow)
            .where(
                OutboxRow.bot == bot,
                OutboxRow.state == "ready",
                OutboxRow.next_at <= self._unit.now,
                OutboxRow.conversation_id.not_in(busy),
                ~select(earlier.id)
                .where(
                    earlier.bot == bot,
                    earlier.conversation_id == OutboxRow.conversation_id,
                    earlier.id < OutboxRow.id,
                    earlier.state.in_(("ready", "sending")),
                )
                .exists(),
            )
            .order_by(OutboxRow.crisis.desc(), OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found: list[Sending] = []
        for row in list(await self._unit.session.scalars(first)):
            conversation = await self._unit.session.get(ConversationRow, row.conversation_id)
            assert conversation is not None
            assert row.body is not None
            body = await self._unit.people.unseal(conversation.person_id, row.body, "outbox")
            row.state, row.leased_by, row.attempts = "sending", sender, row.attempts + 1
            found.append(
                Sending(
                    row.id, row.conversation_id, conversation.key, row.crisis, row.attempts, body
                )
            )
        return found

    async def sent(self, number: int, platform_id: str | None) -> None:
        """It has arrived."""
        await self._settle(number, "sent", platform_id=platform_id, body=None)

    async def retry(self, number: int, at: datetime, error: str) -> None:
        """It was surely not accepted: again at `at`."""
        await self._settle(number, "ready", next_at=at, error=error, leased_by=None)

    async def failed(self, number: int, error: str) -> None:
        """It was refused for good."""
        await self._settle(number, "failed", error=error, body=None)

    async def unknown(self, number: int, error: str) -> bool:
        """Nobody knows whether it arrived. Whether it is to be sent once more (a crisis reply)."""
        row = await self._unit.session.get(OutboxRow, number)
        if row is not None and row.crisis and row.attempts < 2:
            await self._settle(number, "ready", error=error, leased_by=None)
            return True
        await self._settle(number, "unknown", error=error, body=None)
        return False

    async def take_over(self, bot: str) -> int:
        """What a dead sender left half done becomes unknown. Only for the one active sender."""
        rows = await self._unit.session.scalars(
            select(OutboxRow.id).where(OutboxRow.bot == bot, OutboxRow.state == "sending")
        )
        numbers = list(rows)
        for number in numbers:
            await self.unknown(number, "the sender died")
        return len(numbers)

    async def blocked(self, conversation: int) -> None:
        """The rider has blocked the bot: recorded, and what waits for them is given up."""
        await self._unit.session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == conversation)
            .values(blocked_at=self._unit.now)
        )
        await self._unit.session.execute(
            update(OutboxRow)
            .where(OutboxRow.conversation_id == conversation, OutboxRow.state == "ready")
            .values(state="failed", error="blocked by the user", body=None)
        )

    async def unblocked(self, conversation: int) -> None:
        """The rider writes again."""
        await self._unit.session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == conversation, ConversationRow.blocked_at.is_not(None))
            .values(blocked_at=None)
        )

    async def counts(self) -> dict[str, int]:
        """How many rows there are by state."""
        rows = await self._unit.session.execute(
            select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
        )
        return {str(row[0]): int(row[1]) for row in rows.all()}

    async def _settle(self, number: int, state: str, **values: Any) -> None:
        if state == "sent":
            values["sent_at"] = self._unit.now
        await self._unit.session.execute(
            update(OutboxRow).where(OutboxRow.id == number).values(state=state, **values)
        )
