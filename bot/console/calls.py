"""The list of calls and visits that were logged for riders."""

from __future__ import annotations

from datetime import date

from aiohttp import web

from bot.behalf_calls import Wanted
from bot.console import choices
from bot.console.cases import named_kinds
from bot.console.visit import Visit
from knowledge.behalf import HOWS
from knowledge.behalf_list import NOTHING
from knowledge.case_kinds import read_case_kinds
from knowledge.content_cases import said_in

FILTERS = ("region", "how", "staff", "kind", "since", "until")


async def show(visit: Visit) -> web.Response:
    """A page of them."""
    words = visit.words
    wanted = Wanted(
        region=visit["region"],
        how=visit["how"],
        staff=visit["staff"],
        kind=visit["kind"],
        since=_day(visit["since"]),
        until=_day(visit["until"]),
    )
    found = await visit.parts.behalf_calls.page(visit.actor, wanted, visit.given("page") or 1)
    kinds = [(one.code, said_in(one.name, visit.language)) for one in read_case_kinds()]
    any_of = [("", words("calls.any"))]
    return visit.page(
        "calls.html",
        found=found,
        wanted=wanted,
        query={name: visit[name] for name in FILTERS if visit[name]},
        regions=choices.any_region(visit),
        hows=[*any_of, *((how, words(f"behalf.how.{how}")) for how in HOWS)],
        staff=[*any_of, *((one, one.removeprefix("staff:")) for one in found.staff)],
        kinds=[*any_of, (NOTHING, words("calls.nothing_filed")), *kinds],
        **named_kinds(visit),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
