"""Conversations and their four books: inbox, log, outbox, and the state between two messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.books import ConversationRow, FactRow, InboxRow, MessageRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BELL = "gongyou_inbox"
"""Rings for the workers when a row is due."""

ADDRESS = "address"
"""The fact at which address a house that runs answers; empty when none does."""

BELL_PAGE = "gongyou_inbox_page"
"""Something beside the log has changed that staff see of a conversation: a note, an arrival."""

FIND = """
    select id, bot, channel, key, person_id, language, state, seen_at
    from conversations where bot = $1 and channel = $2 and key = $3
"""

BEGIN = """
    with found as (
        select id, person_id from conversations where bot = $1 and channel = $2 and key = $3
    ),
    person as (
        insert into persons (id, key_id, wrapped_key, created_at)
        select $4, $5, $6, $7 where not exists (select from found)
        returning id
    ),
    begun as (
        insert into conversations (bot, channel, key, person_id, created_at, seen_at)
        select $1, $2, $3, person.id, $7, $7 from person
        returning id, person_id
    )
    select id, person_id from found union all select id, person_id from begun
"""


@dataclass(frozen=True)
class Conversation:
    """A conversation as its lock was taken."""

    id: int
    bot: str
    channel: str
    key: str
    person: UUID
    language: str | None
    state: bytes | None
    seen_at: datetime


@dataclass(frozen=True)
class Logged:
    """A line of the log, still sealed."""

    id: int
    conversation: int
    inbox_id: int
    external_id: str
    part: int
    who: str
    at: datetime
    body: bytes


class Conversations:
    """The books of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def find(self, bot: str, channel: str, key: str) -> Conversation | None:
        """A conversation by its channel's own key."""
        rows = await self._unit.rows(FIND, bot, channel, key)
        return Conversation(*rows[0]) if rows else None

    async def get(self, number: int) -> Conversation | None:
        """A conversation by its number."""
        row = await self._unit.session.get(ConversationRow, number)
        return None if row is None else _conversation(row)

    async def of_person(self, person: UUID) -> list[Conversation]:
        """The person's conversations, the one they last wrote in first."""
        rows = await self._unit.session.scalars(
            select(ConversationRow)
            .where(ConversationRow.person_id == person)
            .order_by(ConversationRow.seen_at.desc())
        )
        return [_conversation(row) for row in rows]

    async def find_or_begin(self, bot: str, channel: str, key: str) -> tuple[int, UUID]:
        """A conversation (its number, its person), begun with a new nameless person if need be."""
        person, own, key_id, wrapped = self._unit.people.new_key()
        values = (bot, channel, key, person, key_id, wrapped, self._unit.now)
        try:
            rows = await self._unit.rows(BEGIN, *values)
        except UniqueViolationError:
            rows = await self._unit.rows(BEGIN, *values)  # another process has just begun it
        number, found = rows[0]
        if found == person:
            self._unit.remember_key(person, own)
        return number, found

    async def arrive(
        self,
        conversation: int,
        person: UUID,
        *,
        external_id: str,
        kind: str,
        payload: Any,
        received_at: datetime,
        due_at: datetime | None = None,
    ) -> tuple[int, bool]:
        """Write an inbox row and ring for the workers: (number, whether it was there already)."""
        arrived = await self._unit.turns.arrive(
            conversation,
            person,
            external_id=external_id,
            kind=kind,
            payload=payload,
            received_at=received_at,
            due_at=due_at,
        )
        return arrived.inbox_id, arrived.repeated

    async def correct(self, inbox_id: int, person: UUID, payload: Any) -> bool:
        """Replace what is not handled yet (an edited message); whether it was still possible."""
        sealed = await self._unit.people.seal(person, payload, "inbox")
        done = await self._unit.session.scalar(
            update(InboxRow)
            .where(InboxRow.id == inbox_id, InboxRow.handled_at.is_(None))
            .values(payload=sealed)
            .returning(InboxRow.id)
        )
        return done is not None

    async def has(self, conversation: int, external_id: str) -> bool:
        """Whether something came in under this id."""
        found = await self._unit.session.scalar(
            select(InboxRow.id).where(
                InboxRow.conversation_id == conversation, InboxRow.external_id == external_id
            )
        )
        return found is not None

    async def last_unhandled(self, conversation: int, external_id: str) -> int | None:
        """The unhandled row with this external id."""
        found = await self._unit.session.scalar(
            select(InboxRow.id).where(
                InboxRow.conversation_id == conversation,
                InboxRow.external_id == external_id,
                InboxRow.handled_at.is_(None),
            )
        )
        return None if found is None else int(found)

    async def drop_timer(self, conversation: int, external_id: str) -> None:
        """A timer that is no longer wanted counts as handled."""
        taken = self._unit.taken
        own = taken is not None and taken.conversation.id == conversation
        if own and self._unit.timers.pop(external_id, None) is not None:
            return
        await self._unit.session.execute(
            update(InboxRow)
            .where(
                InboxRow.conversation_id == conversation,
                InboxRow.external_id == external_id,
                InboxRow.handled_at.is_(None),
            )
            .values(handled_at=self._unit.now, payload=None)
        )

    async def drop(self, inbox_id: int) -> None:
        """A row that can't be read by anybody counts as handled."""
        await self._unit.session.execute(
            update(InboxRow)
            .where(InboxRow.id == inbox_id, InboxRow.handled_at.is_(None))
            .values(handled_at=self._unit.now, payload=None)
        )

    async def due(self, limit: int = 200) -> list[int]:
        """Conversations with a row that is due and that no worker keeps to itself."""
        now = self._unit.now
        rows = await self._unit.session.execute(
            select(InboxRow.conversation_id, func.min(InboxRow.id).label("first"))
            .where(
                InboxRow.handled_at.is_(None),
                InboxRow.due_at <= now,
                InboxRow.leased_until.is_(None) | (InboxRow.leased_until < now),
            )
            .group_by(InboxRow.conversation_id)
            .order_by(text("first"))
            .limit(limit)
        )
        return [conversation for conversation, _ in rows.all()]

    async def failed(self, inbox_id: int, error: str) -> None:
        """A try went wrong: counted, and free for the next try."""
        await self._unit.session.execute(
            update(InboxRow)
            .where(InboxRow.id == inbox_id)
            .values(failures=InboxRow.failures + 1, error=error, leased_until=None)
        )

    async def after(self, conversation: int, message_id: int, limit: int) -> list[Logged]:
        """The log after a line."""
        return await self._logged(
            MessageRow.conversation_id == conversation,
            MessageRow.id > message_id,
            order=MessageRow.id,
            limit=limit,
        )

    async def before(
        self, conversations: Sequence[int], message_id: int | None, limit: int
    ) -> list[Logged]:
        """The last lines of these conversations' log (before a line), in order."""
        where: list[ColumnElement[bool]] = [MessageRow.conversation_id.in_(conversations)]
        if message_id is not None:
            where.append(MessageRow.id < message_id)
        lines = await self._logged(*where, order=MessageRow.id.desc(), limit=limit)
        return lines[::-1]

    async def depths(self) -> dict[str, int]:
        """How many rows wait: due in the inbox, and timers still to come."""
        waiting = await self._unit.session.execute(
            select(InboxRow.due_at <= self._unit.now, func.count())
            .where(InboxRow.handled_at.is_(None))
            .group_by(text("1"))
        )
        counts = {bool(due): count for due, count in waiting.all()}
        return {"inbox": counts.get(True, 0), "timers": counts.get(False, 0)}

    async def fact(self, key: str) -> str | None:
        """A small fact."""
        found = await self._unit.session.scalar(select(FactRow.value).where(FactRow.key == key))
        return None if found is None else str(found)

    async def set_fact(self, key: str, value: str) -> None:
        """Write a small fact."""
        await self._unit.session.execute(
            insert(FactRow)
            .values(key=key, value=value)
            .on_conflict_do_update(index_elements=[FactRow.key], set_={"value": value})
        )

    async def ring(self, *bells: tuple[str, str]) -> None:
        """Ring (bell, payload) when this transaction commits."""
        await self._unit.session.execute(select(*(func.pg_notify(*bell) for bell in bells)))

    async def _logged(self, *where: Any, order: Any, limit: int | None = None) -> list[Logged]:
        rows = await self._unit.session.execute(
            select(MessageRow, InboxRow.external_id)
            .join(InboxRow, InboxRow.id == MessageRow.inbox_id)
            .where(*where)
            .order_by(order)
            .limit(limit)
        )
        return [
            Logged(m.id, m.conversation_id, m.inbox_id, external, m.part, m.who, m.at, m.body)
            for m, external in rows.all()
        ]


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(
        row.id, row.bot, row.channel, row.key, row.person_id, row.language, row.state, row.seen_at
    )
