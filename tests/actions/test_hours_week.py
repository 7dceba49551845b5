"""Hours are shown back as a week, in the reader's language."""

from __future__ import annotations

import pytest

from actions.hours_week import week_in_words
from bot.wording import Texts

ZH, EN = Texts().words("zh"), Texts().words("en")


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        ("24/7", ["每天 00:00-24:00"], ["Every day 00:00-24:00"]),
        (
            "Mo-Su 08:00-20:00; Su off",
            ["周一至周六 08:00-20:00", "周日 不开"],
            ["Mon to Sat 08:00-20:00", "Sun closed"],
        ),
        (
            "Mo-Fr 09:00-12:00,14:00-17:00; PH off",
            ["周一至周五 09:00-12:00、14:00-17:00", "周六、周日 不开", "节假日 不开"],
            ["Mon to Fri 09:00-12:00, 14:00-17:00", "Sat, Sun closed", "Public holidays closed"],
        ),
        ("Mo-Su 22:00-06:00", ["每天 22:00-次日06:00"], ["Every day 22:00-06:00 next day"]),
        (
            "Mo-Su 08:00-20:00; Su,PH 10:00-16:00",
            ["周一至周六 08:00-20:00", "周日 10:00-16:00", "节假日 10:00-16:00"],
            ["Mon to Sat 08:00-20:00", "Sun 10:00-16:00", "Public holidays 10:00-16:00"],
        ),
        (
            "nonsense",
            ["开放时间不详，去之前先问一下"],
            ["Hours not known, please ask before you go"],
        ),
    ],
)
def test_a_week_is_told_in_words(hours: str, zh: list[str], en: list[str]) -> None:
    """Days with the same hours stand together; holidays only where they differ."""
    assert week_in_words(hours, ZH) == zh
    assert week_in_words(hours, EN) == en
