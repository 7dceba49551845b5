"""What every message needs of the books, in as few statements as it takes.

These few statements run for each message. A message is taken on with its conversation as it stands
(`arrive` for what this process has just been sent, `take` for what waits); what came of it is
written by one statement (`finish`), which does nothing if the conversation has changed since. A
state is sealed with a fresh nonce each time, so an equal one is the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from knowledge.conversations import BELL, Conversation, Logged

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

LEASE = timedelta(seconds=5)
"""How long a process keeps a message to itself. It only spares double work."""

_STANDING = """
    c.id, c.bot, c.channel, c.key, c.person_id, c.language, c.state, c.seen_at,
    exists (
        select from handoffs where conversation_id = c.id and state in ('waiting', 'held')
    ),
    exists (select from proofs where conversation_id = c.id and until > {now}),
    p.sector, p.region
"""

# A message that is the oldest in its conversation is this process's at once, without a bell; behind
# an older one it waits its turn.
ARRIVE = f"""
    with before as (
        select $7::text is null or exists (
            select from inbox where conversation_id = $1 and handled_at is null and due_at <= $6
        ) as waits
    ),
    fresh as (
        insert into inbox (conversation_id, external_id, kind, payload, received_at, due_at,
            leased_by, leased_until, starts)
        select $1, $2, $3, $4, $5, $6,
            case when not waits then $7 end, case when not waits then $8::timestamptz end,
            case when waits then 0 else 1 end
        from before
        on conflict (conversation_id, external_id) do nothing
        returning id, leased_by
    ),
    rung as (
        select pg_notify($9, $1::text) from fresh where leased_by is null and $10
    )
    select fresh.id, fresh.leased_by is not null, {_STANDING.format(now="$5")}
    from fresh
    left join rung on true
    join conversations c on c.id = $1
    join persons p on p.id = c.person_id
"""

TAKE = f"""
    with taken as (
        update inbox set leased_by = $2, leased_until = $3, starts = starts + 1
        where id = (
            select id from inbox
            where conversation_id = $1 and handled_at is null and due_at <= $4
            order by id limit 1
        )
        and handled_at is null
        and (leased_until is null or leased_until < $4 or leased_by = $2)
        returning id, payload, starts, failures
    )
    select taken.id, payload, starts, failures, {_STANDING.format(now="$4")}
    from taken
    join conversations c on c.id = $1
    join persons p on p.id = c.person_id
"""

LET_GO = """
    with freed as (
        update inbox set leased_by = null, leased_until = null
        where id = $1 and handled_at is null
        returning conversation_id
    )
    select pg_notify($2, conversation_id::text) from freed
"""

# A plain `for update` would hold up inserts into the inbox through its foreign key.
LOCK = """
    select id from conversations where id = $1 and state is not distinct from $2
    for no key update skip locked
"""

FINISH = """
    with mine as (
        select id from conversations
        where id = $1 and state is not distinct from $2
        and not exists (
            select from inbox
            where conversation_id = $1 and handled_at is null and due_at <= $4 and id < $3
        )
        for no key update
    ),
    handled as (
        update inbox
        set handled_at = $4, payload = null, parked = $5, held = $6, trace = $7
        from mine
        where inbox.id = $3 and handled_at is null
        returning inbox.id
    ),
    saved as (
        update conversations
        set state = $8, language = $9, seen_at = case when $10 then $4::timestamptz else seen_at end
        from handled
        where conversations.id = $1
    ),
    logged as (
        insert into messages (conversation_id, inbox_id, part, who, at, body)
        select $1, handled.id, line.part, line.who, $4::timestamptz, line.body
        from handled, unnest($11::smallint[], $12::text[], $13::bytea[]) as line (part, who, body)
        order by line.part
        returning id, part
    ),
    called as (
        insert into outbox
            (conversation_id, message_id, part, bot, crisis, state, body, attempts, next_at)
        select $1, logged.id, call.part, $14, $15, 'ready', call.body, 0, $4::timestamptz
        from unnest($16::smallint[], $17::smallint[], $18::bytea[]) as call (reply, part, body)
        join logged on logged.part = call.reply
        order by call.reply, call.part
    ),
    set_up as (
        insert into inbox (conversation_id, external_id, kind, payload, received_at, due_at, starts)
        select $1, timer.external_id, 'timer', timer.payload, $4::timestamptz, timer.due_at, 0
        from handled, unnest($21::text[], $22::bytea[], $23::timestamptz[])
            as timer (external_id, payload, due_at)
        on conflict (conversation_id, external_id) do nothing
    )
    select handled.id,
        (select array_agg(logged.id order by logged.part) from logged),
        exists (
            select from inbox
            where conversation_id = $1 and handled_at is null and due_at <= $4 and id <> $3
        ),
        (
            select count(pg_notify(bell.name, bell.payload))
            from unnest($19::text[], $20::text[]) as bell (name, payload)
        )
    from handled
"""

OUTCOME = """
    select inbox.conversation_id, conversations.person_id, handled_at is not null, held, trace,
        messages.id, part, who, at, body, external_id
    from inbox
    join conversations on conversations.id = inbox.conversation_id
    left join messages on messages.inbox_id = inbox.id and part > 0
    where inbox.id = $1
    order by part
"""


class Overtaken(Exception):
    """The conversation has changed since the message was taken on: this turn must not stand."""


@dataclass(frozen=True)
class Taken:
    """An inbox row that this process has taken on, and its conversation as it stood then."""

    id: int
    payload: bytes | None
    """Sealed; None where the process that took it on has just written it."""
    starts: int
    failures: int
    conversation: Conversation
    handed_over: bool
    """Whether a handoff waits or is held."""
    proved: bool
    """Whether the conversation has proved anything that still holds."""
    sector: str | None
    region: str | None
    """What is on record of the person who writes."""


@dataclass(frozen=True)
class Arrived:
    """A message is durable: its number, and what is needed to answer it at once, if it may be."""

    inbox_id: int
    repeated: bool
    taken: Taken | None = None


@dataclass(frozen=True)
class Handled:
    """What became of an inbox row; trace and lines are still sealed."""

    conversation: int
    person: UUID
    done: bool
    held: bool
    trace: bytes | None
    replies: tuple[Logged, ...] = ()


@dataclass(frozen=True)
class Finished:
    """A turn stands: its log lines' numbers in order, and whether more is due."""

    lines: tuple[int, ...]
    more: bool


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
        taker: str | None = None,
    ) -> Arrived:
        """Write an inbox row, in one statement.

        `taker` takes it on at once where nothing older waits; else a bell rings for the workers.
        A row that is there already (the same external id) is left as it is. What a turn sends
        comes in with the turn.
        """
        run = self._unit.rows if self._unit.taken is None else self._unit.write
        due = due_at or received_at
        now = self._unit.now
        rows = await run(
            ARRIVE,
            conversation,
            external_id,
            kind,
            await self._unit.people.seal(person, payload, "inbox"),
            received_at,
            due,
            taker if due <= now else None,
            now + LEASE,
            BELL,
            due <= now,
        )
        if rows:
            number, mine, *standing = rows[0]
            return Arrived(number, False, _taken(number, None, 1, 0, standing) if mine else None)
        there = await self._unit.rows(
            "select id from inbox where conversation_id = $1 and external_id = $2",
            conversation,
            external_id,
        )
        return Arrived(there[0][0], True)

    async def remind(
        self, there: Conversation, external_id: str, payload: Any, due_at: datetime
    ) -> None:
        """Let a timer come up in a turn's own conversation; the same one once only."""
        now = self._unit.now
        if self._unit.taken is None or due_at <= now:
            await self.arrive(
                there.id, there.person, external_id=external_id, kind="timer", payload=payload,
                received_at=now, due_at=due_at,
            )  # fmt: skip
            return
        sealed = await self._unit.people.seal(there.person, payload, "inbox")
        self._unit.timers.setdefault(external_id, (sealed, due_at))

    async def take(self, conversation: int, taker: str) -> Taken | None:
        """Take on the oldest row that is due; None if there is none to be had."""
        now = self._unit.now
        rows = await self._unit.rows(TAKE, conversation, taker, now + LEASE, now)
        if not rows:
            return None
        number, payload, starts, failures, *standing = rows[0]
        return _taken(number, payload, starts, failures, standing)

    async def let_go(self, inbox_id: int) -> None:
        """Give a row back that was taken on, and ring for it."""
        await self._unit.rows(LET_GO, inbox_id, BELL)

    async def finish(
        self, taken: Taken, ending: Ending, bells: Sequence[tuple[str, str]]
    ) -> Finished:
        """Write everything that a turn leaves.

        The row's payload is blanked, the log has what is kept. `bells` (name, payload) ring when
        the transaction commits.

        Raises:
            Overtaken: the conversation has changed, the row was handled, or an older one is due.
        """
        conversation = taken.conversation
        rows = await self._unit.rows(
            FINISH,
            conversation.id,
            conversation.state,
            taken.id,
            self._unit.now,
            ending.parked,
            ending.held,
            ending.trace,
            ending.state,
            ending.language,
            ending.seen,
            [part for part, _, _ in ending.lines],
            [who for _, who, _ in ending.lines],
            [body for _, _, body in ending.lines],
            conversation.bot,
            ending.crisis,
            [reply for reply, _, _ in ending.calls],
            [part for _, part, _ in ending.calls],
            [body for _, _, body in ending.calls],
            [bell for bell, _ in bells],
            [payload for _, payload in bells],
            list(self._unit.timers),
            [payload for payload, _ in self._unit.timers.values()],
            [due_at for _, due_at in self._unit.timers.values()],
        )
        if not rows:
            raise Overtaken
        _, lines, more, _ = rows[0]
        return Finished(tuple(lines or ()), bool(more))

    async def outcome(self, inbox_id: int) -> Handled | None:
        """What became of an inbox row, with the replies to it in order."""
        rows = await self._unit.rows(OUTCOME, inbox_id)
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


def _taken(
    number: int, payload: bytes | None, starts: int, failures: int, standing: Sequence[Any]
) -> Taken:
    *conversation, handed_over, proved, sector, region = standing
    return Taken(
        number, payload, starts, failures, Conversation(*conversation),
        handed_over, proved, sector, region,
    )  # fmt: skip
