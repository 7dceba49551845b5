"""The trade a person works in, and the platform or firm."""

from __future__ import annotations

import re

from nlu.slots.model import Sector

# Platform as it is called, how it is written, the trade it stands for.
_PLATFORMS: tuple[tuple[str, str, Sector | None], ...] = (
    ("美团", r"(?<!最)美团(?!队)|小袋鼠|meituan|mei tuan", "food_delivery"),
    (
        "饿了么",
        r"饿了么|(?<![我你他她都])饿了[吗嘛没](?=骑手|专送|众包|平台|外卖|配送| |$)"
        r"|俄了么|饿百|蓝骑士|蜂鸟|ele\.?me\b|eleme",
        "food_delivery",
    ),
    ("达达", r"(?<!到)达达(?![州县])|dada\b", "food_delivery"),
    ("京东物流", r"京东(?:物流|快递)|jd logistics", "express"),
    ("京东", r"(?<![北南])京东(?!上?买|[白金])|\bjd\b|jingdong", None),
    ("顺丰", r"顺丰|顺风(?=快递|速运|小哥)|\bs\.f\.|\bsf\b|shunfeng", "express"),
    ("中通", r"(?<![群空其途手文])中通(?![知过道话报行])|\bzto\b", "express"),
    ("圆通", r"圆通(?![寺山])|\byto\b", "express"),
    ("申通", r"申通|\bsto\b", "express"),
    ("韵达", r"韵[达大]|yunda", "express"),
    ("极兔", r"极[兔免]|j&t|jitu\b", "express"),
    ("邮政", r"邮政(?!卡|储蓄|银行|编码)|\bems\b", "express"),
    ("德邦", r"德邦|deppon", "express"),
    ("菜鸟", r"菜鸟(?!期|一)|丹鸟|cainiao", "express"),
    ("闪送", r"闪送|shansong|flashex", "express"),
    ("滴滴", r"[滴嘀]{2}(?!答)|\bdidi\b|花小猪", "ride_hailing"),
    ("高德", r"高德打车", "ride_hailing"),
    ("曹操出行", r"(?<!说)曹操(?:出行|专车)?(?!到)|caocao", "ride_hailing"),
    ("T3出行", r"\bt3(?![a-z0-9]|航站|号|楼)", "ride_hailing"),
    ("哈啰", r"哈啰|哈罗|hellobike", "ride_hailing"),
    ("首汽约车", r"首汽|shouqi", "ride_hailing"),
    ("货拉拉", r"货[拉啦]{2}|huolala|lalamove", "freight"),
    ("满帮", r"满帮|运满满|货车帮|manbang", "freight"),
    ("快狗", r"快狗", "freight"),
    ("叮咚买菜", r"叮咚", "food_delivery"),
    ("朴朴", r"朴朴|pupu", "food_delivery"),
    ("盒马", r"盒马|hema\b|freshippo", "food_delivery"),
    ("肯德基宅急送", r"宅急送|肯德基", "food_delivery"),
    ("UU跑腿", r"uu跑腿", "food_delivery"),
)
# "盒马旁边" is where somebody is, not whom they work for.
_NEXT_TO = r"(?!(?:店|驿站|超市)?(?:门口|旁|附近|对面|楼下|隔壁|边上|跟前|吃))"
_PLATFORM_SIGNS = tuple(
    (name, re.compile(f"(?:{sign}){_NEXT_TO}"), trade) for name, sign, trade in _PLATFORMS
)
# Trades of other people: who is met, what is ordered, what one is hit by or wants to learn.
_OTHERS = re.compile(
    r"[点叫订买][了的个份过]{0,2}外卖|外卖(?:还?没到|凉了|冷了|柜)|[取寄拿收查][个了]?快递|快递(?:柜|费|到哪)|我的快递(?![员公站小])"
    r"|[区场厦店]保安|(?:保安|门卫|服务员|店员|收银员?)(?:不让|拦|骂|打|态度|说|不给)"
    r"|被.{0,4}(?:出租车?|[货卡]车|快递车|网约车|面包车|外卖车)(?:给)?[撞刮蹭碰追]"
    r"|(?:出租车?|[货卡]车|网约车)(?:司机)?[撞刮蹭]"
    r"|快车道|[我你他她们]的[哥姐士]|送外[婆公孙甥地]|(?:不想|不用|懒得|少|白)跑腿"
    r"|骑手 ?(?:驿站|之家|服务站|食堂)|(?:家政|月嫂|护工|育婴|保洁)[员师]?的?(?:课|培训|班|证)"
    r"|附近.{0,3}(?:工厂|工地)"
    r"|(?:benefits?|welfare|pay|wage|insurance|aid) packages?|factory reset|under construction"
    r"|riders?'? (?:station|rest|stop)|(?:hit|struck|knocked down) by an? \w+"
    r"|(?:truck|taxi|lorry|cab) hit"
)
_SECTORS: tuple[tuple[Sector, re.Pattern[str]], ...] = (
    (
        "food_delivery",
        re.compile(
            r"外卖|外麦|外mai|送餐|送饭|骑手|众包|专送|跑单的|跑腿|配送员|外送|食物配送|"
            r"送外|"
            r"food (?:delivery|platform|courier|rider)|deliver(?:ing)? (?:food|meals)|"
            r"meal delivery|takeaway|takeout|\briders?\b"
        ),
    ),
    (
        "express",
        re.compile(
            r"快递|快件|快遞|派件|收件员|送包裹|驿站站员|分拣|速递|小哥送件|揽件|"
            r"parcels?|packages?|express (?:courier|delivery|driver)|\bcouriers?\b"
        ),
    ),
    (
        "ride_hailing",
        re.compile(
            r"网约车|网約车|专车司机|[开跑]专车|快车|顺风车|代驾|打车平台|跑车的|拉客|出租(?![屋房给])|"
            r"的士|的哥|的姐|ride[- ]?hail\w*|taxi|cab driver|drive passengers|\buber\b"
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


_DENIED = re.compile(
    r"(?:不是|并非|不在|离开了?)[^,.。是叫]{1,8}(?=[,.。 ]*(?:了|干|是|而是|在|叫|现在|改)|$)"
)


def affirmed(folded: str) -> str:
    """The text without what it says not to be so: "不是饿了么，是站点老板"."""
    return _DENIED.sub(" ", folded)


def platform(folded: str) -> str | None:
    """The platform or firm that a folded text names, as it is called in Chinese."""
    for name, sign, _ in _PLATFORM_SIGNS:
        if sign.search(folded):
            return name
    return None


def sector(folded: str) -> Sector | None:
    """The trade that a folded text names, else the one its platform stands for."""
    text = _OTHERS.sub(" ", folded)
    named = [(match.start(), name) for name, sign in _SECTORS if (match := sign.search(text))]
    if named:
        return min(named)[1]
    return next(
        (trade for _, sign, trade in _PLATFORM_SIGNS if trade is not None and sign.search(text)),
        None,
    )
