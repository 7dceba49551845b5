"""What a short answer points at: "第二个", "倒数第一", "the nearest one", "2"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.normalise import fold
from nlu.slots import numerals, slips

_N = r"(\d{1,2}|[一二两三四五六七八九十壹贰叁]{1,2})"
# "第一个月", "第二家庭" and all of "第三方" name something else.
_KIND = (
    r"(?:那?[个各](?!月|星期|礼拜|小时|人|孩|娃|问题)|家(?![庭长里])|[条门场项种间处期班课站行])"
)
_NTH = re.compile(rf"(倒数)?(?:第\s?{_N}\s?(?:{_KIND}|(?=$|[ ,.?!的吧呢]))|弟{_N}{_KIND})")
_FIRST = re.compile(
    r"(?:头一?|最上[面边]那?)[个家门间](?!月|星期|礼拜)|最近的?[那这一]{1,2}[个家间](?!月|星期|礼拜)"
    r"|\b(?:nearest|closest) one\b"
)
_LAST = re.compile(
    r"(?:最后|最?末|最[下底][面边下])[那一]{0,2}(?:[个家门条间]|期(?!限))"
    r"|\blast one\b|^(?:the )?last[.!]?$"
    r"|\bthe last (?:station|course|class|place|stop|option)\b"
)
_NUMBER_ONE = re.compile(
    rf"^(?:no\.?|number|option|#|选|要|就)?\s?{_N}\s?(?:号|个|吧|号吧)?[.!。]?$"
)
_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ORDINAL = rf"(?:({'|'.join(_WORDS)})|(\d)(?:st|nd|rd|th))"
_FROM_BEHIND = re.compile(rf"\b{_ORDINAL} (?:to|from) (?:the )?last\b")
_ENGLISH = re.compile(
    rf"(?:^|(?<!\bon )\bthe |\b(?:pick|take|choose|about|want|and|or) ){_ORDINAL}"
    r"(?= (?:class|place|stop|please|is|does|has|can|and|or|open|closed?|near|far|free)\b|[,.?!]|$)"
    rf"|\b(?<!my ){_ORDINAL}(?= (?:one|station|course|option)\b)"
)


def ordinal(text: str) -> int | None:
    """Which of what was shown is meant, counted from 1; the last is -1; None if none is.

    What is near is shown first, so "the nearest one" is 1.
    """
    folded = slips.mended(fold(text))
    if match := _NTH.search(folded):
        number = numerals.small(match[2] or match[3])
        return -number if number and match[1] else number
    if match := _FROM_BEHIND.search(folded):
        return -_place(match)
    if _LAST.search(folded):
        return -1
    if _FIRST.search(folded):
        return 1
    if match := _ENGLISH.search(folded):
        return _place(match)
    if match := _NUMBER_ONE.match(folded):
        return numerals.small(match[1])
    return None


def among(number: int | None, count: int) -> int | None:
    """The place from 0 that an ordinal means among `count` things; None if it isn't there."""
    if number is None or not 1 <= abs(number) <= count:
        return None
    return number - 1 if number > 0 else count + number


def pointed_at(text: str, ids: Sequence[str]) -> str | None:
    """Which of the shown "第二个" or "the last one" means."""
    place = among(ordinal(text), len(ids))
    return None if place is None else ids[place]


def _place(match: re.Match[str]) -> int:
    said = next(group for group in match.groups() if group)
    return int(said) if said.isdigit() else _WORDS.index(said) + 1
