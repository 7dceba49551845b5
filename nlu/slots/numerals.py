"""Numbers as people say and write them: "八千六", "1.2万", "3万5", "two thousand"."""

from __future__ import annotations

import re
from decimal import Decimal

import cn2an

_ENGLISH = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_ENGLISH.update(
    {
        word: (value + 2) * 10
        for value, word in enumerate(
            "twenty thirty forty fifty sixty seventy eighty ninety".split()
        )
    }
)
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}

NUMBER = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?:\s?[千万亿]|[wk](?![a-z]))?(?:\d[百千]?(?![\d.块元]*\d))?"
    r"|[零〇一二两俩三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[零一二三四五六七八九]+)?"
)
"""A candidate for `read`, in a folded text."""


_SAME = str.maketrans({"w": "万", "k": "千", "俩": "两", "仨": "三", ",": "", " ": ""})


def read(piece: str) -> Decimal | None:
    """The number that a folded piece of text writes, None if it doesn't write one."""
    piece = piece.translate(_SAME)
    if not piece or len(piece) > 20:
        return None
    try:
        return Decimal(str(cn2an.cn2an(piece, "smart")))
    except (ValueError, ArithmeticError):
        return None


def english(words: list[str]) -> Decimal | None:
    """The number that English words write ("twelve hundred", "two and a half thousand")."""
    total = Decimal(0)
    current = Decimal(0)
    seen = False
    for word in words:
        if word in _ENGLISH:
            current += _ENGLISH[word]
            seen = True
        elif word == "half":
            current += Decimal("0.5")
        elif word in _SCALES:
            scale = _SCALES[word]
            current = (current or Decimal(1)) * scale
            if scale == 1000:
                total += current
                current = Decimal(0)
            seen = True
        elif word not in ("a", "and"):
            return None
    value = total + current
    return value if seen else None


ENGLISH_WORDS = frozenset([*_ENGLISH, *_SCALES, "a", "and", "half"])


def small(piece: str) -> int | None:
    """A whole number of at most four digits, in digits, Chinese or English."""
    value = read(piece) if piece[:1].isdigit() or piece[:1] >= "\u3400" else None
    if value is None:
        value = english(piece.split())
    if value is None or value != value.to_integral() or value > 9999:
        return None
    return int(value)
