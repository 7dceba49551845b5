"""Names the code and the word lists that something kept was made by: others make it anew."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
WORD_LISTS = ("jieba", "opencc", "pypinyin")


@lru_cache
def made_by(*patterns: str) -> str:
    """Changes with the files of this room that match, and with the word lists."""
    digest = hashlib.blake2b(digest_size=8)
    for pattern in patterns:
        for path in sorted(HERE.glob(pattern)):
            digest.update(path.read_bytes())
    for name in WORD_LISTS:
        digest.update(installed(name).encode())
    return digest.hexdigest()
