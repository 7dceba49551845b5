"""Limits of clocks: how soon a rider is answered and a case decided."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.clock_desk import UNITS
from bot.console import choices
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.clocks import MEASURES

HOME = "/console/clocks"


async def show(visit: Visit) -> web.Response:
    """The limits, and a form for who may set them."""
    return visit.page("clocks.html", **await _shown(visit))


async def put(visit: Visit) -> web.Response:
    """Set a limit."""
    measure, _, kind = visit["what"].partition(":")
    try:
        await visit.parts.clock_desk.set(
            visit.actor, measure, kind, visit["region"] or None, visit["amount"], visit["unit"]
        )
    except Refused as why:
        return visit.again("clocks.html", why, **await _shown(visit))
    return visit.go(HOME, done="clock_set")


async def remove(visit: Visit) -> web.Response:
    """What is set above holds from now on."""
    try:
        await visit.parts.clock_desk.remove(visit.actor, visit.number())
    except Refused as why:
        return visit.again("clocks.html", why, **await _shown(visit))
    return visit.go(HOME, done="clock_removed")


def kind_name(visit: Visit, kind: str | None) -> str:
    """A kind of handoffs or cases as staff read it."""
    if kind is None:
        return visit.words("clocks.any_kind")
    return visit.parts.clock_desk.kind_name(kind, visit.language) or visit.words(f"clocks.{kind}")


def length(visit: Visit, minutes: int) -> str:
    """A length of working time."""
    for unit in ("days", "hours"):
        if minutes % UNITS[unit] == 0 and minutes >= UNITS[unit]:
            return visit.words(f"clocks.{unit}_many", count=minutes // UNITS[unit])
    return visit.words("clocks.minutes_many", count=minutes)


async def _shown(visit: Visit) -> dict[str, Any]:
    desk, words = visit.parts.clock_desk, visit.words
    whats = [
        (f"{measure}:{kind}", f"{words(f'measure.{measure}')}: {kind_name(visit, kind or None)}")
        for measure in MEASURES
        for kind in ("", *desk.kinds(measure))
    ]
    return {
        "limits": await desk.limits(visit.actor),
        "entry_days": await desk.entry_days(visit.actor),
        "kind_name": lambda kind: kind_name(visit, kind),
        "length": lambda minutes: length(visit, minutes),
        "whats": whats,
        "units": [(unit, words(f"clocks.{unit}")) for unit in UNITS],
        "places": choices.regions_or_everywhere(visit),
    }
