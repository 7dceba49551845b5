"""How riders found it with a person: stars and a line, asked for once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from knowledge.handoff_rows import HandoffRatingRow

if TYPE_CHECKING:
    from knowledge.handoffs import Handoff
    from knowledge.unit import Knowledge


class HandoffRatings:
    """Ratings of one transaction."""

    def __init__(self, unit: Knowledge) -> None:
        self._unit = unit

    async def may_ask(self, handoff: Handoff) -> bool:
        """Whether the rider may be asked how it was: once only."""
        asked = await self._unit.session.scalar(
            insert(HandoffRatingRow)
            .values(handoff_id=handoff.id, asked_at=self._unit.now)
            .on_conflict_do_nothing()
            .returning(HandoffRatingRow.handoff_id)
        )
        return asked is not None

    async def rate(
        self, conversation: int, number: int, *, stars: int, comment: str | None = None
    ) -> bool:
        """Keep how a rider found it, and a line of theirs; whether it was theirs to say."""
        handoff = await self._unit.handoffs.get(number)
        if handoff is None or handoff.conversation != conversation or not 1 <= stars <= 5:
            return False
        values: dict[str, Any] = {"stars": stars, "rated_at": self._unit.now}
        if comment:
            values["comment"] = await self._unit.people.seal(handoff.person, comment, "rating")
        rated = await self._unit.session.scalar(
            update(HandoffRatingRow)
            .where(HandoffRatingRow.handoff_id == number)
            .values(**values)
            .returning(HandoffRatingRow.handoff_id)
        )
        return rated is not None

    async def of(self, handoff: Handoff) -> tuple[int | None, str | None] | None:
        """What a rider said of it: stars and a line; None if they weren't asked."""
        row = await self._unit.session.get(HandoffRatingRow, handoff.id, populate_existing=True)
        if row is None:
            return None
        if row.comment is None:
            return row.stars, None
        return row.stars, str(await self._unit.people.unseal(handoff.person, row.comment, "rating"))
