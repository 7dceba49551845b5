"""The training sentences: a YAML file a route and language, checked when read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.normalise import key
from nlu.routes import TAUGHT

HERE = Path(__file__).parent / "rasa" / "data"
LANGUAGES = ("zh", "en")


NEAR = 90.0
"""From so much in common (rapidfuzz's ratio, 0 to 100) two texts are near copies."""
SHORTER = NEAR / (200 - NEAR) - 1e-9
"""How long, of the other's length, a near copy is at least."""


class SentencesError(ValueError):
    """The sentence files are wrong; the message has a line for each fault."""


@dataclass(frozen=True)
class Sentence:
    """One training sentence as written, with its route and where it stands."""

    text: str
    route: str
    language: str
    file: Path


def load(folder: Path = HERE) -> list[Sentence]:
    """All sentences.

    Raises:
        SentencesError: a file can't be read, or `faults` finds something.
    """
    sentences: list[Sentence] = []
    wrong: list[str] = []
    for language in LANGUAGES:
        for file in sorted((folder / language).glob("*.yaml")):
            try:
                sentences.extend(_read(file, language))
            except SentencesError as error:
                wrong.append(str(error))
    wrong.extend(faults(sentences))
    if wrong:
        raise SentencesError("\n".join(wrong))
    return sentences


def load_leniently(folder: Path = HERE, form_of: Callable[[str], str] = key) -> list[Sentence]:
    """All sentences that are sound: the first of doubles, without those under two routes.

    Training goes on with these, so that a slip in one line doesn't leave the house without a
    model; the check in the tests is the strict one. `form_of` says what is word for word the same.
    """
    sentences: list[Sentence] = []
    for language in LANGUAGES:
        for file in sorted((folder / language).glob("*.yaml")):
            try:
                sentences.extend(_read(file, language))
            except SentencesError:
                continue
    forms = [form_of(sentence.text) for sentence in sentences]
    routes_of: dict[str, set[str]] = {}
    for form, sentence in zip(forms, sentences, strict=True):
        routes_of.setdefault(form, set()).add(sentence.route)
    kept: dict[str, Sentence] = {}
    for form, sentence in zip(forms, sentences, strict=True):
        if sentence.route in TAUGHT and len(routes_of[form]) == 1:
            kept.setdefault(form, sentence)
    return list(kept.values())


def faults(sentences: Sequence[Sentence]) -> list[str]:
    """Doubles, near copies, unknown routes, sentences under two routes or in another's file."""
    return [*_faults(sentences), *_near_faults(sentences)]


def near_copies(texts: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs (of a text, of an other) that hardly differ once both are folded, equal or not."""
    # Only here: Rasa's interpreter, which reads the sentences too, has no such library.
    from rapidfuzz import fuzz, process

    forms, against = [key(text) for text in texts], [key(text) for text in others]
    # What differs much in length is no copy: in the order of their lengths few stand beside a text.
    rows, columns = _by_length(forms), _by_length(against)
    lengths = np.array([len(against[column]) for column in columns])
    pairs: list[tuple[int, int]] = []
    for start in range(0, len(rows), 200):
        block = rows[start : start + 200]
        shortest, longest = len(forms[block[0]]), len(forms[block[-1]])
        first, end = np.searchsorted(lengths, (shortest * SHORTER, longest / SHORTER + 1))
        shared = process.cdist(
            [forms[row] for row in block],
            [against[column] for column in columns[first:end]],
            scorer=fuzz.ratio,
            score_cutoff=NEAR,
            dtype=np.uint8,
        )
        pairs.extend((block[i], columns[first + j]) for i, j in np.argwhere(shared).tolist())
    return sorted(pairs)


def _by_length(forms: Sequence[str]) -> list[int]:
    return sorted(range(len(forms)), key=lambda at: len(forms[at]))


def _faults(sentences: Sequence[Sentence]) -> Iterator[str]:
    seen: dict[str, Sentence] = {}
    for sentence in sentences:
        where = f"{sentence.language}/{sentence.file.name}"
        if sentence.route not in TAUGHT:
            yield f"{where}: there is no route {sentence.route!r}"
        elif sentence.file.stem != sentence.route:
            yield f"{where}: holds sentences of {sentence.route}"
        form = key(sentence.text)
        if not form:
            yield f"{where}: {sentence.text!r} has no words"
        elif form in seen:
            other = seen[form]
            also = f"{other.language}/{other.file.name}"
            yield f"{where}: {sentence.text!r} stands in {also}, too"
        else:
            seen[form] = sentence


def _near_faults(sentences: Sequence[Sentence]) -> Iterator[str]:
    texts = [sentence.text for sentence in sentences]
    for one, other in near_copies(texts, texts):
        first, second = sentences[one], sentences[other]
        if one < other and key(first.text) != key(second.text):
            where = f"{second.language}/{second.file.name}"
            yield f"{where}: {second.text!r} is nearly {first.text!r}; one of them teaches enough"


def _read(file: Path, language: str) -> list[Sentence]:
    name = f"{language}/{file.name}"
    try:
        content: Any = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise SentencesError(f"{name}: {error}") from error
    if not isinstance(content, dict) or set(content) != {"route", "sentences"}:
        raise SentencesError(f"{name}: wants the keys `route` and `sentences` and no others")
    lines = content["sentences"] or []
    for line in lines:
        if not isinstance(line, str):
            raise SentencesError(f"{name}: {line!r} is no text; put it in quotes")
    return [Sentence(line, str(content["route"]), language, file) for line in lines]
