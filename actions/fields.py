"""Kinds of answers: how a reply to a question is read, and what is said when it can't be.

A field reads an answer as *sure* (it can be nothing else), *possible* (it may be one), or *no*.
Sure wins over everything but a crisis; possible loses against leaving and another clear wish.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, Protocol

import phonenumbers

from actions.content import Ask, Contact, Content, Location, Photo, Press, Text

if TYPE_CHECKING:
    from actions.turn import Turn

Certainty = Literal["sure", "possible", "no"]

FREE_TEXT_LONGEST = 500
"""Characters of a free answer that are kept."""

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = "10X98765432"
"""GB 11643-1999: the weighted sum modulo 11 picks the check digit."""


@dataclass(frozen=True)
class Given:
    """What may be an answer: what was sent, and what its sentence says besides."""

    content: Content
    slots: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The written words, width and spaces made even; empty for anything else."""
        if isinstance(self.content, Text):
            return unicodedata.normalize("NFKC", self.content.text).strip()
        if isinstance(self.content, Press) and self.content.label:
            return self.content.label.strip()
        return ""


@dataclass(frozen=True)
class Heard:
    """How an answer was read; `value` is JSON. `complaint` is the key of a friendly sentence."""

    certainty: Certainty
    value: Any = None
    complaint: str | None = None


NOTHING = Heard("no")


class Field(Protocol):
    """A kind of answer."""

    @property
    def slot(self) -> str | None:
        """The slot of a sentence that answers it before it is asked."""
        ...

    @property
    def ask(self) -> Ask | None:
        """What the channel's own keyboard may offer."""
        ...

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        """Buttons as (value, label)."""
        ...

    def read(self, given: Given, turn: Turn) -> Heard:
        """Read an answer."""
        ...

    def check(self, value: Any, turn: Turn) -> bool:
        """Whether a kept value still holds (the next release may ask for more)."""
        ...


class _Plain:
    """What most fields share: a slot that prefills them, no buttons, no special keyboard."""

    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return ()

    def check(self, value: Any, turn: Turn) -> bool:
        return value is not None


_SEND = r"(?:补|補|填|给|給|发|發|传|傳|交|拍|上传|上傳|提供)"

LATER_WORDS = re.compile(
    r"^(?:那|我|先|还是|還是|要不|嗯|好|ok|well|[,，. ])*(?:"
    r"(?:以后|之后|后面|晚点|晚些|稍后|先不|先跳过|跳过|暂时不|以後|之後|跳過|不填|没有|沒有|不知道)"
    rf"(?:再?说|再說|再?{_SEND}|吧|了|啊|please)*"
    rf"|(?:回头|回頭|改天|下次|过几天|過幾天|等会儿?|等會兒?|到时候|到時候)(?:我)?再?{_SEND}"
    r"|(?:i'?ll |i will |let me )?"
    r"(?:(?:do|send|add|give|fill|upload|bring)(?: it| this| that| them)?(?: in)? )?"
    r"(?:maybe )?later(?: on)?|skip(?: it| this)?|not now|no idea"
    r")(?:一下|上|吧|了|啊|呗|哈|please|thanks| )*[。.!！~]*$",
    re.IGNORECASE,
)
LATER = "later"
"""The value of a question that was put off: the union completes it."""


@dataclass(frozen=True)
class Later:
    """Another field, which may also be answered with "later"."""

    of: Any

    @property
    def slot(self) -> str | None:
        return str(self.of.slot) if self.of.slot else None

    @property
    def ask(self) -> Ask | None:
        found: Ask | None = self.of.ask
        return found

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [*self.of.options(turn), (LATER, turn.words("field.later"))]

    def read(self, given: Given, turn: Turn) -> Heard:
        if LATER_WORDS.match(given.text):
            return Heard("sure", LATER)
        heard: Heard = self.of.read(given, turn)
        return heard

    def check(self, value: Any, turn: Turn) -> bool:
        return value == LATER or bool(self.of.check(value, turn))


class Phone(_Plain):
    """A Chinese mobile number, kept as E.164. Telegram's own contact is sure."""

    slot = "phone"
    ask: Ask | None = "contact"

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Contact):
            if not given.content.own:
                return Heard("no", complaint="field.phone.not_own")
            number = parse_phone(given.content.phone)
            return Heard("sure", number) if number else Heard("no", complaint="field.phone.bad")
        found = given.slots.get("phone")
        if found:
            return Heard("sure", found)
        number = parse_phone(given.text)
        if number:
            return Heard("sure", number)
        digits = re.sub(r"\D", "", given.text)
        if 5 <= len(digits) <= 15:
            return Heard("no", complaint="field.phone.length")
        return Heard("no", complaint="field.phone.bad")


def parse_phone(text: str) -> str | None:
    """E.164 of a mobile number in China, or None."""
    cleaned = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", text))
    try:
        number = phonenumbers.parse(cleaned, "CN")
    except phonenumbers.NumberParseException:
        return None
    mobile = re.fullmatch(r"1[3-9]\d{9}", str(number.national_number))
    if number.country_code != 86 or not mobile:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class IdNumber(_Plain):
    """A resident identity number: 18 places, a date of birth, a check digit (GB 11643-1999)."""

    slot = "id_number"

    def read(self, given: Given, turn: Turn) -> Heard:
        found = given.slots.get("id_number")
        text = re.sub(r"[\s\-]", "", found or given.text).upper()
        if valid_id_number(text):
            return Heard("sure", text)
        if re.fullmatch(r"\d{15}", text):
            return Heard("no", complaint="field.id_number.old")
        if re.fullmatch(r"[\dX]{17,19}", text):
            length = len(text) == 18
            return Heard("no", complaint=f"field.id_number.{'check' if length else 'length'}")
        return Heard("no", complaint="field.id_number.bad")


def valid_id_number(text: str) -> bool:
    """Length, date and check digit. The region's code isn't looked at."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, ID_WEIGHTS, strict=False))
    return ID_CHECK[total % 11] == text[17]


class Day(_Plain):
    """A day, kept as ISO; from a sentence's own date."""

    slot = "date"

    def __init__(self, *, past: bool = True, future: bool = True) -> None:
        self.past, self.future = past, future

    def read(self, given: Given, turn: Turn) -> Heard:
        found = given.slots.get("date") or given.text
        try:
            day = date.fromisoformat(found)
        except ValueError:
            return Heard("no", complaint="field.date.bad")
        today = turn.today
        if (day > today and not self.future) or (day < today - timedelta(days=365 * 100)):
            return Heard("no", complaint="field.date.future")
        if day < today and not self.past:
            return Heard("no", complaint="field.date.past")
        return Heard("sure", day.isoformat())


class Amount(_Plain):
    """An amount in yuan, kept as a decimal string."""

    slot = "amount"

    def read(self, given: Given, turn: Turn) -> Heard:
        found = given.slots.get("amount") or given.text.replace(",", "").strip("元块¥￥ ")
        try:
            amount = Decimal(found)
        except InvalidOperation:
            return Heard("no", complaint="field.amount.bad")
        if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 9:
            return Heard("no", complaint="field.amount.bad")
        return Heard("sure", str(amount))


@dataclass(frozen=True)
class Choice:
    """One of a few: by button, by its label, by its ordinal, or by what the sentence says."""

    labels: Sequence[tuple[str, str]]
    slot: str | None = None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(value, turn.words(key)) for value, key in self.labels]

    def read(self, given: Given, turn: Turn) -> Heard:
        said = given.slots.get(self.slot) if self.slot else None
        values = [value for value, _ in self.labels]
        if said in values:
            return Heard("sure", said)
        text = given.text.casefold().strip("。.!！?？ ")
        if not text:
            return Heard("no", complaint="field.choice.bad")
        for value, label in self.options(turn):
            if text == label.casefold() or text == str(value).casefold():
                return Heard("sure", value)
        place = ordinal(text, len(values))
        if place is not None:
            return Heard("sure", values[place])
        hits = [
            value
            for value, label in self.options(turn)
            if any(word.casefold() in text for word in (label, *self.words.get(value, ())))
        ]
        if len(hits) == 1:
            short = len(text) <= 12
            return Heard("sure" if short else "possible", hits[0])
        return Heard("no", complaint="field.choice.bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return value in [v for v, _ in self.labels]


@dataclass(frozen=True)
class Pick:
    """One of what was shown as cards: by number, name or button. Values are ids."""

    items: Sequence[tuple[str, str]]
    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return list(self.items)

    def read(self, given: Given, turn: Turn) -> Heard:
        text = given.text.casefold().strip("。.!！?？ ")
        place = ordinal(text, len(self.items))
        if place is not None:
            return Heard("sure", self.items[place][0])
        piece = POINTER.sub("", text)
        named = [value for value, label in self.items if piece and piece in label.casefold()]
        if len(named) == 1 and len(piece) >= 2:
            return Heard("sure", named[0])
        within = [value for value, label in self.items if label.casefold() in text]
        if len(within) == 1:
            return Heard("sure", within[0])
        return Heard("no", complaint="field.choice.bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, str)


YES = re.compile(
    r"^(没错|沒錯|对|對|好|行|是|可以|ok|yes)?[,，、。 ]*"
    r"(就这样|就這樣|提交吧?|交吧|确认提交|确认吧)[吧了啊。.!！ ]*$"
    r"|^(是的?|对的?|對的?|好的?|好吧|行|可以|同意|确认|確認|确定|確定|没错|沒錯|没问题|嗯+|恩|成|中|要得|得"
    r"|ok|okay|yes|yep|yeah|y|sure|(?:i )?agree|correct|right|confirm)"
    r"[啊呀吧的了嘞哈,，。.!！ ]*(是的|对|好|没错|提交|确认|thanks|please)?[。.!！]*$",
    re.IGNORECASE,
)
NO = re.compile(
    r"^(不是?|不对|不對|不行|不同意|不好|不要|不用|别|不了|没有|算了"
    r"|no|nope|n|not really|(?:i )?disagree|wrong)"
    r"[啊呀吧的了,，。.!！ ]*$",
    re.IGNORECASE,
)


class YesNo(_Plain):
    """Yes or no, kept as a boolean."""

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(True, turn.words("field.yes")), (False, turn.words("field.no"))]

    def read(self, given: Given, turn: Turn) -> Heard:
        if YES.match(given.text):
            return Heard("sure", True)
        if NO.match(given.text):
            return Heard("sure", False)
        return Heard("no", complaint="field.choice.bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, bool)


class PlaceField(_Plain):
    """A place: a shared position, or a region, street or landmark in words.

    Kept as {"lat", "lon", "name", "region"}; what isn't known is None.
    """

    slot = "place"
    ask: Ask | None = "location"

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Location):
            return Heard("sure", turn.place_of(given.content))
        named = given.slots.get("place") or given.slots.get("region")
        if named:
            return Heard("sure", turn.place_named(str(named), given.text))
        found = turn.knowledge.region_tree.named(given.text)
        if found:
            return Heard("sure", turn.place_named(found[0].name_zh, given.text))
        if 2 <= len(given.text) <= 60:
            return Heard("possible", turn.place_named(given.text, given.text))
        return Heard("no", complaint="field.place.bad")


class PhotoField(_Plain):
    """A photo, kept as its file's number."""

    ask: Ask | None = "photo"

    def read(self, given: Given, turn: Turn) -> Heard:
        if isinstance(given.content, Photo):
            return Heard("sure", given.content.file_id)
        return Heard("no", complaint="field.photo.bad")


@dataclass(frozen=True)
class FreeText:
    """Words of the rider's own, at least `shortest` characters: never more than possible."""

    shortest: int = 2
    longest: int = FREE_TEXT_LONGEST
    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return ()

    def read(self, given: Given, turn: Turn) -> Heard:
        if not isinstance(given.content, Text) or len(given.text) < self.shortest:
            return Heard("no", complaint="field.text.bad")
        return Heard("possible", given.text[: self.longest])

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, str)


NAME = re.compile(
    r"(?P<said>我?的?(?:名字|姓名)(?:叫|是|[:： ])?|我?叫|(?:my )?name(?: is|'s|:))?"
    r"(?:我是|本人|i am|i'm)?\s*(?P<name>.+)",
    re.IGNORECASE,
)
NO_NAME = re.compile(
    r"什么名字?|啥名?字?|稍等|等等|谢谢|thanks?|thank you|wait|(?:i )?don'?t know", re.IGNORECASE
)


class Name(_Plain):
    """A person's name: two to eight Chinese characters, or Latin words."""

    def read(self, given: Given, turn: Turn) -> Heard:
        found = NAME.fullmatch(given.text.strip("。.!！ "))
        name = found.group("name").strip() if found else ""
        chinese = re.fullmatch(r"[一-鿿·]{2,4}|(?=.*·)[一-鿿·]{5,15}", name)
        latin = re.fullmatch(r"[A-Za-z][A-Za-z .'\-]{1,40}", name) and name.count(" ") <= 3
        other = any(words.match(name) for words in (YES, NO, LATER_WORDS))
        if found and (chinese or latin) and not (other or NO_NAME.fullmatch(name)):
            # "my name is …" can be nothing else.
            return Heard("sure" if found.group("said") else "possible", name)
        return Heard("no", complaint="field.name.bad")


POINTER = re.compile(r"(?:那?[个個门門家]|的|吧|呗|啊)+$")
"""What follows a piece of a name that is meant: "考证的", "烘焙那个吧"."""

ORDINAL = re.compile(
    r"^(?:我?(?:要|选|選|报|報|就|the )?)?(倒数)?(?:第|no\.? ?|#|number )?"
    r"(\d{1,2}|[一二两三四五六七八九十]|first|second|third|fourth|fifth|last)"
    r"(?:个|個|家|门|門|号|號|项|条|one|st|nd|rd|th)?(?:吧|啊|的|了|呗)*$",
    re.IGNORECASE,
)
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}


def ordinal(text: str, count: int) -> int | None:
    """Which of `count` things "第二个", "2" or "the second one" means, counted from 0."""
    found = ORDINAL.match(text.strip())
    if not found:
        return None
    word = found.group(2).casefold()
    number = count if word == "last" else DIGITS.get(word) or (int(word) if word.isdigit() else 0)
    if not 1 <= number <= count:
        return None
    return count - number if found.group(1) else number - 1
