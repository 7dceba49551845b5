"""Where a line would be cut that holds two wishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.follow import MATTERS, leaves_a_matter, matters
from nlu.routes import FAQ, ROUTES
from nlu.wishes import cut


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("我想入会，顺便问下附近哪里能充电", ("我想入会", "问下附近哪里能充电")),
        ("帮我查下理赔到哪了，另外夜校有没有修车课", ("帮我查下理赔到哪了", "夜校有没有修车课")),
        ("哪儿能歇脚？想报个夜校的课", ("哪儿能歇脚", "想报个夜校的课")),
        ("先帮我看看理赔到哪了，再找个能充电的地方", ("先帮我看看理赔到哪了", "找个能充电的地方")),
        ("我要入会，还想报个剪视频的课", ("我要入会", "想报个剪视频的课")),
        (
            "帮我查下会员审批了没完了再看看附近哪有厕所",
            ("帮我查下会员审批了没", "看看附近哪有厕所"),
        ),
        (
            "sign me up for the baking class and find me somewhere to charge",
            ("sign me up for the baking class", "find me somewhere to charge"),
        ),
        ("我要入会還有就是想查體檢", ("我要入会", "想查體檢")),
        (
            "where can i charge my phone, and also how do i join",
            ("where can i charge my phone", "how do i join"),
        ),
        ("Is there a nursery? I want to join", ("Is there a nursery", "I want to join")),
    ],
)
def test_two_wishes_are_cut_at_their_joint(text: str, halves: tuple[str, str]) -> None:
    """At the word that joins them, else where a sentence ends."""
    assert cut(text) == halves


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("转人工！！驿站没水", ("转人工", "驿站没水")),
        ("我要投诉站长乱罚款，给我转人工", ("给我转人工", "我要投诉站长乱罚款")),
        ("驿站没水 转人工 谢谢", ("转人工", "驿站没水 谢谢")),
        ("唔該，我想搵真人，我份糧未出", ("我想搵真人", "唔該 我份糧未出")),
        ("my wages are late. agent!", ("agent", "my wages are late")),
        ("I want to talk to a real person, the station keeps my deposit",
         ("I want to talk to a real person", "the station keeps my deposit")),
    ],
)  # fmt: skip
def test_who_asks_for_a_person_asks_for_that_first(text: str, halves: tuple[str, str]) -> None:
    """Wherever in the line that stands."""
    assert cut(text) == halves


@pytest.mark.parametrize(
    "text",
    ["人工智能的课，在哪里上", "站里没人工作，门锁着", "one room per person, any left", "转人工！"],
)
def test_a_person_that_is_only_spoken_of_is_not_asked_for(text: str) -> None:
    """Nor is there anything beside a bare wish for one."""
    assert cut(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "我要入会",
        "谢谢，我想入会",
        "站长扣了我三百块。太黑了。",
        "顺便问一下",
        "还有吗",
        "再帮我查一下理赔",
        "想找个凉快的地方再歇会儿",
        "ok. thanks. I want to join",
        "我想查" + "很长的故事" * 40 + "，顺便问下哪能充电",
    ],
)
def test_one_wish_is_not_cut(text: str) -> None:
    """A greeting, a complaint or a story beside it is none."""
    assert cut(text) is None


@given(st.text(max_size=200))
def test_a_cut_loses_no_wish(text: str) -> None:
    """Both halves stand in the text, in order."""
    halves = cut(text)
    if halves is not None:
        first, second = halves
        assert text.index(first) + len(first) <= text.rindex(second)


def test_every_service_belongs_to_a_matter() -> None:
    """Else a line that leans on it could only mean the same again."""
    assert {route for route in ROUTES if matters([route])} == {
        route for route in ROUTES if leaves_a_matter(route)
    }
    named = {name for matter in MATTERS for name in (matter.does, *matter.others)}
    assert all(name.startswith(FAQ) or name in ROUTES for name in named)
