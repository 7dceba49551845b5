"""A yes or a no, as a thumb between two orders gives it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from actions.choices import YesNo
from actions.content import Text
from actions.fields import LATER_WORDS, Given

YES = (
    "对",
    "没错，就这样",
    "可以的",
    "好吧",
    "ok",
    "Yes please",
    "要得",
    "👍",
    "👍🏻",
    "👌👌",
    "✅",
)
NO = ("不对", "不用了", "算了", "nope", "❌", "👎", "🙅‍♂️", "🙅🏻‍♀️")
NEITHER = ("好像不是", "🙏", "❤️", "不好说", "okay but where", "👍 那多少钱", "？")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((text, True) for text in YES),
        *((text, False) for text in NO),
        *((text, None) for text in NEITHER),
    ],
)
def test_a_plain_yes_or_no(text: str, meant: bool | None) -> None:
    """In words or by a sign; what says more is neither."""
    heard = YesNo().read(Given(Text(text=text)), cast("Any", None))
    assert (heard.value if heard.certainty == "sure" else None) is meant


@pytest.mark.parametrize(
    ("text", "later"),
    [
        *(
            (text, True)
            for text in ("以后再补", "这编号我哪记得", "不记得了", "没带", "我也不知道")
        ),
        *((text, True) for text in ("later", "dunno", "I don't remember", "skip this")),
        *((text, False) for text in ("忘了带头盔", "没发工资", "没合同", "不知道谁撞的", "不")),
        *((text, False) for text in ("I don't know who hit me", "later they fired me")),
    ],
)
def test_what_is_not_at_hand_is_given_later(text: str, later: bool) -> None:
    """A forgotten number is an answer where the question may wait."""
    assert bool(LATER_WORDS.match(text)) is later
