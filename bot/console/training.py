"""Trainings: begun here, tried by the gate, told with before and after, and left again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.console.questions import route_name
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.trainings import Training

HOME = "/console/training"

CHANGED = 40
"""Lines that are read otherwise than before that are shown."""

SHARES = ("most", "least")
"""Figures of the gate that are shares of its lines."""


async def show(visit: Visit) -> web.Response:
    """The newest training, and those before it."""
    return visit.page("training.html", **await _shown(visit))


async def progress(visit: Visit) -> web.Response:
    """How far the newest is."""
    found = await visit.parts.training_room.overview(visit.actor)
    newest = found[0] if found else None
    running = newest is not None and newest.state == "running"
    return web.json_response(
        {
            "done": newest.done if newest else 0,
            "of": newest.of if newest else 0,
            "over": not running,
            "said": _step(visit, newest) if newest else "",
        }
    )


async def begin(visit: Visit) -> web.Response:
    """Train on what was taught, and let the gate say whether the new model may come in."""
    try:
        await visit.parts.training_room.begin(visit.actor, "train")
    except Refused as why:
        return visit.again("training.html", why, **await _shown(visit))
    return visit.go(HOME, done="training_begun")


async def back(visit: Visit) -> web.Response:
    """The model before is in use again."""
    try:
        await visit.parts.training_room.begin(visit.actor, "back")
    except Refused as why:
        return visit.again("training.html", why, **await _shown(visit))
    return visit.go(HOME, done="training_back")


async def _shown(visit: Visit) -> dict[str, Any]:
    trainings = await visit.parts.training_room.overview(visit.actor)
    newest = trainings[0] if trainings else None
    gate = (newest.result or {}).get("gate") if newest else None
    return {
        "trainings": trainings,
        "newest": newest,
        "way_back": await visit.parts.training_room.way_back(visit.actor),
        "step": _step(visit, newest) if newest else "",
        "gate": gate,
        "found": [(_found(visit, one), one["lines"]) for one in (gate or {}).get("found", ())],
        "groups": [(_group(visit, one["name"]), one) for one in (gate or {}).get("groups", ())],
        "changed": (gate or {}).get("changed", ())[:CHANGED],
        "name_of": lambda route: route_name(visit, route),
    }


def _step(visit: Visit, training: Training) -> str:
    step = visit.words(f"training_step.{training.step or 'begin'}")
    if not training.of:
        return step
    return visit.words("training.so_far", step=step, done=training.done, of=training.of)


def _found(visit: Visit, finding: Mapping[str, Any]) -> str:
    """Why the gate refused, in the visitor's language."""
    figures = {
        name: f"{figure:.0%}" if name in SHARES else figure
        for name, figure in finding["figures"].items()
    }
    group = _group(visit, finding["group"])
    return visit.words(f"gate_found.{finding['kind']}", group=group, **figures)


def _group(visit: Visit, name: str) -> str:
    """A group of the gate's lines in the visitor's language; one that has no text as it is."""
    key = f"gate_group.{name.replace(' ', '_').lower()}"
    return visit.parts.texts.words(visit.language).get(key, name)
