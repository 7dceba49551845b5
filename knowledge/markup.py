"""The small Markdown of an answer: what Telegram and the web's bubble can both show, and no more.

- paragraphs, divided by an empty line; a line's end is kept
- `- ` at a line's beginning for a list
- `**bold**`
- `[words](https://…)`, also `tel:` with a number

Everything else that Markdown knows is refused with a sentence, so that nobody publishes marks that
a rider would see as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from knowledge.content_entries import Words

LONGEST_ANSWER = 1500
"""Characters of an answer: with its foot and a heading one message of Telegram's (4096), and three
screens of a phone."""

_MARK = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<words>[^\[\]\n]+)\]\((?P<target>[^()\s]*)\)")
_TEL = re.compile(r"tel:\+?[0-9][0-9-]{1,18}")

_REFUSED: tuple[tuple[re.Pattern[str], Words], ...] = (
    (re.compile(r"(?m)^#{1,6}\s"), Words(
        zh="标题（#）显示不出来，请把这一行写成 **粗体**",
        en="headings (#) can't be shown; write the line in **bold**")),
    (re.compile(r"!\["), Words(
        zh="正文里不能放图片，请用文章的配图",
        en="pictures can't stand in the text; give the article its picture")),
    (re.compile(r"`"), Words(
        zh="代码（`）显示不出来，请去掉这个符号",
        en="code (`) can't be shown; leave the signs away")),
    (re.compile(r"(?m)^[ \t]*>\s"), Words(
        zh="引用（>）显示不出来，请去掉这个符号",
        en="quotations (>) can't be shown; leave the sign away")),
    (re.compile(r"(?m)^[ \t]*\|.*\|\s*$"), Words(
        zh="手机上显示不了表格，请改成列表",
        en="tables can't be shown on a phone; make a list of it")),
    (re.compile(r"(?m)^[ \t]*[*+]\s"), Words(
        zh="列表的每一行用“- ”开头",
        en="a list's lines begin with '- '")),
    (re.compile(r"(?m)^[ \t]+-\s"), Words(
        zh="列表里不能再套列表，请让这一行以“- ”开头",
        en="a list can't stand within another; begin the line with '- '")),
    (re.compile(r"</?[a-zA-Z][^>\n]*>"), Words(
        zh="这里不认 HTML，请用 **粗体** 和 [文字](链接)",
        en="HTML isn't read here; use **bold** and [words](link)")),
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A stretch of a line: plain, bold or a link."""

    text: str
    bold: bool = False
    target: str | None = None


@dataclass(frozen=True)
class MarkedLine:
    """A line of an answer; an empty one divides paragraphs."""

    spans: tuple[Span, ...]
    in_list: bool = False


def read(text: str) -> list[MarkedLine]:
    """The lines of an answer, with what is bold, a link or in a list."""
    lines = []
    for line in text.split("\n"):
        in_list = line.startswith("- ")
        lines.append(MarkedLine(tuple(_spans(line[2:] if in_list else line)), in_list))
    return lines


def plain(text: str) -> str:
    """The answer without marks: lists with dots, a link's address behind its words."""
    lines = []
    for line in read(text):
        words = "".join(
            span.text if span.target is None else f"{span.text} ({_bare(span.target)})"
            for span in line.spans
        )
        lines.append(f"• {words}" if line.in_list else words)
    return "\n".join(lines)


def problems(text: str, longest: int = LONGEST_ANSWER) -> list[Words]:
    """What can't be shown of an answer, a sentence each that says what to do; empty if all can."""
    return [
        *(sentence for sign, sentence in _REFUSED if sign.search(text)),
        *_too_long(text, longest),
        *_not_whole(text),
    ]


def _too_long(text: str, longest: int) -> Iterator[Words]:
    count = len(plain(text))
    if count > longest:
        yield Words(
            zh=f"答案有 {count} 个字，最多显示 {longest} 个字，请删短一些",
            en=f"the answer has {count} characters, {longest} at most are shown",
        )


def _not_whole(text: str) -> Iterator[Words]:
    left = _MARK.sub("", text)
    if "**" in left:
        yield Words(
            zh="有一个“**”落了单，粗体的字要写在同一行的两个“**”之间",
            en="a '**' stands alone; bold words stand between two of them, on one line",
        )
    if "](" in left:
        yield Words(
            zh="有一个链接不完整，链接写成 [文字](https://…)",
            en="a link isn't whole; it is written [words](https://…)",
        )
    for mark in _MARK.finditer(text):
        target = mark["target"]
        if target is not None and not opens(target):
            yield Words(
                zh=f"链接“{target}”打不开，链接以 https:// 或 tel: 开头",
                en=f"the link {target!r} can't be opened; it begins with https:// or tel:",
            )


def opens(target: str) -> bool:
    """Whether a link leads to a page, or to a number that can be called."""
    if target.startswith("tel:"):
        return _TEL.fullmatch(target) is not None
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


def link_of(text: str) -> tuple[str, str] | None:
    """Words and address of a text that is one link and nothing else."""
    mark = _MARK.fullmatch(text)
    return None if mark is None or mark["words"] is None else (mark["words"], mark["target"])


def _spans(line: str) -> Iterator[Span]:
    at = 0
    for mark in _MARK.finditer(line):
        if mark.start() > at:
            yield Span(line[at : mark.start()])
        if mark["bold"] is not None:
            yield Span(mark["bold"], bold=True)
        else:
            yield Span(mark["words"], target=mark["target"])
        at = mark.end()
    if at < len(line):
        yield Span(line[at:])


def _bare(target: str) -> str:
    return target.removeprefix("tel:")
