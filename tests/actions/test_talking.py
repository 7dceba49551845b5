"""In which tone small talk is answered."""

from __future__ import annotations

import pytest

from actions.talking import tone_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我就是个废物", "low"), ("崩溃了", "low"), ("日子没法过了", "low"), ("活得像条狗", "low"),
        ("捱唔住喇", "low"), ("i'm such a failure", "low"), ("心里难受", "low"),
        ("你就是个废物", "angry"), ("垃圾平台", "angry"), ("累死了", "tired"), ("谢谢", "thanks"),
        ("拜拜", "bye"), ("你好", "hi"),
    ],
)  # fmt: skip
def test_whoever_is_low_is_not_taken_for_angry(text: str, wanted: str) -> None:
    """ "我就是个废物" is said of oneself."""
    assert tone_of(text) == wanted
