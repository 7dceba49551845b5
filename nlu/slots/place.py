"""Where: a place or a region of the store's names, else a place as the rider wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.slots.place_names import REGIONS, Found, PlaceNames

# Words that end a place's name; the name itself is at most eight characters before.
_SUFFIX = (
    "街道|大街|大道|路口|路|街|巷|胡同|广场|万达|吾悦|银泰|商场|商城|商圈|超市|"
    "市场|菜场|步行街|地铁站|火车站|高铁站|汽车站|车站|站台|机场|小区|花园|新村|"
    "社区|村|镇|"
    "大厦|写字楼|中心|大学|学院|学校|中学|小学|医院|公园|大桥|桥头|桥|码头|口岸|"
    "工业园|产业园|科技园|园区|开发区|新区|经开区|经区|高新区|区|县|城|碑|屯|湾|庙|"
    "寺|门|soho"
)
_NEAR = (
    "附近|旁边|边上|那边|这边|那块|这块|那片|这片|一带|周边|周围|跟前|门口|对面|"
    "楼下|里面|后面|前面|隔壁|左近|那儿|这儿|那头|这头|旁"
)
_LEAD = re.compile(
    r"^(?:我|俺|我们|咱|人|现在|目前|正|刚|刚好|就|还)*(?:在|喺|到|住|跑|送到|来到|"
    r"停在|困在|去|搁|蹲在|离|靠近|路过|从)|^(?:请问|麻烦|帮我|给我|查|查查|找|搜|"
    r"看看|有没有|问下|问一下|那|那么|这个?|那个?|哪个?|想|要|的|了|有|是)+"
)
# Who is "over there" and refuses is an office, no place: "财务那边一直拖".
_SPEAKS = (
    r"(?:说|讲|不(?:给|肯|让|管|理|批|认|发|退|结)|没(?!有)|一直|老是|拖|催|回复|答复|答应|通知|推)"
)
_NAMED = re.compile(
    rf"([\u4e00-\u9fffa-z0-9]{{1,10}}?(?:{_SUFFIX}))(?:{_NEAR}|上?(?:有|哪|的|能|可|找)|,|\?|!|$| )"
)
_BEFORE_NEAR = re.compile(rf"([\u4e00-\u9fff]{{2,8}}?)(?:的)?(?:{_NEAR})(?!{_SPEAKS})")
_I_AM_AT = re.compile(
    r"(?:我|人|现在|俺)(?:现在|刚|正)?(?:在|到了?)([\u4e00-\u9fff]{2,8}?)(?:等|跑|"
    r"送|歇|呢|,| |\?|$|这|那|附近)"
)
_FROM = re.compile(r"离([\u4e00-\u9fff]{2,8}?)(?:最?近|不远|多远|远不远)")
_ENGLISH = re.compile(
    r"\b(?:near|around|at|by|close to|next to|opposite|in)(?! hospital)(?: the)? "
    r"(?!(?:my|our|your|his|her|their|this|that|an?|any|some|each|every|one|rest|middle)\b)"
    r"((?:[a-z0-9'-]+ ){0,3}?(?:road|street|st|avenue|square|mall|"
    r"plaza|station|park|hospital|university|gate|market|district|bridge|tower|"
    r"subdistrict|centre|center))\b"
)
_NO_PLACE = re.compile(
    r"^(?:哪|啥|什么|那|这|有|没|能|可|地|个|点|找|最|就|离|请|周|附|路|街|门|站|桥|"
    r"我|你|他|工会|驿站|服务站|休息站|充电|换电|厕|公厕|加油|站里|站点|马路|半路|"
    r"区|城|这里|那里|网络|手机|车|电|单位|公司|平台|家|店|商家|老板)"
    r"(?:.{0,3})$|哪|什么|怎么|有没有|没有|能不能|可以|厕所|充电|休息|驿站|公厕|"
    r"工会|地方|最近|多少|吃饭|喝水|学校里|上班|公司|会员|不在|老被|申请|登记|平台|"
    r"^.?(?:园区|小区|社区|工地)$|关门|开门|几点|手机|没电|快没|[给把们让帮说无了着是去还]|送单|跑单|扫马路|第.{1,2}[个家]|"
    r"(?:医保|社保|保险|报销|工资|费用|待遇|福利|补贴|政策|流程|手续|材料|合同|卡|订单|单子|"
    r"系统|后台|群|财务|客服|人事|[站队组班店]长|领导|经理|医生|大夫|律师|老师|老婆|家里|亲戚)$"
)
# "北京东路", "青岛啤酒": the region only gave its name.
_NAMED_AFTER = re.compile(
    r"[东西南北中]{0,2}(?:路(?![边口过人况面段])|街(?![道上边头])|大[街道厦]|巷|饭店|酒店|烤鸭|啤酒|卫(?!生)|门(?![店口诊卫])|时间)"
    r"| (?:\w+ )?(?:road|rd|street|st|avenue)\b"
)


def read(folded: str, names: PlaceNames) -> tuple[str | None, str | None]:
    """The place and the region that a folded text names, in the store's own names if known.

    A street or landmark makes the place; a province, city or district the region, and the place
    too where nothing smaller is named.
    """
    known = [
        f
        for f in names.find(folded)
        if f.place.kind not in REGIONS or not _NAMED_AFTER.match(folded, f.end)
    ]
    region = _region(known)
    small = [f for f in known if f.place.kind not in REGIONS]
    if small:
        return max(small, key=lambda f: f.end - f.start).place.name, region
    written = _written(folded, known)
    if written is not None:
        return written, region
    district = next((f for f in known if f.place.kind == "district"), None)
    return (district.place.name if district else None), region


def _region(known: Sequence[Found]) -> str | None:
    ranks = {"district": 0, "city": 1, "province": 2}
    regions = [f for f in known if f.place.kind in ranks]
    regions.sort(key=lambda f: (ranks[f.place.kind], f.start))
    return regions[0].place.name if regions else None


def _written(folded: str, known: Sequence[Found]) -> str | None:
    """A place that the store doesn't know, by the way it is spoken of."""
    rest = folded
    for f in sorted(known, key=lambda f: -f.start):
        # "威海经区人民广场": the region is not part of the landmark's name.
        rest = rest[: f.start] + " " + rest[f.end :]
    for pattern in (_I_AM_AT, _NAMED, _BEFORE_NEAR, _FROM):
        for match in pattern.finditer(rest):
            name = _trimmed(match[1])
            if name is not None:
                return name
    english = _ENGLISH.search(folded)
    if english is not None:
        return english[1].strip()
    return None


def _trimmed(name: str) -> str | None:
    while (shorter := _LEAD.sub("", name)) != name:
        name = shorter
    if len(name) < 2 or _NO_PLACE.search(name):
        return None
    return name
