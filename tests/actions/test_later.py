""" "Later" typed where the button stands: the question is put off, the form goes on."""

from __future__ import annotations

import pytest

from actions.fields import LATER_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "以后再补", "以后再补吧", "以后补", "以后再传", "晚点发", "回头再补", "改天再补",
        "等会儿再拍", "我以后再补", "先不传", "先不补了", "跳过", "跳过吧", "暂时不填", "没有",
        "我没有", "later", "Later", "later please", "maybe later", "I'll do it later",
        "i'll send it later", "upload later", "skip", "skip this", "not now", "later on",
    ],
)  # fmt: skip
def test_these_mean_the_button(text: str) -> None:
    assert LATER_WORDS.match(text)


@pytest.mark.parametrize(
    "text",
    [
        "改天再说", "下次再来办", "先不办了", "不办了", "算了", "以后再也不去那家了", "没有发工资",
        "later I was sacked", "回头路", "不知道老板叫什么", "some other time", "maybe another time",
    ],
)  # fmt: skip
def test_these_are_something_else(text: str) -> None:
    """A wish to leave the form, or words of an account."""
    assert not LATER_WORDS.match(text)
