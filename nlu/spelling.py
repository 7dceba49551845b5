"""Mends what a thumb or a dictation got wrong: homophones ("如会" for "入会") and pinyin.

A small model of which characters follow each other, learnt from the training sentences and (for
what is a word at all) jieba's dictionary, says what was likely meant. A written character is only
left for another of the same sound where it makes no sense with its neighbours and the other does.
What people mean is decided afterwards, by the head.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from heapq import nsmallest
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from nlu.language import pinyin

CHANGE = 6.0
"""What putting a homophone costs, in nats; a spelt syllable has to become some character anyway."""
IN_WORD = 6.0
"""At most this costs a step between two characters that stand together in a word."""
UNSEEN = 9.0
DOUBTFUL = 7.0
"""A text without a step of this cost is left alone at once."""
NAME = 4
"""Syllables of a name or a place in Latin letters ("Zhifu, Yantai")."""
NO_WISH = 4.7
"""A step of few syllables that costs more in the mean says nothing that is said here."""
LONGEST = 60
BEAM = 6
MOST_COSTS = 1_000_000
"""Steps whose cost is remembered: about 45 MiB."""
_EDGE = "\n"
_RUN = re.compile(r"(?:[\u3400-\u9fff]|[a-z']{2,})+")
_UNIT = re.compile(r"[a-z']+|.")
_COMMON = re.compile(r"^([^ \n]{2,}) \d{2,} ", re.MULTILINE)
"""A word of the dictionary that was counted ten times or more."""
# Characters that dialects write and Mandarin's sentences don't have: no slips.
_DIALECT = frozenset("唔咗嘅哋佢冇嚟揾俾喺㗎嗰啲噉咁乜睇嘢攰畀嘞咯俺侬啷噻嘛呗")
_WORDS = frozenset("app ai ok vip wifi pos ktv gps bug".split())


class Spelling:
    """Which characters follow which, and which sound alike."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn from folded sentences of the field."""
        runs = re.findall(r"[\u3400-\u9fff]+", "\n".join(texts))
        written = _EDGE.join(["", *runs, ""]) if runs else ""
        pairs: dict[str, dict[str, int]] = {}
        for (before, char), count in Counter(pairwise(written)).items():
            pairs.setdefault(before, {})[char] = count
        singles = Counter(written[1:])
        self._pairs = pairs
        self._sums = {before: sum(after.values()) for before, after in pairs.items()}
        self._singles = singles
        self._total = sum(singles.values()) or 1
        self._alone = {
            char: -math.log(0.075 * count / self._total) for char, count in singles.items()
        }
        self._known: dict[str, _Steps] = {}
        self._by_sound: dict[str, tuple[str, ...]] = {}
        self._alike: dict[str, list[tuple[str, float]]] = {}
        for char, count in singles.items():
            if count >= 2 and char != _EDGE:
                for sound in sounds(char):
                    self._by_sound[sound] = (*self._by_sound.get(sound, ()), char)

    @cached_property
    def _in_words(self) -> frozenset[str]:
        return common_pairs()

    def mend(self, text: str) -> str:
        """A folded text with slips mended; texts in other languages come back as they are."""
        if not self._pairs or not text:
            return text
        if text.isascii():
            spelt = pinyin(text) if len(text) <= 120 else None
            if spelt is None:
                return text
            meant = self._likeliest([(None, syllable) for syllable in spelt])
            name = len(spelt) <= NAME and self._cost_of(meant) > NO_WISH
            return text if name else meant
        return _RUN.sub(lambda match: self._run(match.group()), text)

    def _cost_of(self, text: str) -> float:
        """What a step of a text costs, in the mean."""
        steps = zip(_EDGE + text, text + _EDGE, strict=True)
        return sum(self._step(before, char) for before, char in steps) / (len(text) + 1)

    def _run(self, run: str) -> str:
        if len(run) > LONGEST or run.isascii() or not _DIALECT.isdisjoint(run):
            return run
        units: list[tuple[str | None, str]] = []
        for piece in _UNIT.findall(run):
            if not piece.isascii():
                units.append((piece, ""))
                continue
            # With a second syllable even a single one passes for pinyin.
            spelt = None if piece in _WORDS else pinyin(piece + " a")
            if spelt is None:
                return run
            units.extend((None, syllable) for syllable in spelt[:-1])
        if not all(written for written, _ in units):
            return self._likeliest(units)
        steps = zip(_EDGE + run, run + _EDGE, strict=True)
        doubtful = [self._step(before, char) >= DOUBTFUL for before, char in steps]
        if not any(doubtful):
            return run
        # Only what makes no sense with a neighbour may be left for another.
        return self._likeliest(units, [a or b for a, b in pairwise(doubtful)])

    def _likeliest(
        self, units: list[tuple[str | None, str]], loose: Sequence[bool] | None = None
    ) -> str:
        """The likeliest characters for units of (written character, or None and a syllable).

        `loose` says which may be changed, all if None.
        """
        states: list[tuple[float, str]] = [(0.0, _EDGE)]
        for at, (written, syllable) in enumerate(units):
            if written is not None and loose is not None and not loose[at]:
                # What comes after only depends on this character: the best way to it is enough.
                states = [
                    min(
                        (so_far + self._step(text[-1], written), text + written)
                        for so_far, text in states
                    )
                ]
                continue
            candidates = self._candidates(written, syllable)
            if not candidates:
                return " ".join(written or syllable for written, syllable in units)
            # The best way to each: a loop, since this is where a mended text's time goes.
            ways = [(so_far, text, self._steps(text[-1])) for so_far, text in states]
            following = []
            for char, cost in candidates:
                least, best = math.inf, ""
                for so_far, text, steps in ways:
                    so_far += steps[char]
                    if so_far < least or (so_far == least and text < best):
                        least, best = so_far, text
                following.append((least + cost, best + char))
            states = nsmallest(BEAM, following)
        return min((so_far + self._step(text[-1], _EDGE), text) for so_far, text in states)[1][1:]

    def _candidates(self, written: str | None, syllable: str) -> list[tuple[str, float]]:
        if written is None:
            return [(char, 0.0) for char in self._by_sound.get(merged(syllable), ())]
        found = self._alike.get(written)
        if found is None:
            alike = {char for sound in sounds(written) for char in self._by_sound.get(sound, ())}
            alike.discard(written)
            found = [(written, 0.0), *((char, CHANGE) for char in sorted(alike))]
            self._alike[written] = found
        return found

    def _step(self, before: str, char: str) -> float:
        return self._steps(before)[char]

    def _steps(self, before: str) -> _Steps:
        """What each step from a character costs; most are taken again and again."""
        found = self._known.get(before)
        if found is None:
            if sum(map(len, self._known.values())) > MOST_COSTS:
                self._known.clear()
            found = self._known[before] = _Steps(before, self._cost)
        return found

    def _cost(self, before: str, char: str) -> float:
        """Minus the log of how likely a character follows another (interpolated)."""
        after = self._pairs.get(before)
        seen = after.get(char, 0) if after else 0
        if seen:
            alone = self._singles[char] / self._total
            cost = -math.log(0.75 * seen / self._sums[before] + 0.075 * alone)
        else:
            cost = self._alone.get(char, UNSEEN)
        return min(cost, IN_WORD if before + char in self._in_words else UNSEEN)


class _Steps(dict[str, float]):
    """Costs of the steps from one character, each worked out when it is first wished."""

    def __init__(self, before: str, cost: Callable[[str, str], float]) -> None:
        super().__init__()
        self._before, self._cost = before, cost

    def __missing__(self, char: str) -> float:
        found = self[char] = self._cost(self._before, char)
        return found


@lru_cache(maxsize=16384)
def sounds(char: str) -> tuple[str, ...]:
    """The syllables a character is read as, those easily confused merged."""
    from pypinyin import Style
    from pypinyin import pinyin as read

    return tuple(sorted({merged(s) for s in read(char, style=Style.NORMAL, heteronym=True)[0]}))


@lru_cache(maxsize=2048)
def merged(syllable: str) -> str:
    """A syllable without what southern ears and hasty thumbs confuse (zh/z, n/l, -ng/-n)."""
    for written, heard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(written):
            syllable = heard + syllable[2:]
            break
    if syllable.endswith(("ang", "eng", "ing")):
        syllable = syllable[:-1]
    return "n" + syllable[1:] if syllable.startswith("l") else syllable


@lru_cache(maxsize=1)
def common_pairs() -> frozenset[str]:
    """Characters that stand together in words of jieba's dictionary."""
    # Only its dictionary is wanted: importing jieba itself costs a second.
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        return frozenset()
    words = _COMMON.findall(Path(spec.origin).with_name("dict.txt").read_text("utf-8"))
    found = {word for word in words if len(word) == 2}
    for word in words:
        if len(word) > 2:
            found.update([word[at : at + 2] for at in range(len(word) - 1)])
    return frozenset(found)
