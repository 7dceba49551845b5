"""What a line means after "which of these two do you want", when it is no third wish.

Few press the button: they say "第一个", or tell more of the same ("皇冠街道那个").
"""

from __future__ import annotations

import re

from actions.content import Text
from actions.state import State
from bot.rivals import STRONG, WEAK
from bot.steering import steers
from bot.wishes import COURTESY
from nlu.choose import Choice
from nlu.routes import OUT_OF_SCOPE, SMALLTALK
from nlu.slots import pointed_at

NEITHER = re.compile(
    r"^(?:都不(?:是|对)|不是|两个都不是|neither|none(?: of (?:them|these))?|no)[吧啊的.。!！ ]*$",
    re.IGNORECASE,
)


def meant(content: Text, choice: Choice, state: State) -> str | None:
    """The one of the two that is meant, "none" for neither; None if the line is another wish."""
    between = state.asked_between
    if not state.asked_back or not between or state.top is not None:
        return None
    text = content.text.strip()
    if NEITHER.match(text):
        return "none"
    pointed = pointed_at(text, between)
    if pointed is not None:
        return pointed
    if COURTESY.match(text) or steers(text, in_form=True):
        return None
    again = [route for route in choice.ask_back or () if route in between]
    sure = STRONG if choice.route in (OUT_OF_SCOPE, SMALLTALK) else WEAK
    return next(iter(again), between[0] if choice.confidence < sure else None)
