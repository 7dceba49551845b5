"""What each process holds after the run."""

from __future__ import annotations

from benchmarks.house import RunningHouse
from benchmarks.processes import Memory, memory_of
from benchmarks.stock import Stock
from benchmarks.tables import table


def report(house: RunningHouse, stock: Stock | None) -> str:
    """A row a process, those of PostgreSQL together, and the sums."""
    rasa = memory_of(house.rasa_pid)
    ours = [(process.name, memory_of(process.pid, children=False)) for process in house.processes]
    ours.append(("Rasa (understanding only)", rasa))
    assert house.postgres.pid is not None
    ours.append(("PostgreSQL", memory_of(house.postgres.pid)))
    rows = [_row("gongyou", name, memory) for name, memory in [*ours, ("together", _sum(ours))]]
    if stock is not None:
        theirs = [(one.name, memory_of(one.pid)) for one in (stock.server, stock.actions)]
        rows += [
            _row("stock", name, memory) for name, memory in [*theirs, ("together", _sum(theirs))]
        ]
    return table("assistant|process|processes|PSS MiB|RSS MiB", rows)


def _sum(parts: list[tuple[str, Memory]]) -> Memory:
    found = [memory for _, memory in parts]
    return Memory(
        sum(one.processes for one in found),
        sum(one.pss for one in found),
        sum(one.rss for one in found),
    )


def _row(side: str, name: str, memory: Memory) -> tuple[object, ...]:
    return side, name, memory.processes, round(memory.pss), round(memory.rss)
