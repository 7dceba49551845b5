"""What a place should offer, in the words people have for the need."""

from __future__ import annotations

import re

from nlu.slots.model import Amenity

# What has a need's characters and means something else: 换电话, 打水漂, 取暖费.
_NO_NEED = re.compile(
    r"[换没]电(?:话|梯|脑|视|影|工|动)|充(?:一?下|点|个)?(?:话费|会员|值|流量|电费|当|足)|打水漂|离开水"
    r"|坐的?(?:地铁|公交|火车|飞机|高铁|牢|月子)|医院躺|躺(?:着也|枪|平|在(?!.{0,2}[沙椅]))"
    r"|(?:没(?:有|法|得|时间|空|怎么)?|(?<![让能])不(?:让|给|能|准|许)?)休息(?!.{0,2}[地处点站室区])"
    r"|休息(?:[日天时]|[一二两三半几\d]{1,2}[个天周年])|空调(?:安装|维修)|太热情|(?:防暑)?降温费|(?:取|供)暖(?:费|补)|冻结"
    r"|[有上]网(?:课|上|约|友|站)|网络(?:课|诈|骗|预约|平台|学|教育|报名|贷)|流血流汗|急救(?:课|培训|班|证)"
    r"|(?:in|of|extra|service) charge|account (?:is |was |got )?frozen|frozen account"
    r"|heating allowance|rest (?:of|assured)|internet (?:compan|firm|platform)\w*"
    r"|water (?:damage|bill)|first aid (?:course|class|training)"
)
_UNWANTED = re.compile(
    r"(?<![要想])(?:不|别|唔|无)(?:想)?(?:要|用|需要|找|必)(?:带|有|能)?"
    r"(?:[^,.;!? 要]{1,6}?的|[^,.;!? 要的]{1,6}(?=[,.;!? ]|要|$))"
    r"|(?:没|冇)有?[^,.;!? 没有]{1,6}(?:的)?(?:也|都)(?:行|可以|成|中|得|没关系|无所谓)"
    r"|\b(?:no need for|don'?t need|without)(?: an?| any| the)? \w+"
)
"""What somebody can do without, or doesn't want: "不要带充电的", "没有微波炉的也行"."""

_WATER = r"(?:[热开凉冰温]|白开|饮用|矿泉|纯净|桶装)*水(?![果平电费军货准漆库单分土泥滴])"

_SIGNS: dict[Amenity, str] = {
    "water": rf"(?:喝|接|打|灌|装|倒|讨|斟|补|整|弄|要|找|有)[点口杯些瓶]?{_WATER}|水喝|喝口"
    r"|(?:热|开|凉|冰|饮用?|矿泉|纯净|桶装|茶)水(?![器澡费管])|口渴|渴死|好渴|渴了|凉茶|水杯"
    r"|\bwater\b|thirst|refill|\bdrink(?!ing and)|hydrat",
    "seat": r"坐坐|坐下|坐会|坐一|能坐|座位|凳子|椅子|板凳|沙发|歇脚|歇会|歇歇|歇一|躺|休息|"
    r"打个盹|眯|坐的地|有得坐|有座|坐哈|坐着|"
    r"\bsit\b|\bseats?\b|\bchairs?\b|bench|\bnap\b|\brest\b(?! of| day)|lie down|put my feet",
    "charging": r"充电(?!费)|充个电|冲电|充上|充手机|充一?下|充会|冲会|叉电|插座|插头|充电宝|"
    r"没电|快没电|电量|手机.{0,4}(?:关机|死机又没电|剩百分|剩\d{1,2} ?%)|能充|[充冲]店|补电|"
    r"\bcharg(?:e|er|ing|er)s?\b(?! me| us| for| of)|\bsockets?\b|\boutlets?\b|"
    r"power bank|plug in|phone (?:is )?(?:dead|died|dying)|battery (?:is )?(?:dead|"
    r"low|dying)|at \d+ ?(?:pct|percent|%)",
    "battery_swap": r"换电|换块?电池|换个?电池|换电柜|换店柜|电池柜|电瓶.{0,6}换|换电瓶|"
    r"换.{0,2}电瓶|"
    r"swap (?:my |the |a )?batter|batter(?:y|ies) ?(?:swap|exchange|cabinet)|"
    r"swap station|change (?:my |the )?(?:bike |scooter |ebike )?battery|"
    r"exchange (?:my |the )?batter",
    "microwave": r"微波|热饭|热一?下?(?:饭|盒饭|便当|菜)|热个饭|加热|叮饭|"
    r"(?:饭|便当|菜).{0,6}[凉冷]|叮一叮|热热饭|饭菜.{0,3}热|热.{0,2}(?:饭|便当)|\bmicrowave|(?:heat|"
    r"warm)(?: up)? (?:my |the |a |some )?(?:lunch|food|meal|rice|dinner)|reheat|"
    r"eat (?:something )?warm",
    "toilet": r"厕所|卫生间|洗手间|茅房|茅厕|方便一下|上大号|上小号|拉肚子|憋不住|尿急|想尿|"
    r"撒尿|撒泡尿|憋尿|尿尿|屙尿|内急|大便|解手|\bwc\b|蹲坑|公厕|厕|"
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
    "first_aid": r"创可贴|急救|药箱|纱布|碘伏|消毒|包扎|破皮|擦伤|磕破|"
    r"划了(?:一|个|道|手|口)|[划割]破|割伤|流血|止血|医药箱|绷带|云南白药|棉签|处理伤口|"
    r"first[- ]?aid|plasters?\b|band-?aids?|bandage|disinfect|antiseptic|"
    r"\bcut (?:on )?my (?:hand|finger|knee|leg)|scraped|medical kit",
}
_ALL: dict[Amenity, re.Pattern[str]] = {name: re.compile(sign) for name, sign in _SIGNS.items()}


def read(folded: str) -> list[Amenity]:
    """The needs that a folded text names, in the order of the model."""
    text = _UNWANTED.sub(" ", _NO_NEED.sub(" ", folded))
    found: list[Amenity] = [name for name, sign in _ALL.items() if sign.search(text)]
    if "battery_swap" in found and "charging" in found:
        rest = re.sub(r"(?:电瓶|电动|小)?车?.{0,3}没电了?|快没电了?", "", text)
        if not _ALL["charging"].search(rest):
            found.remove("charging")
    # "找个休息的地方充电": resting is what such places are for.
    resting = "休息" in text and not re.search(r"坐|凳|椅|躺|歇|睡", text)
    if "seat" in found and resting and len(found) > 1:
        found.remove("seat")
    return found
