"""How well the reporting set is understood: the house, a stock Rasa and two cheap readers.

All have learnt the same sentences and get the same lines in one run. Only the house knows what was
said before; to the others a follow-up is given as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import numpy as np

from benchmarks import baselines, stock_understanding
from benchmarks.house import HOME, CountedRasa, RunningHouse, reading
from benchmarks.paired import Answer, difference, measures
from benchmarks.processes import NotReady
from benchmarks.stock_understanding import TRAINING_HOURS, StockModel, StockReader
from benchmarks.tables import table
from benchmarks.texts import SETS
from nlu import train as training
from nlu.evaluate import Decided, Line, Share, decide, read_lines

OURS, STOCK, NO_FALLBACK = "gongyou", "stock Rasa", "stock, no fallback"


@dataclass(frozen=True)
class Plan:
    """How much: so many lines of the set (0: all), epochs of DIET (None: the usual), the hours that
    its training may take, and whether the stock pipeline is left out.
    """

    lines: int = 0
    epochs: int | None = None
    hours: float = TRAINING_HOURS
    alone: bool = False


@dataclass(frozen=True)
class Compared:
    """What all readers made of the same lines in the same order, ours first.

    `read_by_rasa` counts Rasa's answers to the house, `learnt` the sentences of all readers.
    """

    sides: dict[str, list[Answer]]
    learnt: int
    asked_back: int
    read_by_rasa: int
    stock: StockModel | None


async def measure(house: RunningHouse, plan: Plan, say: Callable[[str], None]) -> Compared:
    """Let all readers read the reporting set.

    Raises:
        NotReady: the stock pipeline can't be trained or started.
    """
    learnt = _learnt()
    lines = some(read_lines(SETS / "report.jsonl"), plan.lines)
    rasa = CountedRasa(house.rasa_address)
    async with AsyncExitStack() as stack:
        model: StockModel | None = None
        stock: StockReader | None = None
        if not plan.alone:
            model = await stock_understanding.trained(
                learnt, say, epochs=plan.epochs, hours=plan.hours
            )
            stock = await stack.enter_async_context(stock_understanding.served(model))
        say(f"{len(lines)} lines of the reporting set")
        understanding = await stack.enter_async_context(reading(house, rasa=rasa))
        decided = [await decide(understanding, line) for line in lines]
        sides = {OURS: [_answer(one) for one in decided]}
        if stock is not None:
            sides[STOCK], sides[NO_FALLBACK] = await stock.read(lines)
    say("fitting the two cheap readers")
    sides |= baselines.answers(learnt, lines, HOME / "vectors")
    asked_back = sum(one.choice.ask_back is not None for one in decided)
    return Compared(sides, len(learnt), asked_back, rasa.answered, model)


def report(found: Compared) -> str:
    """The shares of all readers, ours less theirs, and the time of a line."""
    lines = [answer.line for answer in found.sides[OURS]]
    return "\n\n".join(
        [
            _told(found, len(lines)),
            "Shares, with 95 % intervals (Wilson's):",
            _shares(found.sides, lines),
            "Ours less theirs on the same lines, with 95 % intervals (Newcombe's for paired "
            "data); where the interval holds 0, the lines don't tell the two apart:",
            _differences(found.sides, lines),
            "Milliseconds a line, one after another, Rasa's server included:",
            _times(found.sides),
        ]
    )


def some(lines: Sequence[Line], count: int) -> list[Line]:
    """So many of the lines, evenly from the whole; all of them for 0."""
    if not count or count >= len(lines):
        return list(lines)
    return [lines[at * len(lines) // count] for at in range(count)]


def _learnt() -> list[tuple[str, str]]:
    """(text, route) of all that the house's model has learnt: the others learn the very same."""
    folder = training.current(HOME)
    if folder is None:
        raise NotReady("the house has no model; see the logs under .cache/bench")
    return [(text, route) for text, route in json.loads((folder / "texts.json").read_text("utf-8"))]


def _answer(decided: Decided) -> Answer:
    return Answer(decided.line, decided.choice.route, decided.right, decided.ms)


def _told(found: Compared, lines: int) -> str:
    told = (
        f"{lines} lines; all readers have learnt the same {found.learnt:,} sentences. Rasa gave "
        f"the house {found.read_by_rasa:,} readings. On {found.asked_back} lines the house also "
        "asks which of two things is meant; its first choice counts."
    )
    if (stock := found.stock) is not None:
        told += (
            f" Stock: {stock.intents} intents, {stock.epochs} epochs of DIET, trained in "
            f"{stock.seconds / 60:.0f} minutes."
        )
    return told


def _shares(sides: dict[str, list[Answer]], lines: Sequence[Line]) -> str:
    rows = []
    for measure in measures(lines):
        counted = {name: measure.counted(answers) for name, answers in sides.items()}
        shares = [Share(sum(one), len(one)) for one in counted.values()]
        rows.append((measure.name, shares[0].of, *map(_share, shares)))
    return table("|".join(["figure", "lines", *sides]), rows)


def _differences(sides: dict[str, list[Answer]], lines: Sequence[Line]) -> str:
    ours, others = sides[OURS], {name: one for name, one in sides.items() if name != OURS}
    rows = []
    for measure in measures(lines):
        mine = measure.counted(ours)
        rows.append(
            (
                measure.name,
                len(mine),
                *(_difference(mine, measure.counted(theirs)) for theirs in others.values()),
            )
        )
    return table("|".join(["figure", "lines", *(f"less {name}" for name in others)]), rows)


def _times(sides: dict[str, list[Answer]]) -> str:
    rows = []
    for name in (OURS, STOCK):
        if name in sides:
            ms = [answer.ms for answer in sides[name]]
            rows.append((name, *(float(np.percentile(ms, part)) for part in (50, 95, 99))))
    return table("reader|p50 ms|p95 ms|p99 ms", rows)


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.share:.3f} ({low:.3f} to {high:.3f})" if share.of else ""


def _difference(ours: Sequence[bool], theirs: Sequence[bool]) -> str:
    found = difference(ours, theirs)
    return f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})" if ours else ""
