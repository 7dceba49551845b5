"""A yes or a no, as a thumb between two orders gives it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from actions.choices import YesNo
from actions.content import Text
from actions.fields import LATER_WORDS, Given
from actions.summary_words import repeats

YES = (
    "对",
    "没错，就这样",
    "可以的",
    "好吧",
    "嗯 对的",
    "没问题了 交吧",
    "好的，可以",
    "ok",
    "Yes please",
    "要得",
    "👍",
    "👍🏻",
    "👌👌",
    "✅",
)
NO = ("不对", "不用了", "算了", "nope", "❌", "👎", "🙅‍♂️", "🙅🏻‍♀️")
NEITHER = (
    "好像不是",
    "🙏",
    "❤️",
    "不好说",
    "okay but where",
    "好 不过等一下",
    "，",
    "👍 那多少钱",
    "？",
)


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
            for text in (
                "以后再补",
                "这编号我哪记得",
                "不记得了",
                "没带",
                "我也不知道",
                "没拍",
                "照片回头发",
            )
        ),
        *((text, True) for text in ("later", "dunno", "I don't remember", "skip this")),
        *((text, False) for text in ("忘了带头盔", "没发工资", "没合同", "不知道谁撞的", "不")),
        *((text, False) for text in ("I don't know who hit me", "later they fired me")),
    ],
)
def test_what_is_not_at_hand_is_given_later(text: str, later: bool) -> None:
    """A forgotten number is an answer where the question may wait."""
    assert bool(LATER_WORDS.match(text)) is later


@pytest.mark.parametrize(
    ("text", "label", "same"),
    [
        ("退了吧", "确定退课", True),
        ("对退", "确定退课", True),
        ("删", "确定，全部删掉", True),
        ("确认删除", "确定，全部删掉", True),
        ("交吧", "确认提交", True),
        ("delete it", "Yes, delete everything", True),
        ("yes delete all", "Yes, delete everything", True),
        ("不删", "确定，全部删掉", False),
        ("别交", "确认提交", False),
        ("好的吧", "确认提交", False),
        ("退钱", "确定退课", False),
        ("课", "确定退课", False),
        ("我的课", "退掉我的课", False),
        ("my course", "yes, give up my course", False),
        ("提交照片", "确认提交", False),
        ("don't delete", "Yes, delete everything", False),
        ("delete my phone", "Yes, delete everything", False),
        ("", "确认提交", False),
    ],
)
def test_what_a_button_does_may_be_said(text: str, label: str, same: bool) -> None:
    """A short line with the button's own verb is as good as a press; one that says more isn't."""
    assert repeats(text, label) is same
