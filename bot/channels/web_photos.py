"""The rider's photos as sealed rows of their conversation."""

from __future__ import annotations

from bot.images import CleanPhoto
from bot.inbox import Inbox
from bot.messages import Inbound
from knowledge.database import Database


class PhotoStore:
    """Keeps and reads photos.

    A photo that is sent again leaves a second row behind: the inbox drops the repeat, the row has
    the same owner and goes with them.
    """

    def __init__(self, database: Database, inbox: Inbox) -> None:
        self._database, self._inbox = database, inbox

    async def keep(self, inbound: Inbound, photo: CleanPhoto, /) -> int:
        """Seal a photo with its person's key; its number."""
        conversation, person = await self._inbox.conversation(inbound)
        async with self._database.begin() as unit:
            return await unit.files.keep(person, conversation, photo.mime, photo.data)

    async def read(self, conversation: int, file_id: int, /) -> tuple[str, bytes]:
        """(mime, bytes). Raises LookupError: this conversation has no such file."""
        async with self._database.begin() as unit:
            return await unit.files.read(file_id, conversation)
