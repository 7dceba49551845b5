"""What else a message may be than an answer to the open question, and how surely."""

from __future__ import annotations

import re

from actions.answers import Rival
from actions.content import Text
from actions.fields import Given
from actions.my_data import wants_erased
from actions.state import Form
from bot.steering import leaves
from bot.wishes import COURTESY, LETTERS
from nlu.choose import Choice
from nlu.routes import OUT_OF_SCOPE, SMALLTALK

STRONG = 0.8
WEAK = 0.5
"""How sure the choice of another route must be to be weighed against an answer."""

SAME = frozenset({("join_union", "update_membership"), ("submit_claim", "estimate_claim")})
"""A form, and a wish that in it is about its own answers: "改姓名" of who is about to join,
"住院花了两万，报了一万二" of who hands in a claim."""

NUMERAL = re.compile(
    r"(?:大概|大约|差不多|总共|一共|就)*[\d零〇一二两三四五六七八九十百千万萬亿点.,，\s]+"
    r"(?:多)?(?:块|元|圆|蚊|个月|个人|人|yuan|rmb|kuai|months?|people)?(?:钱)?(?:左右|吧|多)?"
    r"[。.!！ ]*",
    re.IGNORECASE,
)
"""A number in digits or words, and what it counts: no wish."""

ASKS = re.compile(
    r"[吗嘛么呢没不][?？!！。~ ]*$|[?？]|怎|咋|啥|什么|哪|几|多少|多久|谁|咩|边[个度]|点样"
    r"|想|要|帮|查|看看|找|办|报|申请|投诉|打听|有没|能不|可以|能否"
    r"|\b(?:who|what|where|when|why|how|which|can|could|do|does|is|are|will|want|need|help|show|find"
    r"|tell|check|sign|book|cancel|looking|any)\b",
    re.IGNORECASE,
)
"""A line that asks or wishes something; another is an answer that wasn't understood, unless it is
clearly something else."""


def rival_of(content: Text, choice: Choice, form: Form) -> Rival:
    """What else a text may be than an answer to the question of this form."""
    leaving = leaves(Given(content).text, in_form=True)
    route = choice.route
    if route.partition(":")[0] == form.action or (form.action, route) in SAME:
        return Rival(route, "none", leaving)
    if route == SMALLTALK and COURTESY.match(Given(content).text):
        return Rival(route, "weak", leaving)
    only_number = not LETTERS.search(content.text) or NUMERAL.fullmatch(Given(content).text)
    if route in (OUT_OF_SCOPE, SMALLTALK) or only_number:
        # A sigh, or digits that are no number, is an answer that can't be read: asked again.
        return Rival(None, "none", leaving)
    strong = choice.confidence >= STRONG
    strength = "strong" if strong else "weak" if choice.confidence >= WEAK else "none"
    if strength == "weak" and not ASKS.search(Given(content).text):
        strength = "none"
    return Rival(route, strength, leaving)


def to_be_forgotten(content: Text, choice: Choice) -> bool:
    """Whether a line wants one's data erased: that is no answer to a question, whatever it asks."""
    sure = choice.route == "my_data" and choice.confidence >= STRONG
    return sure and wants_erased(content.text)
