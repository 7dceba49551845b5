"""The trade a person works in, and the platform or firm."""

from __future__ import annotations

import re

from nlu.slots.model import Sector

# Platform as it is called, how it is written, the trade it stands for.
_PLATFORMS: tuple[tuple[str, str, Sector | None], ...] = (
    ("美团", r"美团|小袋鼠|meituan|美團|mei tuan", "food_delivery"),
    ("饿了么", r"饿了[么吗嘛]|饿百|蓝骑士|蜂鸟|ele\.?me\b|eleme", "food_delivery"),
    ("达达", r"达达|dada\b", "food_delivery"),
    ("京东", r"京东(?!物流)|\bjd\b(?! logistics)|jingdong", None),
    ("顺丰", r"顺丰|\bsf(?: express)?\b|shunfeng", "express"),
    ("京东物流", r"京东物流|jd logistics", "express"),
    ("中通", r"中通|\bzto\b", "express"),
    ("圆通", r"圆通|\byto\b", "express"),
    ("申通", r"申通|\bsto\b", "express"),
    ("韵达", r"韵达|yunda", "express"),
    ("极兔", r"极兔|j&t|jitu\b", "express"),
    ("邮政", r"中国邮政|\bems\b|邮政", "express"),
    ("德邦", r"德邦|deppon", "express"),
    ("菜鸟", r"菜鸟(?!期|一)|丹鸟|cainiao", "express"),
    ("闪送", r"闪送|shansong|flashex", "express"),
    ("滴滴", r"滴滴|\bdidi\b|花小猪", "ride_hailing"),
    ("高德", r"高德打车", "ride_hailing"),
    ("曹操出行", r"曹操(?:出行|专车)?|caocao", "ride_hailing"),
    ("T3出行", r"t3(?:出行)?", "ride_hailing"),
    ("哈啰", r"哈啰|哈罗|hellobike", "ride_hailing"),
    ("首汽约车", r"首汽|shouqi", "ride_hailing"),
    ("货拉拉", r"货拉拉|huolala|lalamove", "freight"),
    ("满帮", r"满帮|运满满|货车帮|manbang", "freight"),
    ("快狗", r"快狗", "freight"),
    ("叮咚买菜", r"叮咚", "food_delivery"),
    ("朴朴", r"朴朴|pupu", "food_delivery"),
    ("盒马", r"盒马|hema\b|freshippo", "food_delivery"),
    ("肯德基宅急送", r"宅急送|肯德基", "food_delivery"),
    ("UU跑腿", r"uu跑腿", "food_delivery"),
)
_PLATFORM_SIGNS = tuple((name, re.compile(sign), trade) for name, sign, trade in _PLATFORMS)
_SECTORS: tuple[tuple[Sector, re.Pattern[str]], ...] = (
    (
        "food_delivery",
        re.compile(
            r"外卖|外麦|外mai|送餐|送饭|骑手|众包|专送|跑单的|跑腿|配送员|外送|食物配送|"
            r"送外|wai ?mai|"
            r"food (?:delivery|platform|courier|rider)|deliver(?:ing)? (?:food|meals)|"
            r"meal delivery|takeaway|takeout|\briders?\b"
        ),
    ),
    (
        "express",
        re.compile(
            r"快递|快件|快遞|派件|收件员|送包裹|驿站站员|分拣|速递|小哥送件|揽件|kuai ?di|"
            r"parcels?|packages?|express (?:courier|delivery|driver)|\bcouriers?\b"
        ),
    ),
    (
        "ride_hailing",
        re.compile(
            r"网约车|网約车|专车司机|开专车|快车|顺风车|代驾|打车平台|跑车的|拉客|出租车|"
            r"的士|的哥|的姐|ride[- ]?hail\w*|taxi|cab driver|drive passengers|uber"
        ),
    ),
    (
        "freight",
        re.compile(
            r"货车|卡车|半挂|拉货|货运|大车司机|开大车|跑长途|跑货|卡友|挂车|面包车拉|"
            r"物流司机|大货|冷链|truck\w*|lorry|freight|haul\w*|cargo"
        ),
    ),
    (
        "other",
        re.compile(
            r"保洁|环卫|扫大街|扫马路|清洁工|家政|月嫂|保姆|钟点工|护工|护理员|保安|门卫|"
            r"工地|建筑工|装修|木工|瓦工|水电工|厂里|工厂|车间|流水线|服务员|店员|收银|理发|"
            r"美容|育婴|"
            r"cleaners?|sanitation|street sweep\w*|domestic work\w*|nanny|carer|care worker|"
            r"security guard|construction|factory|waiter|waitress|housekeep\w*"
        ),
    ),
)


def platform(folded: str) -> str | None:
    """The platform or firm that a folded text names, as it is called in Chinese."""
    for name, sign, _ in _PLATFORM_SIGNS:
        if sign.search(folded):
            return name
    return None


def sector(folded: str) -> Sector | None:
    """The trade that a folded text names, else the one its platform stands for."""
    first: tuple[int, Sector] | None = None
    for name, sign in _SECTORS:
        match = sign.search(folded)
        if match is not None and (first is None or match.start() < first[0]):
            first = (match.start(), name)
    if first is not None:
        return first[1]
    for _, sign, trade in _PLATFORM_SIGNS:
        if trade is not None and sign.search(folded):
            return trade
    return None
