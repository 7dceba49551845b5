"""Words that change or take back what was just handed in: "时间改成周四", "撤回申请"."""

from __future__ import annotations

import re

from bot.steering import LONGEST
from nlu.normalise import fold

_LEAD = (
    r"(?:我|想|要|请|麻烦|帮我|把|能不能|可以|那|还是|也|please |i want to "
    r"|can (?:i|you) |could (?:i|you) |[,. ])*"
)
_MATTER = (
    r"(?:刚才|刚刚|上面|之前)?的?(?:这个|那个|这件|那件|这张)?"
    r"(?:预约|申请|反映|投诉|举报|报告|订单|工单|事情?|单子?)?"
)
_LINE = r"(?:时间|日期|金额|钱数|人数|地址|地点|电话|手机号?|名字|姓名|单位|公司)"
_DAY = r"(?:时间|日子|周|星期|礼拜|明天|后天|下周|下个?月|\d)"

_AMENDS = re.compile(
    rf"{_LEAD}(?:"
    rf"{_MATTER}(?:给我)?(?:撤(?:回|销|了|掉)|取消|不约|不办|别办|不用办|不追究)"
    rf"(?:了|掉|吧|一下)*{_MATTER}[了吧?!. ]*"
    r"|(?:他们|老板|公司|平台|站点).{0,6}[发给结付退](?:给我)?了.{0,12}"
    rf"|{_LINE}(?:写错了|错了|不对)?[, ]*也?(?:改|换|应该|要改)(?:成|到|为|是|一下).{{1,24}}"
    rf"|的?{_LINE}我?[写填说报]?错了[, ]*.{{0,24}}"
    rf"|(?:换|改)(?:成|到|个|一下)?{_DAY}.{{0,12}}"
    r"|(?:change|move|switch|make) (?:it|that|the (?:time|date|amount)) (?:to |into )?.{2,24}"
    r"|(?:cancel|withdraw|take back) "
    r"(?:it|that|my (?:request|booking|report|application|complaint))\W*"
    r")"
)


def amends(text: str) -> bool:
    """Whether a line only says what is to be changed or taken back of what was handed in."""
    return len(text) <= LONGEST and _AMENDS.fullmatch(fold(text)) is not None
