"""The small Markdown of answers: what can be shown, and a sentence for what can't."""

from __future__ import annotations

import pytest

from knowledge import markup
from knowledge.content_schema import read_content
from knowledge.load import CONTENT


def test_an_answer_without_marks_reads_well() -> None:
    """Lists with dots, a link's address behind its words."""
    text = "**会费**是0.5%。\n\n- 每月交\n- 看[章程](https://acftu.org/z)或打[12351](tel:12351)"
    assert markup.problems(text) == []
    assert markup.plain(text) == (
        "会费是0.5%。\n\n• 每月交\n• 看章程 (https://acftu.org/z)或打12351 (12351)"
    )
    assert [line.in_list for line in markup.read(text)] == [False, False, True, True]
    assert markup.read(text)[0].spans[0] == markup.Span("会费", bold=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# 标题", "headings"),
        ("![x](https://a.cn/b.png)", "pictures"),
        ("用`代码`", "code"),
        ("> 引用", "quotations"),
        ("| a | b |", "tables"),
        ("* 一", "begin with '- '"),
        ("  - 二", "within another"),
        ("<b>粗</b>", "HTML"),
        ("**粗", "stands alone"),
        ("[词](https://a.cn", "isn't whole"),
        ("[词](javascript:alert(1))", "isn't whole"),
        ("[词](javascript:x)", "can't be opened"),
        ("[词](http://localhost/x)", "can't be opened"),
        ("[打](tel:abc)", "can't be opened"),
        ("长" * 1501, "1500 at most"),
    ],
)
def test_what_can_not_be_shown_is_told(text: str, why: str) -> None:
    """Each in a sentence that says what to do."""
    assert any(why in sentence.en for sentence in markup.problems(text)), markup.problems(text)


def test_all_answers_of_the_content_can_be_shown() -> None:
    """The subset was not cut away from under what is there."""
    wrong = [
        (article.topic, found)
        for article in read_content(CONTENT).articles
        for answer in article.answers
        for _, said in answer.texts
        if (found := markup.problems(said.answer))
    ]
    assert wrong == []
