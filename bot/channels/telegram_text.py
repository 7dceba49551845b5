"""A message's text, line by line with links, cut where it may be cut and written as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.telegram_limits import length


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: plain, bold or a link."""

    text: str
    href: str | None = None
    bold: bool = False


Line = tuple[Piece, ...]


def plain(text: str) -> list[Line]:
    """The lines of a plain text."""
    return [(Piece(line),) for line in text.split("\n")]


def visible(line: Line) -> int:
    """How long a line is for Telegram: its marks don't count."""
    return sum(length(piece.text) for piece in line)


def chunks(lines: Sequence[Line], most: int) -> list[list[Line]]:
    """Messages of at most `most` characters: cut between paragraphs, else lines, else anywhere."""
    made: list[list[Line]] = []
    used = most

    def add(run: Sequence[Line], size: int) -> None:
        nonlocal used
        if used + 1 + size <= most:
            made[-1] += run
            used += 1 + size
        else:
            made.append(list(run))
            used = size

    for paragraph in _paragraphs(lines):
        size = sum(map(visible, paragraph)) + len(paragraph) - 1
        if size <= most:
            add(paragraph, size)
            continue
        for line in (short for long in paragraph for short in _short(long, most)):
            add([line], visible(line))
    return [chunk for chunk in map(_stripped, made) if chunk]


def marked(lines: Sequence[Line]) -> bool:
    """Whether there is anything that plain text can't show."""
    return any(piece.href or piece.bold for line in lines for piece in line)


def as_html(lines: Sequence[Line]) -> str:
    """The text for `parse_mode` HTML."""
    return "\n".join("".join(map(_html, line)) for line in lines)


def as_plain(lines: Sequence[Line]) -> str:
    """The text without marks."""
    return "\n".join("".join(piece.text for piece in line) for line in lines)


def _html(piece: Piece) -> str:
    text = html.escape(piece.text, quote=False)
    if piece.href:
        text = f'<a href="{html.escape(piece.href)}">{text}</a>'
    return f"<b>{text}</b>" if piece.bold and piece.text else text


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Runs of lines; the empty line before a run belongs to it."""
    run: list[Line] = []
    for line in lines:
        if not visible(line) and any(map(visible, run)):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _short(line: Line, most: int) -> Iterator[Line]:
    """A line in lines of at most `most`; a link that has to be cut links on in both parts."""
    current: list[Piece] = []
    used = 0
    for piece in line:
        text = piece.text
        while length(text) > most - used:
            head = _head(text, most - used)
            if head:
                current.append(Piece(head, piece.href, piece.bold))
            yield tuple(current)
            text, current, used = text[len(head) :], [], 0
        if text:
            current.append(Piece(text, piece.href, piece.bold))
            used += length(text)
    if current or not line:
        yield tuple(current)


def _head(text: str, most: int) -> str:
    """The first characters that fit, up to the end of a sentence where there is one."""
    fits = text[:most]
    while length(fits) > most:
        fits = fits[: len(fits) - max(1, (length(fits) - most) // 2)]
    if len(fits) == len(text):
        return fits
    ends = max(fits.rfind(sign) for sign in "。！？；.!?; ")
    return fits[: ends + 1] if ends >= len(fits) // 2 else fits


def _stripped(lines: list[Line]) -> list[Line]:
    """Without empty lines around: Telegram takes them away and refuses a text of nothing else."""
    while lines and not as_plain(lines[:1]).strip():
        lines = lines[1:]
    while lines and not as_plain(lines[-1:]).strip():
        lines = lines[:-1]
    return lines
