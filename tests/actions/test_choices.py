"""A yes or a no, as a thumb between two orders gives it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from actions.choices import YesNo
from actions.content import Text
from actions.fields import Given

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
