"""One place: what stands there, the form to change it, and what to look at before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from actions.hours_week import week_in_words
from actions.maps import amap_marker
from bot.console import choices
from bot.console.places import HOME, kind_of, labelled, with_map
from bot.console.visit import Visit
from bot.places import Look
from bot.refused import Refused
from bot.wording import Texts
from knowledge.clock import CHINA
from knowledge.content_entries import Words
from knowledge.content_stations import StationEntry
from knowledge.coordinates import to_wgs84
from knowledge.exchange import labels
from knowledge.exchange.cells import Figure, Names
from knowledge.exchange.one_row import Mistyped, cells_of
from knowledge.exchange.refused import Unread
from knowledge.hours_clock import HoursUnread
from knowledge.hours_typed import read_hours

AMENITY = "amenity_"
TYPED = (
    "name", "name_en", "region", "address", "address_en", "street", "landmarks", "lat", "lon",
    "coordinates", "kind", "who", "employer", "employer_en", "trade", "hours", "phone",
    "about", "about_en", "ages", "price", "price_en",
)  # fmt: skip
"""The fields of the form, named as the columns of a table are; amenities are boxes beside them."""

CHAT = Texts()
"""A week is told as riders read it."""


async def show_new(visit: Visit) -> web.Response:
    """An empty form."""
    cells = {"who": "everyone", "coordinates": "wgs84"}
    if visit.actor.region is not None:
        cells["region"] = visit.actor.region
    return _page(visit, cells)


async def add(visit: Visit) -> web.Response:
    """A new place."""
    return await _save(visit, None)


async def show_one(visit: Visit) -> web.Response:
    """A place as it stands."""
    look = await visit.parts.places.get(visit.actor, _code(visit))
    return _page(visit, _coded(look.entry), stored=look, mark=look.mark, sign=look.sign)


async def change(visit: Visit) -> web.Response:
    """The place as it is typed."""
    return await _save(visit, _code(visit))


async def close(visit: Visit) -> web.Response:
    """Closed for now."""
    code = _code(visit)
    try:
        await visit.parts.places.close(
            visit.actor, code, visit["until"], visit["reason"], visit["reason_en"]
        )
    except Refused as why:
        look = await visit.parts.places.get(visit.actor, code)
        return _page(
            visit, _coded(look.entry), stored=look, mark=look.mark, sign=look.sign, why=why
        )
    return visit.go(f"{HOME}/one/{code}", done="place_closed")


async def reopen(visit: Visit) -> web.Response:
    """Open again."""
    code = _code(visit)
    await visit.parts.places.reopen(visit.actor, code)
    return visit.go(f"{HOME}/one/{code}", done="place_open")


async def show_point(visit: Visit) -> web.Response:
    """A typed point as the store would keep it, and where the map draws it."""
    try:
        system = labels.SYSTEMS.read(visit["coordinates"], Names())
        lat, lon = (float(Figure().read(visit[key], Names())) for key in ("lat", "lon"))
    except Unread:
        return web.json_response({"trouble": visit.words("place_form.no_point")})
    lat, lon = to_wgs84(lat, lon, system)
    if not (-85 < lat < 85 and -180 <= lon <= 180):
        return web.json_response({"trouble": visit.words("place_form.no_point")})
    told = visit.words("place_form.kept", point=f"{lat:.5f}, {lon:.5f}")
    return web.json_response({"at": visit.parts.tiles.on_map(lat, lon), "told": told})


async def show_hours(visit: Visit) -> web.Response:
    """How typed opening hours are read, as a week."""
    try:
        return web.json_response({"week": _week(read_hours(visit["hours"]), visit)})
    except HoursUnread as why:
        said = why.instead.en if visit.language == "en" else why.instead.zh
        what = why.what.en if visit.language == "en" else why.what.zh
        return web.json_response({"trouble": visit.words("place_form.both", a=what, b=said)})


async def _save(visit: Visit, code: str | None) -> web.Response:
    """Save what was looked at; show it first where there is something new to look at."""
    places, cells, mark = visit.parts.places, _typed(visit), visit["mark"]
    stored = None if code is None else await places.get(visit.actor, code)
    try:
        look = await places.try_out(visit.actor, cells, code, mark)
        if look.changed:
            raise Refused("place_changed")
        if visit["step"] == "look" or visit["sign"] != look.sign:
            return _page(visit, cells, stored=stored, look=look, mark=mark, sign=look.sign)
        saved = await places.save(visit.actor, cells, code, mark)
    except Mistyped as wrong:
        why = Refused("place_mistyped", count=len(wrong.troubles))
        return _page(
            visit, cells, stored=stored, mark=mark, sign=visit["sign"], why=why,
            troubles=wrong.troubles,
        )  # fmt: skip
    except Refused as why:
        if why.key != "refused.place_changed":
            return _page(visit, cells, stored=stored, mark=mark, sign=visit["sign"], why=why)
        # What the other has written is shown: whoever saves now has seen it.
        look = await places.try_out(visit.actor, cells, code, mark)
        return _page(
            visit, cells, stored=stored, look=look, mark=look.mark, sign=look.sign, why=why
        )
    return visit.go(f"{HOME}/one/{saved}", done="saved")


def _page(
    visit: Visit,
    cells: Mapping[str, str],
    *,
    stored: Look | None = None,
    look: Look | None = None,
    mark: str = "",
    sign: str = "",
    why: Refused | None = None,
    troubles: Mapping[str, Words] | None = None,
) -> web.Response:
    """The form with what was typed, beside it what it means."""
    shown = look or stored
    entry = shown.entry if shown else None
    values: dict[str, Any] = {
        "cells": cells,
        "stored": stored.entry if stored else None,
        "path": f"{HOME}/one/{stored.entry.code}" if stored else f"{HOME}/new",
        "mark": mark,
        "sign": sign,
        "looking": look is not None,
        "changed": look.changed if look else {},
        "pairs": shown.pairs if shown else (),
        "entry": entry,
        "week": _week(entry.hours, visit) if entry else [],
        "amap": _amap(entry, visit),
        "at": _at(entry, visit),
        "around": _around(cells.get("region"), visit),
        "troubles": {key: _said(one, visit) for key, one in (troubles or {}).items()},
        "today": visit.parts.database.clock.now().astimezone(CHINA).date(),
        "kind_of": kind_of(visit),
        **_choices(visit),
    }
    if why is None:
        response = visit.page("place.html", **values)
    else:
        response = visit.again("place.html", why, **values)
    return with_map(visit, response)


def _choices(visit: Visit) -> dict[str, Any]:
    language = visit.language
    return {
        "places": choices.regions(visit),
        "kinds": labelled(labels.STATION_KINDS, language),
        "amenities": labelled(labels.AMENITIES, language),
        "whos": labelled(labels.WHO, language),
        "trades": [("", "–"), *labelled(labels.TRADES, language)],
        "systems": labelled(labels.SYSTEMS, language),
    }


def _typed(visit: Visit) -> dict[str, str]:
    """What the form says; the boxes of amenities as the one cell that they are in a table."""
    cells = {key: visit[key] for key in TYPED}
    ticked = [code for code in labels.AMENITIES.labels if visit[AMENITY + code]]
    return {**cells, "amenities": "；".join(ticked)}


def _coded(entry: StationEntry) -> dict[str, str]:
    """A place's cells with the codes of its choices, as list boxes send them."""
    coded = {
        "kind": entry.kind,
        "who": entry.access.who,
        "trade": entry.access.trade or "",
        "coordinates": "wgs84",
        "amenities": "；".join(entry.amenities),
    }
    return cells_of(entry) | coded


def _week(hours: str, visit: Visit) -> list[str]:
    return week_in_words(hours, CHAT.words(visit.language))


def _at(entry: StationEntry | None, visit: Visit) -> tuple[float, float] | None:
    if entry is None or entry.lat is None or entry.lon is None:
        return None
    return visit.parts.tiles.on_map(entry.lat, entry.lon)


def _around(region: str | None, visit: Visit) -> tuple[float, float] | None:
    """The middle of a region, or of the nearest one above that has one."""
    for one in visit.actor.tree.upwards(region):
        if one.lat is not None and one.lon is not None:
            return visit.parts.tiles.on_map(one.lat, one.lon)
    return None


def _amap(entry: StationEntry | None, visit: Visit) -> str | None:
    if entry is None or entry.lat is None or entry.lon is None:
        return None
    name = entry.name.en if visit.language == "en" else entry.name.zh
    return amap_marker(entry.lat, entry.lon, name)


def _said(words: Words, visit: Visit) -> str:
    return words.en if visit.language == "en" else words.zh


def _code(visit: Visit) -> str:
    return visit.request.match_info["code"]
