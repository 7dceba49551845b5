"""Pages of calls and visits: find the rider, log it, and fill forms for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from actions.content import Press, Text
from bot.console.visit import Visit
from bot.refused import Refused
from knowledge.access import NotThere
from knowledge.behalf import HOWS


async def show_new(visit: Visit) -> web.Response:
    """Where a call begins."""
    return visit.page("behalf_new.html", **_new(visit))


async def find(visit: Visit) -> web.Response:
    """Riders with just this phone or number."""
    try:
        cards = await visit.parts.behalf.find(visit.actor, visit["wanted"])
    except Refused as why:
        return visit.again("behalf_new.html", why, **_new(visit))
    return visit.page("behalf_new.html", **_new(visit) | {"cards": cards, "searched": True})


async def begin(visit: Visit) -> web.Response:
    """Log it, and go to its conversation."""
    try:
        person = UUID(visit["person"]) if visit["person"] else None
    except ValueError as error:
        raise NotThere from error
    try:
        number = await visit.parts.behalf.begin(visit.actor, person, visit["how"], visit["note"])
    except Refused as why:
        return visit.again("behalf_new.html", why, **_new(visit))
    return visit.go(f"/console/behalf/{number}")


async def show_one(visit: Visit) -> web.Response:
    """The conversation."""
    return visit.page("behalf.html", **await _shown(visit))


async def say(visit: Visit) -> web.Response:
    """What the rider answers: a line, or a button."""
    number, button = visit.number(), visit["button"]
    content = (
        Press(id=button, label=visit[f"label:{button}"] or None)
        if button
        else Text(text=visit["text"])
    )
    try:
        await visit.parts.behalf.say(
            visit.actor,
            number,
            content,
            visit["once"] or uuid4().hex,
            read_out=visit["read_out"] == "yes",
        )
    except Refused as why:
        return visit.again("behalf.html", why, **await _shown(visit))
    return visit.go(f"/console/behalf/{number}")


def _new(visit: Visit) -> dict[str, Any]:
    hows = [(how, visit.words(f"behalf.how.{how}")) for how in HOWS]
    return {"cards": [], "searched": False, "hows": hows}


async def _shown(visit: Visit) -> dict[str, Any]:
    shown = await visit.parts.behalf.show(visit.actor, visit.number())
    words = visit.parts.rider_texts.words(visit.language)
    services = [(f"r:{route}", words(f"menu.{route}")) for route in shown.services]
    return {"shown": shown, "services": services, "once": uuid4().hex}
