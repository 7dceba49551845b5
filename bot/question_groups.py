"""Open lines of the review list, grouped by meaning, beside everything else that the process does.

Vectors of lines are in this process's memory and nowhere else: what riders write is not kept on
disk. A grouping knows lines by their numbers only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge.database import Database
from nlu.embed import Encoder
from nlu.groups import grouped
from nlu.head import centred
from nlu.mask import MARK
from nlu.normalise import for_model, key

log = structlog.get_logger(__name__)

MOST = 10_000
"""The newest open lines are grouped, so many at most."""

TOGETHER = 16
"""Lines embedded before others get their turn."""

CHUNK = 100
"""Lines that are opened in one go."""

PATIENCE = 2.0
"""Seconds that a visitor waits for a first grouping before they are told how far it is."""


class Meaning(Protocol):
    """What a text means, as `nlu.understanding.Understanding` has it."""

    @property
    def encoder(self) -> Encoder: ...

    @property
    def centre(self) -> NDArray[np.float32] | None: ...


@dataclass(frozen=True)
class Grouping:
    """Numbers of lines by group, the middle of each first; as of a time, up to a newest line."""

    at: datetime
    newest: int
    groups: tuple[tuple[int, ...], ...]


class QuestionGroups:
    """Keeps the grouping of one process."""

    def __init__(self, database: Database, meaning: Meaning | None) -> None:
        """Without a meaning, lines are grouped that are word for word the same."""
        self._database, self._meaning = database, meaning
        self._vectors: dict[int, NDArray[np.float32]] = {}
        self._task: asyncio.Task[None] | None = None
        self.grouping: Grouping | None = None
        self.done = 0
        self.of = 0

    async def current(self, newest: int) -> Grouping | None:
        """The grouping, made anew meanwhile if a newer line is there; None if it isn't made yet."""
        if self.grouping is None or self.grouping.newest < newest:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._make())
            if self.grouping is None:
                await asyncio.wait({self._task}, timeout=PATIENCE)
        return self.grouping

    async def close(self) -> None:
        """Stop what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _make(self) -> None:
        async with self._database.begin() as unit:
            numbers = [one.id for one in await unit.review.outlines(None, MOST)]
        self.done, self.of = 0, len(numbers)
        groups = await (self._by_wording(numbers) if self._meaning is None else self._by_meaning(
            numbers, self._meaning
        ))  # fmt: skip
        newest = max(numbers, default=0)
        self.grouping = Grouping(self._database.clock.now(), newest, groups)
        log.info("questions.grouped", lines=len(numbers), groups=len(groups))

    async def _by_meaning(
        self, numbers: Sequence[int], meaning: Meaning
    ) -> tuple[tuple[int, ...], ...]:
        # Of lines that were settled or have gone, nothing is kept.
        self._vectors = {n: self._vectors[n] for n in numbers if n in self._vectors}
        missing = [number for number in numbers if number not in self._vectors]
        self.done = len(numbers) - len(missing)
        for at in range(0, len(missing), CHUNK):
            texts = await self._texts(missing[at : at + CHUNK])
            for first in range(0, len(texts), TOGETHER):
                some = texts[first : first + TOGETHER]
                self._vectors.update(await asyncio.to_thread(_embedded, meaning.encoder, some))
                self.done += len(some)
        there = [number for number in numbers if number in self._vectors]
        return await asyncio.to_thread(_grouped, there, self._vectors, meaning.centre)

    async def _by_wording(self, numbers: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        found: dict[str, list[int]] = {}
        for at in range(0, len(numbers), CHUNK):
            for number, text in await self._texts(numbers[at : at + CHUNK]):
                found.setdefault(key(text), []).append(number)
        return tuple(tuple(group) for group in found.values())

    async def _texts(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        async with self._database.begin() as unit:
            opened = await unit.review.opened(numbers)
        return [(number, opened[number].text) for number in numbers if number in opened]


def _embedded(encoder: Encoder, texts: list[tuple[int, str]]) -> dict[int, NDArray[np.float32]]:
    return {number: encoder.embed(for_model(MARK.sub(" ", text))) for number, text in texts}


def _grouped(
    numbers: Sequence[int],
    vectors: dict[int, NDArray[np.float32]],
    centre: NDArray[np.float32] | None,
) -> tuple[tuple[int, ...], ...]:
    if not numbers:
        return ()
    table = np.stack([vectors[number] for number in numbers])
    # Seen from the model's middle; before there is a model, from that of the lines themselves.
    seen = centred(table, table.mean(axis=0) if centre is None else centre)
    groups = grouped(np.ascontiguousarray(seen, dtype=np.float32))
    return tuple(tuple(numbers[line] for line in group) for group in groups)
