"""What becomes of a message that fails again and again: an apology, and a person."""

from __future__ import annotations

from typing import Literal

from actions.content import Content, Reply
from actions.handoff_clock import watch_crisis
from actions.words import Words
from bot.speaking import Spoken
from knowledge.conversations import Conversation
from knowledge.handoff_told import Told
from knowledge.unit import Knowledge
from nlu import crisis


async def park(
    unit: Knowledge, conversation: Conversation, content: Content, words: Words
) -> Spoken:
    """Ask for a person to look at it. A cry for help has the numbers to call whatever fails, and
    comes first in the queue.
    """
    text = str(getattr(content, "text", ""))
    kind: Literal["crisis", "poison"] = "crisis" if crisis.find(text) else "poison"
    handoff = await unit.handoffs.open(
        conversation.id,
        conversation.person,
        kind=kind,
        region=None,
        summary=words(f"handoff.{kind}_summary", text=text),
        told=Told(kind, words=text),
    )
    said = []
    if kind == "crisis":
        await watch_crisis(unit, handoff)
        said = [words(f"crisis.{part}") for part in ("here", "danger", "talk")]
    else:
        await unit.notices.put(
            "handoff_waiting", region=None, subject=handoff.page, key=f"waiting:{handoff.id}"
        )
    duty = await unit.duty.on_duty(None)
    said.append(words("dialogue.parked" if duty else "dialogue.parked_later"))
    return Spoken(replies=[Reply(text="\n".join(said))], route="parked")
