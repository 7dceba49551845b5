"""Places: the list, and the points of a map beside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.console import choices
from bot.console.visit import Visit
from bot.places import Wish
from knowledge.clock import CHINA
from knowledge.exchange import labels
from knowledge.exchange.cells import Choice
from knowledge.station_list import SHOWS, ListedStation

HOME = "/console/places"
CODE = "[a-z0-9_-]{1,40}"
"""A place's code, as content_stations has it."""


async def show_all(visit: Visit) -> web.Response:
    """The places that the filter lets through, page by page, and a map of them."""
    wish, number = _wish(visit), _number(visit)
    found = await visit.parts.places.page(visit.actor, wish, number)
    asked = {key: value for key, value in vars(wish).items() if value}
    values = {
        "wish": wish,
        "found": found,
        "asked": urlencode(asked),
        "today": visit.parts.database.clock.now().astimezone(CHINA).date(),
        "kind_of": kind_of(visit),
        **_choices(visit),
    }
    return with_map(visit, visit.page("places.html", **values))


async def points(visit: Visit) -> web.Response:
    """The same places as points, where the map draws them, and the regions around them."""
    found = await visit.parts.places.points(visit.actor, _wish(visit), _number(visit))
    tiles, language = visit.parts.tiles, visit.language
    regions = [
        {"name": region.name(language), "at": tiles.on_map(region.lat, region.lon)}
        for region in visit.actor.tree
        if visit.actor.reaches(region.code) and region.lat is not None and region.lon is not None
    ]
    crowds = [{"at": tiles.on_map(one.lat, one.lon), "count": one.count} for one in found.crowds]
    return web.json_response(
        {
            "points": [_point(visit, one) for one in found.stations],
            "crowds": crowds,
            "told": visit.words("map.crowds") if crowds else "",
            "regions": regions,
        }
    )


def _point(visit: Visit, one: ListedStation) -> dict[str, Any]:
    assert one.lat is not None
    assert one.lon is not None
    return {
        "code": one.code,
        "name": one.name(visit.language),
        "at": visit.parts.tiles.on_map(one.lat, one.lon),
        "path": f"{HOME}/one/{one.code}",
    }


def with_map(visit: Visit, response: web.Response) -> web.Response:
    """A page that may show the map's tiles."""
    response.headers["Content-Security-Policy"] = visit.parts.tiles.policy
    return response


def labelled(choice: Choice, language: str) -> choices.Options:
    """The words of a choice, by code."""
    return [(code, choice.write(code, language)) for code in choice.labels]


def kind_of(visit: Visit) -> dict[str, str]:
    """The names of the kinds of places."""
    return dict(labelled(labels.STATION_KINDS, visit.language))


def _number(visit: Visit) -> int:
    """The page that is asked for."""
    said = visit["page"]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def _wish(visit: Visit) -> Wish:
    return Wish(
        visit["text"].strip()[:100], visit["region"], visit["kind"], visit["amenity"], visit["show"]
    )


def _choices(visit: Visit) -> dict[str, Any]:
    words, language = visit.words, visit.language
    everything = [("", words("places.any"))]
    return {
        "places": choices.any_region(visit),
        "kinds": everything + labelled(labels.STATION_KINDS, language),
        "amenities": everything + labelled(labels.AMENITIES, language),
        "shows": everything + [(show, words(f"places.show.{show}")) for show in SHOWS],
    }
