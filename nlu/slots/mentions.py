"""Which of a list of words a text mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlu.normalise import fold


def mentioned(text: str, words: Iterable[str]) -> list[str]:
    """The words that stand in a text, in their own order.

    Chinese ones anywhere, Latin ones as whole words; width, case and script don't count.
    """
    folded = fold(text)
    return [word for word in words if _stands(fold(word), folded)]


def _stands(word: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"\b{re.escape(word)}\b", text) is not None
