"""The inbox: the list of conversations, live; and the first one to be taken."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console.questions import route_name
from bot.console.streams import stream
from bot.console.visit import Visit
from bot.inbox_board import Board
from bot.refused import Refused
from knowledge.inbox_list import VIEWS, View

HOME = "/console/inbox"

CHANGED = b"event: changed\ndata: {}\n\n"


async def show(visit: Visit) -> web.Response:
    """A page of a view."""
    return visit.page("inbox.html", **await _shown(visit))


async def rows(visit: Visit) -> web.Response:
    """Only what changes of the same page: the script puts it in the old one's place."""
    return visit.page("inbox_rows.html", **await _shown(visit))


async def events(visit: Visit) -> web.StreamResponse:
    """`changed` whenever a conversation of the visitor's regions has changed."""
    visit.actor.ask("inbox.read")
    with visit.parts.inbox_live.list(visit.actor) as watch:

        async def news() -> bytes | None:
            await watch.rung.wait()
            watch.rung.clear()
            return CHANGED

        return await stream(visit, news)


async def take_next(visit: Visit) -> web.Response:
    """Take what breaks first."""
    number = await visit.parts.inbox_board.first(visit.actor)
    if number is None:
        return visit.go(HOME, done="inbox_nobody_waits")
    try:
        await visit.parts.inbox_steps.make(visit.actor, number, "take")
    except Refused as why:
        return visit.again("inbox.html", why, **await _shown(visit))
    return visit.go(f"{HOME}/{number}", done="inbox_take")


async def _shown(visit: Visit) -> dict[str, Any]:
    asked = visit["view"]
    view: View = next((one for one in VIEWS if one == asked), "waiting")
    board: Board = await visit.parts.inbox_board.page(visit.actor, view, visit["after"])
    views = [one for one in VIEWS if one != "region" or visit.actor.region is not None]
    titles = await visit.parts.inbox_articles.titles(visit.actor, visit.language)
    return {
        "name_of": lambda route: route_name(visit, route, titles),
        "board": board,
        "views": views,
        "may": visit.actor.may("inbox.write"),
    }
