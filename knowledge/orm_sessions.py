"""SQLAlchemy's sessions as the house uses them: closed where needed, a turn's locked first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from knowledge.turns import LOCK, Overtaken

TAKEN = "taken"
"""In a turn's session, what it was taken on as."""


@asynccontextmanager
async def closing(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    """Close the session at the end; one that has asked nothing has nothing to close.

    `async with session` would start a task for it all the same, which a busy loop gets round to
    only after everything else.
    """
    try:
        yield session
    finally:
        if session.in_transaction():
            async with session:
                pass


class TurnSession(Session):
    """A session whose transaction begins with the lock of its turn's conversation."""


@event.listens_for(TurnSession, "after_begin")
def _lock_first(session: Session, begun: SessionTransaction, connection: Connection) -> None:
    if begun.nested:
        return
    conversation = session.info[TAKEN].conversation
    if not connection.exec_driver_sql(LOCK, (conversation.id, conversation.state)).all():
        raise Overtaken
