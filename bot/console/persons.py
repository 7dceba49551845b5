"""A rider's card: masked, and a field whole for a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web

from bot.console.visit import Visit
from bot.persons import Card
from bot.refused import Refused


async def show(visit: Visit) -> web.Response:
    """What is on record."""
    card = await visit.parts.persons.card(visit.actor, _person(visit))
    return visit.page("person.html", **_shown(visit, card))


async def reveal(visit: Visit) -> web.Response:
    """One field whole, on this page only."""
    person, field = _person(visit), visit["field"]
    card = await visit.parts.persons.card(visit.actor, person)
    try:
        whole = await visit.parts.persons.reveal(visit.actor, person, field, visit["reason"])
    except Refused as why:
        return visit.again("person.html", why, **_shown(visit, card))
    return visit.page("person.html", **_shown(visit, card) | {"shown": {field: whole}})


def _shown(visit: Visit, card: Card) -> dict[str, Any]:
    """The card, and which of its fields this visitor may ask to see whole."""
    may = visit.actor.may("person.reveal")
    fields = [
        (name, visit.words(f"field.{name}"))
        for name in ("phone", "id_number")
        if may and name in card.profile
    ]
    return {"card": card, "shown": {}, "fields": fields}


def _person(visit: Visit) -> UUID:
    return UUID(visit.request.match_info["id"])
