"""Whether a line holds two wishes: where it would be cut in two."""

from __future__ import annotations

import re

_JOINTS = re.compile(
    r"[,，。.;；!！?？、~…\s]*(?:"
    r"(?:哦|噢|喔|啊|欸|诶)?对了[,，]?(?:还有)?|顺便(?:再)?|順便(?:再)?|顺道|捎带(?:着)?|另外(?:再|还|，)?|"
    r"此外|還有(?:就是|個|一個|件|，|,)|还有(?:就是|个事|件事|一件|一个|一点|，|,)|再就是|再有就是|"
    r"(?:然后|然後)(?:还|還|再)?想|再(?:帮我|幫我|问一下|問一下|问个|麻烦)|"
    r"第二(?:件|个事|就是)|同时(?:我)?(?:还|也)?想|"
    r"\b(?:and also|also|by the way|btw|oh and|one more thing|another thing|and another|"
    r"on top of that|besides that|plus can|and then can|as well as)\b"
    r")[,，:：\s]*",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"[,，、;；~…\s]*(?:"
    r"(?:然后|然後|接着|接著|完了|完事|回头|回頭|末了)(?:再|还|還|也|给我|給我|帮|幫|查|找|看)|"
    r"再(?=给我|給我|帮|幫|查|找|看|问|問|报个|報個)|"
    r"(?<=[,，、;；~…\s])我?(?:还|還|也)(?=想|得|要查|要找|要报|要報)|"
    r"\b(?:and then|then|and)(?= (?:also|find|where|how|can|could|check|sign|show|tell|"
    r"i (?:want|need)|is there|are there)\b)"
    r")\s*",
    re.IGNORECASE,
)
"""One thing after another: weaker than a word that joins, so looked for last."""

_ENDS = re.compile(r"[。!！?？;；\n]+\s*|\.\s+|(?<=[吗呢嘛么])[,，\s]+")
_WISH = re.compile(
    r"想|要|帮|幫|求|请|請|怎么|怎麼|咋|哪|吗|嗎|呢|多少|几|幾|什么|什麼|啥|能不能|可以|有没有|有沒有|"
    r"查|报|報|找|给我|給我|[?？]|"
    r"\b(?:want|need|how|where|what|when|which|can|could|is there|are there|please|looking|help|"
    r"find|check|sign|show|tell)\b",
    re.IGNORECASE,
)
_LEAST = {True: 6, False: 3}
"""Characters that a wish has at least: of Latin text, of other."""

LONGEST = 160
"""A longer text is a story; its one wish is what matters."""


def cut(text: str) -> tuple[str, str] | None:
    """The two parts of a text that may hold a wish each, None if it has no such joint.

    A word that joins ("顺便", "by the way") goes before the end of a sentence, and that before a
    step to the next thing ("…，再找…").
    """
    if len(text) > LONGEST:
        return None
    for joint in (_JOINTS, _ENDS, _STEPS):
        for found in joint.finditer(text):
            first, second = text[: found.start()].strip(), text[found.end() :].strip()
            if _may_wish(first) and _may_wish(second):
                return first, second
    return None


def _may_wish(part: str) -> bool:
    return len(part) >= _LEAST[part.isascii()] and bool(_WISH.search(part))
