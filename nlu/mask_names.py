"""Where a text says what somebody is called: after 我叫, 姓名, 联系人, "my name is" and the like.

A Chinese name is known by its surname, so that "我叫外卖" is none. A name that nothing announces
isn't found.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nlu.slots.names import FULL, HAN, NO_NAME_ENDS, NO_NAMES, SURNAMES

_FOREIGN = rf"{HAN}{{1,10}}(?:[·•]{HAN}{{1,10}})+"
_ENDS = r"(?![\u3400-\u9fffa-z])"
_LATIN_WORD = (
    r"(?!(?:and|from|i|in|at|a|an|the|my|with|of|is|not|but|so|can|want|please|for|on|wrong|"
    r"misspelt|misspelled|spelled|spelt|incorrect|different|missing|working|phone|id|number|"
    r"uber|didi|to|it|as|that|this|was|still|already|now)\b)[a-z][a-z'-]*"
)
_LATIN = rf"{_LATIN_WORD}(?: {_LATIN_WORD}){{0,2}}"
_PINYIN_SURNAMES = (
    "wang|li|zhang|liu|chen|yang|huang|zhao|wu|zhou|xu|sun|ma|zhu|hu|guo|lin|gao|luo|zheng|liang|"
    "xie|song|tang|han|feng|deng|cao|peng|zeng|xiao|tian|dong|yuan|pan|jiang|cai|yu|du|ye|cheng|su|"
    "wei|lu|ding|ren|shen|yao|cui|zhong|tan|fan|jin|shi|liao|jia|xia|fu|fang|bai|zou|meng|qin|qiu"
)
_CALLED = (
    r"我叫|本人叫|名叫|名字(?:叫|是|为|:)|真名|全名|(?:他|她|孩子|儿子|女儿|老婆|老公|媳妇|对象|娃|"
    r"同事|队长|站长|老板|徒弟|朋友|[爸妈哥弟姐妹])(?:的名字)?叫"
)
_LABEL = r"姓名|名字|联系人|收件人|收货人|户名|开户名"
_LABEL_WITH_COLON = rf"{_LABEL}|患者|病人|投保人|被保险人|申请人|报名人|监护人|家长"


def _named(match: re.Match[str]) -> bool:
    return match["it"][:2] not in NO_NAMES


def _introduced(match: re.Match[str]) -> bool:
    """After 我是 and 本人, where a trade or a place may stand as well."""
    return _named(match) and match["it"][-1] not in NO_NAME_ENDS


def _any(_match: re.Match[str]) -> bool:
    return True


SIGNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (re.compile(rf"(?:{_CALLED}|{_LABEL})[是为: ]*(?P<it>{_FOREIGN})"), _any),
    (re.compile(rf"(?:{_LABEL_WITH_COLON}) ?: ?(?P<it>{HAN}{{2,4}}|{_LATIN}){_ENDS}"), _named),
    (re.compile(rf"(?:{_CALLED}|{_LABEL})[是为: ]*(?P<it>{FULL})"), _named),
    (re.compile(rf"(?:{_CALLED}) ?(?P<it>[小老阿]{HAN}){_ENDS}"), _named),
    (re.compile(rf"(?:{_CALLED}) ?(?P<it>{_LATIN})"), _any),
    (
        re.compile(
            rf"(?:本人|我是|我就是|这里是)[: ]?(?P<it>{FULL})"
            r"(?=[^\u3400-\u9fff]|$|男|女|手机|电话|身份证)"
        ),
        _introduced,
    ),
    (re.compile(rf"(?:我|免贵)姓(?P<it>[{SURNAMES}])"), _any),
    (
        re.compile(
            rf"\b(?:my (?:full )?name(?: is|'s)|i am called|i'm called)[: ]+(?P<it>{_LATIN})"
        ),
        _any,
    ),
    (re.compile(rf"\b(?:full )?name ?[:=] ?(?P<it>{_LATIN})"), _any),
    (
        re.compile(
            rf"\b(?:i am|i'm|this is) (?P<it>(?:{_PINYIN_SURNAMES}) "
            r"(?!and\b|from\b|in\b|at\b|a\b|an\b|the\b)[a-z]{2,12})(?=[^a-z]|$)"
        ),
        _any,
    ),
)
"""Each sign's group `it` is the name, if what stands beside it says so, too."""
