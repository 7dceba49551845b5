"""Import: hand a file in, see what it would do, then write all of it or throw it away."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from actions.hours_week import week_in_words
from actions.maps import amap_marker
from bot.console.visit import Visit
from bot.imports import Job, Unusable
from bot.refused import Refused
from bot.wording import Texts
from knowledge.coordinates import SYSTEMS
from knowledge.exchange.limits import MIB, MOST_BYTES, MOST_ROWS
from knowledge.exchange.tables import THINGS

HOME = "/console/import"
CHAT = Texts()
"""A week is told as riders read it."""


async def show_all(visit: Visit) -> web.Response:
    """The form, and what became of earlier files."""
    jobs = await visit.parts.imports.all(visit.actor)
    return visit.page("imports.html", jobs=jobs, **_choices(visit))


async def hand_in(visit: Visit) -> web.Response:
    """A file: it is tried at once, in the background."""
    file = visit.file
    try:
        if file is None:
            raise Refused("import_no_file")
        number = await visit.parts.imports.hand_in(
            visit.actor, file.name, file.body, thing=visit["thing"], system=visit["system"]
        )
    except Refused as why:
        jobs = await visit.parts.imports.all(visit.actor)
        return visit.again("imports.html", why, jobs=jobs, **_choices(visit))
    except Unusable as why:
        jobs = await visit.parts.imports.all(visit.actor)
        said = visit.words("import.unusable", why=said_of(why, visit))
        return visit.page("imports.html", status=422, jobs=jobs, why=said, **_choices(visit))
    return visit.go(f"{HOME}/{number}")


async def show_one(visit: Visit) -> web.Response:
    """How far it has come, or what came of it."""
    return _page(visit, await visit.parts.imports.get(visit.actor, visit.number()))


async def write(visit: Visit) -> web.Response:
    """Write all of it."""
    number = visit.number()
    try:
        await visit.parts.imports.write(visit.actor, number)
    except Refused as why:
        return _page(visit, await visit.parts.imports.get(visit.actor, number), why)
    return visit.go(f"{HOME}/{number}")


async def drop(visit: Visit) -> web.Response:
    """Throw it away."""
    number = visit.number()
    try:
        await visit.parts.imports.drop(visit.actor, number)
    except Refused as why:
        return _page(visit, await visit.parts.imports.get(visit.actor, number), why)
    return visit.go(HOME, done="import_dropped")


def said_of(why: Unusable, visit: Visit) -> str:
    """Why a file can't be used, in the visitor's language."""
    return why.said.en if visit.language == "en" else why.said.zh


def _page(visit: Visit, job: Job, why: Refused | None = None) -> web.Response:
    words, outcome = CHAT.words(visit.language), job.outcome
    values: dict[str, Any] = {
        "job": job,
        "file": job.file,
        "outcome": outcome,
        "weeks": [
            (one.typed, one.read, week_in_words(one.read, words))
            for one in (outcome.hours if outcome else ())
        ],
        "links": {
            one.code: amap_marker(one.lat, one.lon, one.name)
            for one in (outcome.points if outcome else ())
        },
    }
    if why is not None:
        return visit.again("import.html", why, **values)
    return visit.page("import.html", **values)


def _choices(visit: Visit) -> dict[str, Any]:
    words = visit.words
    return {
        "things": [("", words("import.any"))] + [(one, words(f"kind.{one}")) for one in THINGS],
        "systems": [("", words("import.system_in_file"))]
        + [(one, words(f"import.crs.{one}")) for one in SYSTEMS],
        "most_mb": MOST_BYTES // MIB,
        "most_rows": MOST_ROWS,
    }
