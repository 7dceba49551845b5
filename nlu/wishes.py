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

_PERSON = re.compile(
    r"(?:你好|您好|喂|请|請|麻烦|麻煩|帮我|幫我|给我|給我|我?要|我?想|直接|赶紧|快点?|能不能|可以)*"
    r"(?:转|轉|找|叫|来|來|接|换|換|喊|要|联系|聯繫|跟|和|同|搵|揾)*(?:一?[个個下名位]|到)*"
    r"(?:你[们們])?的?(?:人工|真人|活人|客服|工作人[员員])+(?:服务|服務|坐席|同志)?"
    r"(?:来|來|说话|說話|[聊讲講说說谈談])*(?:在吗|在嗎|在不在|[吧啊呀呢嘛]|谢谢|謝謝)*"
    r"|(?:(?:please|pls|hi|hello|can i|i want(?: to)?|i need(?: to)?|let me|get me|give me|need|"
    r"(?:talk|speak|transfer me|connect me) (?:to|with)|an?|the|some|real|live)\b\s*)*"
    r"(?:human|person|agent|operator|representative|staff(?: member)?)(?: please| pls| now)*",
    re.IGNORECASE,
)
"""What asks for a person and says nothing else."""

_PAUSE = re.compile(r"[,，、。;；!！?？~…\n]+\s*|\.\s+|(?<=[^\x00-\x7f])\s+")

LONGEST = 160
"""A longer text is a story; its one wish is what matters."""


def cut(text: str) -> tuple[str, str] | None:
    """The two parts of a text that may hold a wish each, None if it has no such joint.

    Who asks for a person, wherever in the line ("转人工，驿站没水"), asks for that first. Then a
    word that joins ("顺便", "by the way") goes before the end of a sentence, and that before a
    step to the next thing ("…，再找…").
    """
    if len(text) > LONGEST:
        return None
    asked = _person_and_rest(text)
    if asked is not None:
        return asked
    for joint in (_JOINTS, _ENDS, _STEPS):
        for found in joint.finditer(text):
            first, second = text[: found.start()].strip(), text[found.end() :].strip()
            if _may_wish(first) and _may_wish(second):
                return first, second
    return None


def _person_and_rest(text: str) -> tuple[str, str] | None:
    """The part that only asks for a person, and all the others."""
    parts = _PAUSE.split(text)
    for at, part in enumerate(parts):
        if _PERSON.fullmatch(part):
            rest = " ".join(parts[:at] + parts[at + 1 :]).strip()
            return (part, rest) if len(rest) >= _LEAST[rest.isascii()] else None
    return None


def _may_wish(part: str) -> bool:
    return len(part) >= _LEAST[part.isascii()] and bool(_WISH.search(part))
