"""Texts as they are read and compared, kept on disk: to make fifty thousand ready takes a minute.

What is kept stands under its reader's name and a digest of the code and the word lists that made
it: where one of them is another, everything is made anew.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features import Placed, places
from nlu.made_by import made_by
from nlu.normalise import key

FOLDED = "for_model"
"""The reader of texts that are folded and cut and nothing else: what a training reads."""

MADE_BY = ("features.py", "language.py", "normalise.py", "spelling.py")

MANY = 500
"""So many that aren't kept are worth reading the file, and writing it anew."""

MOST = 400_000
"""Texts in the file; beyond, only those of now are kept."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A text made ready.

    Attributes:
        ready: what the encoder and the head read of it.
        form: what it has in common with the same in another dress.
        placed: where its pieces are hashed to, and how often each.
    """

    ready: str
    form: str
    placed: Placed

    @classmethod
    def of(cls, text: str, as_read: Callable[[str], str]) -> Prepared:
        """Make it ready."""
        ready = as_read(text)
        return cls(ready, key(text), places(ready))


class KeptTexts:
    """A file of texts as something of this name (a model) reads them."""

    def __init__(self, path: Path, reader: str) -> None:
        self._path = path
        self._stamp = f"{reader}-{made_by(*MADE_BY)}"

    @classmethod
    def beside(cls, vectors: Path) -> KeptTexts:
        """The texts of the last training, in the folder of its vectors."""
        return cls(vectors / "texts.npz", FOLDED)

    def words(self) -> dict[str, tuple[str, str]]:
        """Of each kept text what is read of it, and its form: all but the places, at once."""
        (texts, *words), _ = self._read()
        return dict(zip(texts, zip(*words, strict=True), strict=True))

    def read(self, wanted: Collection[str] | None = None) -> dict[str, Prepared]:
        """What is kept (of these); nothing if another reader's, or half a file."""
        words, columns = self._read("columns", "weights", "lengths")
        if not columns:
            return {}
        places, weights = columns[0].astype(np.int64), columns[1]
        ends = pairwise([0, *np.cumsum(columns[2]).tolist()])
        return {
            # Copies: a few texts don't hold on to the whole table.
            text: Prepared(ready, form, (places[at:end].copy(), weights[at:end].copy()))
            for text, ready, form, (at, end) in zip(*words, ends, strict=True)
            if wanted is None or text in wanted
        }

    def _read(self, *columns: str) -> tuple[list[list[str]], list[NDArray[Any]]]:
        """The texts, what is read of them and their forms; and these columns."""
        with (
            suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile),
            np.load(self._path, allow_pickle=False) as kept,
        ):
            if str(kept["stamp"]) == self._stamp:
                return json.loads(kept["texts"].tobytes()), [kept[one] for one in columns]
        return [[], [], []], []

    def write(self, texts: Mapping[str, Prepared]) -> None:
        """Keep these instead, whole or not at all."""
        made = list(texts.values())
        words = [list(texts), [one.ready for one in made], [one.form for one in made]]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half = self._path.with_suffix(".half")
        with half.open("wb") as file:
            np.savez(
                file,
                stamp=np.array(self._stamp),
                texts=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8),
                lengths=np.array([len(one.placed[0]) for one in made], dtype=np.int64),
                columns=_joined([one.placed[0] for one in made]).astype(np.int32),
                weights=_joined([one.placed[1] for one in made]).astype(np.float32),
            )
        half.replace(self._path)


def prepared(
    texts: Sequence[str],
    as_read: Callable[[str], str],
    kept: KeptTexts | None,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> list[Prepared]:
    """Each text made ready, from the file where many are wished and it has them."""
    known = kept.read(set(texts)) if kept is not None and len(texts) >= MANY else {}
    found: list[Prepared] = []
    new: dict[str, Prepared] = {}
    for number, text in enumerate(texts, 1):
        one = known.get(text) or new.get(text)
        if one is None:
            one = new[text] = Prepared.of(text, as_read)
        found.append(one)
        tell(number, len(texts))
    if kept is not None and len(new) >= MANY:
        everything = kept.read() | new
        wanted = everything if len(everything) <= MOST else dict(zip(texts, found, strict=True))
        with suppress(OSError):  # a full disk costs the next start a minute, and nothing now
            kept.write(wanted)
    return found


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0)
