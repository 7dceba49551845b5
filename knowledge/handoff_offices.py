"""Whose business a handoff is: told once for one that was read, and once for the store's lists.

Both say the same; a test goes through every region, state and way up, and asks both.
"""

from __future__ import annotations

from collections.abc import Sequence


def offices(
    kind: str, region: str | None, below: Sequence[str], came_by: Sequence[str]
) -> tuple[str | None, ...]:
    """Its region's, and that of those whom it came by and who may still take it.

    A crisis stays with all that it came by (`below`), anything else with those from whom the clock
    brought it up (`came_by`): nobody there has said that it isn't theirs. The lowest comes first
    after the region's.
    """
    return (region, *(below if kind == "crisis" else came_by))


def home(region: str | None, below: Sequence[str]) -> str | None:
    """Where it was asked for, however far it has gone up since."""
    return below[0] if below else region


def own(regions: str) -> str:
    """SQL: a handoff `h` is the business of one of these regions; `regions` names a parameter."""
    return (
        f"(h.region = any({regions})"
        f" or (case when h.kind = 'crisis' then h.below else h.came_by end) && {regions})"
    )


def reached(regions: str) -> str:
    """SQL: somebody of these regions (null: of all) sees a handoff `h`.

    Of no region is who has told no place yet: that is everybody's, so that nobody waits unseen.
    """
    return f"({regions}::text[] is null or h.region is null or {own(regions)})"
