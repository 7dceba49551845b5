"""A firm that has no sign of its own: told by how firms are called, "在鑫源劳务干了三个月"."""

from __future__ import annotations

import re

_BRANCH = (
    "劳务|物流|配送|速运|速递|快运|货运|运输|科技|传媒|建设|建筑|装饰|服务|管理|家政|保洁|物业|环卫|保安"
    "|餐饮|商贸|供应链|人力资源|汽车|租赁"
)

_FIRM = re.compile(
    rf"([^\W\d_a-z]{{2,10}}?)((?:{_BRANCH})+(?:有限|责任|股份|分)*公司|(?:有限|责任|股份)+公司|劳务(?!费|派遣|工|市场|合同|纠纷|关系)"
    r"|物流(?![园师司中点行车港园])|[速快]运(?![到来去往])|集团)"
)

_BEFORE = re.compile(
    r"^.*(?:我们?|咱们?|俺们?|他们?|你们?|老板|人家|现在|之前|以前|原来|在|给|跟|和|替|帮|被|是|叫|从|去|找|有|欠|进|签|就|的)"
)
"""What stands before the name in the sentence."""

_GENERIC = re.compile(
    rf"{_BRANCH}|[一这那某哪有][家个]?|[原前新老总子本该贵小大黑]|别的|其[他它]|另[外一]|当地|本地|外地|正规|私人|皮包|国企|合作|第?三方"
    r"|保险|搬家|外包|派遣|中介|快递|平台|网约车|出租车?|打车|租车|代驾|外卖|送餐|同城|冷链|专线|城市|零担|生鲜|即时|互联网"
    r"|司机|骑手|客运|工程|装修|建筑|食品|电子|什么|东西|中间|啥|家|个|间|楼盘|第|各|两|几|多|所有|自己|母|站点|跨国|上市|游戏|旅游|银行|证券|电信|移动|水务|供电|燃气"
)
"""What any firm may be called: it names none."""

_NO_NAME = re.compile(
    r"[了过着做干当跑送上下班扣要换映于唔喺𠮶啲咗想说问打没不让把到都也还又再能会得离辞交办拖压月天年]"
)
"""What a sentence is made of, and hardly a name."""

_WHO = re.compile(r"[我你他她它们这那个吗些位]")
"""Somebody, so that what follows is no firm's name."""

_PLACE = re.compile(r"[省市区县镇乡村街路]$")


_SAID = re.compile(
    r"(?:单位|公司|东家)(?:名字?|名称)?(?:写|填|说|搞|弄)?(?:错了|不对)?[,. ]*(?:应该)?"
    r"(?:是|叫|改成|改为)(?:叫)?([^\W\d_a-z]{2,20}?)的?(?=[,.!。 ]|$)"
    rf"|(?:(?:^|[,. ])叫|^)([^\W\d_a-z]{{2,12}}(?:{_BRANCH}))(?=[,.!。 ])"
    rf"|(?:^|[,. ])叫([^\W\d_a-z]{{2,12}}(?:{_BRANCH}))$"
)
"""Said to be the firm, in so many words."""


def _is_own(name: str) -> bool:
    """Whether there is more to a name than its line of business."""
    return len(_GENERIC.sub("", name)) >= 2


def employed(folded: str) -> bool:
    """Whether a text only says who its writer works for, and not what they do."""
    return _SAID.match(folded) is not None


def firm(folded: str) -> str | None:
    """The firm that a folded text names by its line of business, "鑫源劳务", or says to be one."""
    said = _SAID.search(folded)
    name = (said[1] or said[2] or said[3]) if said else ""
    named = bool(said and said[1]) or _is_own(name)
    if name and named and not (_NO_NAME.search(re.sub(_BRANCH, "", name)) or _WHO.search(name)):
        return name
    for found in _FIRM.finditer(folded):
        name = _BEFORE.sub("", found[1])
        if _is_own(name) and not _NO_NAME.search(name) and not _PLACE.search(name):
            return name + found[2]
    return None
