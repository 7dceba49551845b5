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
        ("还得等几天", "request_status", "request_status"),
        ("how much longer", "membership_status", "membership_status"),
        ("怎么报", "faq:night-school-overview", "enroll_course"),
        ("那怎么投诉它", "faq:platform-fines", "report_dispute"),
        ("怎么约", "faq:counselling-cost", "book_counselling"),
        ("流程是咋样的", "faq:hardship-criteria", "faq:hardship-process"),
        ("最近的在哪", "faq:childcare-overview", "find_childcare"),
        ("会不会告诉我老板", "book_counselling", "faq:counselling-privacy"),
        (
            "老毛病认不认",
            "faq:supplementary-insurance-overview",
            "faq:supplementary-insurance-preexisting",
        ),
        ("我们送外卖的也行吗", "faq:mutual-aid-overview", "faq:mutual-aid-gig-workers"),
        ("还缺啥", "claim_status", "claim_status"),
        ("即系我仲差边张纸", "claim_status", "claim_status"),
        ("which paper is it you still need?", "claim_status", "claim_status"),
        ("批下来没", "join_union", "membership_status"),
        ("is it approved yet", "apply_hardship", "request_status"),
        ("any word?", "report_problem", "request_status"),
        ("那给我转过来呗", "faq:membership-card", "update_membership"),
        ("行，给我报上", "faq:membership-eligibility", "join_union"),
        ("要备啥证据", "faq:legal-aid", "faq:dispute-process"),
        ("自个儿要掏钱不", "faq:screening-eligibility", "faq:screening-cost"),
        ("不是会员让进吗", "faq:station-services", "faq:station-who-can-use"),
        # what no other article says is asked of the one that was just read
        ("要钱吗", "faq:recuperation", "faq:recuperation"),
        ("那我老婆呢", "faq:membership-dues", "faq:membership-dues"),
        ("去哪办", "faq:membership-card", "faq:membership-card"),
        ("how long it takes", "faq:hotline", "faq:hotline"),
        ("need money?", "join_union", "faq:membership-dues"),
        ("去哪办", "faq:hardship-process", "apply_hardship"),
        ("帮我催一下", "membership_status", "membership_status"),
        ("补材料", "claim_status", "claim_status"),
        ("啥时候修", "report_problem", "request_status"),
        ("修好了没", "report_problem", "request_status"),
        ("审核要多久", "join_union", "membership_status"),
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


def test_a_list_answers_for_its_own_lines() -> None:
    """What a course costs stands in it; whether there is a certificate doesn't."""
    assert asked_on("多少钱", "find_course", listed=True) is None
    assert asked_on("学完发证不", "find_course", listed=True) == "faq:night-school-certificates"
    assert asked_on("怎么报名", "find_course", listed=True) == "enroll_course"


@pytest.mark.parametrize(
    "text", ["啥时候上", "那几点开始呢", "哪天上课的", "when is it?", "what time"]
)
@pytest.mark.parametrize("last", ["find_course", "my_courses"])
def test_a_list_of_courses_says_itself_when_they_are(text: str, last: str) -> None:
    """Other lists have lines that nobody goes to at a time."""
    assert asked_on(text, last, listed=True) == last
    assert asked_on(text, "find_station", listed=True) is None
