"""Names: a Chinese one is known by its family name; whose it is, by what stands before it."""

from __future__ import annotations

import re

from nlu.normalise import fold

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳"
    "甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶牟"
    "艾尤阳穆农司卓古吉缪芦麦褚娄窦戚岑景宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬仇栾隋商刁沙"
    "荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|令狐|公孙|慕容|司徒|夏侯|轩辕|端木|南宫|独孤"
HAN = r"[\u3400-\u9fff]"
# What follows a name without a sign between: 我叫李雷想入会.
_GOES_ON = r"[想要在是的来去有和跟做送跑住男女今电手身报入申问说请能也我你他她已还就不没被从于给,]"
FULL = rf"(?:(?:{_COMPOUND})|[{SURNAMES}]){HAN}(?:(?!{_GOES_ON}){HAN})?"
NO_NAMES = frozenset(
    "马上 周末 常年 方便 安全 高中 金额 时间 时候 明天 明年 路上 路过 全职 全部 单王 单位 应该 "
    "成年 向来 和平 文盲 司机 师傅 农民 农村 车主 车队 车间 白班 白天 解决 管理 包车 老板 老师 "
    "老婆 老公 老乡 老家 大家 大哥 大姐 大爷 小哥 小孩 小时 阿姨 党员 计件 江苏 云南 武汉 温州 "
    "金华 贵州 宁夏 马路 安徽 鲁南 冷链 石油 连锁 房东 商家 查一 查下 关节 关于 关联".split()
)
NO_NAME_ENDS = "人店站区县市省路员工师车班货餐单"


def is_name(text: str) -> bool:
    """Whether a text is a Chinese name and, by all signs, nothing else."""
    known = text[:2] in NO_NAMES or text[-1:] in NO_NAME_ENDS
    return re.fullmatch(FULL, text) is not None and not known


_WORDS_OF_SENTENCES = re.compile(r"[没了不是有的吗呢吧啊在这那就都也还很太多少号点事要说给]")
"""Signs of a short sentence that begins like a family name ("钱没了"); some stand in names, too."""


def is_only_name(text: str) -> bool:
    """Whether a text is a Chinese name although nobody asked for one, and can be nothing else."""
    return is_name(text) and _WORDS_OF_SENTENCES.search(text) is None


_SAID = re.compile(
    r"(?:(?<![帮给替])我叫|(?:我的?|姓)名字?[叫是:： ]+|名字[叫是:： ]+)\s*([一-鿿·]{2,15}?)"
    r"(?=[，,。.、！!；;\s]|$)"
    r"|(?:my name is|i am called)\s+([a-z][a-z'\-]+(?: [a-z][a-z'\-]+){0,3}?)"
    r"(?=[,.!]|$| and | from | in )",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:(?<=[，,。.、！!；; ])叫|^叫)\s*([一-鿿·]{2,4})(?=[，,。.、！!；;\s]|$)"
    r"|^([一-鿿·]{2,4})[，,、\s]+(?:我的?|的)?(?:电话|手机|号码|联系方式|1[3-9]\d{9})"
)
"""What may name somebody: so it is taken only for what looks like a name."""


_CALLED = frozenset("人工 外卖 快递 跑腿 滴滴 救护车 家人 朋友 同事 老板 站长".split())
"""What one calls that is nobody's name."""


def said(text: str) -> str | None:
    """The name that a text, as it was written, gives for its writer."""
    found = _SAID.search(text)
    if found and found[1] not in _CALLED:
        return found[1] or found[2]
    found = _NAMED.search(text)
    name = (found[1] or found[2]) if found else None
    return name if name and is_name(fold(name)) else None
