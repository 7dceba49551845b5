"""What a model decided of the gate's lines, kept beside it, so that the next one is compared with
it without trying it again: that is a fifth of what a training costs.

It holds for the same lines, articles and names of places, read by the same code; else it is made
anew. The day isn't in it: what "tomorrow" is changes a slot's value, and no route.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from nlu.choose import Choice
from nlu.evaluate import Decided, Line
from nlu.head import Head
from nlu.made_by import made_by
from nlu.match import Question
from nlu.model import write
from nlu.neighbours import Neighbours
from nlu.slots.place_names import PlaceNames
from nlu.wording import Wording

FILE = "tried.json"
READ_BY = ("*.py", "slots/*.py", "thresholds.yaml")
"""The code and the numbers that a reading comes from."""


def conditions(lines: Sequence[Line], articles: Sequence[Question], names: PlaceNames) -> str:
    """A digest of all that decisions hang on besides the model."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(made_by(*READ_BY).encode())
    for part in _told(lines, articles, names):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def keep(folder: Path, under: str, decided: Sequence[Decided]) -> None:
    """Write down routes and questions back; a full disk costs the next training some seconds."""
    found = [[one.choice.route, one.choice.ask_back] for one in decided]
    with suppress(OSError):
        write(folder / FILE, json.dumps({"under": under, "found": found}))


def kept(folder: Path, under: str, lines: Sequence[Line]) -> list[Decided] | None:
    """What the model decided under these conditions: routes and questions back alone.

    None if that wasn't kept, or if the model itself can't be read any more.
    """
    try:
        Head.load(folder / "head.npz")
        Wording.of(folder)
        Neighbours.load(folder / "neighbours.npz")
        told = json.loads((folder / FILE).read_text("utf-8"))
        if told["under"] != under:
            return None
        choices = [
            Choice(str(route), 1.0, ask_back=None if asked is None else (asked[0], asked[1]))
            for route, asked in told["found"]
        ]
        return [Decided(line, one, 0.0, {}) for line, one in zip(lines, choices, strict=True)]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _told(lines: Sequence[Line], articles: Sequence[Question], names: PlaceNames) -> Iterator[str]:
    yield from (line.model_dump_json() for line in lines)
    yield from sorted(map(repr, articles))
    yield from sorted(map(repr, names.places))
