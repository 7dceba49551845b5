"""Putting a question: its words, its buttons, and what ties an answer to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from actions.content import Ask, Button, Card, Reply
from actions.state import Question
from knowledge.behalf import CHANNEL

if TYPE_CHECKING:
    from actions.turn import Turn

STILL_SEEN = timedelta(minutes=10)
"""So long a question that was put stands near enough to be put again in few words."""

USELESS_ANSWERS = 3
"""After so many answers that can't be read, a person is offered."""


@dataclass(frozen=True)
class Asking:
    """A question of an action: its name, the key of its sentence, and the choices it offers."""

    name: str
    key: str
    options: Sequence[tuple[Any, str]]
    """Values with the labels of their buttons."""
    ask: Ask | None = None
    cards: Sequence[Card] = ()
    buttons: Sequence[Button] = ()
    """Buttons beside the choices."""
    values: Mapping[str, Any] = field(default_factory=dict)
    digest: str | None = None
    """Of a confirmation: what is agreed to (`digest_of`)."""


def put(turn: Turn, asking: Asking, notice: str | None) -> None:
    """Say the question, after the notice, and make it the form's open one."""
    form = turn.form
    values = [value for value, _ in asking.options]
    number = _number(form.id, asking.name, values)
    text, wording, whole_at = _worded(turn, asking)
    form.question = Question(
        id=number,
        name=asking.name,
        options=values,
        digest=asking.digest,
        wording=wording,
        whole_at=whole_at,
    )
    form.touched_at = turn.now
    if notice:
        text = f"{notice}\n{text}"
    shown = [
        Button(id=f"a:{number}:{index}", label=label)
        for index, (_, label) in enumerate(asking.options)
    ]
    shown += asking.buttons
    if form.misses >= USELESS_ANSWERS and not _with_staff(turn):
        text = f"{text}\n{turn.words('field.stuck')}"
        shown.append(turn.route_button("talk_to_human"))
    turn.reply(Reply(text=text, cards=tuple(asking.cards), buttons=tuple(shown), ask=asking.ask))


def digest_of(turn: Turn, key: str) -> str:
    """What is agreed to: all answers so far, and the wording of the sentence."""
    answers = json.dumps(turn.form.answers, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(f"{answers}|{turn.words.version(key)}".encode()).hexdigest()[:16]


def _worded(turn: Turn, asking: Asking) -> tuple[str, str, datetime]:
    """The question's text, a digest of the whole one, and when that was put.

    What still stands a few lines above is put again in the few words of `<key>.again`, where
    there are some.
    """
    key, values = asking.key, asking.values
    whole = turn.words(key, **values)
    wording = hashlib.sha256(f"{key}|{whole}".encode()).hexdigest()[:12]
    before = turn.form.question
    if (
        before is not None
        and (before.name, before.wording) == (asking.name, wording)
        and before.whole_at is not None
        and turn.now - before.whole_at < STILL_SEEN
        and turn.words.has(f"{key}.again")
    ):
        return turn.words(f"{key}.again", **values), wording, before.whole_at
    return whole, wording, turn.now


def _with_staff(turn: Turn) -> bool:
    """Whether staff run this form: then a person is there already."""
    return turn.form.id == turn.state.staff_form or turn.conversation.channel == CHANNEL


def _number(form: str, name: str, options: Sequence[Any]) -> str:
    """The same for the same question of the same form, so that an older copy still answers."""
    seen = json.dumps([form, name, list(options)], ensure_ascii=False, default=str)
    return hashlib.sha256(seen.encode()).hexdigest()[:10]
