"""A line that staff write, on its way into the conversation like everything that makes it speak."""

from __future__ import annotations

from uuid import UUID

from actions.content import StaffSay
from knowledge.unit import Knowledge


async def put_staff_line(
    unit: Knowledge, conversation: int, person: UUID, line: StaffSay, once: str
) -> tuple[int, bool]:
    """Put it into the inbox: (its row, whether it was there already under this id)."""
    return await unit.conversations.arrive(
        conversation,
        person,
        external_id=f"staff:{once}",
        kind=line.kind,
        payload=line.model_dump(mode="json"),
        received_at=unit.now,
    )
