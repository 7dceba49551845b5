"""Where a text says what somebody is called: after 我叫, 姓名, 联系人, "my name is" and the like.

A Chinese name is known by its surname, so that "我叫外卖" is none. A name that nothing announces
isn't found.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳"
    "甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶牟"
    "艾尤阳穆农司卓古吉缪芦麦褚娄窦戚岑景宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬仇栾隋商刁沙"
    "荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|令狐|公孙|慕容|司徒|夏侯|轩辕|端木|南宫|独孤"
_HAN = r"[\u3400-\u9fff]"
# What follows a name without a sign between: 我叫李雷想入会.
_GOES_ON = r"[想要在是的来去有和跟做送跑住男女今电手身报入申问说请能也我你他她已还就不没被从于给,]"
_FULL = rf"(?:(?:{_COMPOUND})|[{_SURNAMES}]){_HAN}(?:(?!{_GOES_ON}){_HAN})?"
_FOREIGN = rf"{_HAN}{{1,10}}(?:[·•]{_HAN}{{1,10}})+"
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
_NO_NAMES = frozenset(
    "马上 周末 常年 方便 安全 高中 金额 时间 时候 明天 明年 路上 路过 全职 全部 单王 单位 应该 "
    "成年 向来 和平 文盲 司机 师傅 农民 农村 车主 车队 车间 白班 白天 解决 管理 包车 老板 老师 "
    "老婆 老公 老乡 老家 大家 大哥 大姐 大爷 小哥 小孩 小时 阿姨 党员 计件 江苏 云南 武汉 温州 "
    "金华 贵州 宁夏 马路 安徽 鲁南 冷链 石油 连锁 房东 商家 查一 查下 关节 关于 关联".split()
)
_NO_NAME_ENDS = "人店站区县市省路员工师车班货餐单"


def is_name(text: str) -> bool:
    """Whether a text is a Chinese name and, by all signs, nothing else."""
    known = text[:2] in _NO_NAMES or text[-1:] in _NO_NAME_ENDS
    return re.fullmatch(_FULL, text) is not None and not known


def _named(match: re.Match[str]) -> bool:
    return match["it"][:2] not in _NO_NAMES


def _introduced(match: re.Match[str]) -> bool:
    """After 我是 and 本人, where a trade or a place may stand as well."""
    return _named(match) and match["it"][-1] not in _NO_NAME_ENDS


def _any(_match: re.Match[str]) -> bool:
    return True


SIGNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (re.compile(rf"(?:{_CALLED}|{_LABEL})[是为: ]*(?P<it>{_FOREIGN})"), _any),
    (re.compile(rf"(?:{_LABEL_WITH_COLON}) ?: ?(?P<it>{_HAN}{{2,4}}|{_LATIN}){_ENDS}"), _named),
    (re.compile(rf"(?:{_CALLED}|{_LABEL})[是为: ]*(?P<it>{_FULL})"), _named),
    (re.compile(rf"(?:{_CALLED}) ?(?P<it>[小老阿]{_HAN}){_ENDS}"), _named),
    (re.compile(rf"(?:{_CALLED}) ?(?P<it>{_LATIN})"), _any),
    (
        re.compile(
            rf"(?:本人|我是|我就是|这里是)[: ]?(?P<it>{_FULL})"
            r"(?=[^\u3400-\u9fff]|$|男|女|手机|电话|身份证)"
        ),
        _introduced,
    ),
    (re.compile(rf"(?:我|免贵)姓(?P<it>[{_SURNAMES}])"), _any),
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
