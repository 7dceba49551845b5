"""The model of all sentences that the tests read with; made before them by `make test`.

From nothing it takes some minutes on two cores, longer than any single test may.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from nlu import articles
from nlu import train as training
from nlu.embed import KeptVectors
from nlu.kept_texts import KeptTexts
from nlu.model import Progress, silent
from nlu.understanding import Understanding

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".cache" / "house"
"""A data directory: the full model lies there between two runs of the tests."""

VECTORS = ROOT / ".cache" / "vectors"
ARTICLES = ROOT / "knowledge" / "content" / "articles"
RASA_PYTHON = ROOT / ".venv-nlu" / "bin" / "python"


def make(progress: Progress = silent) -> Path:
    """Its folder, packed for Rasa where Rasa is installed; made if it isn't there yet."""
    HOME.mkdir(parents=True, exist_ok=True)
    if not (HOME / "vectors").exists():
        # A house that has been told of every article needn't read what its training has read.
        (HOME / "vectors").symlink_to(Path("..") / VECTORS.name)
    with (HOME / "training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes trains
        return training.train(
            articles=articles.questions(ARTICLES),
            out=HOME,
            rasa_python=RASA_PYTHON if RASA_PYTHON.exists() else None,
            vectors=VECTORS,
            progress=progress,
        ).folder


@cache
def vectors() -> KeptVectors:
    """The kept vectors, which a process reads once."""
    return training.kept_vectors(VECTORS)


def reader(now: Callable[[], datetime]) -> Understanding:
    """What reads with the full model, at its own time and with articles of its own.

    All of a process share what was loaded: to load it takes a second.
    """
    made = Understanding(now=now, vectors=vectors(), taught=KeptTexts.beside(VECTORS))
    made.share_model(_loaded())
    return made


@cache
def _loaded() -> Understanding:
    made = Understanding(now=datetime.now, vectors=vectors(), taught=KeptTexts.beside(VECTORS))
    made.set_model(make())
    return made


def _tell(step: str, done: int, of: int) -> None:
    if done == of or done % 4096 == 0:
        print(f"the tests' model: {step} {done} of {of}", flush=True)


if __name__ == "__main__":
    make(_tell)
