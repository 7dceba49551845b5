"""How answers to the questions of cases are read."""

from __future__ import annotations

from typing import cast

import pytest

from actions.case_answers import Count, Employer
from actions.content import Text
from actions.fields import Given, Heard
from actions.turn import Turn

NO_TURN = cast(Turn, None)
"""What is read here needs none."""


@pytest.mark.parametrize(
    ("text", "months"),
    [("半年", 6), ("半年了", 6), ("一年半吧", 18), ("快两年了", 24), ("一年", 12), ("三个月", 3)],
)
def test_months_are_counted_in_years_too(text: str, months: int) -> None:
    """ "Half a year" is a number of months."""
    heard = Count(slot="months").read(Given(Text(text=text), {}), NO_TURN)
    assert heard == Heard("sure", months)


def test_a_year_of_the_calendar_is_no_count_of_months() -> None:
    """It says since when."""
    heard = Count(slot="months").read(Given(Text(text="2025年"), {}), NO_TURN)
    assert heard.certainty == "no"


@pytest.mark.parametrize("text", ["饿了么", "饿了么的"])
def test_a_platform_whose_name_ends_like_a_question_is_one(text: str) -> None:
    """And who asks something still only asks."""
    heard = Employer(slot="employer").read(Given(Text(text=text), {"platform": "饿了么"}), NO_TURN)
    assert heard == Heard("sure", "饿了么")
