"""Public telephone lines: as buttons that call them, and which of them answers for a matter."""

from __future__ import annotations

from collections.abc import Collection

from actions.content import Button
from actions.turn import Turn
from knowledge.content_cases import said_in
from knowledge.content_entries import LineEntry
from nlu.slots import mentioned

CANT_WAIT = ("union", "legal", "police")
"""Lines for what can't wait until somebody is there."""

URGENT = ("police", "ambulance", "psychological")
"""Lines for a cry for help."""

MOST_NAMED = 2
"""Lines that one answer names at most: who is given a list calls none of them."""


async def line_buttons(turn: Turn, kinds: Collection[str] = CANT_WAIT) -> list[Button]:
    """Buttons that call the lines of these kinds, in their order."""
    return _of_kinds(turn, await _here(turn), kinds)


async def lines_asked_for(turn: Turn) -> list[LineEntry]:
    """The lines whose matter the line of the rider names; the one named by most words first."""
    return _named(turn, await _here(turn))


async def urgent_lines(turn: Turn) -> tuple[list[LineEntry], list[Button]]:
    """The lines at any hour that a cry for help names (a fire: 119), and all its buttons.

    The named ones come first; one that isn't always open comes behind the usual ones.
    """
    here = await _here(turn)
    named = [line for line in _named(turn, here) if line.for_crisis]
    at_once = [line for line in named if line.hours == "24/7"]
    first = [button(turn, line) for line in at_once]
    usual = [one for one in _of_kinds(turn, here, URGENT) if one not in first]
    later = [button(turn, line) for line in named if line not in at_once]
    return at_once, [*first, *usual, *later]


def _of_kinds(turn: Turn, here: list[LineEntry], kinds: Collection[str]) -> list[Button]:
    found = {line.kind: line for line in here}
    return [button(turn, found[kind]) for kind in kinds if kind in found]


def _named(turn: Turn, here: list[LineEntry]) -> list[LineEntry]:
    named = [
        (sum(map(len, found)), line)
        for line in here
        if (found := mentioned(turn.text, (*line.asked.zh, *line.asked.en)))
    ]
    # Pairs of equal weight stay in the order of the store.
    named.sort(key=lambda pair: -pair[0])
    return [line for _, line in named[:MOST_NAMED]]


def button(turn: Turn, line: LineEntry) -> Button:
    """A button that calls a line."""
    called = turn.words("crisis.call", number=line.number, name=said_in(line.name, turn.language))
    return Button(id=f"t:{line.number}", label=called, url=f"tel:{line.number}")


async def _here(turn: Turn) -> list[LineEntry]:
    region = await turn.region()
    return await turn.knowledge.schemes.lines(region.code if region else None)
