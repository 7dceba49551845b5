"""What list boxes of several pages offer."""

from __future__ import annotations

from bot.console.visit import Visit

INDENT = "\u2003"
"""An em of space for each step down: a list box has no other way to show a tree."""

Options = list[tuple[str, str]]
"""What is sent, and what is read."""


def regions(visit: Visit) -> Options:
    """The regions that the visitor reaches, top down."""
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


def regions_or_everywhere(visit: Visit) -> Options:
    """The same; for who reaches all of them, "everywhere" first."""
    first = [("", visit.words("place.everywhere"))] if visit.actor.region is None else []
    return [*first, *regions(visit)]


def any_region(visit: Visit) -> Options:
    """The same for a filter, with all of them first."""
    return [("", visit.words("place.all")), *regions(visit)]
