"""One form for what is written in many."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normalise import MAX_EMBEDDED, MAX_READ, cost, essence, fold, for_model, key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("我要入會", "我要入会"),
        ("ＹＴ－７Ｋ３Ｑ９Ｍ", "yt-7k3q9m"),
        ("我 要 入 会", "我要入会"),
        ("哈哈哈哈哈", "哈哈"),
        ("快点快点快点快点", "快点快点"),
        ("13900000001", "13900000001"),
        ("１３９００００", "1390000"),
        ("手\u200b机\u200d没电", "手机没电"),
        ("\u202e你好", "你好"),
        ("e\u0301\u0301\u0301", "e"),
        ("怎么办？？？！！", "怎么办?!"),
        ("累😭😭😭", "累"),
        ("🔋在哪", "充电在哪"),
        ("1️⃣", "1"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_many_dresses_one_form(written: str, folded: str) -> None:
    """Width, script, invisible signs, emoji and stutter go; digits stay as they are."""
    assert fold(written) == folded


def test_a_key_is_blind_to_punctuation_and_case() -> None:
    """What is word for word the same has the same key."""
    assert key("我要入会！") == key(" 我要，入會") == key("我要入会")
    assert key("JOIN the union?") == key("join the union")


def test_of_a_rant_the_part_with_the_wish_is_kept() -> None:
    """Clauses that ask or want something come first, in their own order."""
    rant = (
        "今天下雨，"
        + "路上堵得要命，站长又在群里骂人，" * 20
        + "我就想问下怎么加入工会，"
        + "唉，" * 30
    )
    kept = essence(fold(rant))
    assert "加入工会" in kept
    assert cost(kept) <= MAX_EMBEDDED + 10


def test_of_a_rant_the_cry_in_the_middle_is_kept() -> None:
    """Also where other clauses ask for something."""
    rant = (
        "怎么投诉站长，能不能帮我问问工资，" * 6
        + "孩子以后就拜托你们照顾好，"
        + "还有哪里能充电，怎么报名夜校，" * 8
    )
    assert "照顾好" in essence(fold(rant))


@given(st.text(max_size=300))
def test_folding_twice_is_folding_once(text: str) -> None:
    """Rasa folds what the application has folded: both must read the same text."""
    once = for_model(text)
    assert for_model(once) == once


@given(st.text())
def test_nothing_crashes_it(text: str) -> None:
    """Whatever Unicode holds."""
    assert cost(for_model(text)) <= MAX_EMBEDDED + 10


@pytest.mark.parametrize(
    "hostile",
    [
        "啊" * 10_000,
        "我要入会，" * 2_000,
        "e\u0301\u0316" * 3_333,
        "9" * 10_000,
        "\u200f" * 10_000,
        "👨‍👩‍👧‍👦" * 1_400,
        "ﷺ" * 10_000,
        "abcdefg" * 1_400,
        "a b " * 2_500,
    ],
)
def test_hostile_text_costs_little(hostile: str) -> None:
    """A cut comes before anything slow."""
    for_model("你好")
    began = time.process_time()
    for_model(hostile)
    assert time.process_time() - began < 0.15
    assert len(fold(hostile)) <= MAX_READ
