"""What the riders of the benchmarks write: sentences that nobody has learnt, and known ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from benchmarks.processes import ROOT
from bot.wording import Texts
from knowledge.content_schema import Content, read_content
from knowledge.load import CONTENT
from nlu import sentences
from nlu.normalise import key
from nlu.routes import LEANING, ROUTES

SETS = ROOT / "nlu" / "sets"


LEFT_OUT = ("en", "crisis")
"""Groups that aren't played, nor taught sentences of that route: the stock assistant has no
English, and a tenth of the riders in distress would measure something that is rare."""

ENDINGS = (
    "", "啊", "呀", "谢谢", "哈", "麻烦了", "在吗", "急", "老师", "帮看看", "呗", "师傅", "多谢",
    "辛苦", "哦", "求助", "拜托", "好吧", "嘛", "等回复",
)  # fmt: skip
"""Each round through the sentences has another ending: the encoder remembers the last few hundred
texts, and a benchmark that says the same thing twice would measure that."""


@dataclass(frozen=True)
class Lines:
    """The texts to choose from; of `known` each is known to the house word for word."""

    unknown: tuple[str, ...]
    known: tuple[str, ...]

    @classmethod
    def load(cls) -> Lines:
        """The sentences of the test sets; training sentences and the labels of the menu."""
        taught = training()
        learnt, labels = [text for text, _ in taught], _labels()
        met = {key(text) for text in (*learnt, *labels)}
        unknown = []
        for file in sorted(SETS.glob("*.jsonl")):
            for line in file.read_text("utf-8").splitlines():
                entry = json.loads(line)
                text = str(entry["text"]).strip()
                wanted = entry.get("group") not in LEFT_OUT and not text.startswith("/")
                if text and wanted and key(text) not in met:
                    met.add(key(text))
                    unknown.append(text)
        calm = [text for text, route in taught if route not in LEFT_OUT]
        return cls(tuple(unknown), tuple(dict.fromkeys((*calm, *labels))))

    def play(self, seed: int, *, known_of_three: int = 0) -> Iterator[str]:
        """Texts without end, of three in a row so many known.

        An unknown one comes again, if at all, after 20 rounds through all sentences.
        """
        chance = random.Random(seed)
        taken = {key(text) for text in self.known}
        fresh = self._fresh(chance)
        while True:
            kinds = [number < known_of_three for number in range(3)]
            chance.shuffle(kinds)
            for known in kinds:
                if known:
                    yield chance.choice(self.known)
                else:
                    yield next(text for text in fresh if key(text) not in taken)

    def _fresh(self, chance: random.Random) -> Iterator[str]:
        while True:
            for ending in ENDINGS:
                order = list(self.unknown)
                chance.shuffle(order)
                yield from (f"{text}，{ending}" if ending else text for text in order)


def training() -> list[tuple[str, str]]:
    """(text, intent) of every Chinese sentence that the house learns from.

    Those of the articles, which the house matches by themselves, stand under `faq`.
    """
    pairs = [
        (s.text, s.route)
        for s in sentences.load_leniently()
        # What only leans on what was said before is no intent of an assistant without a memory.
        if s.language == "zh" and s.route not in LEANING
    ]
    seen = {key(text) for text, _ in pairs}
    for text in questions():
        if key(text) not in seen:
            seen.add(key(text))
            pairs.append((text, "faq"))
    return pairs


def questions() -> list[str]:
    """All Chinese questions of the demonstration articles."""
    return [
        text
        for article in content().articles
        for text in (*(one.zh.question for one in article.answers if one.zh), *article.similar.zh)
    ]


@cache
def content() -> Content:
    """The demonstration content."""
    return read_content(CONTENT)


def _labels() -> list[str]:
    words = Texts().languages["zh"]
    return [words[f"menu.{route}"] for route in ROUTES if f"menu.{route}" in words]
