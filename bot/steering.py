"""Words that steer a conversation and say nothing else: leave it, go back, a person off again."""

from __future__ import annotations

import re

from actions.turn import BACK_WORDS
from bot.handoff import wants_back

_END = (
    r"(?:\s*(?:吧|了|啦|喽|咯|哈|呗|申请|填写|谢谢|please|it|this|thanks|thank you|now|any ?more))*"
    r"[。.,，!！~～…\s]*"
)

_BEGIN = (
    r"(?:那|哎|唉|嗯|额|呃|ok|well|no|sorry|actually|还是|還是|要不|我|咱|俺|先|暂时|暫時"
    r"|这次|這次|今天|现在|[,，。 ])*"
)

_ANYWHERE = re.compile(
    r"我?(?:"
    r"算了|算啦|取消|退出|停|结束|不弄了|不办了|不辦了|不填了|不搞了|不要了|不整了"
    r"|不想(?:弄|填|办|辦|搞|整)了"
    r"|(?:算了|算啦|唉|哎)[,，。吧 ]*(?:先)?(?:不|别|別)(?:弄|办|辦|填|搞|入|报)(?:会|名)?"
    r"|cancel|stop|quit|exit|never ?mind|forget it|leave it"
    r")" + _END,
    re.IGNORECASE,
)

_WHAT_IS_OPEN = re.compile(
    _BEGIN + r"(?:"
    r"(?:不|别|別|莫|唔)(?:想|要|用|再|打算|准备|準備)?"
    r"(?:弄|办|辦|填|搞|整|报名|報名|报|報|入会|入會|入|加入|加|学|學|上|申请|申請|交|提交|写|寫"
    r"|说|說|查|找|约|約)(?:这个|這個|它|课|課)?(?:了|啦|喇|先|嘞|咯)"
    r"|没兴趣|沒興趣|后悔了|後悔了|反悔了|不感兴趣"
    r"|(?:i )?changed? my mind|(?:i'?m )?not interested|no longer interested"
    r"|(?:i )?(?:don'?t|do not) want (?:to|it|this)"
    r"(?: (?:join|enrol+|sign up|go on|continue|do it))?"
    r"|i'?d rather not|(?:let'?s )?drop (?:it|this)"
    r")" + _END,
    re.IGNORECASE,
)

_LATER = re.compile(
    _BEGIN + r"(?:"
    r"(?:改天|下次|下回|回头|回頭|以后|以後|过几天|過幾天|晚点|晚點|晚些|等会儿?|有空|忙完)"
    r"(?:我)?(?:再)?(?:说|說|来|來|弄|办|辦|报|報|填|看|搞)"
    r"|maybe (?:later|another time|next time)|some other time|(?:i'?ll )?pass|not now|later"
    r"|(?:i'?ll )?(?:do|finish) (?:it|this) later"
    r")" + _END,
    re.IGNORECASE,
)


def leaves(text: str, *, in_form: bool) -> bool:
    """Whether a line only says that its writer leaves what is open.

    In a form "不报了" is said of that form; without one it may be said of a course that was
    signed up for weeks ago.
    """
    plain = text.strip()
    if _ANYWHERE.fullmatch(plain):
        return True
    return in_form and bool(_WHAT_IS_OPEN.fullmatch(plain) or postpones(plain))


def postpones(text: str) -> bool:
    """Whether a line only says that its writer goes on another time."""
    return bool(_LATER.fullmatch(text.strip()))


def steers(text: str) -> bool:
    """Whether it is a word that steers the conversation, whatever a model makes of it."""
    plain = text.strip()
    return leaves(plain, in_form=False) or bool(BACK_WORDS.match(plain)) or wants_back(plain)
