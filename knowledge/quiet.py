"""Whether the house has come to rest: for rehearsals, which wait for what comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BY_ITSELF = ["timer", "news", "staff_say", "staff_act"]
"""Kinds of inbox rows that no rider sent."""

# Asked many times a second, so written out: SQLAlchemy's session costs more than they do.

_UNFINISHED = """
select conversation_id, bool_or(waits) from (
    select conversation_id, true as waits from inbox where handled_at is null and due_at <= $1
    union all
    select conversation_id, false from outbox where state in ('ready', 'sending')
) as left_over
where $2::bigint[] is null or conversation_id = any($2)
group by conversation_id
"""

_NEXT_DUE = (
    "select min(due_at) from inbox where handled_at is null and due_at > $1 and due_at <= $2"
)

_LAST_FROM_RIDER = (
    "select max(id) from inbox where conversation_id = $1 and kind <> all($2::text[])"
)


async def unfinished(
    unit: Knowledge, conversations: Sequence[int] | None = None
) -> dict[int, bool]:
    """Conversations (of these, or of all) with something that isn't handled, or isn't sent.

    True where something due waits for a worker, false where all that is left waits to be sent.
    """
    return dict(await unit.rows(_UNFINISHED, unit.now, conversations))


async def next_due(unit: Knowledge, until: datetime) -> datetime | None:
    """When the next thing becomes due by itself, up to a time; None if nothing does."""
    ((found,),) = await unit.rows(_NEXT_DUE, unit.now, until)
    return None if found is None else found


async def last_from_rider(unit: Knowledge, conversation: int) -> int | None:
    """The number of the newest inbox row that a rider sent."""
    ((found,),) = await unit.rows(_LAST_FROM_RIDER, conversation, BY_ITSELF)
    return None if found is None else int(found)
