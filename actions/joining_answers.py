"""Kinds of answers that only joining asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actions.choices import NO, Choice, agrees
from actions.content import Ask
from actions.fields import FreeText, Given, Heard
from actions.identity import Name

if TYPE_CHECKING:
    from actions.turn import Turn

TRADES = ("food_delivery", "express", "ride_hailing", "freight", "other")

NO_NAME = re.compile(
    r"^(你|您|他|想|要|不|没|怎|什么|为什|可以|在|等|是|有|啥|哪|请问|我(?!叫|是|的名字|姓))"
    r"|入会|工会|申请|吗|什么|怎么|谢谢|你好|您好|稍等|知道|忘了"
)
"""Short lines that look like a name and aren't."""


@dataclass(frozen=True)
class OwnName(Name):
    """The rider's name; a short line that is hardly one is asked about."""

    def read(self, given: Given, turn: Turn) -> Heard:
        if not given.slots.get("name") and NO_NAME.search(given.text):
            return Heard("no", complaint="field.name.bad")
        return super().read(given, turn)


@dataclass(frozen=True)
class Employer(FreeText):
    """The platform, station or firm, in the rider's words."""

    longest: int = 60
    slot: str | None = "platform"

    def read(self, given: Given, turn: Turn) -> Heard:
        if not given.text and given.slots.get("platform"):
            return Heard("sure", str(given.slots["platform"]))
        return super().read(given, turn)


@dataclass(frozen=True)
class Agreement:
    """Agreement to a text of this version; empty if it is refused. Another wording asks anew."""

    version: str
    slot: str | None = None
    ask: Ask | None = None

    def options(self, turn: Turn) -> Sequence[tuple[Any, str]]:
        return [(self.version, turn.words("join.agree")), ("", turn.words("join.disagree"))]

    def read(self, given: Given, turn: Turn) -> Heard:
        if NO.match(given.text) or "不同意" in given.text:
            return Heard("sure", "")
        if agrees(given.text):
            return Heard("sure", self.version)
        return Heard("no", complaint="join.agree_bad")

    def check(self, value: Any, turn: Turn) -> bool:
        return value in ("", self.version)


async def agreed(turn: Turn, key: str, version: str, *, decides: str, **values: Any) -> str:
    """The version of the text `key` that was agreed to; empty if it was refused.

    Where a change lets another body see what is handed in (`decides`), it is asked for anew.
    """
    if turn.slots.setdefault("agreed_for", decides) != decides:
        turn.drop_answer("consent")
        turn.slots["agreed_for"] = decides
    return str(await turn.ask("consent", Agreement(version), key, decides=decides, **values))


def trade() -> Choice:
    """The trade, by button or in words."""
    labels = [(trade, f"join.trade.{trade}") for trade in TRADES]
    words = {
        "food_delivery": ("外卖", "骑手", "跑腿", "送餐", "delivery"),
        "express": ("快递", "派件", "courier", "parcel"),
        "ride_hailing": ("网约车", "开车", "司机", "滴滴", "ride-hailing", "taxi", "driver"),
        "freight": ("货车", "货运", "拉货", "卡车", "truck", "freight"),
        "other": ("其他", "都不是", "保洁", "环卫", "other"),
    }
    return Choice(labels, slot="sector", words=words)
