"""Public telephone lines: as buttons that call them, and which of them answers for a matter."""

from __future__ import annotations

from collections.abc import Collection

from actions.content import Button
from actions.turn import Turn
from knowledge.content_entries import LineEntry, Words
from nlu.slots import mentioned

CANT_WAIT = ("union", "legal", "police")
"""Lines for what can't wait until somebody is there."""

URGENT = ("police", "ambulance", "psychological")
"""Lines for a cry for help."""

MOST_NAMED = 2
"""Lines that one answer names at most: who is given a list calls none of them."""


async def line_buttons(turn: Turn, kinds: Collection[str] = CANT_WAIT) -> list[Button]:
    """Buttons that call the lines of these kinds, in their order."""
    found = {one.kind: one for one in await _here(turn)}
    return [button(turn, found[kind]) for kind in kinds if kind in found]


async def lines_asked_for(turn: Turn) -> list[LineEntry]:
    """The lines whose matter the line of the rider names; the one named by most words first."""
    named = [
        (sum(map(len, found)), line)
        for line in await _here(turn)
        if (found := mentioned(turn.text, (*line.asked.zh, *line.asked.en)))
    ]
    # Pairs of equal weight stay in the order of the store.
    named.sort(key=lambda pair: -pair[0])
    return [line for _, line in named[:MOST_NAMED]]


def button(turn: Turn, line: LineEntry) -> Button:
    """A button that calls a line."""
    called = turn.words("crisis.call", number=line.number, name=said(turn, line.name))
    return Button(id=f"t:{line.number}", label=called, url=f"tel:{line.number}")


def said(turn: Turn, words: Words) -> str:
    """Words of the content in the rider's language."""
    return words.en if turn.language == "en" else words.zh


async def _here(turn: Turn) -> list[LineEntry]:
    region = await turn.region()
    return await turn.knowledge.schemes.lines(region.code if region else None)
