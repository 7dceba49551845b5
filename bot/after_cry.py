"""What follows a cry for help: few words, seldom a wish, and never the answer to a form's question.

"Just me" is then who is at home, not how many people a dispute concerns.
"""

from __future__ import annotations

from actions.state import State
from bot.rivals import STRONG
from bot.steering import goes_on
from bot.wishes import LETTERS
from knowledge.handoffs import Handoff
from nlu.choose import Choice
from nlu.routes import CRISIS, PERSON, SERVICES, topic_of


def listens(text: str, choice: Choice, state: State, handoff: Handoff | None) -> bool:
    """Whether a line still belongs to the cry before it, so that it is only listened to.

    Not if it is clearly another wish, asks to go on with the open form, or gives it a number.
    """
    if handoff is None or not handoff.crisis or state.last_route != CRISIS:
        return False
    if state.forms and (goes_on(text) or not LETTERS.search(text)):
        return False
    route = choice.route
    wish = route in SERVICES or route == PERSON or topic_of(route) is not None
    return not (wish and choice.ask_back is None and choice.confidence >= STRONG)
