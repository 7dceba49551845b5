"""What follows a cry for help: few words, seldom a wish, and never the answer to a form's question.

"Just me" is then who is at home, not how many people a dispute concerns.
"""

from __future__ import annotations

import re

from actions.state import State
from bot.rivals import STRONG
from bot.steering import goes_on, leaves
from bot.wishes import LETTERS
from knowledge.handoffs import Handoff
from nlu.choose import Choice
from nlu.routes import CRISIS, PERSON, SERVICES, topic_of

GIVES_UP = re.compile(
    r"我?(?:算了|算啦|结束|停|stop|quit|exit|never ?mind|forget it)吧?\W*", re.IGNORECASE
)
"""Said after a cry, this may be said of more than a form."""


def listens(text: str, choice: Choice, state: State, handoff: Handoff | None) -> bool:
    """Whether a line still belongs to the cry before it, so that it is only listened to.

    Not if it is clearly another wish, or is said to the open form: a number, to go on, to leave it.
    """
    if handoff is None or not handoff.crisis or state.last_route != CRISIS:
        return False
    if state.forms and (goes_on(text) or _leaves_it(text) or not LETTERS.search(text)):
        return False
    route = choice.route
    wish = route in SERVICES or route == PERSON or topic_of(route) is not None
    return not (wish and choice.ask_back is None and choice.confidence >= STRONG)


def _leaves_it(text: str) -> bool:
    return leaves(text, in_form=True) and not GIVES_UP.fullmatch(text.strip())
