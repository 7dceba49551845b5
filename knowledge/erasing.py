"""What an erased person's conversations become: empty, and begun again by somebody nameless.

The row keeps its number and the channel's own key, so whoever writes there next is heard as if for
the first time. What stays of the person (handoffs, cases, files that nobody can open any more)
hangs on a row of its own, whose key leads to no channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from knowledge.behalf import CHANNEL
from knowledge.books import ConversationRow, InboxRow, MessageRow
from knowledge.case_rows import CaseRow
from knowledge.claims import ClaimRow
from knowledge.course_rows import EnrolmentRow
from knowledge.files import FileRow
from knowledge.handoff_rows import HandoffRow
from knowledge.inbox_notes import NoteRow
from knowledge.link_proposals import LinkProposalRow
from knowledge.membership import ApplicationRow
from knowledge.people import ProofRow

if TYPE_CHECKING:
    from knowledge.unit import Knowledge

BELL = "gongyou_erased"
"""Rung with the person's id: whoever has the key in memory forgets it."""

HUNG_OVER = (
    HandoffRow, FileRow, NoteRow, CaseRow, ClaimRow, ApplicationRow, EnrolmentRow,
)  # fmt: skip
"""What goes with the person and not with the conversation."""


class Erasing:
    """Conversations of erased persons, in one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def of(self, person: UUID) -> None:
        """Empty the person's conversations and let each begin again; nothing is proved any more."""
        session = self._unit.session
        await session.execute(delete(ProofRow).where(ProofRow.person_id == person))
        rows = await session.scalars(
            select(ConversationRow).where(ConversationRow.person_id == person)
        )
        for row in list(rows):
            await self._empty(row.id)
            # A call is held by staff: nobody writes there again.
            if row.channel != CHANNEL:
                await self._begin_again(row)
        await self._unit.conversations.ring((BELL, str(person)))

    async def _empty(self, conversation: int) -> None:
        session = self._unit.session
        await session.execute(delete(MessageRow).where(MessageRow.conversation_id == conversation))
        # The rows stay: what the channel sends once more is known by them. A timer has had its day.
        await session.execute(
            update(InboxRow)
            .where(
                InboxRow.conversation_id == conversation,
                InboxRow.id.is_distinct_from(self._unit.handling),
            )
            .values(
                payload=None,
                trace=None,
                handled_at=func.coalesce(InboxRow.handled_at, self._unit.now),
            )
        )
        for table in (ProofRow, LinkProposalRow):
            await session.execute(delete(table).where(table.conversation_id == conversation))

    async def _begin_again(self, row: ConversationRow) -> None:
        session = self._unit.session
        left = await session.scalar(
            insert(ConversationRow)
            .values(
                bot=row.bot,
                channel=row.channel,
                key=f"erased:{row.person_id}:{row.id}",
                person_id=row.person_id,
                created_at=row.created_at,
                seen_at=row.seen_at,
            )
            .returning(ConversationRow.id)
        )
        for table in HUNG_OVER:
            await session.execute(
                update(table)
                .where(table.conversation_id == row.id, table.person_id == row.person_id)
                .values(conversation_id=left)
                .execution_options(synchronize_session=False)
            )
        person, _ = await self._unit.people.create()
        await session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == row.id)
            .values(person_id=person, state=None, created_at=self._unit.now)
            .execution_options(synchronize_session=False)
        )
        self._unit.begun_again[row.id] = person
