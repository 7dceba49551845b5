"""How much of a cry for help a text has: what the rules say, and what is known of texts like it."""

from __future__ import annotations

from collections.abc import Sequence

from nlu import crisis, routes
from nlu.match import Match
from nlu.normalise import fold
from nlu.reading import Reading
from nlu.reasons import Reason
from nlu.thresholds import Thresholds

NAME = 3
"""Characters of a text that may be a name, and that a rule reads better than a model."""

LEAST = 0.001
"""What either says at least."""

WHOLE = 60
"""A text of so many characters is one thought."""


def at_risk_of(reading: Reading, match: Match, thresholds: Thresholds) -> float:
    """How much of a crisis a text has, 0 to 1, where no rule sees one."""
    told = reading.probability(routes.CRISIS)
    if not match.shares:
        return told
    return risk(told, match.shares.get(routes.CRISIS, 0.0), thresholds)


def risk(told: float, near: float, thresholds: Thresholds) -> float:
    """How much of a crisis there is, given what a model and what the nearest texts say, 0 to 1.

    A product, not a sum: a few texts that happen to stand near, where the model sees nothing at
    all, are chance.
    """
    weight = thresholds.crisis_model
    return float(max(told, LEAST) ** weight * max(near, LEAST) ** (1 - weight))


def cry(
    reading: Reading, folded: str, at_risk: float, match: Match, thresholds: Thresholds
) -> tuple[float, Reason] | None:
    """How sure a text is a cry for help, and why; None if it is none."""
    if reading.crisis is not None and not _doubted(reading, folded, at_risk, match, thresholds):
        return 1.0, Reason("rule", reading.crisis)
    if at_risk >= _enough(folded, thresholds):
        return at_risk, Reason("model", share=at_risk)
    return None


def of_thoughts(
    thoughts: Sequence[tuple[Reading, Match]], thresholds: Thresholds
) -> tuple[float, Reason] | None:
    """As `cry`, of the thoughts (read, compared) of a long text that is none as a whole."""
    shares = [
        at_risk_of(thought, match, thresholds)
        for thought, match in thoughts
        if not crisis.exaggerates(fold(thought.text))
    ]
    share = max(shares, default=0.0)
    whole = fold(" ".join(thought.text for thought, _ in thoughts))
    if share < thresholds.crisis_thought or crisis.story(whole):
        return None
    return share, Reason("thought", share=share)


def _enough(folded: str, thresholds: Thresholds) -> float:
    """From which share on a text without a rule's verdict is a crisis."""
    if crisis.story(folded) or len(folded) <= NAME or crisis.exaggerates(folded):
        return thresholds.crisis_unlikely
    return thresholds.crisis_leaning if crisis.leans(folded) else thresholds.crisis


def _doubted(
    reading: Reading, folded: str, at_risk: float, match: Match, thresholds: Thresholds
) -> bool:
    """Whether a rule stands alone: nothing known that is like the text is a crisis.

    Where a cry stands beside another wish, what is near may all be about that: a rule isn't alone
    if the model, too, takes the text for a crisis before anything else.

    A rule reads the whole of a long text, of which the model sees a part: it isn't doubted there,
    nor where another wish follows by the way, which is then what the near texts are about.
    """
    if reading.crisis in crisis.CERTAIN or crisis.has_aside(folded):
        return False
    first = max(reading.routes, key=lambda pair: pair[1], default=("", 0.0))[0]
    if first == routes.CRISIS or len(folded) > WHOLE:
        return False
    return bool(match.shares) and at_risk < thresholds.crisis_doubted
