"""What a place should offer, in the words people have for the need."""

from __future__ import annotations

import re

from nlu.slots.model import Amenity

_SIGNS: dict[Amenity, str] = {
    "water": r"喝水|喝口|水喝|接水|接点水|接杯|打水|热水(?!器|澡)|开水|凉水|饮水|口渴|渴死|"
    r"好渴|渴了|凉茶|补水|灌水|装水|水杯|倒水|讨水|斟水|矿泉水|冰水|茶水|heshui|"
    r"he shui|"
    r"\bwater\b|thirst|refill|\bdrink(?!ing and)|hydrat",
    "seat": r"坐坐|坐下|坐会|坐一|能坐|座位|凳子|椅子|板凳|沙发|歇脚|歇会|歇歇|歇一|躺|休息|"
    r"打个盹|眯|坐的地|有得坐|有座|坐哈|坐着|"
    r"\bsit\b|\bseats?\b|\bchairs?\b|bench|\bnap\b|\brest\b(?! of| day)|lie down|put my feet",
    "charging": r"充电(?!费)|充个电|冲电|充上|充手机|充一?下|充会|冲会|叉电|插座|插头|充电宝|"
    r"没电|快没电|电量|手机.{0,4}(?:关机|死机又没电|剩百分)|能充|chong ?dian|补电|"
    r"\bcharg(?:e|er|ing|er)s?\b(?! me| us| for| of)|\bsockets?\b|\boutlets?\b|"
    r"power bank|plug in|phone (?:is )?(?:dead|died|dying)|battery (?:is )?(?:dead|"
    r"low|dying)|at \d+ ?(?:pct|percent|%)",
    "battery_swap": r"换电|换块?电池|换个?电池|换电柜|换店柜|电池柜|电瓶.{0,6}换|换电瓶|"
    r"换.{0,2}电瓶|huan dian|"
    r"swap (?:my |the |a )?batter|batter(?:y|ies) ?(?:swap|exchange|cabinet)|"
    r"swap station|change (?:my |the )?(?:bike |scooter |ebike )?battery|"
    r"exchange (?:my |the )?batter",
    "microwave": r"微波|热饭|热一?下?(?:饭|盒饭|便当|菜)|热个饭|饭.{0,6}(?:凉|冷)|加热|叮饭|"
    r"叮一叮|热热饭|饭菜.{0,3}热|热.{0,2}(?:饭|便当)|\bmicrowave|(?:heat|"
    r"warm)(?: up)? (?:my |the |a |some )?(?:lunch|food|meal|rice|dinner)|reheat|"
    r"eat (?:something )?warm",
    "toilet": r"厕所|卫生间|洗手间|茅房|茅厕|方便一下|上大号|上小号|拉肚子|憋不住|尿急|想尿|"
    r"撒尿|撒泡尿|憋尿|尿尿|屙尿|内急|大便|解手|\bwc\b|蹲坑|公厕|厕|ce ?suo|"
    r"xi ?shou ?jian|"
    r"\btoilets?\b|\bloo\b|restroom|bathroom|washroom|\bpee\b|lavatory|"
    r"men'?s room",
    "shower": r"洗澡|冲澡|冲个澡|冲个?凉|淋浴|洗个澡|热水澡|\bshowers?\b|wash myself|bathe",
    "air_conditioning": r"空调|冷气|凉快|吹冷|避暑|降温|纳凉|乘凉|太热|热死|好热|热得|"
    r"晒得|晒死|中暑|"
    r"歇凉|晒脱|凉一|40度|三十八度|"
    r"air ?con|\ba/?c\b|cool(?: down| off| place| air| room|er)|cold air|too hot|"
    r"heat ?stroke|from (?:this|the) (?:sun|heat)|\bshade\b",
    "heating": r"暖气|取暖|暖和|暖手|烤火|冻死|冻僵|冻透|太冷|好冷|冷死|冷得|暖一|暖暖|热乎|"
    r"御寒|避寒|零下|烤烤|暖身|手都?(?:木|冻)|避风|"
    r"\bheat(?:ed|ing|er)\b|warm(?: up| place| room| myself|er|th)|freezing|"
    r"too cold|frozen|soaked|thaw",
    "wifi": r"wi-?fi|无线网|网络|连网|蹭网|上网|流量用完|有网|\binternet\b",
    "first_aid": r"创可贴|急救|药箱|纱布|碘伏|消毒|包扎|破皮|擦伤|磕破|划了|划破|流血|止血|"
    r"医药箱|绷带|云南白药|棉签|处理伤口|"
    r"first[- ]?aid|plasters?\b|band-?aids?|bandage|disinfect|antiseptic|"
    r"\bcut (?:on )?my (?:hand|finger|knee|leg)|scraped|medical kit",
}
_ALL: dict[Amenity, re.Pattern[str]] = {name: re.compile(sign) for name, sign in _SIGNS.items()}
# Two needs that lie in the words of another.
_BATTERY = re.compile(r"换电|换.{0,3}电池|换.{0,3}电瓶|电池柜|swap|exchange")
_OTHER_HEAT = re.compile(r"微波|热饭|饭")


def read(folded: str) -> list[Amenity]:
    """The needs that a folded text names, in the order of the model."""
    found: list[Amenity] = [name for name, sign in _ALL.items() if sign.search(folded)]
    if "battery_swap" in found and "charging" in found:
        rest = re.sub(r"(?:电瓶|电动|小)?车?.{0,3}没电了?|快没电了?", "", folded)
        if not _ALL["charging"].search(rest):
            found.remove("charging")
    # "找个休息的地方充电": resting is what such places are for.
    resting = "休息" in folded and not re.search(r"坐|凳|椅|躺|歇|睡", folded)
    if "seat" in found and resting and len(found) > 1:
        found.remove("seat")
    return found
