"""The figures: plots, the same numbers as tables, and files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import hdrs, web

from bot.console import choices, plots
from bot.console.questions import route_name
from bot.console.visit import Visit
from bot.figures import TABLES, WEEKS, Report, Wish
from bot.refused import Refused
from knowledge.figures import Row

WHICH = "|".join(TABLES)


async def show(visit: Visit) -> web.Response:
    """The figures of a time, a region and a language."""
    wish = _wish(visit)
    try:
        report = await _report(visit, wish)
    except Refused as why:
        report = await _report(visit, Wish())
        return visit.again("figures.html", why, **_shown(visit, Wish(), report))
    return visit.page("figures.html", **_shown(visit, wish, report))


async def download(visit: Visit) -> web.Response:
    """One of the tables as a file."""
    table = visit.request.match_info["table"]
    try:
        text = await visit.parts.figures.table(visit.actor, _wish(visit), table)
    except Refused as why:
        report = await _report(visit, Wish())
        return visit.again("figures.html", why, **_shown(visit, Wish(), report))
    return web.Response(
        # With the mark that tells Excel that it is UTF-8.
        body=b"\xef\xbb\xbf" + text.encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{table}.csv"'},
    )


async def _report(visit: Visit, wish: Wish) -> Report:
    return await visit.parts.figures.report(visit.actor, wish, language=visit.language)


def _wish(visit: Visit) -> Wish:
    return Wish.of(visit["region"], visit["language_of"], visit["weeks"])


def _shown(visit: Visit, wish: Wish, report: Report) -> dict[str, Any]:
    words = visit.words
    names: dict[str, Callable[[Row], str]] = {
        "regions": lambda row: _place(visit, row.name),
        "languages": lambda row: words(f"language.{row.name}"),
        "topics": lambda row: report.titles.get(row.name) or route_name(visit, row.name),
    }
    rows = {
        table: [(name(row), row) for row in getattr(report, table)] for table, name in names.items()
    }
    return {
        "wish": wish,
        "report": report,
        "rows": rows,
        "trend": plots.trend([(row.name[5:], _share(row)) for row in report.weeks]),
        "bars": {
            table: plots.bars([(name, row.at_once, row.asked - row.at_once) for name, row in some])
            for table, some in rows.items()
        },
        "whys": plots.bars(
            [(words(f"what.{what}"), 0, times) for what, times in report.whys.items()], "{all}"
        ),
        "places": choices.any_region(visit),
        "languages": [
            ("", words("questions.any_language")),
            ("zh", words("language.zh")),
            ("en", words("language.en")),
        ],
        "spans": [(str(weeks), words("figures.weeks_many", weeks=weeks)) for weeks in WEEKS],
        "query": {"region": wish.region, "language_of": wish.language, "weeks": wish.weeks},
    }


def _share(row: Row) -> float | None:
    return row.at_once / row.asked if row.asked else None


def _place(visit: Visit, code: str) -> str:
    region = visit.actor.tree.get(code)
    return region.name(visit.language) if region else code or visit.words("questions.nowhere")
