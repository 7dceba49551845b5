"""Why a file, or a cell of it, can't be used: in both languages, with what to do."""

from __future__ import annotations

from knowledge.content_entries import Words


class Refused(Exception):
    """A file that can't be used at all; one plain sentence."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Words(zh=zh, en=en)


class Unread(ValueError):
    """A cell that can't be read: what is wrong with it, and what to write instead."""

    def __init__(self, what: Words, instead: Words) -> None:
        super().__init__(f"{what.en}; {instead.en}")
        self.what, self.instead = what, instead


def unread(zh: str, en: str, instead_zh: str, instead_en: str) -> Unread:
    """A cell that can't be read."""
    return Unread(Words(zh=zh, en=en), Words(zh=instead_zh, en=instead_en))
