"""One form for what is written in many: width, script, invisible signs, repetition, length."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

MAX_READ = 10_000
"""Characters that are looked at at all; the public ends cut there, too."""

MAX_EMBEDDED = 80
"""Chinese characters that the encoder gets; 60 cost 5 ms, 200 15."""

LATIN_WEIGHT = 0.4
"""What a Latin letter costs of that: the encoder's pieces hold several of them (of signs one)."""

_CJK_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))

# Signs that carry a wish of their own; every other emoji only carries a mood.
_TELLING_EMOJI = {
    "🔋": "充电",
    "🔌": "充电",
    "🚻": "厕所",
    "🚽": "厕所",
    "🚾": "厕所",
    "🚰": "喝水",
    "🛌": "休息",
    "🆘": "救命",
}

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u2190-\u21ff\u25a0-\u25ff"
    "\U000e0000-\U000e007f\u3030\u303d]+"
)
# Digits in words are no stutter either.
_REPEATED_LETTER = re.compile(r"([^\W\d零〇一二三四五六七八九幺])\1{2,}")
_REPEATED_SIGN = re.compile(r"([^\w\s])\1+")
_REPEATED_PIECE = re.compile(r"([^\W\d零〇一二三四五六七八九幺]{2,6}?)\1{2,}")
_SPACE = re.compile(r"\s+")
_SPACE_BETWEEN_CJK = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_SIGNS = re.compile(r"[\W_]+")
_LATIN = re.compile("[ a-z0-9\u00df-\u024f]")
_CLAUSE_END = re.compile(r"(?<=[。!?;,、~…\n])|(?<=\. )|(?<=[\u3400-\u9fff]) ")
_FORWARD = re.compile(
    r"[?吗呢]|怎么|咋|哪|什么|啥|几|多少|想|要|能不能|可以|请问|求|帮|有没有|是否|如何|申请|查|报名|"
    r"投诉|找|需要|工会|入会|报销|补助|工资|休息|充电|厕所|"
    r"\b(?:how|what|where|when|which|who|can|could|want|need|help|please|apply|join|find|claim|"
    r"union|wages?|looking|would like)\b"
)

_GRAVE = re.compile(
    r"不想活|活着|活不|遗[书言]|[吃吞]药|安眠|刀|割|楼顶|天台|[上从跳]桥|跳[楼河江下]|血|救|打我|再见|"
    r"对不起你|拖累|累赘|没意思|绝望|[撑熬扛]不|照顾好|走了以后|不在了|别找我|"
    r"\b(?:die|dying|dead|kill\w*|pills?|bridge|knife|goodbye|burden|hurt(?:ing)?|alone|ambulance"
    r"|bleed\w*|without me|no point|sorry for)\b"
)
"""What may be a cry for help, and is read in any case."""


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    """For `str.translate`: Traditional to Simplified by character, invisible signs away."""
    chars = [chr(point) for first, end in _CJK_RANGES for point in range(first, end)]
    # A newline between keeps OpenCC from reading phrases across characters.
    simplified = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    table: dict[int, str | None] = {
        ord(char): new
        for char, new in zip(chars, simplified, strict=True)
        if char != new and len(new) == 1
    }
    # OpenCC's dictionaries leave these variants, which phones and old papers do write.
    table.update(
        {ord(a): b for a, b in zip("著乾裏裡瞭麼妳祂係", "着干里里了么你他系", strict=True)}
    )
    for point in (*range(0x20000), *range(0xE0000, 0xE0200)):
        if point in table:
            continue
        category = unicodedata.category(chr(point))
        if category in ("Mn", "Me", "Cf", "Co"):
            table[point] = None
        elif category == "Cc":
            table[point] = "\n" if point in (10, 13) else " "
    for sign, word in _TELLING_EMOJI.items():
        table[ord(sign)] = word
    table.update(
        {
            ord(a): b
            for a, b in zip("。，、；：？！“”‘’（）【】《》", "。,、;:?!\"\"''()[]<>", strict=True)
        }
    )
    return table


def fold(text: str) -> str:
    """The text in one form: Simplified, half width, lower case, no invisible signs or emoji.

    Repeated letters and pieces are kept twice, digits always (a phone number is no stutter). Reads
    at most `MAX_READ` characters, in a time that grows with their number and nothing else. What was
    folded lately is remembered: of one text a dozen readers ask.
    """
    return _short(text) if len(text) <= SHORT else _long(text)


def _fold(text: str) -> str:
    # Marks go before NFKC, which sorts runs of them in quadratic time.
    text = text[:MAX_READ].translate(_table())
    text = unicodedata.normalize("NFKC", text)[:MAX_READ].lower()
    text = _EMOJI.sub(" ", text.translate(_table()))
    text = _REPEATED_LETTER.sub(r"\1\1", text)
    text = _REPEATED_SIGN.sub(r"\1", text)
    text = _REPEATED_PIECE.sub(r"\1\1", text)
    text = _SPACE.sub(" ", text).strip()
    return _SPACE_BETWEEN_CJK.sub("", text)


SHORT = 200
"""Characters of a text of which thousands are remembered; of longer ones a few are."""

# More than sentences and articles ask together, 34,000: who goes through more than are remembered
# finds none of them.
_short = lru_cache(maxsize=65_536)(_fold)
_long = lru_cache(maxsize=32)(_fold)


def key(text: str) -> str:
    """What two texts share if they are word for word the same: letters and digits only."""
    return _SIGNS.sub("", fold(text))


def essence(folded: str, limit: int = MAX_EMBEDDED) -> str:
    """Of a folded text, the part that most likely holds the wish, short enough to embed.

    Short texts come back as they are. Of a rant, the clauses that may be a cry for help are taken
    first, then those that ask or want something, then those nearest to the end; they are joined in
    their own order.
    """
    if cost(folded) <= limit:
        return folded
    clauses = [clause for clause in _CLAUSE_END.split(folded) if clause and clause.strip()]
    ranked = sorted(
        range(len(clauses)),
        key=lambda i: (-_weight(clauses[i][:200]), -i),
    )
    chosen: dict[int, str] = {}
    left = float(limit)
    for i in ranked:
        if left < 4:
            break
        piece = _cut(clauses[i].strip(), left)
        chosen[i] = piece
        left -= cost(piece)
    return " ".join(chosen[i] for i in sorted(chosen)).strip()


def _weight(clause: str) -> int:
    return 4 if _GRAVE.search(clause) else min(3, len(_FORWARD.findall(clause)))


def cost(text: str) -> float:
    """What a text costs to embed, in Chinese characters."""
    latin = len(_LATIN.findall(text))
    return latin * LATIN_WEIGHT + (len(text) - latin)


def _cut(text: str, limit: float) -> str:
    if cost(text) <= limit:
        return text
    spent = 0.0
    for at, char in enumerate(text):
        spent += LATIN_WEIGHT if _LATIN.match(char) else 1.0
        if spent > limit:
            return text[:at]
    return text


def for_model(text: str) -> str:
    """What the encoder and the head read of a text."""
    # Rasa takes a text that begins with a slash for the name of an intent.
    return essence(fold(text).lstrip("/ "))
