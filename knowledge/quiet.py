"""Whether the house has come to rest: for rehearsals, which wait for what comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from knowledge.books import InboxRow, OutboxRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BY_ITSELF = ("timer", "news", "staff_say", "staff_act")
"""Kinds of inbox rows that no rider sent."""


async def unfinished(unit: Knowledge, conversations: Sequence[int] | None = None) -> set[int]:
    """Conversations (of these, or of all) with something due that isn't handled, or isn't sent."""
    due = select(InboxRow.conversation_id).where(
        InboxRow.handled_at.is_(None), InboxRow.due_at <= unit.now
    )
    leaving = select(OutboxRow.conversation_id).where(OutboxRow.state.in_(("ready", "sending")))
    if conversations is not None:
        due = due.where(InboxRow.conversation_id.in_(conversations))
        leaving = leaving.where(OutboxRow.conversation_id.in_(conversations))
    return set(await unit.session.scalars(due.union(leaving)))


async def next_due(unit: Knowledge, until: datetime) -> datetime | None:
    """When the next thing becomes due by itself, up to a time; None if nothing does."""
    found: datetime | None = await unit.session.scalar(
        select(func.min(InboxRow.due_at)).where(
            InboxRow.handled_at.is_(None), InboxRow.due_at > unit.now, InboxRow.due_at <= until
        )
    )
    return found


async def last_from_rider(unit: Knowledge, conversation: int) -> int | None:
    """The number of the newest inbox row that a rider sent."""
    found = await unit.session.scalar(
        select(func.max(InboxRow.id)).where(
            InboxRow.conversation_id == conversation, InboxRow.kind.not_in(BY_ITSELF)
        )
    )
    return None if found is None else int(found)
