"""What the head sees of a text besides its vector: pieces of its characters, words and sound.

Hashed with CRC-32, which gives the same places on every Python and machine.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlu.language import pinyin
from nlu.spelling import merged

VERSION = 2
PLACES = 1 << 18
_LATIN = re.compile(r"[a-z']+|\d+")
_RUN = re.compile(r"[a-z']+|\d+|[\u3400-\u9fff]+|[^\w\s]+")


def pieces(text: str) -> list[str]:
    """The pieces of a folded text: runs of 1 to 4 characters, words and pairs of words, sounds."""
    found: list[str] = []
    tokens: list[str] = []
    for run in _RUN.findall(text):
        if run[0].isdigit():
            tokens.append("0" * min(len(run), 4))
        elif run[0].isascii() and run[0].isalpha():
            tokens.append(run)
        elif run[0] >= "\u3400":
            tokens.extend(run)
        else:
            tokens.append(run[0])
    marked = ["^", *tokens, "$"]
    for size in (1, 2, 3, 4):
        found += _runs(f"{size}:", marked, size)
    for token in tokens:
        if len(token) > 3 and token[0].isalpha() and token.isascii():
            framed = f"<{token}>"
            found.extend("w:" + framed[at : at + 4] for at in range(len(framed) - 3))
    sounds = sounds_of(text)
    for size in (2, 3):
        found += _runs(f"s{size}:", sounds, size)
    return found


def _runs(mark: str, tokens: Sequence[str], size: int) -> list[str]:
    """Every run of so many tokens, with what sort of piece it is."""
    shifted = (tokens[at:] for at in range(size))
    return [mark + " ".join(run) for run in zip(*shifted, strict=False)]


Placed = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Places with weights, both of the shape (places of one text,)."""


@lru_cache(maxsize=4_096)
def places(text: str) -> Placed:
    """Where the text's pieces are hashed to, and how often each (dampened).

    The head and the neighbours both ask for the same text; and articles that are read anew ask with
    what they asked with before.
    """
    counts = Counter([zlib.crc32(piece.encode()) % PLACES for piece in pieces(text)])
    index = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    weight = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    return index, weight.astype(np.float32)


def sounds_of(text: str) -> list[str]:
    """The syllables a text sounds like, with those alike to a southern ear or a hasty thumb merged.

    Makes a homophone ("入汇") and pinyin ("ru hui") share pieces with the right characters.
    """
    sounds: list[str] = []
    if not any(char >= "\u3400" for char in text):
        return [merged(syllable) for syllable in pinyin(text) or []]
    for run in _RUN.findall(text):
        if run[0] >= "\u3400":
            sounds.extend(_sound(char) for char in run)
        elif run[0].isascii() and run[0].isalpha():
            sounds.extend(merged(syllable) for syllable in pinyin(run) or [run])
    return sounds


@lru_cache(maxsize=16384)
def _sound(char: str) -> str:
    from pypinyin import lazy_pinyin

    return merged(lazy_pinyin(char)[0])
