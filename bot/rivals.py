"""What else a message may be than an answer to the open question, and how surely."""

from __future__ import annotations

from actions.answers import Rival
from actions.content import Text
from actions.fields import Given
from actions.state import Form
from bot.steering import leaves
from bot.wishes import COURTESY, LETTERS
from nlu.choose import Choice
from nlu.routes import OUT_OF_SCOPE, SMALLTALK

STRONG = 0.8
WEAK = 0.5
"""How sure the choice of another route must be to be weighed against an answer."""


def rival_of(content: Text, choice: Choice, form: Form) -> Rival:
    """What else a text may be than an answer to the question of this form."""
    leaving = leaves(Given(content).text, in_form=True)
    route = choice.route
    if route.partition(":")[0] == form.action:
        return Rival(route, "none", leaving)
    if route == SMALLTALK and COURTESY.match(Given(content).text):
        return Rival(route, "weak", leaving)
    if route in (OUT_OF_SCOPE, SMALLTALK) or not LETTERS.search(content.text):
        # A sigh, or digits that are no number, is an answer that can't be read: asked again.
        return Rival(None, "none", leaving)
    strong = choice.confidence >= STRONG
    strength = "strong" if strong else "weak" if choice.confidence >= WEAK else "none"
    return Rival(route, strength, leaving)
