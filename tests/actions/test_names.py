"""What is heard as a person's name."""

from __future__ import annotations

from typing import Any, cast

import pytest

from actions.content import Text
from actions.fields import Given, Heard
from actions.identity import Name

NO_TURN = cast(Any, None)


def _heard(text: str) -> Heard:
    return Name().read(Given(Text(text=text)), NO_TURN)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王小虎", "王小虎"),
        ("叫王小虎", "王小虎"),
        ("姓名：陈雨", "陈雨"),
        ("我的名字是赵六", "赵六"),
        ("My name is David Zhang", "David Zhang"),
        ("name: Li Na", "Li Na"),
    ],
)
def test_who_says_that_it_is_a_name_is_believed(text: str, name: str) -> None:
    heard = _heard(text)
    assert (heard.certainty, heard.value) == ("sure", name)


@pytest.mark.parametrize("text", ["王小虎", "我是李四", "张三", "欧阳娜"])
def test_a_family_name_with_a_given_one_is_a_name(text: str) -> None:
    """Though "张三" looks like the third of a list that is on the screen."""
    assert _heard(text).certainty == "sure"


@pytest.mark.parametrize("text", ["阿卜杜拉·买买提", "Mary O'Neil", "高温补贴", "方便", "夜校"])
def test_a_bare_name_may_be_another_wish(text: str) -> None:
    assert _heard(text).certainty == "possible"


@pytest.mark.parametrize("text", ["换一个", "排队", "上几节", "确认报名", "不想填"])
def test_a_word_that_steers_is_no_name(text: str) -> None:
    assert _heard(text).certainty == "no"


@pytest.mark.parametrize(
    "text", ["ji fen zenme cha", "duoshao qian", "wo yao rengong", "how much", "you mei you ke"]
)
def test_a_question_in_latin_letters_is_no_name(text: str) -> None:
    """Four words of pinyin look like one."""
    assert _heard(text).certainty == "no"


@pytest.mark.parametrize("text", ["Na Li", "Jack Ma", "Yao Ming", "Howard Watt", "Nguyen Van An"])
def test_names_that_sound_like_questions_are_names(text: str) -> None:
    assert _heard(text).value == text


@pytest.mark.parametrize(
    ("text", "name"),
    [("林 晓。", "林晓"), ("林 晓晓", "林晓晓"), ("欧阳 娜", "欧阳娜"), ("我叫刘 洋", "刘洋")],
)
def test_a_gap_between_family_name_and_given_name_is_none(text: str, name: str) -> None:
    assert _heard(text).value == name


@pytest.mark.parametrize("text", ["林晓 烟台 芝罘", "在 家里 呢"])
def test_words_with_more_gaps_are_no_name(text: str) -> None:
    assert _heard(text).certainty == "no"


@pytest.mark.parametrize(
    "text", ["同意", "I agree", "确认", "ok", "later", "I don't know", "叫什么名字", "13912345678"]
)
def test_a_consent_is_no_name(text: str) -> None:
    assert _heard(text).certainty == "no"
