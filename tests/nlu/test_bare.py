"""Bare questions ask about what was spoken of, and about nothing else."""

from __future__ import annotations

import pytest

from nlu.bare import asked_on


@pytest.mark.parametrize(
    ("text", "last", "route"),
    [
        ("要钱吗", "faq:night-school-overview", "faq:night-school-cost"),
        ("那多少钱", "faq:membership-benefits", "faq:membership-dues"),
        ("and what does it cost?", "join_union", "faq:membership-dues"),
        ("收费不", "faq:counselling-privacy", "faq:counselling-cost"),
        ("要什么条件", "faq:hardship-process", "faq:hardship-criteria"),
        ("附近有吗", "faq:childcare-overview", "find_childcare"),
        ("那要等到啥时候", "claim_status", "claim_status"),
        ("多久到账", "faq:claim-documents", "faq:claim-duration"),
    ],
)
def test_a_bare_question_is_about_what_was_spoken_of(text: str, last: str, route: str) -> None:
    assert asked_on(text, last) == route


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("要钱吗", None),
        ("多少钱", "find_job"),
        ("入会要多少钱", "faq:night-school-overview"),
        ("附近有驿站吗", "find_childcare"),
        ("什么时候开门", "claim_status"),
    ],
)
def test_what_names_its_matter_is_left_to_the_model(text: str, last: str | None) -> None:
    assert asked_on(text, last) is None
