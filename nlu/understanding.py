"""The one thing the house asks: what does this text mean."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu import crisis, routes, slots, thoughts, wishes
from nlu.article_texts import Likenesses
from nlu.choose import Choice, Context, choose, heard, one_after_the_other
from nlu.client import RasaClient
from nlu.embed import ComputedVectors, E5Encoder, Encoder, KeptVectors
from nlu.head import Head
from nlu.kept_texts import MANY, KeptTexts, Prepared
from nlu.known import Known, KnownText
from nlu.language import language_of, script_of
from nlu.match import Index, Match, Question, Vectors
from nlu.neighbours import Neighbours
from nlu.normalise import for_model, key
from nlu.ranker import Ranked, Ranker
from nlu.reading import Reading
from nlu.slots.place_names import PlaceNames
from nlu.spelling import Spelling
from nlu.thresholds import Thresholds
from nlu.wording import Wording
from nlu.words_first import by_wording

NEW = Context()
"""A conversation that has only begun."""

Remembered = dict[str, Likenesses]
"""Of each text, what it was compared with and how like it is."""

FIRST_TEXTS = (
    "我明天下午想去环翠区学剪视频，八千六能报多少", "入會要咩條件", "woyaoruhui",
    "how do i join, my phone is 13900000001", "如会要什么材料",
)  # fmt: skip
"""One of each kind, so that nobody's first message waits for what is loaded at the first use."""

TOGETHER = 64
"""Texts of articles that are embedded before it is said how far that has come."""


class Understanding:
    """Reads texts: known ones at once, else by Rasa, else by the same head in process.

    `read` is a pure function of the text and the model and never raises; `choose` weighs it in
    context. One object serves a whole process.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        encoder: Encoder | None = None,
        rasa: RasaClient | None = None,
        vectors: Vectors | None = None,
        thresholds: Thresholds | None = None,
        home: Path | None = None,
        taught: KeptTexts | None = None,
    ) -> None:
        """
        Args:
            now: the clock's `now`, what "tomorrow" counts from.
            encoder: for reading in process; loaded at the first use.
            rasa: where Rasa is asked, if anywhere.
            vectors: kept embeddings of articles, computed one by one if None.
            thresholds: those of `nlu/thresholds.yaml` if None.
            home: the data directory, where texts that were made ready may be kept.
            taught: what the last training has made ready; all is made anew if None.
        """
        self._now = now
        self._encoder = encoder or E5Encoder()
        self._ranker = Ranker(self._encoder, rasa)
        self._vectors: Vectors = vectors or ComputedVectors(self._encoder)
        self._thresholds = thresholds or Thresholds.load()
        self._model = ""
        self.home = home
        self._taught = taught
        self._sentences = Known()
        self._known = Known()
        self._labels: dict[str, str] = {}
        self._names = PlaceNames()
        self._index = Index()
        self._spelling = Spelling(())
        self._building = threading.Lock()

    @classmethod
    def at(
        cls, var: Path, *, now: Callable[[], datetime], rasa: RasaClient | None = None
    ) -> Understanding:
        """With the current model of a data directory (none yet: only rules and known texts)."""
        from nlu.train import current

        encoder = E5Encoder()
        made = cls(
            now=now,
            encoder=encoder,
            rasa=rasa,
            vectors=KeptVectors(var / "vectors", encoder),
            home=var,
            taught=KeptTexts.beside(var / "vectors"),
        )
        folder = current(var)
        if folder is not None:
            # An older release's or a half-copied model is as good as none: training replaces it.
            with contextlib.suppress(OSError, ValueError, KeyError):
                made.set_model(folder)
        return made

    @property
    def encoder(self) -> Encoder:
        """What turns texts into vectors here."""
        return self._encoder

    @property
    def centre(self) -> NDArray[np.float32] | None:
        """What the model sees vectors from, shape (384,); None without one."""
        head = self._index.head
        return None if head is None else head.centre

    @property
    def ready(self) -> bool:
        """Whether there is a model at all."""
        return self._index.head is not None

    @property
    def model(self) -> str:
        """The name of the model in use; empty without one."""
        return self._model

    def set_model(self, folder: Path) -> None:
        """Swap in a model's head and known sentences.

        Raises:
            OSError, ValueError, KeyError: the folder holds no whole model.
        """
        head = Head.load(folder / "head.npz")
        wording = Wording.of(folder)
        neighbours = Neighbours.load(folder / "neighbours.npz")
        texts = json.loads((folder / "texts.json").read_text("utf-8"))
        kept = {} if self._taught is None else self._taught.words()
        read = [kept.get(text) or (for_model(text), key(text)) for text, _ in texts]
        self._sentences = Known.learn(
            (form, label) for (_, form), (_, label) in zip(read, texts, strict=True)
        )
        self._known = self._sentences.with_labels(self._labels)
        self._spelling = Spelling(ready for ready, _ in read)
        with self._building:
            base = Index(sentences=neighbours, head=head, wording=wording)
            # The articles are seen from the new head's middle.
            asked = [one for each in self._index.articles.asked.values() for one in each]
            self._index = base.with_articles(asked, self._vectors, self._made_ready(asked))
            self._model = folder.name

    def share_model(self, other: Understanding) -> None:
        """Read with another's model and articles as they are now, without loading them again."""
        self._sentences = other._sentences
        self._known = other._known
        self._labels = other._labels
        self._spelling = other._spelling
        self._index = other._index
        self._model = other._model

    def set_articles(self, questions: Sequence[Question], vectors: Vectors | None = None) -> None:
        """Swap in a new index of the articles' questions, at once.

        Embeds what isn't kept (3 ms a question), so call it in a thread when many are new.
        """
        with self._building:
            if vectors is not None:
                self._vectors = vectors
            made = self._made_ready(questions)
            self._index = self._index.with_articles(questions, self._vectors, made)

    def _made_ready(self, questions: Sequence[Question]) -> dict[str, Prepared]:
        """Of many questions those that the last training has made ready."""
        if self._taught is None or len(questions) < MANY:
            return {}
        return self._taught.read({question.text for question in questions})

    def change_articles(
        self, changed: Mapping[str, Sequence[Question]], *, words_first: bool = False
    ) -> None:
        """Swap in other questions of these articles (none for one that is gone), at once.

        With `words_first` new texts are found by their wording until `see_articles` was called;
        else those that aren't kept are embedded here, so call it in a thread.
        """
        with self._building:
            vectors = None if words_first else self._vectors
            self._index = self._index.with_changed(changed, vectors)

    @property
    def index(self) -> Index:
        """All known texts as of now."""
        return self._index

    @property
    def vectors(self) -> Vectors:
        """Where texts of articles have their embeddings from."""
        return self._vectors

    @property
    def unseen(self) -> list[str]:
        """Texts of articles that are found by their wording alone so far."""
        return self._index.articles.unseen

    def see_articles(self, tell: Callable[[int, int], None] | None = None) -> None:
        """Embed what is found by its wording alone (telling how many of how many), and swap it in.

        3 ms a text that isn't kept, so call it in a thread.
        """
        texts = self.unseen
        for at in range(0, len(texts), TOGETHER):
            self._vectors.get(texts[at : at + TOGETHER])
            if tell is not None:
                tell(min(at + TOGETHER, len(texts)), len(texts))
        with self._building:
            index, head = self._index, self._index.head
            if head is not None:
                self._index = replace(index, articles=index.articles.seen(self._vectors, head))

    def supposing(self, changed: Mapping[str, Sequence[Question]]) -> Understanding:
        """One that reads as this would if these articles had these questions; not to be closed."""
        would_be = copy.copy(self)
        would_be._index = self._index.with_changed(changed, self._vectors)  # noqa: SLF001
        return would_be

    def set_places(self, names: PlaceNames) -> None:
        """Swap in the store's names of places."""
        self._names = names

    def set_labels(self, labels: Mapping[str, str]) -> None:
        """Button labels that a rider may type instead of press, with their routes."""
        self._labels = dict(labels)
        self._known = self._sentences.with_labels(self._labels)

    async def read(self, text: str, *, busy: bool = False) -> Reading:
        """The text's reading; Rasa away, hung or slow costs nothing but a few milliseconds.

        `busy`: there is much to read, and the machine has no core to spare (`nlu/ranker.py`).
        """
        halves, stretches = wishes.cut(text) or (), self._stretches(text)
        texts = (text, *halves, *stretches)
        whole, *parts = await asyncio.gather(*(self._read(one, busy) for one in texts))
        return _with_parts(whole, parts[: len(halves)], parts[len(halves) :])

    async def _read(self, text: str, busy: bool) -> Reading:
        began = time.perf_counter()
        known = self._by_heart(text, began)
        if known is not None:
            return known
        index, folded = self._index, for_model(text)
        at_risk = crisis.find(text)
        # As it is written, and where that isn't enough, as it was probably meant.
        worded = None if at_risk else by_wording(text, folded, index, self._thresholds)
        if worded is not None:
            return _reading(text, worded, at_risk, began, folded)
        at_risk, ready = self._mended(folded, at_risk)
        if not ready:
            return _reading(text, Ranked(), at_risk, began, ready)
        if ready != folded and not at_risk:
            worded = by_wording(text, ready, index, self._thresholds)
        ranked = worded or await self._ranker.ask(ready, index.head, busy=busy)
        return _reading(text, ranked, at_risk, began, ready)

    def read_here(self, text: str) -> Reading:
        """As `read`, without Rasa and with the kept vector of the text: for lines that are tried
        again and again.
        """
        halves, stretches = wishes.cut(text) or (), self._stretches(text)
        whole, *parts = map(self._read_here, (text, *halves, *stretches))
        return _with_parts(whole, parts[: len(halves)], parts[len(halves) :])

    def _stretches(self, text: str) -> list[str]:
        index = self._index
        return [] if index.head is None else thoughts.likeliest(text, index.head, index.wording)

    def _read_here(self, text: str) -> Reading:
        began = time.perf_counter()
        known = self._by_heart(text, began)
        if known is not None:
            return known
        at_risk, ready = self._mended(for_model(text), crisis.find(text))
        head = self._index.head
        ranked = Ranked()
        if ready and head is not None:
            vector = self._vectors.get([ready])[0]
            ranked = Ranked(head.ranked(ready, vector), vector, "head")
        return _reading(text, ranked, at_risk, began, ready)

    def choose(
        self, reading: Reading, context: Context = NEW, remembered: Remembered | None = None
    ) -> Choice:
        """One route for the reading, with slots; pure but for the clock.

        `remembered` spares comparing a text once more that was compared in a state much like this.
        """
        choice = self._choose(reading, context, remembered)
        if reading.thoughts:
            # Beside the taught sentences alone: no article makes or unmakes a cry for help.
            taught = self._index.taught
            matches = [
                taught.match(one.ready or self.as_read(one.text), one.vector)
                for one in reading.thoughts
            ]
            choice = heard(
                choice, list(zip(reading.thoughts, matches, strict=True)), self._thresholds
            )
        if len(reading.parts) != 2:
            return choice
        first, second = (self._choose(part, context, remembered) for part in reading.parts)
        return one_after_the_other(choice, first, second, reading.parts[1].text)

    def _choose(
        self, reading: Reading, context: Context, remembered: Remembered | None = None
    ) -> Choice:
        index = self._index
        said = slots.extract(reading.text, self._names, self._now())
        if reading.source == "known":
            return choose(reading, Match(), context, said, self._thresholds)
        ready = self.as_read(reading.text) if reading.ready is None else reading.ready
        known = None if remembered is None else remembered.setdefault(ready, {})
        match = index.match(ready, reading.vector, known)
        return choose(reading, match, context, said, self._thresholds, index.topics)

    def warm_up(self) -> None:
        """Load what is loaded at the first use: a second or more, so call it in a thread."""
        for text in FIRST_TEXTS:
            began, ready = time.perf_counter(), self.as_read(text)
            ranked = self._ranker.compute(ready, self._index.head)
            self.choose(_reading(text, ranked, crisis.find(text), began, ready))

    async def close(self) -> None:
        """Let Rasa's connections and the thread go."""
        await self._ranker.close()

    def _by_heart(self, text: str, began: float) -> Reading | None:
        known = self._known.get(text)
        topic = None if known is not None else self._index.exactly(text)
        if topic is not None:
            known = KnownText(routes.faq(topic), crisis.find(text))
        if known is None and text.strip() and not key(text):
            # A sign alone ("👍", "😭", "??"): no word that a model could read.
            known = KnownText(routes.SMALLTALK, crisis.find(text))
        if known is None:
            return None
        heart = Ranked(((known.route, 1.0),), source="known")
        return _reading(text, heart, known.crisis, began)

    def as_read(self, text: str) -> str:
        """What the encoder and the head read of a text: folded, cut, slips mended."""
        return self._spelling.mend(for_model(text))

    def _mended(self, folded: str, at_risk: str | None) -> tuple[str | None, str]:
        """The rule that sees a life in danger, in the text or where its slips are mended
        ("一直流雪"); and what the model reads.
        """
        ready = self._spelling.mend(folded)
        if at_risk is None and ready != folded and not folded.isascii():
            found = crisis.finding(ready)
            at_risk = None if found is None else found.rule
        return at_risk, ready


def _with_parts(whole: Reading, halves: list[Reading], stretches: list[Reading]) -> Reading:
    known = whole.source == "known"
    return replace(whole, parts=tuple(halves), thoughts=() if known else tuple(stretches))


def _reading(
    text: str, ranked: Ranked, at_risk: str | None, began: float, ready: str | None = None
) -> Reading:
    return Reading(
        text=text,
        language=language_of(text),
        script=script_of(text),
        routes=ranked.routes,
        vector=ranked.vector,
        source=ranked.source,
        crisis=at_risk,
        ready=ready,
        ms=(time.perf_counter() - began) * 1000,
    )
