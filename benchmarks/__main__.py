"""All benchmarks, or those that are named; prints Markdown.

python -m benchmarks [PART …] [--rounds N] …

Parts: stations, import, articles, inbox, reply, webhook, memory, understanding, reading.
The last line names the aims that were missed, and the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from benchmarks import (
    articles,
    importing,
    inbox,
    memory,
    reading,
    reply,
    stations,
    understanding,
    webhook,
)
from benchmarks.aims import Aim, missed, verdict
from benchmarks.house import ROLES, house
from benchmarks.load import Chat
from benchmarks.processes import CACHE, Neighbourhood, NotReady
from benchmarks.stock import stock
from benchmarks.stock_understanding import TRAINING_HOURS
from knowledge.clock import CHINA

PARTS = (
    "stations", "import", "articles", "inbox", "reply", "webhook", "memory", "understanding",
    "reading",
)  # fmt: skip


async def run(wish: argparse.Namespace) -> list[Aim]:
    """Measure what is wished; each part's tables are printed when it is done.

    Returns:
        what came of the aims of all parts.
    """
    task = asyncio.current_task()
    assert task is not None
    # What was started is ended, also when we are told to stop.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    parts = wish.parts or list(PARTS)
    aims: list[Aim] = []
    print(f"Begun {datetime.now(CHINA):%Y-%m-%d %H:%M}, {_machine()}\n", flush=True)
    if "stations" in parts:
        print("## The nearest stations\n", flush=True)
        aims += await stations.run(searches=wish.searches)
        print(flush=True)
    if "import" in parts:
        print("## Importing stations\n", flush=True)
        meanwhile = Neighbourhood()
        aims += await importing.run(_say, stations=wish.stations)
        print(f"\n{meanwhile.told()}\n", flush=True)
    if "articles" in parts:
        meanwhile = Neighbourhood()
        measured = await articles.measure(wish.articles, wish.publishes, _say)
        print(f"## Articles\n\n{articles.report(measured)}\n\n{meanwhile.told()}\n", flush=True)
        aims += articles.aims(measured)
    if "inbox" in parts:
        meanwhile = Neighbourhood()
        seen = await inbox.measure(wish.open, wish.past, wish.looks, _say)
        print(f"## The inbox\n\n{inbox.report(seen)}\n\n{meanwhile.told()}\n", flush=True)
        aims += inbox.aims(seen)
    if set(parts) & {"reply", "webhook", "memory"}:
        aims += await _talk(wish, parts)
    if set(parts) & {"understanding", "reading"}:
        aims += await _understand(wish, parts)
    return aims


async def _talk(wish: argparse.Namespace, parts: list[str]) -> list[Aim]:
    aims: list[Aim] = []
    async with AsyncExitStack() as stack:
        both = "reply" in parts and not wish.alone
        other = (
            await stack.enter_async_context(stock(_say, as_trained=wish.as_trained))
            if both
            else None
        )
        ours = await stack.enter_async_context(house(_say, wish.roles.split(",")))
        rate: float | None = None
        if "reply" in parts:
            plan = reply.Plan(wish.rounds, wish.messages, wish.seconds)
            chats: list[tuple[Chat, Callable[[], float]]] = [(ours.chat, ours.cpu)]
            if other is not None:
                chats.append((other.chat, other.cpu))
            meanwhile = Neighbourhood()
            sides = await reply.measure(chats, plan, _say)
            print(f"## Replies\n\n{reply.report(sides)}\n\n{meanwhile.told()}\n", flush=True)
            aims += reply.aims(sides)
            rate = sides[0].figures["none known", 32].per_second
        if "webhook" in parts:
            if rate is None:
                rate = await webhook.capacity(ours, wish.seconds)
            meanwhile = Neighbourhood()
            figures = await webhook.measure(ours, rate=rate / 2, seconds=wish.webhook, say=_say)
            told = f"{webhook.report(rate / 2, rate, *figures)}\n\n{meanwhile.told()}"
            print(f"## Telegram's webhook\n\n{told}\n", flush=True)
            aims += webhook.aims(figures[0])
        if "memory" in parts:
            print(f"## Memory after the run\n\n{memory.report(ours, other)}\n", flush=True)
    return aims


async def _understand(wish: argparse.Namespace, parts: list[str]) -> list[Aim]:
    aims: list[Aim] = []
    async with house(_say) as ours:
        if "understanding" in parts:
            whole = understanding.Plan(wish.lines, wish.epochs, wish.hours, wish.alone)
            compared = await understanding.measure(ours, whole, _say)
            print(f"## Understanding\n\n{understanding.report(compared)}\n", flush=True)
        if "reading" in parts:
            plan = reading.Plan(wish.rounds, wish.texts, wish.seconds, wish.hostile)
            meanwhile = Neighbourhood()
            measured = await reading.measure(ours, plan, _say)
            told = f"{reading.report(measured)}\n\n{meanwhile.told()}"
            print(f"## Reading\n\n{told}\n", flush=True)
            aims += reading.aims(measured)
    return aims


def ended_with(aims: Sequence[Aim]) -> int:
    """Say last which aims were missed; the exit code: 1 if any was."""
    if aims:
        print(verdict(aims), flush=True)
    return 1 if missed(aims) else 0


def _machine() -> str:
    total = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {total:.0f} GiB, load average {load}"


def _say(line: str) -> None:
    print(f"{datetime.now(CHINA):%H:%M:%S} {line}", file=sys.stderr, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Two benchmarks at once would measure each other."""
    import fcntl

    CACHE.mkdir(exist_ok=True)
    with (CACHE / "bench.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit("another benchmark is running here") from None
        yield


def main() -> None:
    """The command."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    reader.add_argument("parts", nargs="*", metavar="PART", help="all if none is named")
    reader.add_argument("--rounds", type=int, default=3, help="of replies, each with both sides")
    reader.add_argument("--messages", type=int, default=200, help="one after the other, a round")
    reader.add_argument("--seconds", type=float, default=10.0, help="of each crowd, a round")
    reader.add_argument("--webhook", type=float, default=40.0, help="seconds of updates")
    reader.add_argument("--searches", type=int, default=500, help="of stations, each kind")
    reader.add_argument("--stations", type=int, default=200_000, help="that are imported")
    reader.add_argument("--articles", type=int, default=10_000, help="that are made up")
    reader.add_argument("--publishes", type=int, default=20, help="of articles, one by one")
    reader.add_argument("--open", type=int, default=1000, help="conversations in the inbox")
    reader.add_argument("--past", type=int, default=200_000, help="conversations that are over")
    reader.add_argument("--looks", type=int, default=100, help="at each page of the inbox")
    reader.add_argument("--lines", type=int, default=0, help="of the reporting set; 0: all")
    reader.add_argument("--epochs", type=int, help="of the stock pipeline's DIET, to try it out")
    reader.add_argument(
        "--hours", type=float, default=TRAINING_HOURS, help="that the stock pipeline may train"
    )
    reader.add_argument("--texts", type=int, default=999, help="read one by one, in all rounds")
    reader.add_argument("--hostile", type=int, default=60, help="texts of each hostile kind")
    reader.add_argument("--alone", action="store_true", help="without the stock assistant")
    reader.add_argument(
        "--as-trained",
        action="store_true",
        help="take the stock assistant's model that is there, even if sentences have changed",
    )
    reader.add_argument("--roles", default=",".join(ROLES), help="the house's processes")
    wish = reader.parse_args()
    if unknown := set(wish.parts) - set(PARTS):
        reader.error(f"no such part: {', '.join(sorted(unknown))} (there are {', '.join(PARTS)})")
    with _alone():
        try:
            ended = ended_with(asyncio.run(run(wish)))
        except NotReady as error:
            raise SystemExit(str(error)) from None
        except asyncio.CancelledError:
            raise SystemExit(130) from None
    if ended:
        raise SystemExit(ended)


if __name__ == "__main__":
    main()
