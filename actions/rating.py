"""How it was with a person: one to five, and a line if the rider likes. Asked once a handoff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.content import Button, Reply
from actions.fields import FreeText
from actions.registry import action
from actions.turn import Turn
from actions.words import Words

STARS = (1, 2, 3, 4, 5)
POOR = 2
"""So few stars, and another person is offered."""


def question(words: Words, handoff: int) -> Reply:
    """The question, with its five buttons."""
    buttons = tuple(
        Button(id=f"r:handoff_rate:{handoff}@{stars}", label=words(f"rating.stars_{stars}"))
        for stars in STARS
    )
    return Reply(text=words("rating.question"), buttons=buttons)


@dataclass(frozen=True)
class Line(FreeText):
    """A line of the rider's own, or none."""

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [("", turn.words("rating.no_line"))]


@action("handoff_rate")
async def rate(turn: Turn) -> None:
    """Keep the stars at once, then the line if there is one."""
    number, _, given = str(turn.slots.get("arg", "")).partition("@")
    if not number.isdigit() or given not in map(str, STARS):
        return
    ratings, stars = turn.knowledge.handoff_ratings, int(given)
    if not await ratings.rate(turn.conversation.id, int(number), stars=stars):
        turn.say("rating.not_here")
        return
    line = await turn.ask("line", Line(), "rating.line")
    if line:
        await ratings.rate(turn.conversation.id, int(number), stars=stars, comment=line)
    again = [turn.route_button("talk_to_human")] if stars <= POOR else []
    turn.say("rating.thanks", buttons=again)
