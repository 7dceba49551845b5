"""What courses a rider is after: the filters of a sentence, and of the ones before it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ConfigDict

from actions.turn import Turn
from knowledge.regions import Region

NEAR_KM = 80.0
"""How far a shared position may be from a city's centre to count as that city."""

ABOUT = "about"
"""Slot of a shown list: the course that was talked about last."""

FREE = re.compile(
    r"免费|免費|不要钱|不收钱|不花钱|不收费"
    r"|\bfree (?:courses?|class(?:es)?|ones?)|\bfor free\b|^free\b",
    re.IGNORECASE,
)
ANYWHERE = re.compile(
    r"全部课程|所有(?:的)?课|不限|哪都行|(?:别|其他|其它)的?(?:地方|城市|区)"
    r"|anywhere|elsewhere|all (?:the )?(?:courses|classes)",
    re.IGNORECASE,
)
NEW_SEARCH = re.compile(
    r"(?:什么|什麼|啥|哪些|哪门).{0,4}(?:课|課|班|培训)|有课|课表|课程表"
    r"|\b(?:what|which|show|list|find|any) .*(?:course|class)(?:es|s)?\b",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(
    r"^(?:那|换|還有|还有|再|只|就|and\b|what about|how about|only|or )|呢[?？。!！ ]*$",
    re.IGNORECASE,
)
NEARLY_WHOLE = (3, 4)
"""Characters of words that are still known by all of them but the first or the last."""

SUBJECTS = (
    re.compile(
        r"(?:想学|想练+|要学|学学|学会|学习|教人|教)(?:一点|点儿?|个|一?门|一下|怎么|如何)?"
        r"([\u4e00-\u9fff]{2,5}?)(?=[，,。？?！!的课班 ]|有|培训|吗|呢|行|$)"
    ),
    # Looked ahead, so that "有没有书法课" is tried behind the second 有, too.
    re.compile(r"(?:^|[有上报学找，,。 ])(?=([\u4e00-\u9fff]{2,6})(?:培训)?(?:课|班))"),
    re.compile(r"\b(?:learn|study)(?: how to| to)? ([a-z]{4,})"),
)
NO_SUBJECT = re.compile(
    r"[的了吗么什啥哪有没不个这那上下课班学周晚早末点线网费证夜校门想星期拜今明后几新全所]"
    r"|报名|手艺|轻松|寒假|暑假|技术|技能|东西|本事|知识|培训|兴趣|短期|热门|推荐|适合|骑手|工会|附近"
    r"|something|anything|skill|more|what|where|here|online|from|after|with|night"
)
FOLLOW_UP_LONGEST = 16
FOLLOW_UP_LONGEST_LATIN = 48


class Filters(BaseModel):
    """What a course has to be like. `region` is a region's code, `words` what no topic knows.

    `weekdays` are 1 (Monday) to 7; `price` is the most it may cost, in yuan, "0" for nothing;
    `here` says that the region is where the rider is at home, not one they named.
    """

    model_config = ConfigDict(frozen=True)

    topic: str | None = None
    words: str | None = None
    weekdays: tuple[int, ...] = ()
    time_of_day: str | None = None
    day: date | None = None
    region: str | None = None
    here: bool = False
    online: bool | None = None
    price: str | None = None

    def said(self) -> dict[str, Any]:
        """The filters that are set, as JSON."""
        return self.model_dump(mode="json", exclude_defaults=True)


DEFAULTS = Filters()


def without(filters: Filters, names: Sequence[str]) -> Filters:
    """The filters but for these."""
    gone = {*names, "here"} if "region" in names else set(names)
    return filters.model_copy(update={name: getattr(DEFAULTS, name) for name in gone})


def mentions(text: str, word: str) -> bool:
    """Whether the text has the word; a Latin word must stand alone."""
    if not word:
        return False
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
    return word in text


def topic_of(text: str, topics: Mapping[str, Sequence[str]]) -> str | None:
    """The topic whose longest word stands in the text."""
    low = text.casefold()
    if low in topics:
        return low
    hits = [
        (len(word), topic)
        for topic, words in topics.items()
        for word in words
        if mentions(low, word)
    ]
    return max(hits)[1] if hits else _topic_like(low, topics)


def _topic_like(text: str, topics: Mapping[str, Sequence[str]]) -> str | None:
    """The only topic of which the text has a word nearly whole: "剪视频" is like "短视频"."""
    like = {
        topic
        for topic, words in topics.items()
        for word in words
        if NEARLY_WHOLE[0] <= len(word) <= NEARLY_WHOLE[1]
        and not word.isascii()
        and any(piece in text for piece in (word[:-1], word[1:]))
    }
    return like.pop() if len(like) == 1 else None


def earlier_filters(turn: Turn) -> Filters | None:
    """The filters of the search that is shown, None if none is."""
    shown = turn.state.shown
    kept = shown.slots.get("filters") if shown is not None and shown.kind == "course" else None
    return None if kept is None else Filters.model_validate(kept)


def subject_of(text: str) -> str | None:
    """What somebody wants to learn that no topic's words name: "想学潜水", "瑜伽课"."""
    for pattern in SUBJECTS:
        for found in pattern.finditer(text):
            subject = found[1].strip()
            if not NO_SUBJECT.search(subject):
                return subject
    return None


async def read_filters(turn: Turn, *, follow: bool = True) -> Filters:
    """What the sentence asks for; a follow-up keeps the earlier filters that it doesn't change.

    A search that names no region stays where the last one was, else where the rider is at home.
    """
    said = await _said(turn)
    earlier = earlier_filters(turn)
    if earlier is not None and follow and follows_up(turn.text, said):
        kept = earlier
        if said.keys() & {"day", "weekdays"}:
            kept = kept.model_copy(update={"day": None, "weekdays": ()})
        if said.keys() & {"topic", "words"}:
            kept = kept.model_copy(update={"topic": None, "words": None})
        if ANYWHERE.search(turn.text):
            kept = without(kept, ("region",))
        return kept.model_copy(update=said)
    found = Filters(**said)
    if found.region is not None or ANYWHERE.search(turn.text):
        return found
    before = turn.knowledge.region_tree.get(earlier.region) if earlier is not None else None
    home = before or await home_region(turn)
    return found.model_copy(update={"region": home.code, "here": True}) if home else found


def follows_up(text: str, said: Mapping[str, Any]) -> bool:
    """Whether a sentence changes the last search ("那周末呢") rather than beginning another."""
    if POINTS_BACK.search(text):
        return True
    longest = FOLLOW_UP_LONGEST_LATIN if text.isascii() else FOLLOW_UP_LONGEST
    if not said or said.keys() & {"topic", "words"} or NEW_SEARCH.search(text):
        return False
    return len(text) <= longest


async def _said(turn: Turn) -> dict[str, Any]:
    slots, text = turn.slots, turn.text.casefold()
    said: dict[str, Any] = {}
    topics = await turn.knowledge.courses.words()
    arg = slots.get("arg")
    if arg in topics:
        return {"topic": arg}
    if arg == "online":
        return {"online": True}
    topic = slots.get("topic")
    known = topic_of(str(topic), topics) if topic else None
    if known or (known := topic_of(text, topics)):
        said["topic"] = known
    elif topic or (topic := subject_of(text)):
        said["words"] = str(topic)
    day = _day(slots.get("date"))
    if day is not None and day >= turn.today:
        said["day"] = day
    elif slots.get("weekday"):
        said["weekdays"] = tuple(int(one) for one in slots["weekday"])
    if slots.get("time_of_day"):
        said["time_of_day"] = slots["time_of_day"]
    if slots.get("online") is not None:
        said["online"] = bool(slots["online"])
    if FREE.search(text):
        said["price"] = "0"
    elif (most := _amount(slots.get("amount"))) is not None:
        said["price"] = str(most)
    region = _named(turn)
    if region is not None:
        said |= {"region": region.code, "here": False}
    return said


def _named(turn: Turn) -> Region | None:
    """The region that the sentence names, as far up as courses are held: a district or more."""
    tree = turn.knowledge.region_tree
    for slot in ("region", "place"):
        named = tree.named(str(turn.slots[slot])) if turn.slots.get(slot) else []
        if named:
            code = named[0].code
            return named[0] if named[0].level == "province" else _at_most_district(turn, code)
    return None


def _at_most_district(turn: Turn, code: str) -> Region | None:
    tree = turn.knowledge.region_tree
    return tree.at_level(code, "district") or tree.at_level(code, "city") or tree.get(code)


async def home_region(turn: Turn) -> Region | None:
    """The city of the rider's record or of where they are, None if neither is known."""
    tree = turn.knowledge.region_tree
    region = await turn.region()
    if region is not None:
        return tree.at_level(region.code, "city") or region
    place = turn.state.place
    if place is None:
        return None
    near = [
        (_km(place.lat, place.lon, one.lat, one.lon), one.code)
        for one in tree
        if one.level == "city" and one.lat is not None and one.lon is not None
    ]
    distance, code = min(near, default=(math.inf, ""))
    return tree.get(code) if distance <= NEAR_KM else None


def _km(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Roughly, which is enough to tell one city from another."""
    east = (to_lon - lon) * math.cos(math.radians((lat + to_lat) / 2))
    return math.hypot(to_lat - lat, east) * 111.2


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)) if said else None
    except ValueError:
        return None


def _amount(said: Any) -> Decimal | None:
    try:
        return Decimal(str(said)) if said else None
    except InvalidOperation:
        return None
