"""Reads the articles' questions from content files, for training without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from nlu.match import Question

LANGUAGES = ("zh", "en")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def questions(folder: Path) -> list[Question]:
    """Every question of the article files in a folder, the similar ones too.

    Files that can't be read are left out here; loading the content tells what is wrong in them.
    """
    found: list[Question] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            content: Any = yaml.load(file.read_text("utf-8"), Loader=_Loader)
        except (OSError, yaml.YAMLError):
            continue
        for entry in content if isinstance(content, list) else [content]:
            if not isinstance(entry, dict) or not isinstance(entry.get("topic"), str):
                continue
            texts = [entry.get("question"), *(entry.get("similar") or [])]
            found.extend(
                Question(entry["topic"], str(entry.get("language", "zh")), text, file.stem)
                for text in texts
                if isinstance(text, str) and text.strip()
            )
    return found
