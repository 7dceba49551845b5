"""Replies kept ready: the page to write them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.visit import Visit
from bot.quick_replies import LONGEST_TEXT, LONGEST_TITLE, PLACES, may_change
from bot.refused import Refused

HOME = "/console/quick-replies"
MINE = "mine"


async def show(visit: Visit) -> web.Response:
    """All that the visitor can use; their own can be changed."""
    return visit.page("quick_replies.html", **await _shown(visit))


async def add(visit: Visit) -> web.Response:
    """Keep a new one."""
    whose = visit["whose"] or MINE
    try:
        await visit.parts.quick_replies.save(
            visit.actor,
            None,
            title=visit["title"],
            text=visit["text"],
            personal=whose == MINE,
            region=whose.removeprefix("region:") or None,
        )
    except Refused as why:
        return visit.again("quick_replies.html", why, **await _shown(visit))
    return visit.go(HOME, done="quick_reply_saved")


async def change(visit: Visit) -> web.Response:
    """Word one anew."""
    try:
        await visit.parts.quick_replies.save(
            visit.actor, visit.number(), title=visit["title"], text=visit["text"]
        )
    except Refused as why:
        return visit.again("quick_replies.html", why, **await _shown(visit))
    return visit.go(HOME, done="quick_reply_saved")


async def remove(visit: Visit) -> web.Response:
    """Take one away."""
    await visit.parts.quick_replies.remove(visit.actor, visit.number())
    return visit.go(HOME, done="quick_reply_removed")


async def _shown(visit: Visit) -> dict[str, Any]:
    actor = visit.actor
    replies = await visit.parts.quick_replies.all(actor)
    whose = [(MINE, visit.words("quick_replies.mine"))]
    if actor.may("quick_reply.region"):
        whose += [(f"region:{code}", name) for code, name in choices.regions_or_everywhere(visit)]
    return {
        "replies": [(one, may_change(actor, one)) for one in replies],
        "whose": whose,
        "places": PLACES,
        "longest_title": LONGEST_TITLE,
        "longest_text": LONGEST_TEXT,
    }
