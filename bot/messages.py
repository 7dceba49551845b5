"""What crosses between the channels and the conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from actions.content import Content, Reply

Channel = Literal["telegram", "web", "terminal", "staff"]


class Inbound(BaseModel):
    """Something that came in and will make the bot speak.

    `conversation` is the channel's own key of the conversation (a Telegram chat id, the SHA-256
    of a web token); `external_id` the channel's own id of this message. Both together, with `bot`
    and `channel`, recognise a repeated delivery. `address` is where it came from as far as limits
    go (an IPv6 customer's whole network); only a keyed hash of it is kept.
    `staff` is who speaks for the rider, as the audit names them.
    """

    model_config = ConfigDict(frozen=True)

    bot: str = "main"
    channel: Channel
    conversation: str
    external_id: str
    content: Content
    at: datetime
    language: str | None = None
    address: str | None = None
    staff: str | None = None


class Trace(BaseModel):
    """How a message was understood: for tests and for staff, never for the log.

    What was no text was not read: then there is no `source` ("rasa", "head", "wording", "known",
    "rules"), no time that reading took, and no runner-up, the likeliest other route with its share
    of belief.
    """

    route: str
    confidence: float
    slots: dict[str, Any] = {}
    reasons: tuple[str, ...] = ()
    runner_up: tuple[str, float] | None = None
    source: str | None = None
    ms: float | None = None


@dataclass(frozen=True)
class Receipt:
    """The inbox has it: durable from here on.

    `answer` comes by itself where this process serves the message, None where it has to be looked
    for after all.
    """

    inbox_id: int
    conversation_id: int
    repeated: bool
    answer: asyncio.Future[Outcome | None] | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an inbound message by the time somebody asks."""

    state: Literal["answered", "pending", "held"]
    replies: tuple[Reply, ...] = ()
    trace: Trace | None = None


class RiderLine(BaseModel):
    """A rider's own line as the log shows it again."""

    id: int
    at: datetime
    external_id: str
    text: str = ""
    kind: str = "text"
    file_id: int | None = None
