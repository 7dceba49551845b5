"""A rider's own data as a file: read out where it may be, and written down that it was."""

from __future__ import annotations

import json

from knowledge.database import Database


class OwnFile:
    """Makes the file that the web chat saves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, conversation: int) -> bytes | None:
        """What belongs to who is proved in a conversation, as JSON; None if nobody is.

        Who has handed nothing in has no number to prove with: their own talk is theirs to have.
        """
        async with self._database.begin() as unit:
            found = await unit.conversations.get(conversation)
            if found is None:
                return None
            whose = await unit.own_data.whose(found.id, found.person)
            if not whose.opened:
                return None
            everything = await unit.own_data.everything(whose.opened)
            for person in whose.opened:
                await unit.audit.write(person, actor="rider", action="person.copy")
        return json.dumps(everything, ensure_ascii=False, indent=1).encode()
