"""The field's own words as a hasty thumb, a dictation or pinyin wrote them: "每团", "toliet".

Only what makes no word is taken for a slip: "弟弟" sounds like "滴滴" and stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from nlu.language import pinyin
from nlu.spelling import common_pairs, merged, sounds

_WORDS = (
    "厕所 充电 换电 换电柜 微波炉 空调 插座 热水 喝水 洗手间 洗澡 创可贴 凳子 充电宝 "
    "美团 饿了么 滴滴 货拉拉 顺丰 京东 闪送 韵达 外卖 快递 网约车 骑手 "
    "互助 补充 查询码 身份证 老婆 媳妇 烘焙 无人机 短视频 插花 电工 星期 礼拜"
).split()
_ONLY_SPELT = (
    "线上 网课 现在 开门 工资 密码 保洁 极兔 周末 明天 晚上 自费 报销 能报 花了 驿站".split()
)
"""Words that Chinese texts sound like too often by chance."""

_NEVER_WRONG = frozenset("的地得底啲是在从先想上下有没不人个给和跟到说看吗")
"""What is written so often that it is no slip where it happens to sound like one."""

_LATIN = (
    "toilet restroom bathroom microwave battery tomorrow yesterday wednesday thursday saturday "
    "sunday monday tuesday friday evening afternoon morning meituan lalamove courier colleague "
    "family mutual supplementary insurance editing forklift second nearest"
).split()
_NO_SLIPS = frozenset([*_LATIN, *"college seconds secondly families mornings evenings".split()])
_LONG = 8
"""Letters of a word that may have two of them wrong."""

_LATIN_WORD = re.compile(r"(?<![a-z])[a-z]{5,16}(?![a-z])")
_LATIN_RUN = re.compile(r"[a-z'][a-z' ]*[a-z']")
_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]{2,}")


def mended(folded: str) -> str:
    """A folded text with slips in the words of the field mended."""
    text = _LATIN_WORD.sub(lambda match: _by_letters(match.group()), folded)
    text = _LATIN_RUN.sub(lambda match: _spelt(match.group()), text)
    return _CHINESE_RUN.sub(lambda match: _by_sound(match.group()), text)


@lru_cache(maxsize=4096)
def _by_letters(written: str) -> str:
    """The first word that begins alike and differs by a letter, a long one by two."""
    if written in _NO_SLIPS:
        return written
    for word in _LATIN:
        few = 2 if len(word) >= _LONG else 1
        if word[0] == written[0] and OSA.distance(written, word, score_cutoff=few) <= few:
            return written if written.startswith(word) else word
    return written


def _spelt(run: str) -> str:
    """Latin letters with the words of the field that they spell in pinyin put in."""
    syllables = pinyin(run)
    if syllables is None:
        return run
    heard = [(merged(syllable),) for syllable in syllables]
    pieces = list(syllables)
    for at, word in _heard(heard):
        if all(pieces[at : at + len(word)]):
            pieces[at : at + len(word)] = [word, *[""] * (len(word) - 1)]
    return run if pieces == syllables else " ".join(piece for piece in pieces if piece)


def _by_sound(run: str) -> str:
    """Chinese with a word of the field put in where one character of it only sounds right."""
    chars = list(run)
    for at, word in _heard([sounds(char) for char in run]):
        if word not in _ONLY_SPELT and _is_slip(chars, at, word):
            chars[at : at + len(word)] = word
    return "".join(chars)


def _heard(heard: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """Where which words of the field are heard, the longest first at each place."""
    for at, syllable in enumerate(heard):
        for word, sound in (
            pair for first in syllable for pair in _by_first_sound().get(first, ())
        ):
            rest = heard[at : at + len(sound)]
            if len(rest) == len(sound) and not any(map(set.isdisjoint, sound, rest)):
                yield at, word


def _is_slip(run: Sequence[str], at: int, word: str) -> bool:
    """Whether one character is wrong, and makes no word with either neighbour."""
    wrong = [at + i for i, char in enumerate(word) if run[at + i] != char]
    if len(wrong) != 1 or run[wrong[0]] in _NEVER_WRONG:
        return False
    around = run[max(0, wrong[0] - 1) : wrong[0] + 2]
    return not any(a + b in common_pairs() for a, b in pairwise(around))


@lru_cache(maxsize=1)
def _by_first_sound() -> dict[str, tuple[tuple[str, tuple[set[str], ...]], ...]]:
    found: dict[str, tuple[tuple[str, tuple[set[str], ...]], ...]] = {}
    for word in sorted((*_WORDS, *_ONLY_SPELT), key=len, reverse=True):
        sound = tuple(set(sounds(char)) for char in word)
        for first in sound[0]:
            found[first] = (*found.get(first, ()), (word, sound))
    return found
