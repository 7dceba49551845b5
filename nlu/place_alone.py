"""Whether a line that names a place says nothing else: "南京", "那芝罘区呢", "in Qingdao"."""

from __future__ import annotations

import re

_BESIDE = re.compile(
    r"[那我在人就是的呢吧啊呀哦换改成到去看要这边儿里附近有没吗住,.!?~ ]"
    r"|\b(?:in|at|near|around|what|about|how|and|i|am|i'm|now|please|then|there|for)\b"
)
_KINDS = frozenset("省市区县镇乡街道路村")
_LATIN = re.compile(r"[a-z'\- ]{3,20}")
_WISH = re.compile(
    r"[报学课班退撤找查]|union|course|class|join|pay|job|wage|station|rest|toilet|charg|water"
)
LONGEST = 24
"""Signs of such a line, what stands beside the place counted."""


def place_alone(folded: str, named: str) -> bool:
    """Whether a folded text says only the place that was found in it, called `named`."""
    if not named or len(folded) > LONGEST:
        return False
    rest = _BESIDE.sub("", folded)
    if not rest or _WISH.search(rest):
        return False
    return _LATIN.fullmatch(rest) is not None or set(rest) <= set(named) | _KINDS
