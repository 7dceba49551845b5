"""What is asked of a list that is shown and none of its cards tells: "能带狗吗"."""

from __future__ import annotations

import re

from actions.turn import Turn

_NEW_SEARCH = (
    r"它|第|周|星期|今|明|现在|开|关|近|远|几|驿站|歇|找|托育|托班|工会|列|再看|再发|课|班|学"
    r"|station|list|rest|childcare|office|course|class|lesson"
)
_ASKS = re.compile(
    rf"^(?!.*(?:{_NEW_SEARCH}))"
    r"(?:.{0,16}(?:[吗嘛么不没]|多少|怎么样|咋样)[?？呀啊。]*$"
    r"|(?:is|are|do|does|can|how much)\b.{0,40})",
    re.IGNORECASE,
)


def asks_of_list(text: str) -> bool:
    """Whether a line asks something of what is shown, and doesn't want a list."""
    return _ASKS.search(text) is not None


def say_unknown(turn: Turn) -> None:
    """Say that no card tells it; a person may know."""
    turn.say("dialogue.not_told", buttons=[turn.route_button("talk_to_human")])
