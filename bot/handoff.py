"""A person in the conversation: what staff do in it, and what the rider is told."""

from __future__ import annotations

import re

from actions.content import Reply, StaffAct, StaffSay
from actions.words import Words
from knowledge.conversations import Conversation
from knowledge.handoffs import Handoff, IllegalStep
from knowledge.unit import Knowledge

BACK = re.compile(
    r"^(返回|回来|回到机器人|结束人工|退出人工|不用人工了?|不等了"
    r"|back|return|back to (the )?bot)[。.!！]*$",
    re.IGNORECASE,
)


def wants_back(text: str) -> bool:
    """Whether the rider wants the bot back."""
    return bool(BACK.match(text.strip()))


async def staff_act(
    knowledge: Knowledge,
    conversation: Conversation,
    content: StaffSay | StaffAct,
    handoff: Handoff | None,
    words: Words,
) -> list[Reply]:
    """What the rider reads when a member of staff speaks or makes a step.

    The command line and the console check the step before they write it to the inbox; a step that
    is no longer legal by the time it is its turn changes nothing and is not told.
    """
    if isinstance(content, StaffSay):
        return [Reply(from_="staff", text=content.text)]
    if handoff is None:
        return []
    try:
        await knowledge.handoffs.move(conversation.id, content.act, content.staff)
    except IllegalStep:
        return []
    await knowledge.audit.write(
        conversation.person, actor=f"staff:{content.staff}", action=f"handoff.{content.act}"
    )
    key = {"take": "handoff.taken", "return": "handoff.returned", "close": "handoff.closed"}
    return [Reply(text=words(key[content.act], staff=content.staff))]
