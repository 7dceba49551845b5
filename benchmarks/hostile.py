"""Texts that are written to hurt, or by accident: long, odd, or made to slow a pattern down."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from nlu.normalise import MAX_READ

Write = Callable[[random.Random], str]

_MARKS = [chr(point) for point in range(0x300, 0x36F)]
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_TURNS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u202c\u2069"
_RIGHT_TO_LEFT = "אבגדהוזחטיכלמנסעפצקרשתابتثجحخدذرزسشصضطظعغفقكلمنهوي "
_SCRIPTS = (
    (0x41, 0x5A), (0x400, 0x44F), (0x3B1, 0x3C9), (0x5D0, 0x5EA), (0x627, 0x64A), (0x905, 0x939),
    (0xE01, 0xE2E), (0x10D0, 0x10F0), (0x1200, 0x1240), (0x3042, 0x3093), (0x30A2, 0x30F3),
    (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0x1D400, 0x1D433), (0x20000, 0x2A6D6), (0xFF21, 0xFF3A),
)  # fmt: skip
_FACES = "👨👩👧👦🧑👮🕵💂👷🧓"
_SKINS = "🏻🏼🏽🏾🏿"
_FLAGS = [chr(point) for point in range(0x1F1E6, 0x1F200)]
_BRACKETS = ("()", "[]", "{}", "（）", "【】", "《》", "「」", "<>")
_HALF_WISHES = (
    "想", "不想", "要", "活", "死", "报", "查", "几", "吗，", "顺便", "还有", "对了，", "第", "那",
    "and also ", "can i ", "want ", "元", "号", "点", "周", "１", "3", ".", "，", " ",
)  # fmt: skip


def kinds(sentences: Sequence[str]) -> dict[str, Write]:
    """How to write each kind of text; each time another one, so that none is remembered.

    `sentences` are what riders write, from which a rant is made.
    """
    return {
        "10,000 characters of talk": lambda chance: _rant(chance, sentences),
        "500 digits": lambda chance: _of(chance, "0123456789", 500),
        "10,000 digits": lambda chance: _of(chance, "0123456789", MAX_READ),
        "combining marks": _marked,
        "right to left": lambda chance: _of(chance, _RIGHT_TO_LEFT + _TURNS, MAX_READ),
        "zero width": lambda chance: _between(chance, _rant(chance, sentences), _ZERO_WIDTH),
        "emoji chains": _emoji,
        "one letter repeated": lambda chance: _letter(chance) * MAX_READ,
        "one word repeated": lambda chance: chance.choice(sentences)[:6] * (MAX_READ // 6),
        "nested brackets": _nested,
        "mixed scripts": lambda chance: "".join(_letter(chance) for _ in range(MAX_READ)),
        "halves of wishes": lambda chance: _of(chance, _HALF_WISHES, MAX_READ),
        "one long word": lambda chance: _of(chance, "abcdefghijklmnopqrstuvwxyz0123456789", 9_000),
        "blanks and line ends": lambda chance: _of(chance, " \t\r\n\u3000\u00a0，。", MAX_READ),
    }


def _of(chance: random.Random, pieces: Sequence[str], count: int) -> str:
    return "".join(chance.choices(pieces, k=count))[:MAX_READ]


def _letter(chance: random.Random) -> str:
    return chr(chance.randint(*chance.choice(_SCRIPTS)))


def _rant(chance: random.Random, sentences: Sequence[str]) -> str:
    signs = "，。！？；、…～ \n"
    text = ""
    while len(text) < MAX_READ:
        text += chance.choice(sentences) + chance.choice(signs)
    return text[:MAX_READ]


def _marked(chance: random.Random) -> str:
    """A few letters, each under as many marks as are read."""
    letters = [_letter(chance) + "".join(chance.choices(_MARKS, k=400)) for _ in range(30)]
    return "".join(letters)[:MAX_READ]


def _between(chance: random.Random, text: str, signs: str) -> str:
    return "".join(letter + chance.choice(signs) for letter in text)[:MAX_READ]


def _emoji(chance: random.Random) -> str:
    """Families and hands joined into one sign each, and flags."""
    joined = [
        "\u200d".join(face + chance.choice(_SKINS) for face in chance.choices(_FACES, k=9))
        for _ in range(400)
    ]
    return "".join(one + chance.choice(_FLAGS) for one in joined)[:MAX_READ]


def _nested(chance: random.Random) -> str:
    pairs = [chance.choice(_BRACKETS) for _ in range(MAX_READ // 2 - 1)]
    inside = _letter(chance)
    return "".join(p[0] for p in pairs) + inside + "".join(p[1] for p in reversed(pairs))
