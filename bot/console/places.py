"""The regions that a visitor may choose from, as a list box shows a tree."""

from __future__ import annotations

from bot.console.visit import Visit

INDENT = "\u2003"
"""An em of space for each step down: a list box has no other way to show a tree."""


def places_of(visit: Visit) -> list[tuple[str, str]]:
    """Code and name of every region that the visitor reaches, top down."""
    actor = visit.actor
    paths = [
        actor.tree.upwards(region.code)[::-1] for region in actor.tree if actor.reaches(region.code)
    ]
    paths.sort(key=lambda path: [region.code for region in path])
    top = min((len(path) for path in paths), default=0)
    return [
        (path[-1].code, INDENT * (len(path) - top) + path[-1].name(visit.language))
        for path in paths
    ]


def any_place(visit: Visit) -> list[tuple[str, str]]:
    """The same for a filter, with all of them first."""
    return [("", visit.words("place.all")), *places_of(visit)]
