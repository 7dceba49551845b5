"""What it is about: scheme, for whom, how many months and people, online or not, course topic."""

from __future__ import annotations

import re

from nlu.slots import numerals
from nlu.slots.model import ForWhom, Scheme

_SCHEMES: tuple[tuple[Scheme, re.Pattern[str]], ...] = (
    (
        "supplementary_insurance",
        re.compile(
            r"补充(?:住院)?(?:医疗)?(?:保险|医保|险)?|住院补充|二次报销|再报一次|"
            r"supplement\w*|top[- ]?up insurance|second reimburse"
        ),
    ),
    (
        "mutual_aid",
        re.compile(
            r"互助(?:保障|保险|险|金|会|计划)?|五十块钱?的?(?:那个|保障)|mutual[- ]?(?:aid|"
            r"help|assistance|insurance|protection)"
        ),
    ),
)
_FAMILY = re.compile(
    r"(?:我|俺|咱|给|帮|替|我家|家里)?(?:的)?(?:老婆|媳妇|爱人|妻子|老公|丈夫|对象|"
    r"我妈|我爸|妈妈|爸爸|母亲|父亲|老妈|老爸|爹|娘(?!家)|孩子|娃|儿子|女儿|闺女|崽|"
    r"小孩|父母|家人|家属|家里人|岳母|岳父|丈母娘|婆婆|公公|爷爷|奶奶|外婆|姥姥|"
    r"我哥|我弟|我姐|我妹|弟弟|妹妹|哥哥|姐姐|宝宝|囡囡|屋里人|细路|阿妈|老豆)|"
    r"\bmy (?:\w+ )?(?:wife|husband|partner|mother|mum|mom|father|dad|son|daughter|"
    r"kid|kids|child|children|baby|parents|family|brother|sister|grandma|grandpa|"
    r"toddler|little one)"
)
_COLLEAGUE = re.compile(
    r"同事|工友|(?:站里|队里|一起跑的?)(?:的)?(?:兄弟|哥们|小哥|伙计|人)|兄弟(?!俩)|"
    r"哥们|老乡|徒弟|朋友|搭档|骑友|战友|伙计|帮别人|替别人|"
    r"\b(?:colleague|co-?worker|workmate|mate|friend|buddy|teammate|another rider|fellow rider)s?\b"
)
_SELF = re.compile(r"我自己|我本人|给自己|俺自己|本人|for myself|\bmyself\b|for me\b")
_N = r"(\d{1,4}|[一二两俩三四五六七八九十百]{1,5}|半)"
# "11月" is November, "俩月" two months.
_MONTHS = re.compile(
    rf"{_N}(?:来|多|几)?个多?月(?!前|后|之)|([俩两仨])月(?!份|\d|[号日])|(\w+) months?\b"
)
_HALF_YEAR = re.compile(r"半年|half a year|half-year")
_YEARS = re.compile(
    rf"{_N}年(?:多)?(?:没发|没给|的?工资|工钱|不发|拖)|(\w+) years? (?:of )?(?:wages|pay|salary)"
)
_THIS_MONTH = re.compile(
    r"(?:这|上|上上)个?月(?:的)?(?:工资|工钱|钱|薪水).{0,4}(?:没|不|未|欠)|"
    r"last month'?s (?:pay|wages?|salary)"
)
_OWED = re.compile(
    r"欠|拖|没发|未发|不发|没给|没结|不结|压着?|扣|工资|工钱|薪|血汗钱|owe|unpaid|"
    r"not paid|no pay|wage|salary|withh|without pay|haven'?t been paid|hasn'?t paid|"
    r"behind"
)
_PEOPLE = re.compile(
    rf"{_N}(?:来|多|几)?(?:个|名|位|号|口)?"
    r"(?:人|兄弟|工友|骑手|师傅|同事|弟兄|哥们|姐妹|员工|职工|司机|伙计|骑士|快递员|小哥|老乡|人手)|"
    r"(\w+)(?: of us|(?: \w+)? (?:people|riders|workers|couriers|drivers|colleagues|"
    r"guys|men|women|employees|staff|persons))\b"
)
_US = re.compile(r"我们(俩|仨|哥俩|姐俩|两口子)|咱(俩|仨)")
_ONLINE = re.compile(
    r"线上|网上(?!报名|申请|约车)|网课|在线|直播课|上网课|远程|手机上(?:学|上课|听|"
    r"看)|在家(?:学|上课|听)|\bonline\b(?! appl| form)|remote|virtual|from home|"
    r"on my phone|zoom|live ?stream"
)
_OFFLINE = re.compile(
    r"线下|现场|面授|面对面|到场|offline|in person|face[- ]to[- ]face|on[- ]?site|classroom"
)

_TOPICS: tuple[tuple[str, str], ...] = (
    (
        "短视频",
        (
            r"短视频|剪辑|剪片|拍视频|拍抖音|抖音|快手(?!骑)|视频号|自媒体|直播带货|"
            r"short[- ]?videos?|video edit\w*|editing|vlog\w*|filming|tiktok|douyin"
        ),
    ),
    (
        "AI工具",
        (
            r"人工智能|(?<![a-z'])ai(?![a-z])|大模型|智能体|chatgpt|deepseek|"
            r"artificial intelligence|chatbots?"
        ),
    ),
    ("无人机", r"无人机|航拍|飞手|植保机|\bdrones?\b|uav|飞机证"),
    (
        "特种作业",
        (
            r"特种作业|电工|焊工|焊接|电焊|登高证|高处作业|叉车|操作证|"
            r"electrician (?:course|class|training)|weld\w*|forklift|special operations?"
        ),
    ),
    ("家政", r"家政|月嫂|育婴|养老护理|护工|保洁课|housekeeping|domestic work|elder ?care"),
    (
        "烘焙",
        r"烘[焙培]|面包|蛋糕|西点|甜品|裱花|点心|\bbak(?:e|ing)\b|bread|cakes?|pastr\w+|dessert",
    ),
    (
        "烹饪",
        (
            r"烹[饪调]|做饭课|学做饭|做菜|炒菜|厨师|粤菜|面点|厨艺|下厨|"
            r"\bcook\w*\b(?! rice)|chef|cuisine"
        ),
    ),
    (
        "非遗手作",
        (
            r"非遗|手作|手工|剪纸|竹编|醒狮|扎染|刺绣|heritage|handi?crafts?|"
            r"paper[- ]?cut\w*|embroider\w*|lion danc\w*"
        ),
    ),
    ("茶艺", r"茶艺|茶道|泡茶|品茶|\btea(?: art| ceremony| class| course| master| making)?\b"),
    ("插花", r"插花|花艺|flower\w*|ikebana|floral"),
    (
        "心理",
        (
            r"心理课|亲子|减压课|情绪管理|心理学|psycholog\w+ (?:course|class)|parenting|"
            r"stress (?:class|course)"
        ),
    ),
    ("母乳喂养", r"母乳|催乳|喂奶|lactation|breast ?feed\w*"),
    ("收纳整理", r"收纳|整理师|断舍离|home organi[sz]\w*|declutter\w*|tidying"),
    (
        "英语",
        (
            r"英语|口语|英文课|学英文|外语|(?:english|language) (?:class|course|lesson)s?|"
            r"learn english|spoken english"
        ),
    ),
    (
        "电脑",
        r"电脑|计算机|办公软件|excel|\bword\b(?= class| course)|打字|computers?|spreadsheets?",
    ),
)
_TOPIC_SIGNS = tuple((name, re.compile(sign)) for name, sign in _TOPICS)


def scheme(folded: str) -> Scheme | None:
    """The benefit scheme that a folded text names."""
    return next((name for name, sign in _SCHEMES if sign.search(folded)), None)


def for_whom(folded: str) -> ForWhom | None:
    """Whom it is for, if the text says: family, a colleague, the writer themself."""
    if _FAMILY.search(folded):
        return "family"
    if _COLLEAGUE.search(folded):
        return "colleague"
    return "self" if _SELF.search(folded) else None


def months(folded: str) -> int | None:
    """Months of pay that are owed."""
    if not _OWED.search(folded):
        return None
    if match := _YEARS.search(folded):
        years = numerals.small(match[1] or match[2] or "")
        if years:
            return years * 12
    if _HALF_YEAR.search(folded):
        return 6
    for match in _MONTHS.finditer(folded):
        number = numerals.small(next(group for group in match.groups() if group))
        if number and number <= 60:
            return number
    return 1 if _THIS_MONTH.search(folded) else None


def people(folded: str) -> int | None:
    """How many people it concerns."""
    for match in _PEOPLE.finditer(folded):
        number = numerals.small(match[1] or match[2] or "")
        if number and number <= 5000:
            return number
    if us := _US.search(folded):
        return 3 if "仨" in us.group() else 2
    return None


def online(folded: str) -> bool | None:
    """True for what can be followed from afar, False for what is on site."""
    if _ONLINE.search(folded):
        return True
    return False if _OFFLINE.search(folded) else None


def topic(folded: str) -> str | None:
    """A course topic, as the night school calls it."""
    named = [(m.start(), name) for name, sign in _TOPIC_SIGNS if (m := sign.search(folded))]
    return min(named)[1] if named else None
