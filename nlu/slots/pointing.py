"""What a short answer points at: "第二个", "最后一个", "the first one", "2"."""

from __future__ import annotations

import re

from nlu.normalise import fold
from nlu.slots import numerals

_NTH = re.compile(
    r"第\s?(\d{1,2}|[一二两三四五六七八九十]{1,2})\s?(?:个|家|条|门|场|项|种|位|间|"
    r"处|期|班|课|站|行)?"
)
_NUMBER_ONE = re.compile(
    r"^(?:no\.?|number|选|要|就)?\s?(\d{1,2}|[一二两三四五六七八九十])\s?(?:号|个|吧|号吧)?[.!。]?$"
)
_LAST = re.compile(r"最后(?:那|一)?(?:个|家|门|条)|\bthe last\b|\blast one\b")
_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_WORD = re.compile(rf"\b(?:the )?({'|'.join(_WORDS)})\b|\b(\d)(?:st|nd|rd|th)\b")


def ordinal(text: str) -> int | None:
    """Which of what was shown is meant, counted from 1; -1 is the last; None if none is."""
    folded = fold(text)
    if match := _NTH.search(folded):
        return numerals.small(match[1])
    if _LAST.search(folded):
        return -1
    if match := _WORD.search(folded):
        return _WORDS.index(match[1]) + 1 if match[1] else int(match[2])
    if match := _NUMBER_ONE.match(folded):
        return numerals.small(match[1])
    return None
