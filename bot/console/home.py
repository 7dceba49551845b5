"""The first page: what waits."""

from __future__ import annotations

from aiohttp import web

from bot.console.visit import Visit

WHERE = {
    "handoffs": ("/console/inbox", "inbox.read"),
    "applications": ("/console/cases?kind=application", "case.read"),
    "claims": ("/console/cases?kind=claim", "case.read"),
    "cases": ("/console/cases", "case.read"),
    "review": ("/console/questions", "review.read"),
}
"""Where what waits is worked on, and the permission that the page needs."""


async def show(visit: Visit) -> web.Response:
    """What waits in the visitor's regions."""
    waiting = await visit.parts.desk.waiting(visit.actor)
    where = {name: path for name, (path, needs) in WHERE.items() if visit.actor.may(needs)}
    return visit.page("home.html", waiting=waiting, where=where)


async def nowhere(visit: Visit) -> web.Response:
    """An address that leads nowhere."""
    if visit.request.path == "/console/":
        return visit.go("/console")
    return visit.page("trouble.html", status=404, what="404")
