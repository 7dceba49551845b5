"""amend: what a rider wants changed or taken back of what they have just handed in, in words.

Nobody but the office changes a case; the words stand with it, and whoever works on it is told.
"""

from __future__ import annotations

from actions.registry import action
from actions.supplying import put_with, status_button
from actions.turn import Turn


@action("amend")
async def amend(turn: Turn) -> None:
    """Put the words with the newest open case of the kind that was spoken of (slot `of`)."""
    unit, kinds = turn.knowledge, turn.knowledge.case_kinds
    open_ = [one for one in await unit.cases.of(turn.person) if one.closed_at is None]
    of = str(turn.slots.get("of") or "")
    meant = [one for one in open_ if kinds.get(one.kind).route == of] or open_
    if not meant:
        turn.start = ("talk_to_human", {})
        return
    case = max(meant, key=lambda one: one.created_at)
    await put_with(turn, case, turn.text)
    turn.say("supply.amended", number=case.number, buttons=[status_button(turn, case)])
