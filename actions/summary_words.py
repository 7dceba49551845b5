"""What is typed where buttons and a summary stand: a button's words, its deed, a line's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from actions.content import Text
from actions.fields import Given


def typed_label(given: Given, options: Sequence[tuple[Any, str]]) -> Any:
    """The value of the button whose words were typed instead of pressed; part of them will do."""
    if not isinstance(given.content, Text):
        return None
    typed = given.text.casefold().strip("。.!！?？~ ")
    if not typed:
        return None
    for value, label in options:
        if label.casefold() == typed:
            return value
    within = [value for value, label in options if len(typed) >= 3 and typed in label.casefold()]
    return within[0] if len(within) == 1 else None


_FILLING = frozenset("确认定对好是嗯行吧了的呢啊呀哈就都全部给我帮把掉除它,，.。!！~ ")
_FILLING_WORDS = frozenset(
    "yes yeah ok okay please it them all now do just so go ahead and".split()
)
_DENIES = re.compile(r"[不别没未莫勿唔冇]|\b(?:no|not|don'?t|never)\b", re.IGNORECASE)
_ACTS = re.compile(
    r"退|取消|删|撤|交|办|清|抹|注销|确|改|报|走"
    r"|\b(?:cancel|delete|erase|submit|send|hand|leave|drop|withdraw|remove|quit|sign)\b",
    re.IGNORECASE,
)
"""What a button does: its object alone ("我的课") agrees to nothing."""

AGREES_SHORTLY = 24
"""Characters of a line that does no more than repeat what its button does."""


def repeats(text: str, label: str) -> bool:
    """Whether a short line says what a button does ("退了吧" for 确定退课), and no more."""
    said, does = text.casefold().strip(), label.casefold()
    if not said or len(said) > AGREES_SHORTLY or _DENIES.search(said) or not _ACTS.search(said):
        return False
    if said.isascii():
        words = set(re.findall(r"[a-z']+", said)) - _FILLING_WORDS
        return bool(words) and words <= set(re.findall(r"[a-z']+", does))
    signs = set(said) - _FILLING
    return bool(signs) and signs <= set(does)


_CALLED = {
    "name": r"名字|姓名|name",
    "phone": (
        r"手[机機][号號]?[码碼]?|[电電][话話][号號]?[码碼]?|[号號][码碼]|phone(?: number)?|number"
    ),
    "workplace": r"地址|地[点點]|位置|地方|[干幹]活的地方|address|place|location",
    "employer": r"[单單]位|公司|平[台臺]|firm|employer|company",
    "id_number": r"身份[证證][号號]?[码碼]?|id(?: number)?",
    "sector": r"行[业業]|工[种種]|[职職][业業]|trade|line of work",
    "course": r"[课課]程?|course|class",
}
"""What the lines of a summary are called by those who want them changed."""

WRONG = re.compile(
    r"^(?:这个?|有|写|填|都)?(?:不对|不對|错了?|錯了?|有误)(?:了|的|啊|呀|吧)?[。.!！~ ]*$"
    r"|^(?:that'?s |it'?s |this is )?(?:wrong|not right|incorrect)[.! ]*$",
    re.IGNORECASE,
)
"""Something in a summary isn't right, and nobody says what."""


def names_change(text: str, options: Sequence[tuple[Any, str]]) -> str | None:
    """The change that a line asks for: by its button ("改姓名 李思"), by name ("地址写错了")."""
    said = text.casefold()
    changes = [(str(v), label.casefold()) for v, label in options if str(v).startswith("change:")]
    meant = [value for value, label in changes if said.startswith(label)]
    meant = meant or [value for value, label in changes if _wants_changed(said, value, label)]
    return meant[0] if len(meant) == 1 else None


def _wants_changed(said: str, value: str, label: str) -> bool:
    called = _CALLED.get(value.removeprefix("change:")) or re.escape(label.removeprefix("改"))
    return bool(
        re.search(
            rf"^(?:我?要|想|请|麻烦|帮我|我)*(?:把)?(?:改|换|修改|更正|change|edit|fix|correct)"
            rf"(?:一?下|改| the| my)*\s*(?:我的?)?(?:{called})[。.!！吧 ]*$"
            rf"|^(?:我的?|my |the )?(?:{called})\s*(?:是|is )?(?:写|寫|填|输|輸|打|搞|弄)?"
            rf"(?:错|錯|不对|不對|要改|得改|改一?下|wrong|incorrect)了?[。.!！吧 ]*$",
            said,
        )
    )
