"""Which of a list of words a text mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from nlu.normalise import fold


def mentioned(text: str, words: Iterable[str]) -> list[str]:
    """The words that stand in a text, in their own order.

    Chinese ones anywhere, Latin ones as whole words; width, case and script don't count.
    """
    folded = fold(text)
    return [word for word in words if _stands(word, folded)]


def _stands(word: str, text: str) -> bool:
    sought, whole = _sought(word)
    return sought in text and (whole is None or whole.search(text) is not None)


@lru_cache(maxsize=4096)
def _sought(word: str) -> tuple[str, re.Pattern[str] | None]:
    """A word folded, and how it is found as a whole word if it is a Latin one."""
    folded = fold(word)
    return folded, re.compile(rf"\b{re.escape(folded)}\b") if folded.isascii() else None
