"""How fast a rider is answered, and how many at once: the house and the stock assistant in turns.

Rounds alternate between the two, so that a machine that grows slower in between is slower for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.aims import Aim
from benchmarks.load import Chat, Figures, crowd
from benchmarks.tables import table
from benchmarks.texts import Lines

CROWDS = (16, 32)
MIXES = {"none known": 0, "one in three known": 1}
MOST = 100_000
WARM = 200
"""Messages of each mix before anything is measured: each service was asked for by then."""

AIM_P50, AIM_RATE = 1 / 4, 5.0
"""Of the stock assistant's reply p50, and times its messages a second."""


@dataclass(frozen=True)
class Plan:
    """How much: `alone` messages one after the other and `seconds` of each crowd, per round."""

    rounds: int = 3
    alone: int = 200
    seconds: float = 10.0
    warm: float = 2.0


@dataclass
class Side:
    """One assistant with its texts and what was measured, by mix and number of riders."""

    chat: Chat
    cpu: Callable[[], float]
    texts: dict[str, Iterator[str]]
    figures: dict[tuple[str, int], Figures] = field(default_factory=dict)

    @classmethod
    def of(cls, chat: Chat, cpu: Callable[[], float], lines: Lines) -> Side:
        """Both sides get the same texts in the same order; `cpu` are seconds used so far."""
        texts = {
            mix: lines.play(number, known_of_three=known)
            for number, (mix, known) in enumerate(MIXES.items(), start=1)
        }
        return cls(chat, cpu, texts)

    async def round(self, mix: str, plan: Plan) -> None:
        """One rider alone, then the crowds."""
        await self._crowd(mix, 1, seconds=120, most=plan.alone)
        for riders in CROWDS:
            await self._crowd(mix, riders, seconds=plan.seconds, most=MOST, warm=plan.warm)

    async def _crowd(
        self, mix: str, riders: int, *, seconds: float, most: int, warm: float = 0.0
    ) -> None:
        before = self.cpu()
        got = await crowd(
            self.chat, self.texts[mix], riders=riders, seconds=seconds, most=most, warm=warm
        )
        got.cpu = self.cpu() - before
        self.figures.setdefault((mix, riders), Figures()).add(got)

    async def warm_up(self) -> None:
        """What is loaded at a service's first message isn't measured."""
        for mix in MIXES:
            texts = self.texts[mix]
            await crowd(self.chat, texts, riders=4, seconds=60, most=WARM)


async def measure(
    chats: list[tuple[Chat, Callable[[], float]]], plan: Plan, say: Callable[[str], None]
) -> list[Side]:
    """Play all rounds; with each chat comes what its processes have used of the processor."""
    lines = Lines.load()
    sides = [Side.of(chat, cpu, lines) for chat, cpu in chats]
    for side in sides:
        await side.warm_up()
    for number in range(plan.rounds):
        for mix in MIXES:
            for side in sides if number % 2 == 0 else sides[::-1]:
                await side.round(mix, plan)
        say(f"round {number + 1} of {plan.rounds} done")
    return sides


def report(sides: list[Side]) -> str:
    """The tables, and whether the aims are met."""
    ours, *others = sides
    alone, many = [], []
    for mix in MIXES:
        for side in sides:
            one = side.figures[mix, 1]
            alone.append(
                (
                    mix,
                    side.chat.name,
                    one.share(0.5),
                    one.share(0.95),
                    one.cpu_ms,
                    len(one.ms),
                    one.failed,
                )
            )
        for riders in CROWDS:
            for side in sides:
                got = side.figures[mix, riders]
                many.append(
                    (
                        mix, riders, side.chat.name, got.per_second, got.share(0.5),
                        got.share(0.95), got.cpu_ms, len(got.ms), got.failed,
                    )
                )  # fmt: skip
    parts = [
        "One rider at a time, milliseconds from the POST to the answer:",
        table("texts|assistant|p50 ms|p95 ms|CPU ms each|answers|failed", alone),
        "Many riders at once, each writing on when answered:",
        table("texts|riders|assistant|messages/s|p50 ms|p95 ms|CPU ms each|answers|failed", many),
    ]
    if others:
        rows = [
            (mix, name, aim.came, goal, "met" if aim.met else "not met")
            for mix, name, goal, aim in _compared(ours, others[0])
        ]
        parts.append(table("texts|figure|ours to stock's|aim|", rows))
    return "\n\n".join(parts)


def aims(sides: list[Side]) -> list[Aim]:
    """How much less a reply takes than stock's, and how many more are answered; alone, nothing."""
    ours, *others = sides
    return [aim for *_, aim in _compared(ours, others[0])] if others else []


def _compared(ours: Side, stock: Side) -> Iterator[tuple[str, str, str, Aim]]:
    """Mix, figure, what is wanted, and what came of it."""
    for mix in MIXES:
        part = ours.figures[mix, 1].share(0.5) / max(stock.figures[mix, 1].share(0.5), 1e-9)
        name, goal = "reply p50", "at most 1/4"
        came = f"1/{1 / max(part, 1e-9):.1f}"
        yield mix, name, goal, Aim(f"{name}, {mix}: {goal} of stock's", came, part <= AIM_P50)
        for riders in CROWDS:
            times = ours.figures[mix, riders].per_second / max(
                stock.figures[mix, riders].per_second, 1e-9
            )
            name, goal = f"messages/s, {riders} riders", "at least 5 times"
            wanted = f"{name}, {mix}: {goal} stock's"
            yield mix, name, goal, Aim(wanted, f"{times:.1f} times", times >= AIM_RATE)
