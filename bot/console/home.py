"""The first page: what waits."""

from __future__ import annotations

from aiohttp import web

from bot.console.visit import Visit


async def show(visit: Visit) -> web.Response:
    """What waits in the visitor's regions."""
    return visit.page("home.html", waiting=await visit.parts.desk.waiting(visit.actor))


async def nowhere(visit: Visit) -> web.Response:
    """An address that leads nowhere."""
    if visit.request.path == "/console/":
        return visit.go("/console")
    return visit.page("trouble.html", status=404, what="404")
