"""Rules that look for a life in danger, in the whole of a text, before anything is cut.

They err towards a person, but not on the way tired people talk ("累死了", "手机死机了") nor on a
question about death as a matter of insurance. The model's own class `crisis` stands beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu import crisis_english as english
from nlu import crisis_signs
from nlu import crisis_words as words
from nlu.language import pinyin
from nlu.normalise import fold

_GAPS = re.compile(r"[\W_]+")


CERTAIN = frozenset({"zh.sos", "zh.held", "zh.sure", "pinyin.sure"})
"""Rules whose words mean nothing else: no model doubts them, however short the text."""


@dataclass(frozen=True)
class Finding:
    """What a rule found: its name and the words it stands on (never logged)."""

    rule: str
    words: str


def find(text: str) -> str | None:
    """The name of the first rule that sees a life in danger, None if none does."""
    found = finding(fold(text))
    if found is not None:
        return found.rule
    return "signs" if crisis_signs.speaks(text) else None


def finding(folded: str) -> Finding | None:
    """As `find`, for a folded text, with the words."""
    squeezed = words.HYPERBOLE.sub("…", _GAPS.sub("", folded))
    for slip, meant in words.SLIPS.items():
        squeezed = squeezed.replace(slip, meant)
    for name, rule in words.CHINESE.items():
        for match in rule.finditer(squeezed):
            if not _excused(name, match, squeezed, folded):
                return Finding(f"zh.{name}", match.group())
    if any("a" <= char <= "z" for char in folded):
        return _finding_latin(folded)
    return None


def story(folded: str) -> bool:
    """Whether a folded text asks about a film, a song or a word, and not about its writer."""
    asks = _asks(folded) or re.search(
        r"谁|啥|什么|哪|主角|男主|女主|结局|剧情|情节|游戏|排位|王者|哭|"
        r"\b(?:who|what|which|how)",
        folded,
    )
    return bool(asks and words.STORY.search(folded)) and not words.OWN.search(folded)


def _excused(name: str, match: re.Match[str], squeezed: str, folded: str) -> bool:
    """Whether what stands around the words says that no life is in danger."""
    around = squeezed[max(0, match.start() - 24) : match.end() + 24]
    aside = words.ASIDE.search(squeezed, match.end())
    thought = squeezed[: aside.start()] if aside else squeezed
    if words.SOFT.search(match.group()) and words.LIVELIHOOD.search(thought):
        return True
    if match.group().startswith("死了") and words.PETS.search(squeezed[: match.start()]):
        return True
    if words.NOW.search(squeezed):
        return False
    if story(folded):
        return True
    if words.MATTER_NOUN.search(match.group()) and words.MATTER.search(squeezed):
        return not words.MYSELF.search(squeezed)
    if name == "danger":
        return any(sign.search(around) for sign in (words.PAPERWORK, words.THINGS, words.OVER))
    if name == "violence" and words.NAGGED.search(squeezed):
        return True
    if name == "violence" and words.LAUGH.search(squeezed):
        return not words.GRAVE.search(squeezed)
    if name in ("violence", "means"):
        return bool(words.PAPERWORK.search(around)) and _asks(folded)
    return False


def _finding_latin(folded: str) -> Finding | None:
    spaced = english.HYPERBOLE.sub("…", folded.replace("’", "'"))
    for name, rule in english.RULES.items():
        for match in rule.finditer(spaced):
            around = spaced[max(0, match.start() - 60) : match.end() + 60]
            if not words.NOW.search(folded) and (
                (name in ("danger", "violence") and english.PAPERWORK.search(around))
                or (match.group() == "suicid" and _is_matter(spaced))
                or story(folded)
            ):
                continue
            return Finding(f"en.{name}", match.group())
    spelt = pinyin(folded)
    if spelt and (found := words.PINYIN_SURE.search(" ".join(spelt))):
        return Finding("pinyin.sure", found.group())
    if spelt and (found := words.PINYIN.search(" ".join(spelt))):
        return Finding("pinyin", found.group())
    return None


def _is_matter(spaced: str) -> bool:
    """Whether suicide is spoken of as a clause or a lesson, by nobody about themselves."""
    return bool(english.MATTER.search(spaced)) and not english.MYSELF.search(spaced)


def _asks(folded: str) -> bool:
    return bool(re.search(r"[?吗]|怎么|能不能|多少|是不是", folded))


def leans(folded: str) -> bool:
    """Whether a folded text speaks of despair; no verdict, but weighs beside the model's own."""
    said = words.RELIEF.sub("…", words.HYPERBOLE.sub("…", folded))
    return bool(words.LEANING.search(said))


def exaggerates(folded: str) -> bool:
    """Whether a folded text says "to death" the way tired people do, or is done with the work, and
    speaks of no despair.
    """
    squeezed = _GAPS.sub("", folded)
    said = (
        words.HYPERBOLE.search(squeezed)
        or words.QUITS.search(squeezed)
        or words.SWEARS.search(squeezed)
        or english.HYPERBOLE.search(folded)
    )
    return said is not None and not leans(folded)


def has_aside(folded: str) -> bool:
    """Whether a folded text names another wish by the way ("顺便查下理赔")."""
    return bool(words.ASIDE.search(_GAPS.sub("", folded)))
