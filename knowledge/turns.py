"""What every message needs of the books, in as few statements as it takes.

These few statements run for each message. They are written out, so that nothing is put together
anew each time: with SQLAlchemy's expressions two thirds of a worker's time went into that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

from knowledge.conversations import Conversation, Logged

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

LEASE = timedelta(seconds=5)
"""How long a worker keeps a message to itself. It only spares double work."""

LEASE_NEXT = text("""
    update inbox set leased_by = :worker, leased_until = :until, starts = starts + 1
    from conversations
    where inbox.id = (
        select id from inbox
        where conversation_id = :conversation and handled_at is null and due_at <= :now
        order by id limit 1
    )
    and conversations.id = inbox.conversation_id
    and (leased_until is null or leased_until < :now or leased_by = :worker)
    returning inbox.id, conversation_id, conversations.person_id, external_id, kind, payload,
        received_at, due_at, starts, failures
""")

# A plain `for update` would hold up inserts into the inbox through its foreign key.
LOCK = text("""
    select id, bot, channel, key, person_id, language, state, seen_at,
        (
            select id from inbox
            where conversation_id = conversations.id and handled_at is null and due_at <= :now
            order by id limit 1
        ),
        exists (
            select from handoffs
            where conversation_id = conversations.id and state in ('waiting', 'held')
        )
    from conversations where id = :conversation
    for no key update skip locked
""")

FINISH = text("""
    with handled as (
        update inbox
        set handled_at = :now, payload = null, parked = :parked, held = :held, trace = :trace
        where id = :inbox and handled_at is null
        returning id
    ),
    saved as (
        update conversations
        set state = :state, language = :language,
            seen_at = case when :seen then cast(:now as timestamptz) else seen_at end
        where id = :conversation
    ),
    logged as (
        insert into messages (conversation_id, inbox_id, part, who, at, body)
        select :conversation, handled.id, line.part, line.who, cast(:now as timestamptz), line.body
        from handled, unnest(
            cast(:parts as smallint[]), cast(:whos as text[]), cast(:bodies as bytea[])
        ) as line (part, who, body)
        order by line.part
        returning id, part
    ),
    called as (
        insert into outbox
            (conversation_id, message_id, part, bot, crisis, state, body, attempts, next_at)
        select :conversation, logged.id, call.part, :bot, :crisis, 'ready', call.body, 0,
            cast(:now as timestamptz)
        from unnest(
            cast(:replies as smallint[]), cast(:call_parts as smallint[]), cast(:calls as bytea[])
        ) as call (reply, part, body)
        join logged on logged.part = call.reply
        order by call.reply, call.part
    )
    select
        (select count(*) from handled),
        exists (
            select from inbox
            where conversation_id = :conversation and handled_at is null and due_at <= :now
                and id <> :inbox
        ),
        (
            select count(pg_notify(bell.name, bell.payload))
            from unnest(cast(:bells as text[]), cast(:payloads as text[])) as bell (name, payload)
        )
""")

OUTCOME = text("""
    select inbox.conversation_id, conversations.person_id, handled_at is not null, held, trace,
        messages.id, part, who, at, body, external_id
    from inbox
    join conversations on conversations.id = inbox.conversation_id
    left join messages on messages.inbox_id = inbox.id and part > 0
    where inbox.id = :inbox
    order by part
""")


class Overtaken(Exception):
    """Another worker is at the conversation or past the row: this transaction must not stand."""


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
class Locked:
    """A conversation that this transaction has locked."""

    conversation: Conversation
    oldest: int | None
    """The oldest row that is due."""
    handed_over: bool
    """Whether a handoff waits or is held."""


@dataclass(frozen=True)
class Handled:
    """What became of an inbox row; trace and lines are still sealed."""

    conversation: int
    person: UUID
    done: bool
    held: bool
    trace: bytes | None
    replies: tuple[Logged, ...] = ()


@dataclass
class Ending:
    """All that a turn leaves, still to be written; bodies are sealed."""

    state: bytes
    language: str | None
    seen: bool
    trace: bytes
    held: bool = False
    parked: bool = False
    crisis: bool = False
    lines: list[tuple[int, str, bytes]] = field(default_factory=list)
    """The log's lines as (part, who, body)."""
    calls: list[tuple[int, int, bytes]] = field(default_factory=list)
    """The outbox's calls as (part of the reply, part of the call, body)."""


class Turns:
    """A turn's way through the books."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def lease_next(self, conversation: int, worker: str) -> Waiting | None:
        """Keep the oldest due row to this worker for a while; None if there is none to have."""
        now = self._unit.now
        row = (
            await self._unit.session.execute(
                LEASE_NEXT,
                {
                    "conversation": conversation,
                    "worker": worker,
                    "now": now,
                    "until": now + LEASE,
                },
            )
        ).one_or_none()
        found = None if row is None else Waiting(*row)
        return None if found is None or found.payload is None else found

    async def lock(self, conversation: int) -> Locked | None:
        """Lock the conversation for this transaction; None if another one has it.

        What is read beside the lock may be as old as the statement: a row that seems the oldest
        can just have been handled. `finish` looks again.
        """
        row = (
            await self._unit.session.execute(
                LOCK, {"conversation": conversation, "now": self._unit.now}
            )
        ).one_or_none()
        return None if row is None else Locked(Conversation(*row[:8]), row[8], row[9])

    async def finish(
        self,
        conversation: Conversation,
        inbox_id: int,
        ending: Ending,
        bells: Sequence[tuple[str, str]],
    ) -> bool:
        """Write everything that a turn leaves; whether the conversation has more that is due.

        The row's payload is blanked, the log has what is kept. `bells` (name, payload) ring when
        the transaction commits.

        Raises:
            Overtaken: the row was handled already.
        """
        handled, more, _ = (
            await self._unit.session.execute(
                FINISH,
                {
                    "now": self._unit.now,
                    "conversation": conversation.id,
                    "inbox": inbox_id,
                    "bot": conversation.bot,
                    "state": ending.state,
                    "language": ending.language,
                    "seen": ending.seen,
                    "trace": ending.trace,
                    "held": ending.held,
                    "parked": ending.parked,
                    "crisis": ending.crisis,
                    "parts": [part for part, _, _ in ending.lines],
                    "whos": [who for _, who, _ in ending.lines],
                    "bodies": [body for _, _, body in ending.lines],
                    "replies": [reply for reply, _, _ in ending.calls],
                    "call_parts": [part for _, part, _ in ending.calls],
                    "calls": [body for _, _, body in ending.calls],
                    "bells": [bell for bell, _ in bells],
                    "payloads": [payload for _, payload in bells],
                },
            )
        ).one()
        if not handled:
            raise Overtaken
        return bool(more)

    async def outcome(self, inbox_id: int) -> Handled | None:
        """What became of an inbox row, with the replies to it in order."""
        rows = (await self._unit.session.execute(OUTCOME, {"inbox": inbox_id})).all()
        if not rows:
            return None
        conversation, person, done, held, trace = rows[0][:5]
        return Handled(
            conversation,
            person,
            done,
            held,
            trace,
            tuple(
                Logged(number, conversation, inbox_id, external, part, who, at, body)
                for *_, number, part, who, at, body, external in rows
                if number is not None
            ),
        )
