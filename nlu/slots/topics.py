"""What a course is about, as the night school calls it."""

from __future__ import annotations

import re

# What only a course is named by, and what is a trade, a thing or an order elsewhere: that one
# needs a word of learning in the same sentence, or to be all that is said.
_TOPICS: tuple[tuple[str, str, str], ...] = (
    (
        "短视频",
        r"短视频|剪辑|剪片|剪视频|拍视频|拍抖音|自媒体"
        r"|short[- ]?videos?|video edit\w*|vlog\w*|filming",
        r"抖音|快手(?!骑)|视频号|editing|tiktok|douyin",
    ),
    (
        "AI工具",
        r"ai工具",
        r"人工智能|(?<![a-z'])ai(?![a-z])|大模型|智能体|chatgpt|deepseek|artificial intelligence",
    ),
    ("无人机", r"无人机|航拍|飞手|植保机|\bdrones?\b|uav|飞机证", ""),
    (
        "特种作业",
        r"特种作业|电工证|焊工证|登高证|高处作业|叉车[课证]|操作证|forklift|special operations?",
        r"电工|焊[工接]|电焊|叉车|electrician|weld\w*",
    ),
    (
        "家政",
        r"",
        r"家政|月嫂|育婴|养老护理|护工|保洁(?=课|班|培训)|housekeeping|domestic work|elder ?care",
    ),
    (
        "烘焙",
        r"烘[焙培]|西点|糕点|裱花|\bbaking\b",
        r"面包(?!车)|蛋糕|甜品|(?<!有)点心|\bbake\b|bread|cakes?|pastr\w+|dessert",
    ),
    (
        "烹饪",
        r"烹[饪调]|学做饭|粤菜|厨艺",
        r"做饭|做菜|炒菜|厨师|(?<![外见])面点|下厨|\bcook\w*\b(?! rice)|chef|cuisine",
    ),
    (
        "非遗手作",
        r"非遗|手作|剪纸|竹编|醒狮|扎染|刺绣"
        r"|handi?crafts?|paper[- ]?cut\w*|embroider\w*|lion danc\w*",
        r"手工(?!费)|heritage",
    ),
    (
        "茶艺",
        r"茶艺|茶道|品茶|tea (?:art|ceremony|class|course|master|making)",
        r"泡茶|\btea\b(?! break)",
    ),
    ("插花", r"插花|花艺|flower arrang\w*|ikebana|floral", r"flower\w*"),
    (
        "心理",
        r"心理课|减压课|情绪管理|心理学|stress (?:class|course|workshop)",
        r"亲子(?!鉴定)|psycholog(?:y|ical)|parenting",
    ),
    ("母乳喂养", r"母乳|催乳|喂奶|lactation|breast ?feed\w*", ""),
    ("收纳整理", r"收纳|整理师|断舍离|home organi[sz]\w*|declutter\w*|tidying", ""),
    ("英语", r"口语|英文课|spoken english", r"英语|英文|外语|\benglish\b"),
    (
        "电脑",
        r"办公软件",
        r"(?<!在)电脑(?![上端版])|计算机|excel|\bword\b|打字|computers?|spreadsheets?",
    ),
    ("电商", r"", r"电商|网店|直播带货|e-?commerce|online shop"),
    ("急救与安全", r"心肺复苏|\bcpr\b", r"急救|骑行安全|first[- ]?aid|riding safety"),
    ("法律", r"", r"法律(?!援助)|劳动法|labou?r law"),
)
_LEARNING = re.compile(
    r"课|(?<![上下夜白加值早晚倒])班(?![组长上里])|学|培训|教|考|夜校|讲座|报名|报个|[帮给替].{0,3}报|报就报|证书"
    r"|那[个门节种]|[这那几每]一?期|第.期"
    r"|\b(?:class|course|learn|train|lesson|workshop|teach(?!er)|study|how to|sign"
    r"|enrol|certificate|beginner)\w*"
    r"|\b(?:one|spot|seat|a place|write me|put me|reserve)\b"
)
_FILLER = re.compile(
    r"(?:[有没吗呢的那想我要报个门啥么呀吧也都嘛和跟与 ,.?!、/]|什么|可以"
    r"|\b(?:any|and|or|the|please|is|there)\b)*"
)
_SIGNS = tuple(
    (name, re.compile(sure) if sure else None, re.compile(doubtful) if doubtful else None)
    for name, sure, doubtful in _TOPICS
)


def read(folded: str) -> str | None:
    """The topic that a folded text names first; what is surely one goes before what may be one."""
    learning = _LEARNING.search(folded) is not None
    found: list[tuple[bool, int, str]] = []
    for name, sure, doubtful in _SIGNS:
        if sure and (match := sure.search(folded)):
            found.append((False, match.start(), name))
        elif doubtful and (match := doubtful.search(folded)):
            rest = folded[: match.start()] + folded[match.end() :]
            if learning or _FILLER.fullmatch(rest):
                found.append((True, match.start(), name))
    return min(found)[2] if found else None
