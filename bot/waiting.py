"""What waits for people, for whom it concerns."""

from __future__ import annotations

from knowledge.access import Actor
from knowledge.database import Database
from knowledge.waiting import waiting


class Desk:
    """The first look of the day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, actor: Actor) -> dict[str, int]:
        """How much of each waits in the actor's regions.

        Raises:
            Denied: the role may not.
        """
        actor.ask("home")
        async with self._database.begin() as unit:
            return await waiting(unit, actor.regions)
