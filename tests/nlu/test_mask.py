"""Personal data is masked before a line is kept to learn from (`cases/mask.yaml`)."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from nlu.mask import MARK, kinds, mask
from nlu.normalise import fold
from tests.nlu.few import own_sentences

CASES: dict[str, list[list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "mask.yaml").read_text("utf-8")
)
TABLE = [(case[0], case[-1]) for cases in CASES.values() for case in cases]


@pytest.mark.parametrize(("text", "masked"), TABLE)
def test_a_text_is_masked(text: str, masked: str) -> None:
    """What tells of a person goes, what a sentence is about stays."""
    assert mask(text) == masked
    assert kinds(text) == list(dict.fromkeys(MARK.findall(masked)))


def test_signs_between_that_can_not_be_seen_hide_nothing() -> None:
    """Nor do two spaces, or one sign for a digit that isn't one of ours."""
    assert mask("139\u200b0000\u200b0088") == "⟨phone⟩"
    assert mask("139  0000  0088") == "⟨phone⟩"
    assert mask("❶❷❸❹❺❻") == "⟨digits⟩"
    assert mask("١٢٣٤٥٦") == "⟨digits⟩"


def test_what_is_masked_already_stays_and_is_known() -> None:
    """A second time changes nothing, and a mark left in a sentence is found."""
    once = mask("我叫李雷，手机13900000088")
    assert mask(once) == once
    assert kinds(once) == ["name", "phone"]


@given(
    st.text(max_size=300)
    | st.text("0123456789 -.一二三幺零①１➀·号楼路室叫王我是姓名:a@vxyt", max_size=80)
)
@example("12345" + chr(0xFE0F) + "6")
def test_no_run_of_six_digits_is_left(text: str) -> None:
    """Whatever is written, nothing crashes, and no long number stands in what is kept."""
    masked = mask(text)
    assert not re.search(r"\d{6}", masked)
    assert not re.search(r"\d{6}", fold(masked))


def test_hardly_a_training_sentence_holds_anything_to_mask() -> None:
    """They speak of all that riders ask: a rule that errs too often shows here."""
    texts = [one.text for one in own_sentences()]
    masked = [text for text in texts if kinds(text)]
    assert len(masked) * 200 < len(texts), masked


@pytest.mark.parametrize("piece", ["1 ", "a-", "路", "一", "www.", "12-", "a.", "小区1-", "我叫"])
def test_a_long_text_is_masked_in_a_moment(piece: str) -> None:
    """No pattern goes back and forth over what somebody sends to be a nuisance."""
    began = time.perf_counter()
    mask(piece * 5_000)
    assert time.perf_counter() - began < 2
