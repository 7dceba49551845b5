"""Fields that are answered with one of a few: a choice, a card that was shown, yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from actions.content import Ask
from actions.fields import Given, Heard, Plain

if TYPE_CHECKING:
    from actions.turn import Turn


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
    r"|ok|okay|submit|send it|hand it in|go ahead|yes|yep|yeah|y|sure|(?:i )?agree|correct|right"
    r"|confirm)"
    r"[啊呀吧的了嘞哈,，。.!！ ]*(是的|对|好|没错|提交|确认|thanks|please)?[。.!！]*$"
    r"|^(?:[👍👌🆗✅][🏻-🏿]?)+$",
    re.IGNORECASE,
)
NO = re.compile(
    r"^(不是?|不对|不對|不行|不同意|不好|不要|不用|别|不了|没有|算了"
    r"|no|nope|n|not really|(?:i )?disagree|wrong)"
    r"[啊呀吧的了,，。.!！ ]*$"
    r"|^(?:[👎❌🙅][🏻-🏿]?(?:\u200d[♀♂]\ufe0f?)?)+$",
    re.IGNORECASE,
)


def agrees(text: str) -> bool:
    """Whether a text says yes and nothing else, once or more: "嗯 对的", "没问题了，交吧"."""
    pieces = re.findall(r"[^\s,，。.!！]+", text)
    return bool(YES.match(text)) or (bool(pieces) and all(map(YES.match, pieces)))


class YesNo(Plain):
    """Yes or no, kept as a boolean."""

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(True, turn.words("field.yes")), (False, turn.words("field.no"))]

    def read(self, given: Given, turn: Turn) -> Heard:
        if agrees(given.text):
            return Heard("sure", True)
        if NO.match(given.text):
            return Heard("sure", False)
        return Heard("no", complaint="field.choice.bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return isinstance(value, bool)


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
