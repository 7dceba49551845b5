"""The outbox seen by the one who sends: in order, under a lease, never blindly twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from knowledge.books import ConversationRow, OutboxRow
from knowledge.secrets import SecretsError

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

UNKNOWN = "unknown: "
"""How the error of a call begins that was once unknown: a crisis reply is repeated once, no more.

It stays in front when the repeat itself is put off."""

MOST_ATTEMPTS = 30_000
"""Where counting stops: below the column's limit."""

# Asked after every call, so written out: SQLAlchemy's session costs more than it does.
_NEXT = """
with first as (
    select distinct on (conversation_id) id, state, next_at, crisis, conversation_id
    from outbox where bot = $1 and state in ('ready', 'sending')
    order by conversation_id, id
), wanted as (
    select id from first
    where state = 'ready' and next_at <= $3 and conversation_id <> all($4::bigint[])
    order by crisis desc, id limit $5
)
update outbox set state = 'sending', leased_by = $2, attempts = least(attempts + 1, $6)
from conversations as c
-- A sender that doesn't know yet that it was replaced must not take the same row.
where outbox.id in (select id from wanted) and outbox.state = 'ready'
    and c.id = outbox.conversation_id
returning outbox.id, conversation_id, crisis, attempts, body, error,
    c.key, c.person_id, c.blocked_at
"""


@dataclass(frozen=True)
class Sending:
    """A call that is to be made now, opened.

    `repeated` says that it may have arrived before, so that it is marked as a repeat;
    `blocked` that the rider had blocked the bot when it was last heard.
    """

    id: int
    conversation: int
    key: str
    crisis: bool
    attempts: int
    body: dict[str, Any]
    sender: str
    repeated: bool = False
    blocked: bool = False


class Outbox:
    """The outbox of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def next(
        self, bot: str, sender: str, *, limit: int = 30, busy: Collection[int] = ()
    ) -> list[Sending]:
        """The first waiting call of each conversation that is not `busy`, marked as being sent.

        A crisis goes before everything else, then what has waited longest. Must be committed
        before anything goes over the wire: whoever finds a row "sending" later knows that it may
        have been sent.
        """
        rows = await self._unit.write(
            _NEXT, bot, sender, self._unit.now, list(busy), limit, MOST_ATTEMPTS
        )
        found: list[Sending] = []
        for row in sorted(rows, key=lambda one: (not one.crisis, one.id)):
            try:
                body = await self._unit.people.unseal(row.person_id, row.body, "outbox")
            except SecretsError:
                await self._settle(row.id, None, "failed", error="the person is erased", body=None)
                continue
            found.append(
                Sending(
                    id=row.id,
                    conversation=row.conversation_id,
                    key=row.key,
                    crisis=row.crisis,
                    attempts=row.attempts,
                    body=body,
                    sender=sender,
                    repeated=(row.error or "").startswith(UNKNOWN),
                    blocked=row.blocked_at is not None,
                )
            )
        return found

    async def sent(self, sending: Sending, platform_id: str | None) -> None:
        """It has arrived: also true when somebody else has meanwhile called it unknown."""
        mine = or_(OutboxRow.leased_by == sending.sender, OutboxRow.state.in_(("unknown", "ready")))
        await self._settle(
            sending.id, mine, "sent", platform_id=platform_id, body=None, sent_at=self._unit.now
        )
        if sending.blocked:
            await self.unblocked(sending.conversation)

    async def retry(self, sending: Sending, at: datetime, error: str) -> None:
        """It was surely not accepted: again at `at`."""
        if sending.repeated:
            error = f"{UNKNOWN}{error}"
        await self._settle(
            sending.id, _leased(sending), "ready", next_at=at, error=error, leased_by=None
        )

    async def failed(self, sending: Sending, error: str) -> None:
        """It was refused for good."""
        await self._settle(sending.id, _leased(sending), "failed", error=error, body=None)

    async def unknown(self, sending: Sending, error: str) -> bool:
        """Nobody knows whether it arrived. Whether it is to be sent once more (a crisis reply)."""
        return await self._unknown(_leased(sending), sending.id, error)

    async def take_over(self, bot: str) -> int:
        """What a dead sender left half done becomes unknown; how many that are.

        Only for the one active sender, with nothing under way.
        """
        rows = await self._unit.session.scalars(
            select(OutboxRow.id)
            .where(OutboxRow.bot == bot, OutboxRow.state == "sending")
            .with_for_update()
        )
        numbers = list(rows)
        for number in numbers:
            await self._unknown(OutboxRow.state == "sending", number, "the sender died")
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
        """The rider can be reached again."""
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
        return {str(state): int(number) for state, number in rows.all()}

    async def _unknown(self, where: ColumnElement[bool], number: int, error: str) -> bool:
        """A crisis reply that was not repeated yet waits for its repeat; the rest is unknown."""
        error = f"{UNKNOWN}{error}"
        repeat = and_(
            where, OutboxRow.crisis, func.coalesce(OutboxRow.error, "").not_like(f"{UNKNOWN}%")
        )
        again = await self._settle(
            number, repeat, "ready", error=error, leased_by=None, next_at=self._unit.now
        )
        if not again:
            await self._settle(number, where, "unknown", error=error, body=None)
        return again

    async def _settle(
        self, number: int, where: ColumnElement[bool] | None, state: str, **values: Any
    ) -> bool:
        """Whether the row was still the caller's to settle."""
        done = update(OutboxRow).where(OutboxRow.id == number).values(state=state, **values)
        if where is not None:
            done = done.where(where)
        settled = await self._unit.session.scalar(
            done.returning(OutboxRow.id).execution_options(synchronize_session=False)
        )
        return settled is not None


def _leased(sending: Sending) -> ColumnElement[bool]:
    """A sender that was replaced has no more say in what became of the row."""
    return and_(OutboxRow.state == "sending", OutboxRow.leased_by == sending.sender)
