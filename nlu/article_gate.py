"""What a change of an article would do to everything else that is understood.

The test questions of all articles and the readings that must hold (`nlu/sets/known_good.jsonl`) are
read in the state as it is and as it would be, by the functions that live messages go through. Only
those are read that the change can touch (`nlu/sieve.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from nlu.article_texts import Question
from nlu.choose import Choice, Context
from nlu.evaluate import Line, after
from nlu.features import places
from nlu.gate_tests import Probe, Tests, no_rest, ready
from nlu.head import Head
from nlu.match import Index
from nlu.model import Progress, silent
from nlu.routes import faq, topic_of
from nlu.sieve import Sieve, Texts, believed, coarse
from nlu.understanding import Remembered, Understanding

Kind = Literal["stolen", "lost", "blurred", "missed", "won"]


@dataclass(frozen=True)
class Turned:
    """A question that would be read otherwise.

    Attributes:
        kind: `stolen` by the changed article, `lost` to anything else, `blurred` into a question
            back, `missed` (the article's own test isn't understood), or `won`.
    """

    test: Probe
    kind: Kind
    before: Choice
    after: Choice


@dataclass(frozen=True)
class Report:
    """What the gate says of a change.

    Attributes:
        topic: of the article.
        tests: how many questions there are in all.
        read: how many of them the change could touch.
        seconds: how long it took.
        tried: whether there was a model to try anything with.
    """

    topic: str
    turned: tuple[Turned, ...]
    tests: int
    read: int
    seconds: float
    tried: bool = True

    @property
    def worse(self) -> tuple[Turned, ...]:
        """What keeps the article from being published."""
        return tuple(one for one in self.turned if one.kind != "won")

    @property
    def refused(self) -> bool:
        """Whether anything would be worse."""
        return bool(self.worse)

    def lines(self) -> list[tuple[Kind, str, list[Turned]]]:
        """What would be worse and better by kind and route, worst first."""
        found: dict[tuple[Kind, str], list[Turned]] = {}
        for one in self.turned:
            found.setdefault((one.kind, one.test.route), []).append(one)
        order = list(SAID["en"])
        rows = sorted(found.items(), key=lambda item: (order.index(item[0][0]), -len(item[1])))
        return [(kind, route, turned) for (kind, route), turned in rows]

    def sentences(self, language: Literal["zh", "en"] = "en") -> list[str]:
        """What would be worse and better, a sentence for each of `lines`."""
        return [_sentence(language, *line) for line in self.lines()]


SAID: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        "stolen": "takes {n} from {route}",
        "lost": "{n} of {route} would no longer be answered",
        "blurred": "{n} of {route} would be asked back about",
        "missed": "{n} of its own tests would not be answered by it",
        "won": "{n} of {route} would be answered better",
    },
    "zh": {
        "stolen": "会抢走{route}的 {n} 个问题",
        "lost": "{route}的 {n} 个问题会答不上来",
        "blurred": "{route}的 {n} 个问题会变成反问",
        "missed": "它自己的 {n} 个测试问题会答不上来",
        "won": "{route}的 {n} 个问题会答得更好",
    },
}

SHOWN = 3
"""Questions that are quoted in a sentence."""


class ArticleGate:
    """Keeps the test questions of all articles ready in one process.

    `keep` is told of every article once and then of what changed; `judge` asks what a change would
    do. Both compute: call them in a thread, one at a time.
    """

    def __init__(self, reader: Understanding, known_good: Sequence[Line] = ()) -> None:
        self._reader = reader
        self._good = Tests([Probe.of(line) for line in known_good])
        self._tests = Tests([])
        self._head: Head | None = None
        self._sieve = Sieve()

    @property
    def behind(self) -> bool:
        """Whether there is another model by now than everything is ready for."""
        return self._reader.index.head is not self._head

    def keep(
        self,
        changed: Mapping[str, Sequence[Probe]],
        tell: Progress = silent,
        rest: Callable[[], None] = no_rest,
    ) -> None:
        """Take over the test questions of these articles (none for one that is gone).

        `tell` hears of `tests`, `known_good` and `embed`; `rest` is called before each text.
        """
        head, index = self._reader.index.head, self._reader.index
        new = [test for tests in changed.values() for test in tests]
        others = self._tests.without(set(changed))
        if head is None:
            # They are made ready as soon as there is a model.
            self._tests = Tests([*others.tests, *new])
            return
        # On two cores riders are answered by the other one meanwhile.
        with threadpool_limits(1):
            if head is not self._head:
                # Another model: everything is seen from another middle.
                self._good = self._ready(list(self._good.tests), tell, "known_good", rest)
                self._tests = self._ready([*others.tests, *new], tell, "tests", rest)
                self._head = head
            else:
                ready_ = self._ready(new, tell, "tests", rest) if new else Tests([])
                self._tests = others.and_also(ready_)
        self._sieve.forget_but(index)

    def judge(
        self,
        article: str,
        questions: Sequence[Question],
        tests: Sequence[Probe],
        tell: Progress = silent,
    ) -> Report:
        """What would become of all tests if the article had these questions.

        `tests` are those it would have; its present ones don't count any more. `tell` hears of
        `compare` and `read`. Without a model nothing can be tried.
        """
        self.keep({}, tell)  # the model may be another one by now
        with threadpool_limits(1):
            return self._judge(article, questions, tests, tell)

    def _judge(
        self, article: str, questions: Sequence[Question], tests: Sequence[Probe], tell: Progress
    ) -> Report:
        began = time.perf_counter()
        reader = self._reader
        would_be = reader.supposing({article: questions})
        others = self._tests.without({article})
        touched = [*tests, *self._touched(others, reader.index, would_be.index, tell)]
        if not reader.ready:
            touched = []
        topic = next((question.topic for question in questions), "")
        turned = []
        for number, test in enumerate(touched, 1):
            remembered: Remembered = {}
            then = decide(would_be, test, remembered)
            now = decide(reader, test, remembered)
            one = _turned(test, topic, article, now, then)
            if one is not None:
                turned.append(one)
            tell("read", number, len(touched))
        return Report(
            topic=topic,
            turned=tuple(turned),
            tests=len(others) + len(tests) + len(self._good),
            read=len(touched),
            seconds=time.perf_counter() - began,
            tried=reader.ready,
        )

    def _ready(
        self, tests: Sequence[Probe], tell: Progress, step: str, rest: Callable[[], None]
    ) -> Tests:
        return ready(tests, self._reader, self._sieve, tell, step, rest)

    def _touched(self, others: Tests, now: Index, then: Index, tell: Progress) -> list[Probe]:
        head = self._head
        before, after_ = now.articles, then.articles
        changed = sorted(before.held.keys() ^ after_.held.keys())
        if head is None or (not changed and before.topics == after_.topics):
            return []
        words = [text for text, _ in changed]
        texts = Texts.of([places(text) for text in words], self._reader.vectors.get(words), head)
        topics = [faq(topic) for topic in before.topics ^ after_.topics]
        forms = {
            form
            for form in before.exact.keys() | after_.exact.keys()
            if before.exact.get(form) is not after_.exact.get(form)
        }
        found: list[Probe] = []
        for kept, sieved in ((others, True), (self._good, False)):
            if kept.texts is None:
                continue
            sure = kept.called(forms) | believed(kept.texts, topics, head)
            near = coarse(kept.texts, kept.own, texts) if sieved else ~sure
            rows = np.flatnonzero(near & ~sure)
            close = self._sieve.fine(
                kept.texts.some(rows), texts, now, lambda done, of: tell("compare", done, of)
            )
            sure[rows[close]] = True
            found += kept.chosen(sure)
        return found


def decide(reader: Understanding, test: Probe, remembered: Remembered | None = None) -> Choice:
    """A test after its earlier lines, as a live message is decided."""
    context = Context()
    for earlier in test.before:
        choice = reader.choose(reader.read_here(earlier), context, remembered)
        context = after(choice, context)
    return reader.choose(reader.read_here(test.text), context, remembered)


def _turned(test: Probe, topic: str, article: str, now: Choice, then: Choice) -> Turned | None:
    own = bool(article) and test.article == article
    was, will = _right(test, now), _right(test, then)
    if own and will < CLEAR:
        return Turned(test, "missed" if will == WRONG else "blurred", now, then)
    if will > was and not own:
        return Turned(test, "won", now, then)
    if will >= was:
        return None
    if will == BLURRED:
        return Turned(test, "blurred", now, then)
    return Turned(test, "stolen" if then.route == faq(topic) else "lost", now, then)


WRONG, BLURRED, CLEAR = 0, 1, 2


def _right(test: Probe, choice: Choice) -> int:
    """How right a choice is: wrong, asked back about with the right one among the two, or clear."""
    if choice.ask_back is None:
        return CLEAR if choice.route == test.route else WRONG
    if test.asked is not None and set(choice.ask_back) == set(test.asked):
        return CLEAR
    return BLURRED if test.route in choice.ask_back else WRONG


def _sentence(language: str, kind: Kind, route: str, turned: Sequence[Turned]) -> str:
    count, left = len(turned), len(turned) - SHOWN
    quotes = [f"「{one.test.text}」" for one in turned[:SHOWN]]
    name = topic_of(route) or route
    if language == "zh":
        said = SAID["zh"][kind].format(n=count, route=f"“{name}”")
        return f"{said}：{''.join(quotes)}{f'，还有 {left} 个' if left > 0 else ''}"
    n = f"{count} question{'s' if count > 1 else ''}"
    said = SAID["en"][kind].format(n=n, route=repr(name))
    return f"{said}: {', '.join(quotes)}{f' and {left} more' if left > 0 else ''}"
