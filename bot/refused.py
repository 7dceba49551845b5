"""What a service for staff refuses: a key of the console's texts, so that each surface says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CONSOLE_TEXTS = Path(__file__).parent / "console" / "texts"


class Refused(Exception):
    """A step that can't be made; the text `refused.<key>` says why and what to do."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = f"refused.{key}"
        self.values = values


def in_english(why: Refused) -> str:
    """The sentence that the command line shows."""
    from bot.wording import Texts

    return Texts(CONSOLE_TEXTS).words("en")(why.key, **why.values)
