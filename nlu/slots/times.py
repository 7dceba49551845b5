"""Times of day, and "open now"."""

from __future__ import annotations

import re

from nlu.slots.model import TimeOfDay

# "早上好" greets, "下午茶" is a course, "夜宵" a meal.
_NO_TIME = re.compile(
    r"[早晚上中下]{1,2}[上午]?好(?![几多些像])|下午茶|夜宵|good (?:morning|afternoon|evening|night)"
)
_SIGNS: tuple[tuple[TimeOfDay, str], ...] = (
    (
        "evening",
        r"晚上|今晚|明晚|夜里|夜间|夜晚|傍晚|晚间|下晚|[夜晚]边|[一二三四五六日天]晚(?!上)|晚[一二三四五六七八九十\d]{1,2}点"
        r"|下班(?:以|之)?后|下了班|收[工车](?:以|之)?后|收了[工车]|晚饭后"
        r"|\bevenings?\b|(?<!\d )\bnights?\b(?! school)|\btonight\b|after work"
        r"|\b(?:when|once|after|get) (?:i'?m |i am |i get |i )?off work"
        r"|after (?:my )?shift|after dinner",
    ),
    (
        "morning",
        r"早上|上午|早晨|清早|一早|大早|明早|今早|早间|上昼|朝早|早[一二三四五六七八九十\d]{1,2}点"
        r"|\bmornings?\b|before noon",
    ),
    (
        "afternoon",
        r"下午|午后|中午|晌午|下昼|晏昼|后半?晌|下晌|\bafternoons?\b|after lunch|\bnoon\b",
    ),
)
_TIMES = tuple((name, re.compile(sign)) for name, sign in _SIGNS)
_CLOCK = re.compile(
    r"(?<![\d:.])(1[3-9]|2[0-3])(?::[0-5]\d|[点时](?!建议|意见))"
    r"|\b(\d{1,2})(?::[0-5]\d)? ?([ap])\.?m\b"
)
EVENING = 18
"""The hour at which it begins."""

_NOW = r"现在|这会儿?|这个?钟?点|这个?时候?|这钟|此刻|目前|当下|半夜|这么晚|凌晨|还"
# What else is opened or driven: 开会, 开网约车, 开的什么课.
_OTHER = re.compile(
    r"开(?:着|的)?(?:是|什么|啥|些)?(?:课|会|车|[货大卡]车|网约车|滴滴|出租|面包车|电动|发票|证明|药|票|始|工"
    r"|单|通|户|店|除|发|玩笑|心)|没关(?:注|系|心)|课还开"
    r"|(?:registration|enrol\w{0,5}|applications?|sign-?ups?|booking)s? (?:is |are )?"
    r"(?:still |now )?open"
)
_OPEN = re.compile(
    rf"(?:{_NOW}).{{0,6}}(?:开着|开门|开放|还开|没关|营业|能进|开的|有开|在开|进得去|开[没不]开|关没关)"
    r"|还开(?:着|门|的|吗|不|$)|还没关|没关门|不关门的|开着(?:门|的)"
    r"|open (?:right )?now|now open|(?:still|currently) open|open (?:at )?this (?:hour|time|late)"
    r"|at this hour|open late|open tonight|open already"
)
# Round the clock, unless it is work, wakefulness or a deadline that lasts so long.
_ALWAYS = re.compile(
    r"(?<![熬干跑])(?:24 ?小时|二十四小时|24 ?h(?:ours?|rs?)?(?![a-z])|24 ?[/-] ?7|通宵|整夜|全天)"
    r"(?!.{0,3}(?:内|没合|没睡|热线|电话|客服|在线|连轴|跑|送|接单|干活|上班|加班|值班|睡"
    r"|不休|待命|监控)|了? ?without)"
    r"|round the clock|all night"
)
_AWAKE = re.compile(r"\b(?:work|rid|rode|driv|drove|awake|up|sleep|slept|lying)\w* ?(?:\w+ )?$")


def time_of_day(folded: str) -> TimeOfDay | None:
    """Morning, afternoon or evening; the first that is named."""
    text = _NO_TIME.sub(" ", folded)
    named = [(match.start(), name) for name, sign in _TIMES if (match := sign.search(text))]
    if clock := _CLOCK.search(text):
        named.append((clock.start(), _part(clock)))
    return min(named)[1] if named else None


_CHINESE_CLOCK = re.compile(
    r"(?![早晚]一?点)(?P<part>凌晨|半夜|深夜|夜里|夜晚|早上|早晨|清早|一早|明早|上午|中午|下午|傍晚|晚上|今晚|明晚|早|晚)"
    r"(?P<in_words>\d{1,2}|[一二两三四五六七八九十]{1,3})[点时](?P<half>半)?"
    r"(?!都|也|儿|点|东西|钱|事|力气)"
)
_MIDNIGHT = re.compile(r"午夜|\bmidnight\b")
_HOURS_IN_WORDS = {
    word: hour
    for hour, words in enumerate("零 一 二/两 三 四 五 六 七 八 九 十 十一 十二".split())
    for word in words.split("/")
}
_SMALL_HOURS = ("凌晨", "半夜", "深夜", "夜里", "夜晚", "晚上", "今晚", "明晚", "晚")
_AFTERNOONS = ("下午", "傍晚", "中午")


def hour(folded: str) -> str | None:
    """A time of the clock that is named with its part of the day, as "03:00"."""
    if found := _CHINESE_CLOCK.search(folded):
        said = found["in_words"]
        at = int(said) if said.isdigit() else _HOURS_IN_WORDS.get(said, 24)
        part = found["part"]
        if at <= 12:
            if part in _AFTERNOONS:
                at = at % 12 + 12 if at != 11 else at
            elif part in _SMALL_HOURS:
                at = at % 12 if at == 12 or at <= LAST_SMALL or part == "凌晨" else at + 12
        return f"{at:02}:{'30' if found['half'] else '00'}" if at < 24 else None
    if _MIDNIGHT.search(folded):
        return "00:00"
    if found := _CLOCK.search(folded):
        minutes = found[0].partition(":")[2][:2]
        at = int(found[1]) if found[1] else int(found[2]) % 12 + (12 if found[3] == "p" else 0)
        return f"{at:02}:{minutes if minutes.isdigit() else '00'}"
    return None


LAST_SMALL = 5
"""The last hour that "at night" says of the small hours: "夜里五点"."""


def open_now(folded: str) -> bool | None:
    """True if the text wants what is open now or round the clock."""
    text = _OTHER.sub(" ", folded)
    always = any(
        not _AWAKE.search(text[max(0, match.start() - 24) : match.start()])
        for match in _ALWAYS.finditer(text)
    )
    return True if always or _OPEN.search(text) else None


def _part(clock: re.Match[str]) -> TimeOfDay:
    if clock[3] == "a":
        return "morning"
    hour = int(clock[1]) if clock[1] else int(clock[2]) % 12 + 12
    return "evening" if hour >= EVENING else "afternoon"
