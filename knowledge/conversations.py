"""Conversations and their four books: inbox, log, outbox, and the state between two messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    LargeBinary,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from knowledge.books import ConversationRow, FactRow, InboxRow, MessageRow, OutboxRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BELL = "gongyou_inbox"
"""Rings for the workers when a row is due."""

ARRIVE = text(
    "with fresh as (insert into inbox "
    "(conversation_id, external_id, kind, payload, received_at, due_at) "
    "values (:conversation, :external, :kind, :payload, :received, :due) "
    "on conflict (conversation_id, external_id) do nothing returning id, conversation_id), "
    "rung as (select pg_notify(:bell, conversation_id::text) from fresh where :rings) "
    "select fresh.id from fresh left join rung on true"
).bindparams(
    bindparam("payload", type_=LargeBinary),
    bindparam("received", type_=DateTime(timezone=True)),
    bindparam("due", type_=DateTime(timezone=True)),
    bindparam("rings", type_=Boolean),
)

LEASE = timedelta(seconds=5)
"""How long a worker keeps a message to itself. It only spares double work."""


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
class Waiting:
    """An inbox row that is due."""

    id: int
    conversation: int
    person: UUID
    external_id: str
    kind: str
    payload: bytes
    received_at: datetime
    due_at: datetime
    starts: int
    failures: int


@dataclass(frozen=True)
class Handled:
    """What became of an inbox row; the trace is still sealed."""

    conversation: int
    person: UUID
    done: bool
    held: bool
    trace: bytes | None


@dataclass(frozen=True)
class Logged:
    """A line of the log, still sealed."""

    id: int
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
        row = await self._unit.session.scalar(
            select(ConversationRow).where(
                ConversationRow.bot == bot,
                ConversationRow.channel == channel,
                ConversationRow.key == key,
            )
        )
        return None if row is None else _conversation(row)

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

    async def start(self, bot: str, channel: str, key: str) -> Conversation:
        """A new conversation with a new nameless person.

        Raises:
            sqlalchemy.exc.IntegrityError: another process has just started it.
        """
        person, _ = await self._unit.people.create()
        number = await self._unit.session.scalar(
            insert(ConversationRow)
            .values(
                bot=bot,
                channel=channel,
                key=key,
                person_id=person,
                created_at=self._unit.now,
                seen_at=self._unit.now,
            )
            .returning(ConversationRow.id)
        )
        assert number is not None
        return Conversation(number, bot, channel, key, person, None, None, self._unit.now)

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
        """Write an inbox row and ring, in one statement: (number, whether it was there already)."""
        due = due_at or received_at
        number = await self._unit.session.scalar(
            ARRIVE,
            {
                "conversation": conversation,
                "external": external_id,
                "kind": kind,
                "payload": await self._unit.people.seal(person, payload, "inbox"),
                "received": received_at,
                "due": due,
                "rings": due <= self._unit.now,
                "bell": BELL,
            },
        )
        if number is not None:
            return int(number), False
        existing = await self._unit.session.scalar(
            select(InboxRow.id).where(
                InboxRow.conversation_id == conversation, InboxRow.external_id == external_id
            )
        )
        assert existing is not None
        return int(existing), True

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
        await self._unit.session.execute(
            update(InboxRow)
            .where(
                InboxRow.conversation_id == conversation,
                InboxRow.external_id == external_id,
                InboxRow.handled_at.is_(None),
            )
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

    async def lease_next(self, conversation: int, worker: str) -> Waiting | None:
        """Keep the oldest due row to this worker for a while; None if there is none to have."""
        now = self._unit.now
        row = (
            (
                await self._unit.session.execute(
                    update(InboxRow)
                    .where(
                        InboxRow.id == _oldest(conversation, now).scalar_subquery(),
                        ConversationRow.id == InboxRow.conversation_id,
                        InboxRow.leased_until.is_(None)
                        | (InboxRow.leased_until < now)
                        | (InboxRow.leased_by == worker),
                    )
                    .values(leased_by=worker, leased_until=now + LEASE, starts=InboxRow.starts + 1)
                    .returning(
                        InboxRow.id,
                        InboxRow.conversation_id.label("conversation"),
                        ConversationRow.person_id.label("person"),
                        InboxRow.external_id,
                        InboxRow.kind,
                        InboxRow.payload,
                        InboxRow.received_at,
                        InboxRow.due_at,
                        InboxRow.starts,
                        InboxRow.failures,
                    )
                    .execution_options(synchronize_session=False)
                )
            )
            .mappings()
            .one_or_none()
        )
        if row is None or row["payload"] is None:
            return None
        return Waiting(**row)

    async def lock(self, conversation: int) -> Conversation | None:
        """Lock the conversation for this transaction; None if another one has it.

        A plain `FOR UPDATE` would hold up inserts into the inbox through its foreign key.
        """
        row = await self._unit.session.scalar(
            select(ConversationRow)
            .where(ConversationRow.id == conversation)
            .with_for_update(skip_locked=True, key_share=True)
            .execution_options(populate_existing=True)
        )
        return None if row is None else _conversation(row)

    async def oldest(self, conversation: int) -> int | None:
        """The oldest due row. Only true after `lock`, in a statement of its own."""
        found = await self._unit.session.scalar(_oldest(conversation, self._unit.now))
        return None if found is None else int(found)

    async def done(
        self,
        inbox_id: int,
        *,
        parked: bool = False,
        held: bool = False,
        trace: bytes | None = None,
        error: str | None = None,
    ) -> None:
        """The row is handled: its payload is blanked, the log has what is kept."""
        values: dict[str, Any] = {
            "handled_at": self._unit.now,
            "payload": None,
            "parked": parked,
            "held": held,
            "trace": trace,
        }
        if error is not None:
            values["error"] = error
        await self._unit.session.execute(
            update(InboxRow).where(InboxRow.id == inbox_id).values(**values)
        )

    async def failed(self, inbox_id: int, error: str) -> None:
        """A try went wrong: counted, and free for the next try."""
        await self._unit.session.execute(
            update(InboxRow)
            .where(InboxRow.id == inbox_id)
            .values(failures=InboxRow.failures + 1, error=error, leased_until=None)
        )

    async def save(
        self, conversation: int, *, state: bytes | None, language: str | None, seen: bool
    ) -> None:
        """The state after a turn."""
        values: dict[str, Any] = {"state": state, "language": language}
        if seen:
            values["seen_at"] = self._unit.now
        await self._unit.session.execute(
            update(ConversationRow).where(ConversationRow.id == conversation).values(**values)
        )

    async def log(
        self, conversation: int, inbox_id: int, lines: Sequence[tuple[int, str, bytes]]
    ) -> list[int]:
        """Write lines of the log as (part, who, sealed body); their numbers."""
        if not lines:
            return []
        numbers = await self._unit.session.scalars(
            insert(MessageRow)
            .values(
                [
                    {
                        "conversation_id": conversation,
                        "inbox_id": inbox_id,
                        "part": part,
                        "who": who,
                        "at": self._unit.now,
                        "body": body,
                    }
                    for part, who, body in lines
                ]
            )
            .returning(MessageRow.id)
        )
        return sorted(int(number) for number in numbers)

    async def handled(self, inbox_id: int) -> Handled | None:
        """What became of an inbox row."""
        row = (
            await self._unit.session.execute(
                select(
                    InboxRow.conversation_id,
                    ConversationRow.person_id,
                    InboxRow.handled_at.is_not(None),
                    InboxRow.held,
                    InboxRow.trace,
                )
                .join(ConversationRow, ConversationRow.id == InboxRow.conversation_id)
                .where(InboxRow.id == inbox_id)
            )
        ).one_or_none()
        return None if row is None else Handled(*row)

    async def replies(self, inbox_id: int) -> list[Logged]:
        """The log's lines of one inbox row, in order."""
        return await self._logged(MessageRow.inbox_id == inbox_id, order=MessageRow.part)

    async def after(self, conversation: int, message_id: int, limit: int) -> list[Logged]:
        """The log after a line."""
        return await self._logged(
            MessageRow.conversation_id == conversation,
            MessageRow.id > message_id,
            order=MessageRow.id,
            limit=limit,
        )

    async def before(self, conversation: int, message_id: int | None, limit: int) -> list[Logged]:
        """The last lines of the log (before a line), in order."""
        where = [MessageRow.conversation_id == conversation]
        if message_id is not None:
            where.append(MessageRow.id < message_id)
        lines = await self._logged(*where, order=MessageRow.id.desc(), limit=limit)
        return lines[::-1]

    async def send(
        self,
        conversation: Conversation,
        message_id: int,
        bodies: Sequence[bytes],
        *,
        crisis: bool,
    ) -> None:
        """Write the calls that a reply needs into the outbox."""
        if not bodies:
            return
        await self._unit.session.execute(
            insert(OutboxRow).values(
                [
                    {
                        "conversation_id": conversation.id,
                        "message_id": message_id,
                        "part": part,
                        "bot": conversation.bot,
                        "crisis": crisis,
                        "state": "ready",
                        "body": body,
                        "next_at": self._unit.now,
                    }
                    for part, body in enumerate(bodies)
                ]
            )
        )

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
            Logged(m.id, m.inbox_id, external, m.part, m.who, m.at, m.body)
            for m, external in rows.all()
        ]


def _oldest(conversation: int, now: datetime) -> Any:
    return (
        select(InboxRow.id)
        .where(
            InboxRow.conversation_id == conversation,
            InboxRow.handled_at.is_(None),
            InboxRow.due_at <= now,
        )
        .order_by(InboxRow.id)
        .limit(1)
    )


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(
        row.id, row.bot, row.channel, row.key, row.person_id, row.language, row.state, row.seen_at
    )
