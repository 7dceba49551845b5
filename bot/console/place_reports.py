"""What riders say of places (有误): a list to work through, settled with one press."""

from __future__ import annotations

from aiohttp import web

from bot.console.places import HOME
from bot.console.visit import Visit

REPORTS = f"{HOME}/reports"


async def show_all(visit: Visit) -> web.Response:
    """The places that riders doubt, the most doubted first, and those that were settled last."""
    doubted, settled = await visit.parts.places.doubted(visit.actor)
    return visit.page("place_reports.html", doubted=doubted, settled=settled)


async def settle(visit: Visit) -> web.Response:
    """Somebody has looked."""
    await visit.parts.places.settle(visit.actor, visit.request.match_info["code"])
    return visit.go(REPORTS, done="place_settled")


async def unsettle(visit: Visit) -> web.Response:
    """It was settled too early."""
    await visit.parts.places.unsettle(visit.actor, visit.request.match_info["code"])
    return visit.go(REPORTS, done="place_unsettled")
