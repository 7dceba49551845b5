"""What was said with a person on all channels, as the staff's page shows it.

Beside each line stands how the message was understood (sealed in the inbox), and of each line of
the house how far it has come: to the platform, or to the rider's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.base import Base
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

Delivery = Literal["sending", "sent", "delivered", "failed", "unknown"]

PAGE = 60
"""Lines of a page of history."""

# Of several calls the worst counts; without any the line is for a page that reads the log.
_LINES = """
    select m.id, m.conversation_id, c.channel, c.person_id, m.inbox_id, m.part, m.who, m.at, m.body,
        i.trace, i.kind, i.external_id, m.id <= w.message_id,
        (
            select case
                when count(*) = 0 then null
                when bool_or(o.state = 'failed') then 'failed'
                when bool_or(o.state = 'unknown') then 'unknown'
                when bool_and(o.state = 'sent') then 'delivered'
                else 'sending'
            end
            from outbox o where o.message_id = m.id
        )
    from messages m
    join inbox i on i.id = m.inbox_id
    join conversations c on c.id = m.conversation_id
    left join web_arrivals w on w.conversation_id = m.conversation_id
    where m.conversation_id = any($1) and m.id > $2 and ($3::bigint is null or m.id < $3)
    order by m.id {order}
    limit $4
"""

_ARRIVED = """
    insert into web_arrivals as mine (conversation_id, message_id) values ($1, $2)
    on conflict (conversation_id) do update set message_id = excluded.message_id
    where mine.message_id < excluded.message_id
    returning message_id
"""


class ArrivalRow(Base):
    """The last line that a rider's page of the web chat has fetched."""

    __tablename__ = "web_arrivals"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True)
class Said:
    """A line, opened. `trace` is how the rider's message was understood, None for a house's line.

    `body` is None where the person is erased.
    """

    id: int
    conversation: int
    channel: str
    person: UUID
    inbox_id: int
    part: int
    who: str
    at: datetime
    body: dict[str, Any] | None
    trace: dict[str, Any] | None
    kind: str
    external_id: str
    delivery: Delivery | None


class History:
    """What was said, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def before(
        self, conversations: Sequence[int], line: int | None, limit: int = PAGE
    ) -> list[Said]:
        """The last lines of these conversations (before a line), in order."""
        return (await self._lines("desc", conversations, 0, line, limit))[::-1]

    async def after(self, conversations: Sequence[int], line: int, limit: int = PAGE) -> list[Said]:
        """The lines behind one, in order."""
        return await self._lines("asc", conversations, line, None, limit)

    async def line(self, conversations: Sequence[int], line: int) -> Said | None:
        """One line, if it is one of theirs."""
        found = await self._lines("asc", conversations, line - 1, line + 1, 1)
        return found[0] if found else None

    async def arrived(self, conversation: int, line: int) -> bool:
        """The rider's page has fetched the lines up to this one; whether that is news."""
        return bool(await self._unit.rows(_ARRIVED, conversation, line))

    async def _lines(self, order: str, *values: Any) -> list[Said]:
        conversations, after, before, limit = values
        rows = await self._unit.rows(
            _LINES.format(order=order), list(conversations), after, before, limit
        )
        await self._unit.people.fetch_keys({row[3] for row in rows})
        return [await self._said(row) for row in rows]

    async def _said(self, row: Any) -> Said:
        (
            number, conversation, channel, person, inbox_id, part, who, at, body, trace, kind,
            external_id, fetched, called,
        ) = row  # fmt: skip
        opened: dict[str, Any] | None = None
        understood: dict[str, Any] | None = None
        try:
            opened = await self._unit.people.unseal(person, body, "message")
            if who == "rider" and trace is not None:
                understood = await self._unit.people.unseal(person, trace, "trace")
        except SecretsError:
            pass
        delivery: Delivery | None = None
        if who != "rider":
            delivery = called or ("delivered" if fetched else "sent")
        return Said(
            number, conversation, channel, person, inbox_id, part, who, at, opened, understood,
            kind, external_id, delivery,
        )  # fmt: skip
