"""A line of a conversation as staff see it: masked, how it was read and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.registry import LINK_PERSONS
from bot.log import hide_codes
from bot.typed_codes import hide_typed
from knowledge.access import masked_record
from knowledge.inbox_history import Delivery, Said

TRIED = 8
"""So many of the last services that the bot has tried are named."""

NOT_TRIED = (
    "held", "staff", "news", "return", "late_button", "parked", "start", "smalltalk",
    "out_of_scope", "talk_to_human", "handoff_back", "crisis", "cancel", LINK_PERSONS,
)  # fmt: skip
"""Routes in which the bot did nothing for the rider's wish."""


@dataclass(frozen=True)
class Understood:
    """What the bot made of a rider's message."""

    route: str
    confidence: float
    runner_up: tuple[str, float] | None
    reasons: tuple[str, ...]
    read: bool
    """Whether it was a text that was read; a button needs no reading."""


@dataclass(frozen=True)
class Line:
    """A line of the history; its text is masked."""

    id: int
    at: datetime
    who: str
    channel: str
    conversation: int
    text: str
    kind: str
    file: dict[str, Any] | None
    buttons: tuple[str, ...]
    cards: tuple[tuple[str, tuple[str, ...]], ...]
    understood: Understood | None
    delivery: Delivery | None
    once: str
    """Under which id staff sent it."""


def line_of(said: Said) -> Line:
    """A line as it is shown."""
    body = said.body or {}
    own = said.who == "rider"
    file = body.get("file")
    if own and body.get("file_id") is not None:
        file = {"file_id": body["file_id"], "mime": "image/jpeg", "name": ""}
    return Line(
        id=said.id,
        at=said.at,
        who=said.who,
        channel=said.channel,
        conversation=said.conversation,
        text=str(masked_record((hide_typed if own else hide_codes)(str(body.get("text", ""))))),
        kind=str(body.get("kind", "text")) if own else "text",
        file=file,
        buttons=tuple(str(one["label"]) for one in body.get("buttons", ())),
        cards=tuple((str(c["title"]), tuple(c.get("lines", ()))) for c in body.get("cards", ())),
        understood=_understood(said),
        delivery=said.delivery if said.who == "staff" else None,
        once=said.external_id.removeprefix("staff:") if said.who == "staff" else "",
    )


def _understood(said: Said) -> Understood | None:
    trace = said.trace
    if trace is None:
        return None
    second = trace.get("runner_up")
    return Understood(
        route=str(trace["route"]),
        confidence=float(trace["confidence"]),
        runner_up=(str(second[0]), float(second[1])) if second else None,
        reasons=tuple(str(masked_record(reason)) for reason in trace.get("reasons", ())),
        read=trace.get("source") is not None,
    )


def tried(lines: Sequence[Line], conversation: int) -> tuple[str, ...]:
    """The services that the bot has tried last, each once."""
    routes = [
        line.understood.route
        for line in lines
        if line.understood is not None and line.conversation == conversation
    ]
    tried = [route for route in routes if route not in NOT_TRIED and ":" not in route[:6]]
    return tuple(dict.fromkeys(tried[-TRIED:]))
