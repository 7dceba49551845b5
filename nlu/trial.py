"""Tries a new model, and the one in use, on the lines that the gate judges by.

Both read with what they were made of, but see the same articles: those of now. What the model in
use decided is known from its own trial (`nlu/tried.py`); where articles or code have changed since,
it is tried in a process of its own while the new one is made.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from nlu import tried
from nlu.choose import Choice
from nlu.embed import E5Encoder, KeptEncoder, KeptVectors
from nlu.evaluate import Decided, Line, decide, read_lines
from nlu.gate import TAUGHT, Judgement, Rules, judge
from nlu.match import Question
from nlu.model import Progress, TrainingError, silent
from nlu.normalise import for_model, key
from nlu.reasons import Reason
from nlu.routes import CRISIS
from nlu.slots.place_names import PlaceNames
from nlu.understanding import Understanding

SETS = Path(__file__).parent / "sets"

WORTH_A_PROCESS = 200
"""Lines from which a process of its own is worth the second or two that its start takes."""

Earlier = Callable[[], list[Decided] | None]
"""What the model in use decided, once that is known; None if there is none that can be read."""


@dataclass(frozen=True)
class Trial:
    """The lines that models are tried on (their own groups tell which list they are from)."""

    lines: tuple[Line, ...]
    rules: Rules

    @classmethod
    def load(cls, sets: Path = SETS) -> Trial:
        """The gate's lines and the known good readings.

        Raises:
            LinesError, OSError, ValueError: a file of theirs or of the rules can't be read.
        """
        lines = [*read_lines(sets / "gate.jsonl"), *read_lines(sets / "known_good.jsonl")]
        return cls(tuple(lines), Rules.load())


@dataclass(frozen=True)
class Surroundings:
    """What models read with besides what they were made of.

    Attributes:
        articles: the questions of the articles that are published now.
        vectors: the folder where vectors are kept, those of the lines too.
        at: when the lines are taken to be written.
        names: the store's names of places.
    """

    articles: Sequence[Question]
    vectors: Path
    at: datetime
    names: PlaceNames = field(default_factory=PlaceNames)

    def conditions(self, lines: Sequence[Line]) -> str:
        """What decisions of these lines hang on besides the model."""
        return tried.conditions(lines, self.articles, self.names)


@contextmanager
def tried_meanwhile(trial: Trial, using: Path | None, around: Surroundings) -> Iterator[Earlier]:
    """Try the model in use beside what is done in the block, which may ask what came of it."""
    if using is None:
        yield lambda: None
        return
    known = tried.kept(using, around.conditions(trial.lines), trial.lines)
    if known is not None:
        yield lambda: known
        return
    if len(trial.lines) < WORTH_A_PROCESS:
        yield lambda: _decided_if_readable(using, trial.lines, around)
        return
    # A fresh process: one that is forked from a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(
        target=_decide_there, args=(there, using, trial.lines, around), daemon=True
    )
    process.start()
    there.close()

    def wait() -> list[Decided] | None:
        try:
            decided: list[Decided] | None = here.recv()
        except EOFError:
            raise TrainingError(
                "the model in use could not be tried: its process ended too early, perhaps for "
                "want of memory; free some and train again"
            ) from None
        return decided

    try:
        yield wait
    finally:
        here.close()
        process.kill()
        process.join()


def try_out(
    trial: Trial,
    made: Path,
    using: Path | None,
    around: Surroundings,
    earlier: Earlier,
    tell: Progress = silent,
) -> Judgement:
    """What the gate says of the model `made` beside the one in use.

    A model in use that can't be read (an older release's, half a copy) is as good as none.

    Raises:
        OSError, ValueError, KeyError: the new model can't be read.
        TrainingError: the model in use could not be tried.
    """
    forgotten = _forgotten_cries(made, using)
    new = _decided(made, [*trial.lines, *forgotten], around, tell)
    own = new[: len(trial.lines)]
    tried.keep(made, around.conditions(trial.lines), own)
    before = earlier()
    if before is None:
        new = own
    else:
        by_heart = Choice(CRISIS, 1.0, (Reason("by_heart"),))
        before = [*before, *(Decided(line, by_heart, 0.0, {}) for line in forgotten)]
    topics = frozenset(question.topic for question in around.articles)
    return judge(new, before, trial.rules, topics)


def _forgotten_cries(made: Path, using: Path | None) -> list[Line]:
    """Cries for help that the model in use was taught, and the new one not (nor anything else).

    The others are known by heart, so that they can't be missed.
    """
    taught = {text for text, _ in _texts(made)}
    earlier = _texts(using) if using is not None else []
    gone = {key(text): text for text, route in earlier if route == CRISIS and text not in taught}
    if gone:
        # In another dress they are taught all the same.
        forms = set(map(key, taught))
        gone = {form: text for form, text in gone.items() if form not in forms}
    return [Line(text=text, route=CRISIS, group=TAUGHT) for text in gone.values()]


def _texts(folder: Path) -> list[tuple[str, str]]:
    """What a model was taught: (text, label); nothing if that can't be read."""
    try:
        pairs = json.loads((folder / "texts.json").read_text("utf-8"))
        return [(str(text), str(label)) for text, label in pairs]
    except (OSError, ValueError, TypeError):
        return []


def _decide_there(
    there: Connection, folder: Path, lines: Sequence[Line], around: Surroundings
) -> None:
    there.send(_decided_if_readable(folder, lines, around))


def _decided_if_readable(
    folder: Path, lines: Sequence[Line], around: Surroundings
) -> list[Decided] | None:
    try:
        return _decided(folder, lines, around)
    except (OSError, ValueError, KeyError):
        return None


def _decided(
    folder: Path,
    lines: Sequence[Line],
    around: Surroundings,
    tell: Progress = silent,
) -> list[Decided]:
    """All lines by one model, as live messages are decided."""
    kept = KeptVectors(around.vectors, E5Encoder())
    kept.get(
        [for_model(text) for line in lines for text in (line.text, *line.before)],
        lambda done, of: tell("vectors", done, of),
    )
    reader = Understanding(now=lambda: around.at, encoder=KeptEncoder(kept), vectors=kept)
    reader.set_places(around.names)
    reader.set_articles(around.articles)
    reader.set_model(folder)

    async def run() -> list[Decided]:
        found = []
        for number, line in enumerate(lines, 1):
            found.append(await decide(reader, line))
            tell("gate", number, len(lines))
        await reader.close()
        return found

    return asyncio.run(run())
