"""Photos of riders: cleaned by the channel, kept sealed."""

from __future__ import annotations

from bot.images import CleanPhoto
from bot.inbox import Inbox
from bot.messages import Inbound
from knowledge.database import Database


class Photos:
    """Keeps photos as files of the conversation's person."""

    def __init__(self, database: Database, inbox: Inbox) -> None:
        self._database, self._inbox = database, inbox

    async def keep(self, inbound: Inbound, photo: CleanPhoto) -> int:
        """The number of the kept file."""
        conversation, person = await self._inbox.conversation(inbound)
        async with self._database.begin() as unit:
            return await unit.files.keep(person, conversation, photo.mime, photo.data)

    async def read(self, conversation: int, file_id: int) -> tuple[str, bytes]:
        """(mime, bytes).

        Raises:
            LookupError: this conversation has no such file.
        """
        async with self._database.begin() as unit:
            return await unit.files.read(file_id, conversation)
