"""What a rider wants of a person, kept in parts, so that each reader has it in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

About = Literal["wish", "crisis", "poison"]


@dataclass(frozen=True)
class Told:
    """What a handoff is about. `words` are the rider's own; `route` and `form` name services.

    `known`: answers and slots by their names, as they were given; `agreed` is what staff noted
    the last time.
    """

    about: About
    words: str = ""
    route: str = ""
    form: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    agreed: str = ""


def kept(summary: str, told: Told | None) -> Any:
    """What is sealed of both."""
    return summary if told is None else {"text": summary, "told": asdict(told)}


def read(opened: Any) -> tuple[str, Told | None]:
    """What was sealed: a text in the rider's language, and its parts if they were kept."""
    if not isinstance(opened, dict):
        return str(opened), None
    parts = opened["told"]
    if parts["about"] not in get_args(About):
        return str(opened["text"]), None
    return str(opened["text"]), Told(**parts)
