"""Words that steer a conversation and say nothing else: leave it, go back, a person off again.

They are looked for in the folded text: Simplified, half width, lower case.
"""

from __future__ import annotations

import re

from actions.answers import BACK_WORDS
from actions.fields import LATER_WORDS
from bot.handoff import wants_back
from nlu.normalise import fold

_END = (
    r"(?:\s*(?:吧|了|啦|喽|咯|哈|呗|申请|填写|谢谢|please|it|this|thanks|thank you|now|any ?more))*"
    r"[.,!~\s]*"
)

_BEGIN = (
    r"(?:那|哎|唉|嗯|额|呃|好的?|行|ok|well|no|sorry|actually|还是|要不|我|咱|俺|先|暂时"
    r"|这次|今天|现在|[,. ])*"
)

_DONE_WITH = (
    r"弄|办|填|搞|整|入|报|告|讨|追|要|约|预约|退|删|申请|反映|举报|投诉|维权|学|交|等"
    r"|麻烦(?:你们?)?"
)
"""What somebody no longer does who gives a matter up; `说` may be said of more than a matter."""

_GIVEN_UP = (
    r"算了|算啦|取消|退出|停|结束|不弄了|不办了|不填了|不搞了|不要了|不整了"
    r"|不想(?:弄|填|办|搞|整)了"
    rf"|(?:算了|算啦|唉|哎)[,.吧 ]*(?:先)?(?:不|别)(?:想|要)?(?:{_DONE_WITH})(?:会|名|课)?"
    r"|(?:先|还是)?(?:不|别)(?:弄|办|填|搞|入|报|加入|申请)(?:会|名)?了?[,.吧 ]*(?:算了|算啦)"
    r"|(?:都|先|那)?(?:不|别|唔)(?:想|要)?(?:退|取消|删|注销)(?:课|会)?(?:了|先)?"
    r"|唔[搞做办报弄]住(?:先|喇|啦)*"
    r"|cancel|stop|quit|exit|never ?mind|nvm|forget (?:about )?it|leave it"
)
_ANYWHERE = re.compile(
    r"(?:那|就|我|俺|还是|哎|唉|嗯|[,. ])*"
    rf"(?:(?:{_GIVEN_UP})(?:吧|了|啦|[,. ])*){{1,3}}" + _END
)

_DROPS = (
    r"算了|算啦|nvm|never ?mind|forget it|(?:不|别|莫|唔)(?:想|要|用|再|打算|准备)?"
    r"(?:弄|办|填|搞|整|报名|报|入会|入|加入|加|学|上|申请|交|提交|写|说|聊|查|找|约|预约|告|讨|追|退|删"
    r"|反映|举报|投诉)"
    r"(?:这个|它|课)?(?:了|啦|喇|先|嘞|咯)"
    r"|(?:太|有点|这么|好|忒|老)贵(?:了|啊|呀|啦|喇)?"
    r"|(?:算了|算啦)[, ]*不[说聊]了|没兴趣|后悔了|反悔了|不感兴趣"
    r"|(?:i )?changed? my mind|(?:i'?m )?not interested|no longer interested"
    r"|(?:i )?(?:don'?t|do not) want (?:to|it|this)"
    r"(?: (?:join|enrol+|sign up|go on|continue|do it))?"
    r"|i'?d rather not|(?:let'?s )?(?:drop|skip) (?:it|this)"
)

_WHAT_IS_OPEN = re.compile(_BEGIN + f"(?:{_DROPS})" + _END)

_CALLED_AWAY = (
    r"(?:又|刚|正好)?(?:来|有|派|接|到|抢|进)(?:了?(?:个|一|新|大|张|好几)+|了)"
    r"(?:活儿?|单子?|订单|生意|客人?|货|乘客)(?:来了|进来了?|要送|了|啦)?"
    r"|(?:又|刚|正好)?(?:来|有|派|接|到|抢|进)(?:活儿?|单子?|订单|生意|客人?|货|乘客)"
    r"(?:来了|进来了?|要送|了|啦)"
    r"|(?:单子?|活儿?|客人?|乘客)(?:来了?|到了?|要超时|快超时|等着)(?:了|呢)?"
    r"|我?(?:先|得|要|该|去|现在)+(?:忙|走|撤|跑|送|取餐|拉货|上楼|干活|开车|出车|接娃)"
    r"(?:这单|一单|个?单|货|餐|活|了|啦|去)*"
    r"|(?:在|正)?(?:骑车|开车|送餐|送货|忙)(?:着|呢)+|(?:没|冇)(?:空|时间|功夫|工夫)(?:弄|填|搞|写)?|顾不上"
    r"|(?:i )?(?:just )?(?:got|have|'ve got|there'?s) (?:an?|another|a new|new) "
    r"(?:order|job|ride|delivery|fare|passenger)|(?:an? )?(?:new )?order(?: just)? came in"
    r"|(?:i )?(?:'ve )?(?:gotta|got to|have to|need to|must) (?:go|run|drive|ride|deliver|work)"
    r"|gtg|brb|(?:i'?m )?(?:busy|driving|riding)|no time"
)
"""The next order, or the road: what is open has to wait."""

_ANOTHER_TIME = (
    r"(?:等|过)?(?:我|咱|俺)?(?:"
    r"(?:改天|改日|下次|下回|回头|以后|之后|后面|后边|往后|过几天|过两天|过阵子|晚点|晚些|晚上|等会儿?|待会儿?"
    r"|过?一会儿?|过会儿?|有空|得空|空了|闲了|闲下来|歇下来|忙完|送完|跑完)(?:了|的时候|后)?(?:我|咱|俺)?再?"
    r"|(?:明天|明早|今晚|下班|收工|收车|到家|回家|回去|吃完饭)(?:了|之后|以后|的时候|后)?(?:我|咱|俺)?再"
    r")(?:说|来|弄|办|报|填|看|搞|整|继续|接着)(?:这个)?"
    r"|(?:等|待|过)(?:会儿?|一?下|一会儿?)|一会儿?|晚点儿?|回头|改天|明儿|等我?有空"
    r"|下次|下回|改日|(?:迟|晚)啲(?:先|再讲|再讲啦)?"
    r"|先(?:放|搁|存|留)(?:着|一放|一下|这儿|那儿)+|先这样"
    r"|(?:让我|我|容我)?(?:再|先)?(?:想想|想一想|考虑一?下?|考虑考虑|琢磨琢磨)(?:再说)?"
    r"|maybe (?:later|another time|next time)|some other time|(?:i'?ll )?pass|not now|later"
    r"|(?:i'?ll )?(?:do|finish) (?:it|this) later|talk later"
)

_GAP = r"(?:了|啦|吧|哈|哦|先|right now|[,!. ])*"
_LATER = re.compile(
    _BEGIN
    + f"(?:(?:{_DROPS}){_GAP})?"
    + f"(?:(?:{_CALLED_AWAY}|{_ANOTHER_TIME}){_GAP})"
    + f"(?:{_BEGIN}(?:{_CALLED_AWAY}|{_ANOTHER_TIME}|{_DROPS}){_GAP}){{0,2}}"
    + _END
)

_THING = r"(?:这个|这些|这|那个|那些|它|我的?|身份证|电话|手机|号码?|地址|名字|住哪|位置|定位)*"
_PARTICLES = r"(?:的|呀|啊|呢|嘛|吗|不|哦|了|[?!,. ])*"
_WHY = re.compile(
    _BEGIN + r"(?:你们?|干嘛|怎么)*(?:"
    rf"(?:为什么|为啥|为咩|凭啥|凭什么)(?:还|非|一定)?(?:要|得)?(?:填|问|写|给|知道|用|交|看|拍)?{_THING}"
    rf"|(?:问|填|要|写|给){_THING}(?:干嘛|干啥|干什么|做什么|做咩|啥用|有啥用|有什么用|干啥用|做什么用)"
    rf"|{_THING}(?:是)?(?:干嘛|干啥|干什么|做什么|有啥|有什么)用"
    rf"|{_THING}(?:安不安全|安全|保密|保不保密)|{_THING}(?:会不会|会|不会)(?:泄露|外泄|泄漏|传出去|卖给别人)"
    rf"|{_THING}(?:会不会|会|不会)(?:告诉|让|给|被)(?:我)?(?:们)?(?:老板|站长|平台|公司|单位|站点)(?:知道|看到|看见)?"
    rf"|(?:老板|站长|平台|公司|单位|他们|站点)(?:会不会|会|能不能|能)(?:知道|看到|看见|发现|查到)(?:是我|我)?"
    r"(?:举报|投诉|告|反映|说|写|入会|加入)?(?:的|了)?"
    r"|(?:举报|投诉|反映)?(?:能不能|可不可以|可以|能|会不会)?匿名(?:举报|投诉|反映|可以|行|的)*"
    r"|(?:is (?:this|it) |can (?:i|it) (?:be |stay )?)anonymous"
    rf"|{_THING}(?:都)?(?:有)?谁(?:能|会|可以)?看(?:到|得到|见){_THING}"
    r"|why(?: do you (?:need|want|ask(?: for)?)(?: (?:that|this|it|my \w+(?: \w+)?))?)?"
    r"|what(?:'s| is) (?:that|this|it) for|what for"
    r"|who (?:sees|can see|will see|gets) (?:this|that|it)"
    r"|is (?:this|that|it) (?:safe|private|confidential|secure)"
    r"|(?:will|does|can) (?:my |the )?(?:boss|company|platform|employer) (?:see|know|find out)"
    r"(?: (?:this|it|about (?:this|it)))?"
    r")" + _PARTICLES
)

_TONGUE = r"(?:中文|汉语|普通话|国语|英文|英语|粤语|广东话|白话|繁体|简体)字?"
_MAY = r"(?:请|能不能|可不可以|可以|能|我要|我想|想|麻烦|你|您|会|唔该|[, ])*"
_SO = r"(?:说|讲|回复?|聊|行不行|得唔得|可以|吧|吗|嘛|不|啦|[?!., ])*"
_LANGUAGE = re.compile(
    rf"{_MAY}(?:换|切换|改|转|变|说|讲|用|回)(?:成|回|到|为)*{_TONGUE}{_SO}"
    rf"|{_TONGUE}(?:版|模式|说|讲|回复?|行不行|得唔得|可以吗){_SO}"
    r"|(?:(?:can|could|do|will) (?:you|we|u) |please |i want (?:to )?|let'?s )*"
    r"(?:change|switch|speak|talk|answer|reply|write|use|in)(?: (?:to|in|the language|me))* "
    r"(?:english|chinese|mandarin|cantonese)(?: please)?[?!. ]*"
    r"|(?:english|chinese|mandarin|cantonese),? please[?!. ]*"
)
"""A language's name alone may be that of a course."""

_AT = re.compile(
    r"(?:我|俺|咱|人|就|现在|刚|正|还)*(?:在|喺|到|蹲在|躲在|站在)了?[^,.!?;]{1,9}"
    r"(?:这儿|这里|这边|那边|附近|旁边|避雨|躲雨|等单|等餐|呢|了)*[.!~ ]*"
)
_EDGE = re.compile(
    r"桥[上边头]|栏杆|护栏|天台|[楼屋]顶|顶楼|阳台|窗|江|河|湖|海|水库|铁[路轨]|轨道|悬|崖|井|坟|墓|塔吊|高处|边上"
    r"|死|哭|血|疼|痛|难受|想|怕|刀|药|晕|救|打|抖|崩|绝|喝|吞|割|烧|流|吐|黑|一个人|医院|急诊"
)
"""The edge of something, or more than a place."""

LONGEST = 40
"""Characters of a line that says nothing else."""

_GO_ON = re.compile(
    _BEGIN + r"(?:(?:请|可以|想|要)?(?:刚才|刚刚|之前|上次)?(?:的|那个|那件|那张表)?(?:请|就)?"
    r"(?:继续|接着|往下)"
    r"(?:办|填|说|来|弄|报|预约|约|申请|报名|填写|办理)?(?:这个|下去)?"
    r"|(?:please )?(?:go on|continue|carry on|resume))" + _END
)


def leaves(text: str, *, in_form: bool) -> bool:
    """Whether a line only says that its writer leaves what is open.

    In a form "不报了" is said of that form; without one it may be said of a course that was
    signed up for weeks ago.
    """
    plain = _short(text)
    if _ANYWHERE.fullmatch(plain):
        return True
    return in_form and bool(_WHAT_IS_OPEN.fullmatch(plain) or _LATER.fullmatch(plain))


def tells_where(text: str) -> bool:
    """Whether a line only says where its writer is, and not on the edge of anything."""
    plain = _short(text)
    return bool(_AT.fullmatch(plain)) and not _EDGE.search(plain)


def goes_on(text: str) -> bool:
    """Whether a line only says that its writer goes on with what is open."""
    return bool(_GO_ON.fullmatch(fold(text)))


def asks_language(text: str) -> bool:
    """Whether a line only says in which language its writer wants to be answered."""
    plain = _short(text)
    return len(plain) > 1 and bool(_LANGUAGE.fullmatch(plain))


def asks_why(text: str) -> bool:
    """Whether a line in a form only asks what for, or who will see it."""
    return bool(_WHY.fullmatch(_short(text)))


def postpones(text: str) -> bool:
    """Whether a line only says that its writer goes on another time."""
    return bool(_LATER.fullmatch(_short(text)))


def steers(text: str, *, in_form: bool) -> bool:
    """Whether it is a word that steers the conversation, whatever a model makes of it."""
    plain = text.strip()
    words = BACK_WORDS.match(plain) or LATER_WORDS.match(plain)
    return leaves(plain, in_form=in_form) or bool(words) or wants_back(plain)


def _short(text: str) -> str:
    """The folded line; nothing of one that is too long to say nothing else."""
    plain = fold(text[: 2 * LONGEST])
    return plain if len(plain) <= LONGEST else ""
