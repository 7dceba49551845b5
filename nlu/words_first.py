"""Whether a text's wording is enough, so that its meaning need not be asked for.

The encoder is most of what a reading costs, and more than half of what riders write is worded so
like what was taught that nothing else is needed: on the choosing set the wording is right there as
often as both together. What may be a cry for help is always read wholly. English, of which fewer
sentences are taught, must be surer; pinyin counts as the characters that were meant.
"""

from __future__ import annotations

import re

from nlu import belief, crisis, routes, thoughts
from nlu.follow import leaned
from nlu.match import Index
from nlu.normalise import fold, for_model
from nlu.ranker import Ranked
from nlu.thresholds import Thresholds


def by_wording(text: str, ready: str, index: Index, thresholds: Thresholds) -> Ranked | None:
    """What a text's wording says, None if that isn't enough.

    `ready` is the text as the model reads it. What the wording says is believed as what any
    reading says of a new conversation's first line (`nlu/choose.py`).
    """
    wording, head, hinting = index.wording, index.head, thresholds.worded_cry
    if wording is None or head is None or not ready:
        return None
    meant = ready if fold(text).isascii() else text
    if _may_be_dark(fold(meant)):
        return None
    ranked = wording.ranked(ready, head)
    told = dict(ranked)
    cry = told.get(routes.CRISIS, 0.0)
    if ranked[0][0] == routes.CRISIS or _leans(told) >= thresholds.worded_leaning:
        return None
    if wording.hint(ready, cry, head) >= hinting:
        return None
    if any(wording.hint_of(for_model(one), head) >= hinting for one in thoughts.cut(meant)):
        return None
    match = index.match(ready, None)
    if match.shares.get(routes.CRISIS, 0.0) >= thresholds.worded_near:
        return None
    rest = belief.mixed(ranked, match, thresholds, index.topics)
    rest.pop(routes.CRISIS, None)
    believed = belief.sharpened(leaned(rest, None, None, thresholds.leaning), thresholds)
    sure = thresholds.worded_english if ready.isascii() else thresholds.worded
    if max(believed.values(), default=0.0) < sure:
        return None
    return Ranked(ranked, None, "wording")


def _may_be_dark(folded: str) -> bool:
    """Whether a folded text speaks of despair, or of death otherwise than tired people do; in
    English of what may end in it, too.
    """
    if crisis.leans(folded):
        return True
    return _DARK.search(folded) is not None and not crisis.exaggerates(folded)


_DARK = re.compile(
    r"死|永别|遗[书言]|下辈子|来[生世]|解脱"
    r"|\b(?:d(?:ie[ds]?|ying|ead|eath|rown\w*)|kill\w*|suicid\w*|hang\w*|ropes?|jump\w*|bridge|roof\w*"
    r"|pills?|kni(?:fe|ves)|carv\w+|slit\w*|bl(?:eed\w*|ood)|breath\w*|unconscious|goodbye)\b"
)


def _leans(told: dict[str, float]) -> float:
    """How much a text leans on what was said before."""
    return sum(told.get(label, 0.0) for label in routes.LEANING)
