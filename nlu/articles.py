"""Reads the articles' questions from content files, for training without a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from nlu.match import Question

LANGUAGES = ("zh", "en")


def questions(folder: Path) -> list[Question]:
    """Every question of the article files in a folder, the similar ones too, each text once.

    Files that can't be read are left out here; loading the content tells what is wrong in them.
    """
    found: dict[tuple[str, str], Question] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            content: Any = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, yaml.YAMLError):
            continue
        for entry in content if isinstance(content, list) else [content]:
            if isinstance(entry, dict) and isinstance(entry.get("topic"), str):
                for question in _of(entry, file.stem):
                    found.setdefault((question.topic, question.text), question)
    return list(found.values())


def _of(entry: dict[str, Any], key: str) -> Iterator[Question]:
    """An article's questions: its regions' own and those that ask the same."""
    for language in LANGUAGES:
        texts = [answer.get(language, {}).get("question") for answer in entry.get("answers") or []]
        texts += (entry.get("similar") or {}).get(language) or []
        for text in texts:
            if isinstance(text, str) and text.strip():
                yield Question(entry["topic"], language, text, key)
