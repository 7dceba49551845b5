"""Riders who ask what the house can't answer, and a meaning that needs no encoder."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from knowledge.database import Database
from knowledge.review import Noted, What
from knowledge.unit import Knowledge
from tests.bot.door import Door

SUBJECTS = ("高温", "电影", "租房", "heat", "健康证")


class BySubject:
    """An encoder for which texts mean the same that name the same subject."""

    version = "by-subject"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, text: str) -> NDArray[np.float32]:
        self.texts.append(text)
        vector = np.zeros(384, dtype=np.float32)
        place = next((n for n, one in enumerate(SUBJECTS) if one in text), None)
        vector[10 + self.texts.index(text) if place is None else place] = 1.0
        return vector


class Meaning:
    """The meaning by that encoder, seen from nowhere in particular."""

    def __init__(self) -> None:
        self.encoder = BySubject()
        self.centre: NDArray[np.float32] | None = np.zeros(384, dtype=np.float32)


async def asked(
    database: Database,
    text: str,
    region: str | None = "zhifu",
    *,
    what: What = "out_of_scope",
    language: str = "zh",
    route: str = "out_of_scope",
    ago: timedelta = timedelta(0),
) -> int:
    """Somebody wrote this, and it stands on the list; the line's number."""
    async with database.begin() as unit:
        unit.now -= ago
        return await noted(unit, text, region, what, language, route)


async def noted(
    unit: Knowledge, text: str, region: str | None, what: What, language: str, route: str
) -> int:
    conversation, person = await unit.conversations.find_or_begin("main", "web", uuid4().hex)
    message, _ = await unit.conversations.arrive(
        conversation, person, external_id=uuid4().hex, kind="text",
        payload={"kind": "text", "text": "?"}, received_at=unit.now,
    )  # fmt: skip
    line = Noted(what, message, text, route, 0.4, "faq:heat", language, region)
    assert await unit.review.note(person, line)
    (newest, *_) = await unit.review.outlines(None, 1)
    return newest.id


async def asked_in(door: Door, region: str) -> int:
    """A line of a region."""
    return await asked(door.database, "有没有高温补贴", region)
