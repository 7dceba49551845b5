"""Tables in Markdown, as they stand in docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: str, rows: Iterable[Sequence[object]]) -> str:
    """`head` has the columns' names between `|`; numbers are set to the right."""
    names = head.split("|")
    shown = [[_cell(value) for value in row] for row in rows]
    body = list(rows)
    numeric = [
        bool(body) and all(isinstance(row[at], int | float) for row in body)
        for at in range(len(names))
    ]
    lines = [names, ["---:" if right else "---" for right in numeric], *shown]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
