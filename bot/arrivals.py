"""What staff have said has come to the rider's page: noted once, and told to who looks."""

from __future__ import annotations

from knowledge.database import BELL_INBOX_PAGE, Database


class Arrivals:
    """How far the pages of the web chat have come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, conversation: int, line: int) -> None:
        """The page has fetched the lines up to this one."""
        async with self._database.begin() as unit:
            if await unit.history.arrived(conversation, line):
                await unit.conversations.ring((BELL_INBOX_PAGE, str(conversation)))
