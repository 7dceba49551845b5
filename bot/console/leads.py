"""Leads: now, over time, a month on paper, and each one's own figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import hdrs, web

from bot.console import choices, plots
from bot.console.clocks import kind_name
from bot.console.visit import Visit
from bot.figures import WEEKS, Wish
from bot.leads import TABLES, Report
from bot.refused import Refused
from knowledge.lead_figures import Line

HOME = "/console/leads"
WHICH = "|".join(TABLES)


async def show(visit: Visit) -> web.Response:
    """How it stands now."""
    return visit.page("leads.html", **await _now(visit))


async def listen(visit: Visit) -> web.Response:
    """To a conversation that somebody else has."""
    return visit.go(await visit.parts.lead_desk.listen(visit.actor, visit.number()))


async def hand_on(visit: Visit) -> web.Response:
    """Give a conversation to somebody else, or to oneself."""
    try:
        await visit.parts.lead_desk.hand_on(visit.actor, visit.number(), visit["to"])
    except Refused as why:
        return visit.again("leads.html", why, **await _now(visit))
    return visit.go(HOME, done="lead_handed_on")


async def _now(visit: Visit) -> dict[str, Any]:
    desk = visit.parts.lead_desk
    return {
        "now": await desk.now(visit.actor),
        "colleagues": await desk.colleagues(visit.actor),
        "kind_name": lambda kind: kind_name(visit, kind),
    }


async def show_figures(visit: Visit) -> web.Response:
    """How it went over time."""
    wish = _wish(visit)
    try:
        report = await visit.parts.lead_desk.report(visit.actor, wish)
    except Refused as why:
        report = await visit.parts.lead_desk.report(visit.actor, Wish())
        return visit.again("lead_figures.html", why, **_shown(visit, Wish(), report))
    return visit.page("lead_figures.html", **_shown(visit, wish, report))


async def show_own(visit: Visit) -> web.Response:
    """The visitor's own figures."""
    wish = _wish(visit)
    report = await visit.parts.lead_desk.own(visit.actor, wish)
    return visit.page("lead_own.html", **_shown(visit, wish, report))


async def show_month(visit: Visit) -> web.Response:
    """A month's report, to be printed."""
    desk = visit.parts.lead_desk
    try:
        report = await desk.month(visit.actor, visit["month"], visit["region"])
    except Refused as why:
        report = await desk.month(visit.actor, "", "")
        return visit.again("lead_month.html", why, **_shown(visit, Wish(), report))
    return visit.page("lead_month.html", **_shown(visit, Wish(visit["region"]), report))


async def download(visit: Visit) -> web.Response:
    """One of the tables as a file."""
    table = visit.request.match_info["table"]
    try:
        text = await visit.parts.lead_desk.table(visit.actor, _wish(visit), table)
    except Refused as why:
        report = await visit.parts.lead_desk.report(visit.actor, Wish())
        return visit.again("lead_figures.html", why, **_shown(visit, Wish(), report))
    return web.Response(
        # With the mark that tells Excel that it is UTF-8.
        body=b"\xef\xbb\xbf" + text.encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="leads-{table}.csv"'},
    )


def _wish(visit: Visit) -> Wish:
    return Wish.of(visit["region"], "", visit["weeks"])


def _shown(visit: Visit, wish: Wish, report: Report) -> dict[str, Any]:
    words = visit.words
    names: dict[str, Callable[[Line], str]] = {
        "regions": lambda one: _place(visit, one.name),
        "teams": lambda one: _place(visit, one.name),
        "kinds": lambda one: kind_name(visit, one.name),
        "hours": lambda one: words("leads.hour", hour=int(one.name)),
        "people": lambda one: one.name,
        "weeks": lambda one: one.name[5:],
    }
    rows = {
        table: [(names[table](one), one) for one in lines if one.count or table == "weeks"]
        for table, lines in report.tables.items()
    }
    return {
        "wish": wish,
        "report": report,
        "rows": rows,
        "trend": plots.trend([(name, one.share) for name, one in rows["weeks"]]),
        "bars": {
            table: plots.bars([(name, one.in_time, one.late) for name, one in some])
            for table, some in rows.items()
        },
        "minutes": lambda count: _minutes(visit, count),
        "places": choices.any_region(visit),
        "spans": [(str(weeks), words("figures.weeks_many", weeks=weeks)) for weeks in WEEKS],
        "query": {"region": wish.region, "weeks": wish.weeks},
    }


def _minutes(visit: Visit, count: int | None) -> str:
    """A length of working time in minutes or hours."""
    if count is None:
        return "–"
    if count < 120:
        return visit.words("clocks.minutes_many", count=count)
    return visit.words("leads.hours_about", count=f"{count / 60:.1f}")


def _place(visit: Visit, code: str) -> str:
    region = visit.actor.tree.get(code)
    return region.name(visit.language) if region else code or visit.words("questions.nowhere")
