"""What comes instead of an answer: a question, or a refusal."""

from __future__ import annotations

import pytest

from actions.case_answers import ASKS
from actions.identity import NO_PART
from nlu.slots.names import is_only_name


@pytest.mark.parametrize(
    "text", ["那我找谁", "找谁", "啥意思", "what for", "你们是干啥的?", "怎么弄"]
)
def test_what_asks_is_no_firms_name(text: str) -> None:
    assert ASKS.search(text)


@pytest.mark.parametrize(
    "text", ["顺达配送", "美团福山站", "哪吒汽车租赁", "王记饭店", "Ma's Kitchen"]
)
def test_a_firms_name_asks_nothing(text: str) -> None:
    assert not ASKS.search(text)


@pytest.mark.parametrize("text", ["唔同意", "那就算了", "同意", "刚才说过了", "我不肯"])
def test_a_refusal_is_no_name(text: str) -> None:
    assert NO_PART.search(text)


@pytest.mark.parametrize("text", ["李雷", "钱多多", "Anna Bauer", "阿依古丽·买买提"])
def test_a_name_is_no_refusal(text: str) -> None:
    assert not NO_PART.search(text)


@pytest.mark.parametrize("text", ["钱没了", "金的吗", "马上就给"])
def test_a_short_sentence_is_kept_as_nobodys_name(text: str) -> None:
    assert not is_only_name(text)


@pytest.mark.parametrize("text", ["李雷", "陈大文", "欧阳小明"])
def test_a_name_has_none_of_its_words(text: str) -> None:
    assert is_only_name(text)
