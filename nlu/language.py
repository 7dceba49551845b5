"""Which language a text is in, in which script, and what pinyin it may be."""

from __future__ import annotations

import re
from functools import lru_cache

import opencc

from nlu.reading import Language, Script

_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z']+", re.IGNORECASE)
# Words that are a pinyin syllable and an English word at once tell nothing.
_ENGLISH = frozenset(
    "i a an the is am are was my me you your it its to of in on at for from with and or not no do "
    "does did can could would will how what where when which who why this that there here have "
    "has had be been want need help please job work union join pay money get got go any some if "
    "they he she we our hi hello hey thanks thank ok okay yes bye find near nearby open".split()
)
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw", "")
_FINALS = (
    "iang iong uang ang eng ing ong ian iao uai uan uen van ai ei ao ou an en in un vn ia ie iu "
    "ua uo ui ue ve er a o e i u v"
).split()


@lru_cache(maxsize=1)
def _only_traditional() -> frozenset[str]:
    chars = [chr(point) for point in range(0x4E00, 0xA000)]
    simplified = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return frozenset(a for a, b in zip(chars, simplified, strict=True) if a != b)


@lru_cache(maxsize=1)
def _syllable_pattern() -> re.Pattern[str]:
    initials = "|".join(i for i in _INITIALS if i)
    return re.compile(rf"(?:{initials})?(?:{'|'.join(_FINALS)})")


def language_of(text: str) -> Language:
    """Chinese if any real share of it is, or if its Latin letters are pinyin; else English."""
    chinese = len(_CJK.findall(text[:500]))
    words = _WORD.findall(text[:500])
    if chinese:
        return "zh" if chinese * 2 >= len(words) else "en"
    return "zh" if pinyin(text) is not None else "en"


def script_of(text: str) -> Script:
    """Traditional if any character of it is only written so and none of the language is English."""
    head = text[:500]
    if not _CJK.search(head):
        return "latin"
    return "hant" if any(char in _only_traditional() for char in head) else "hans"


def pinyin(text: str) -> list[str] | None:
    """The syllables of a text written in pinyin without tones, None if it isn't.

    English words that could be read as syllables ("he can go") don't make pinyin: at least two
    syllables are needed, all letters must be used up, and no word may be a common English one
    unless most of them are syllables that English doesn't have.
    """
    if len(text) > 200 or _CJK.search(text):
        return None
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return None
    found: list[str] = []
    english = 0
    for word in words:
        pieces = _split(word.replace("'", ""))
        if pieces is None:
            return None
        english += word in _ENGLISH
        found.extend(pieces)
    if len(found) < 2 or english * 3 > len(words):
        return None
    return found


@lru_cache(maxsize=4096)
def _split(word: str) -> tuple[str, ...] | None:
    """A word as pinyin syllables, the fewest possible; None if it has letters left."""
    if len(word) > 40:
        return None
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is None or word[start:end] not in syllables():
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, word[start:end])
    return best[len(word)]


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Every toneless syllable of Mandarin, as pypinyin spells the common characters."""
    from pypinyin import lazy_pinyin

    chars = [chr(point) for point in range(0x4E00, 0x9FA6)]
    found = {lazy_pinyin(char)[0].replace("ü", "v") for char in chars}
    return frozenset(s for s in found if s.isascii() and s.isalpha())
