"""How fast a text is understood: read by Rasa or here, matched with the articles, decided."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from benchmarks import hostile
from benchmarks.aims import Aim
from benchmarks.house import CountedRasa, RunningHouse, reading
from benchmarks.load import Figures
from benchmarks.processes import cpu_of
from benchmarks.tables import table
from benchmarks.texts import Lines
from nlu.understanding import Understanding

SHORT = 40
"""Characters of the longest line that counts as short."""

AT_ONCE = 16
MIXES = {"none known": 0, "one in three known": 1}
WARM = 40
AIM_HOSTILE_P99 = 150.0


@dataclass(frozen=True)
class Plan:
    """How much: `texts` one by one in all rounds together, `seconds` of 16 at once a round and
    mix, `hostile` texts of each kind.
    """

    rounds: int = 3
    texts: int = 999
    seconds: float = 10.0
    hostile: int = 60


@dataclass
class Alone:
    """Milliseconds of texts that were understood one at a time, by step, and as a whole."""

    read: Figures = field(default_factory=Figures)
    chosen: Figures = field(default_factory=Figures)
    whole: Figures = field(default_factory=Figures)

    def add(self, read: float, chosen: float) -> None:
        """One more."""
        for figures, ms in ((self.read, read), (self.chosen, chosen), (self.whole, read + chosen)):
            figures.ms.append(ms)


@dataclass
class Side:
    """One way of reading with its texts and what was measured; `sources` count who read."""

    name: str
    understanding: Understanding
    texts: dict[str, Iterator[str]]
    alone: Alone = field(default_factory=Alone)
    at_once: dict[str, Figures] = field(default_factory=dict)
    sources: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, understanding: Understanding, lines: Lines) -> Side:
        """Every side gets the same texts in the same order."""
        texts: dict[str, Iterator[str]] = {
            mix: (text for text in lines.play(number, known_of_three=known) if len(text) <= SHORT)
            for number, (mix, known) in enumerate(MIXES.items(), start=21)
        }
        return cls(name, understanding, texts)

    async def one_by_one(self, count: int) -> None:
        """So many short texts that nobody knows."""
        for _ in range(count):
            self.alone.add(*await self._understand(next(self.texts["none known"])))

    async def many(self, mix: str, seconds: float) -> None:
        """Sixteen that each have the next text understood as soon as theirs is."""
        figures, sources = Figures(), Counter[str]()
        began, used = time.perf_counter(), cpu_of(os.getpid())

        async def ask() -> None:
            while time.perf_counter() < began + seconds:
                figures.ms.append(sum(await self._understand(next(self.texts[mix]), sources)))

        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
        figures.seconds = time.perf_counter() - began
        figures.played, figures.cpu = len(figures.ms), cpu_of(os.getpid()) - used
        self.at_once.setdefault(mix, Figures()).add(figures)
        self.sources.setdefault(mix, Counter()).update(sources)

    async def hurt(self, kinds: Mapping[str, hostile.Write], count: int) -> dict[str, Alone]:
        """So many texts of each kind, each followed by a short one, which stand under ``short``."""
        chance = random.Random(31)
        found = {"short": Alone(), **{kind: Alone() for kind in kinds}}
        for _ in range(count):
            for kind, write in kinds.items():
                found[kind].add(*await self._understand(write(chance)))
                short = next(self.texts["none known"])
                found["short"].add(*await self._understand(short))
        return found

    async def _understand(
        self, text: str, sources: Counter[str] | None = None
    ) -> tuple[float, float]:
        """Milliseconds of reading and of choosing."""
        began = time.perf_counter()
        read = await self.understanding.read(text)
        between = time.perf_counter()
        self.understanding.choose(read)
        ended = time.perf_counter()
        if sources is not None:
            sources[read.source] += 1
        return (between - began) * 1000, (ended - between) * 1000


@dataclass(frozen=True)
class Measured:
    """The sides, and by side and kind what hostile texts took."""

    sides: list[Side]
    hurt: dict[str, dict[str, Alone]]


async def measure(house: RunningHouse, plan: Plan, say: Callable[[str], None]) -> Measured:
    """Read with Rasa and without, in turns."""
    lines = Lines.load()
    kinds = hostile.kinds(lines.unknown)
    async with AsyncExitStack() as stack:
        rasa = CountedRasa(house.rasa_address)
        sides = [
            Side.of(name, await stack.enter_async_context(reading(house, rasa=client)), lines)
            for name, client in (("Rasa", rasa), ("Rasa away", None))
        ]
        for side in sides:
            for _ in range(WARM):
                await side.understanding.read(next(side.texts["none known"]))
        for number in range(plan.rounds):
            for side in sides if number % 2 == 0 else sides[::-1]:
                await side.one_by_one(plan.texts // plan.rounds)
                for mix in MIXES:
                    await side.many(mix, plan.seconds)
            say(f"round {number + 1} of {plan.rounds} done")
        hurt = {side.name: await side.hurt(kinds, plan.hostile) for side in sides}
    return Measured(sides, hurt)


def report(found: Measured) -> str:
    """The tables, and whether the aim for hostile texts is met."""
    parts = [
        "One short text at a time, none known, milliseconds:",
        table("reader|step|p50 ms|p95 ms|p99 ms|most ms|texts", _alone(found.sides)),
        f"{AT_ONCE} at once in one process, each going on when understood:",
        table(
            "texts|reader|texts/s|p50 ms|p95 ms|CPU ms each|texts read|by Rasa %|known %",
            _at_once(found.sides),
        ),
        "Hostile texts, one at a time, reading and choosing together, with a short one after each:",
        table("reader|kind|p50 ms|p99 ms|most ms|texts", _hurt(found.hurt)),
        *(_verdict(name, kinds) for name, kinds in found.hurt.items()),
    ]
    return "\n\n".join(parts)


def _alone(sides: Sequence[Side]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for side in sides:
        steps = {
            "reading": side.alone.read,
            "articles and choice": side.alone.chosen,
            "together": side.alone.whole,
        }
        for step, figures in steps.items():
            shares = [figures.share(part) for part in (0.5, 0.95, 0.99, 1.0)]
            rows.append((side.name, step, *shares, len(figures.ms)))
    return rows


def _at_once(sides: Sequence[Side]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for mix in MIXES:
        for side in sides:
            got, read = side.at_once[mix], side.sources[mix]
            by = [100.0 * read[source] / max(read.total(), 1) for source in ("rasa", "known")]
            rows.append(
                (
                    mix, side.name, got.per_second, got.share(0.5), got.share(0.95), got.cpu_ms,
                    len(got.ms), *by,
                )
            )  # fmt: skip
    return rows


def _hurt(hurt: Mapping[str, Mapping[str, Alone]]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for name, kinds in hurt.items():
        for kind, alone in [("all hostile", _all(kinds)), *kinds.items()]:
            ms = alone.whole
            rows.append((name, kind, ms.share(0.5), ms.share(0.99), ms.share(1.0), len(ms.ms)))
    return rows


def _all(kinds: Mapping[str, Alone]) -> Alone:
    together = Alone()
    for kind, alone in kinds.items():
        if kind != "short":
            together.whole.add(alone.whole)
    return together


def aims(found: Measured) -> list[Aim]:
    """Of each reader, how long hostile texts take."""
    return [_aim(name, kinds) for name, kinds in found.hurt.items()]


def _aim(name: str, kinds: Mapping[str, Alone]) -> Aim:
    together = _all(kinds).whole.share(0.99)
    return Aim(
        f"{name}, p99 of hostile texts at most {AIM_HOSTILE_P99:.0f} ms",
        f"{together:.1f} ms",
        together <= AIM_HOSTILE_P99,
    )


def _verdict(name: str, kinds: Mapping[str, Alone]) -> str:
    worst, alone = max(kinds.items(), key=lambda pair: pair[1].whole.share(0.99))
    return (
        f"Aim: {_aim(name, kinds).said}. The worst kind, {worst}, has "
        f"{alone.whole.share(0.99):.1f} ms; short texts beside them "
        f"{kinds['short'].whole.share(0.99):.1f} ms"
    )
