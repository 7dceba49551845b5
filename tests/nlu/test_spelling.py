"""Mending homophones and pinyin."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normalise import for_model
from nlu.spelling import Spelling
from tests.nlu.few import own_sentences


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    """Learnt from the project's own sentences."""
    return Spelling(for_model(sentence.text) for sentence in own_sentences())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("我想如会", "我想入会"),
        ("怎么抱销医药费", "怎么报销医药费"),
        ("wo yao ruhui", "我要入会"),
        ("fujin you meiyou cesuo", "附近有没有厕所"),
    ],
)
def test_what_was_meant_is_read(spelling: Spelling, written: str, meant: str) -> None:
    """A homophone that makes no sense, and pinyin without tones."""
    assert spelling.mend(for_model(written)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "我要入会",
        "附近哪里可以充电",
        "唔該，邊度有得歇",
        "俺媳妇扫大街的",
        "my phone died",
        "YT-7K3Q9M",
        "Zhifu, Yantai",
        "Guangzhou",
        "",
    ],
)
def test_what_makes_sense_is_left_alone(spelling: Spelling, text: str) -> None:
    """As are dialects' characters, other languages, and names in Latin letters."""
    assert spelling.mend(for_model(text)) == for_model(text)


def test_without_sentences_nothing_is_mended() -> None:
    """As before the first training."""
    assert Spelling(()).mend("我想如会") == "我想如会"


@given(st.text(max_size=100))
def test_nothing_crashes_it(text: str) -> None:
    """Whatever comes."""
    Spelling(["我要入会", "我要入会吗"]).mend(for_model(text))


def test_a_long_text_costs_little(spelling: Spelling) -> None:
    """The search is kept narrow."""
    text = for_model("站里墙上贴的码扫不出来我就在这儿申请加工会得了" * 4)
    spelling.mend(text)
    began = time.process_time()
    spelling.mend(text)
    assert time.process_time() - began < 0.05
