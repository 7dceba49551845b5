"""Which words of a list a text mentions."""

from __future__ import annotations

import pytest

from nlu.slots import mentioned


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("医保卡丢了", ["医保"]),
        ("醫保點報", ["医保"]),
        ("Who pays my INCOME  TAX refund", ["income tax"]),
        ("ｔａｘ", []),
        ("taxi licence", []),
        ("医保和 income tax 都问一下", ["医保", "income tax"]),
        ("今天天气不错", []),
        ("", []),
    ],
)
def test_words_that_stand_in_a_text(text: str, found: list[str]) -> None:
    assert mentioned(text, ["医保", "income tax"]) == found
