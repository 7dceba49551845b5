"""The same rider elsewhere, beside a conversation: looked for, asked in the chat, taken apart."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from bot.console.inbox import HOME
from bot.console.inbox_talk import again, shown
from bot.console.visit import Visit
from bot.refused import Refused


async def find(visit: Visit) -> web.Response:
    """Others on record who may be the same rider."""
    links = visit.parts.inbox_links
    try:
        cards = await links.find(visit.actor, visit.number(), visit["wanted"])
    except Refused as why:
        return await again(visit, why)
    return visit.page("inbox_talk.html", **await shown(visit) | {"same": cards})


async def ask(visit: Visit) -> web.Response:
    """Have the rider asked whether they are the same person."""
    number, papers = visit.number(), visit["papers"].strip()
    links = visit.parts.inbox_links
    try:
        await links.ask(visit.actor, number, _person(visit), papers)
    except Refused as why:
        return await again(visit, why)
    return visit.go(f"{HOME}/{number}", done="inbox_link_asked")


async def split(visit: Visit) -> web.Response:
    """Take a link away."""
    number = visit.number()
    try:
        await visit.parts.inbox_links.split(visit.actor, number, _person(visit), visit["reason"])
    except Refused as why:
        return await again(visit, why)
    return visit.go(f"{HOME}/{number}", done="inbox_split")


def _person(visit: Visit) -> UUID:
    try:
        return UUID(visit["person"])
    except ValueError as error:
        raise Refused("no_person") from error
