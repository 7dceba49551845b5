"""Words that steer a conversation and say nothing else: leave it, go back, a person off again.

They are looked for in the folded text: Simplified, half width, lower case.
"""

from __future__ import annotations

import re

from actions.answers import BACK_WORDS
from bot.handoff import wants_back
from nlu.normalise import fold

_END = (
    r"(?:\s*(?:吧|了|啦|喽|咯|哈|呗|申请|填写|谢谢|please|it|this|thanks|thank you|now|any ?more))*"
    r"[.,!~\s]*"
)

_BEGIN = (
    r"(?:那|哎|唉|嗯|额|呃|ok|well|no|sorry|actually|还是|要不|我|咱|俺|先|暂时"
    r"|这次|今天|现在|[,. ])*"
)

_ANYWHERE = re.compile(
    r"我?(?:"
    r"算了|算啦|取消|退出|停|结束|不弄了|不办了|不填了|不搞了|不要了|不整了"
    r"|不想(?:弄|填|办|搞|整)了"
    r"|(?:算了|算啦|唉|哎)[,.吧 ]*(?:先)?(?:不|别)(?:弄|办|填|搞|入|报)(?:会|名)?"
    r"|(?:先|还是)?(?:不|别)(?:弄|办|填|搞|入|报|加入|申请)(?:会|名)?了?[,.吧 ]*(?:算了|算啦)"
    r"|cancel|stop|quit|exit|never ?mind|forget it|leave it"
    r")" + _END
)

_WHAT_IS_OPEN = re.compile(
    _BEGIN + r"(?:"
    r"(?:不|别|莫|唔)(?:想|要|用|再|打算|准备)?"
    r"(?:弄|办|填|搞|整|报名|报|入会|入|加入|加|学|上|申请|交|提交|写|说|查|找|约)"
    r"(?:这个|它|课)?(?:了|啦|喇|先|嘞|咯)"
    r"|没兴趣|后悔了|反悔了|不感兴趣"
    r"|(?:i )?changed? my mind|(?:i'?m )?not interested|no longer interested"
    r"|(?:i )?(?:don'?t|do not) want (?:to|it|this)"
    r"(?: (?:join|enrol+|sign up|go on|continue|do it))?"
    r"|i'?d rather not|(?:let'?s )?drop (?:it|this)"
    r")" + _END
)

_LATER = re.compile(
    _BEGIN + r"(?:"
    r"(?:(?:又|刚)?(?:来|有|派|接)了?(?:个|一|新|大|张)*(?:活儿?|单子?|生意|客人|货)(?:来了|进来了?|了|啦)?"
    r"[,!. ]*)?(?:我?先(?:忙|去忙|走|撤|跑)(?:了|啦)?[,!. ]*)?"
    r"(?:改天|下次|下回|回头|以后|过几天|晚点|晚些|晚上|等会儿?|待会儿?|一会儿?|有空|忙完|送完)"
    r"(?:我)?(?:再)?(?:说|来|弄|办|报|填|看|搞)"
    r"|maybe (?:later|another time|next time)|some other time|(?:i'?ll )?pass|not now|later"
    r"|(?:i'?ll )?(?:do|finish) (?:it|this) later"
    r")" + _END
)

_GO_ON = re.compile(
    _BEGIN + r"(?:(?:请|可以|想|要)?(?:继续|接着|往下)(?:办|填|说|来|弄|报)?(?:这个|下去)?"
    r"|(?:please )?(?:go on|continue|carry on|resume))" + _END
)


def leaves(text: str, *, in_form: bool) -> bool:
    """Whether a line only says that its writer leaves what is open.

    In a form "不报了" is said of that form; without one it may be said of a course that was
    signed up for weeks ago.
    """
    plain = fold(text)
    if _ANYWHERE.fullmatch(plain):
        return True
    return in_form and bool(_WHAT_IS_OPEN.fullmatch(plain) or _LATER.fullmatch(plain))


def goes_on(text: str) -> bool:
    """Whether a line only says that its writer goes on with what is open."""
    return bool(_GO_ON.fullmatch(fold(text)))


def postpones(text: str) -> bool:
    """Whether a line only says that its writer goes on another time."""
    return bool(_LATER.fullmatch(fold(text)))


def steers(text: str, *, in_form: bool) -> bool:
    """Whether it is a word that steers the conversation, whatever a model makes of it."""
    plain = text.strip()
    return leaves(plain, in_form=in_form) or bool(BACK_WORDS.match(plain)) or wants_back(plain)
