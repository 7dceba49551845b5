"""Export: what the house knows of a region, as a file."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from bot.console import choices
from bot.console.imports import said_of
from bot.console.visit import Visit
from bot.exports import EVERYTHING, FORMS
from bot.imports import Unusable
from bot.refused import Refused
from knowledge.clock import CHINA
from knowledge.exchange.tables import THINGS

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "zip": "application/zip",
}


async def show(visit: Visit) -> web.Response:
    """What can be had, in which form."""
    return visit.page("exports.html", **_choices(visit))


async def export(visit: Visit) -> web.Response:
    """The file."""
    what, form, language = visit["what"], visit["form"], visit["columns"]
    language = language if language in ("zh", "en") else visit.language
    region, template = visit["region"] or visit.actor.region, visit["step"] == "template"
    exports = visit.parts.exports
    try:
        if template:
            raw = await exports.template(visit.actor, what, form, language)
        else:
            raw = await exports.file(visit.actor, what, form, region, language)
    except Refused as why:
        return visit.again("exports.html", why, **_choices(visit))
    except Unusable as why:
        said = visit.words("export.unusable", why=said_of(why, visit))
        return visit.page("exports.html", status=422, why=said, **_choices(visit))
    day = f"{visit.parts.database.clock.now().astimezone(CHINA):%Y-%m-%d}"
    name = f"{what}-{'template' if template else f'{region or "all"}-{day}'}.{form}"
    return web.Response(
        body=raw,
        content_type=TYPES[form],
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'},
    )


def _choices(visit: Visit) -> dict[str, Any]:
    words = visit.words
    return {
        "whats": [(one, words(f"kind.{one}")) for one in (*THINGS, EVERYTHING)],
        "forms": [(one, words(f"export.form.{one}")) for one in FORMS],
        "places": choices.regions_or_everywhere(visit),
    }
