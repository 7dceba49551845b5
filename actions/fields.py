"""Fields: how a reply to a question is read, and what is said when it can't be.

A field reads an answer as *sure* (it can be nothing else), *possible* (it may be one), or *no*.
Sure wins over everything but a crisis; possible loses against leaving and another clear wish.

Here are the plain kinds; `choices`, `identity` and `places` have those of a family each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, Protocol

from actions.content import Ask, Content, Photo, Press, Text

if TYPE_CHECKING:
    from actions.turn import Turn

Certainty = Literal["sure", "possible", "no"]

FREE_TEXT_LONGEST = 500
"""Characters of a free answer that are kept."""


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


class Plain:
    """What most fields share: a slot that prefills them, no buttons, no special keyboard."""

    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return ()

    def check(self, value: Any, turn: Turn) -> bool:
        return value is not None


_SEND = r"(?:补|補|填|给|給|发|發|传|傳|交|拍|上传|上傳|提供)"

LATER_WORDS = re.compile(
    r"^(?:那|我|先|还是|還是|要不|嗯|好|算了|这个|这项|照片|图片?|材料|票据|发票|单据|证件"
    r"|ok|well|[,，. ])*(?:"
    r"(?:以后|之后|后面|晚点|晚些|稍后|先不|先跳过|跳过|暂时不|以後|之後|跳過|不填|没有|沒有|不知道)"
    rf"(?:再?说|再說|再?{_SEND}|吧|了|啊|please)*"
    rf"|(?:回头|回頭|改天|下次|过几天|過幾天|等会儿?|等會兒?|到时候|到時候)(?:我)?再?{_SEND}"
    r"|(?:这|那|这个|那个)?(?:编号|号码?|卡号?|日子|数|钱数|具体)?(?:我|俺)?(?:也|都|真)?(?:哪儿?|早就?|全)?"
    r"(?:不|记不|想不|找不|没|哪|忘)(?:太|大|怎么)?(?:记得|记得住|得|清楚|清|起来|到|知道|晓得|带|在手边|在身上)?"
    r"(?:了|住|啊|呀|呢|嘞)*(?<=..)"
    r"|(?:i )?(?:don'?t|do not|can'?t|cannot) (?:know|remember|recall|have it(?: on me)?|find it)"
    r"|(?:还|還|都)?(?:没|沒|冇)(?:来得及|有)?(?:拍|照|带|帶)(?:到|呢|啊|上)?"
    r"|(?:没|沒|冇)(?:有|拍|带|帶)?(?:照片|相片|图片?|圖片?)|(?:不|没法|沒法|冇得)(?:发|發|拍|传|傳)(?:图|照片?)?(?=了|啦|$)"
    r"|(?:no|don'?t have (?:a|any)) (?:photos?|pictures?)"
    r"|(?:i )?(?:forgot|dunno|not sure)|no clue"
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


class Day(Plain):
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


class Amount(Plain):
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


class PhotoField(Plain):
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
