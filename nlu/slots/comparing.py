"""Which of what is shown is the cheapest, the nearest, the soonest: "哪个便宜", "the nearest?"."""

from __future__ import annotations

import re
from typing import Literal

from nlu.normalise import fold

By = Literal["price", "near", "soon", "late", "seats"]

_WHICH = r"(?:(?:哪|那|边|邊)(?:一)?(?:个|個|家|门|門|节|節)(?:课|課|站|驿站)?)"
_MORE = r"(?:最|更|比较|比較|较|相对)?"
_WORDS: dict[By, tuple[str, str]] = {
    "price": (r"便宜|平|划算|省钱|低价|价钱低|实惠", r"cheap(?:er|est)?"),
    "near": (r"近", r"near(?:er|est)?|clos(?:er|est)"),
    "soon": (r"早|先(?:开|上)|快(?:开|上)", r"earli(?:er|est)|soon(?:er|est)|first"),
    "late": (r"晚|迟", r"lat(?:er|est)"),
    "seats": (r"(?:名额|空位|位子?)多|人少|好报|容易报", r"most (?:seats|places)"),
}
_TAIL = r"(?:一?点儿?|啲|一些|些|的|呢|啊|呀|吗|开始|开课|上课|关门|开门|[?？。!！~ ])*"
_LEAD = r"(?:那|请问|它们|这些|里面|其中|so |and |[,， ])*"
_ENGLISH = r"(?:which (?:one )?(?:is|starts|opens|closes) )?(?:the )?"
_ASKS: dict[By, re.Pattern[str]] = {
    by: re.compile(
        rf"^{_LEAD}(?:{_WHICH}(?:是|会|开得|关得|上得)?{_MORE}(?:{zh}){_TAIL}"
        rf"|最(?:{zh})的?(?:是|在)?(?:{_WHICH}|哪里|哪儿|哪)?{_TAIL}"
        rf"|{_ENGLISH}(?:{en})(?: one| of them)?[?. ]*)$",
        re.IGNORECASE,
    )
    for by, (zh, en) in _WORDS.items()
}


def compared_by(text: str) -> By | None:
    """By what a few words ask to compare what is shown; None if they ask for nothing of it."""
    folded = fold(text).strip()
    return next((by for by, asks in _ASKS.items() if asks.search(folded)), None)
