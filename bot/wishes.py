"""What riders ask for in words of their own, and how much of it goes to the review list."""

from __future__ import annotations

import re
from datetime import datetime

from actions.state import Wish
from knowledge.regions import RegionTree
from knowledge.review import Noted, What
from nlu.choose import Choice
from nlu.mask import MARK, mask
from nlu.reading import Reading
from nlu.routes import PERSON, SMALLTALK

LONGEST = 300
"""Characters of a line that are kept: nobody teaches by longer ones."""

COURTESY = re.compile(
    r"^(谢谢|多谢|謝謝|辛苦|你好|您好|在吗|在嗎|稍等|等一下|等下|等等"
    r"|thank|thx|hello|hi\b|hey|wait|one moment)",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[^\W\d_]")
HALF_MARK = re.compile(r"⟨[a-z]*$")


def is_wish(text: str, choice: Choice, reading: Reading, before: Wish | None) -> bool:
    """Whether a line says what it is about: a greeting doesn't, nor the word for a person.

    Who asks for a person after a wish wants one for that.
    """
    known = reading.source == "known"
    if choice.route == PERSON:
        return before is None and not known
    return not (choice.route == SMALLTALK and (known or COURTESY.match(text)))


def wish(
    text: str,
    choice: Choice,
    reading: Reading,
    *,
    message: int,
    now: datetime,
    regions: RegionTree,
    region: str | None,
) -> Wish:
    """A line as it is remembered; `region` is that of the rider's record."""
    said = choice.slots.region or choice.slots.place
    named = regions.named(said) if said else []
    if choice.ask_back is not None:
        runner_up: str | None = choice.ask_back[1]
    else:
        runner_up = next((name for name, _ in reading.routes if name != choice.route), None)
    return Wish(
        message=message,
        text=text,
        at=now,
        route=choice.route,
        confidence=choice.confidence,
        runner_up=runner_up,
        language=reading.language,
        region=named[0].code if named else region,
    )


def noted(what: What, wish: Wish) -> Noted | None:
    """A wish as it goes to the review list; None if nothing but personal data is in it."""
    text = wording(wish.text)
    if text is None:
        return None
    return Noted(
        what=what,
        message=wish.message,
        text=text,
        route=wish.route,
        confidence=wish.confidence,
        runner_up=wish.runner_up,
        language=wish.language,
        region=wish.region,
    )


def wording(text: str) -> str | None:
    """A line's words with personal data masked; None if nothing else is in it."""
    masked = mask(text)
    if not LETTERS.search(MARK.sub("", masked)):
        return None
    return HALF_MARK.sub("", masked[:LONGEST])
