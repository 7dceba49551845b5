"""Who is on duty: the week, shifts, absences, and the region's office hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.visit import Visit
from bot.duty_desk import clock, hours_of
from bot.refused import Refused
from knowledge.duty_roster import DAYS

HOME = "/console/duty"
MINUTES = ("warn", "silent", "crisis")


async def show(visit: Visit) -> web.Response:
    """The roster as a week."""
    try:
        return visit.page("duty.html", **await _shown(visit, visit["from"]))
    except Refused as why:
        return await _again(visit, why)


async def put_weekly(visit: Visit) -> web.Response:
    """A shift of every week."""
    try:
        await visit.parts.duty.put_weekly(
            visit.actor, visit["name"], visit["region"] or visit.actor.region, visit["days"],
            visit["begins"], visit["ends"],
        )  # fmt: skip
    except Refused as why:
        return await _again(visit, why)
    return visit.go(HOME, done="saved")


async def put_single(visit: Visit) -> web.Response:
    """One shift."""
    try:
        await visit.parts.duty.put_single(
            visit.actor, visit["name"], visit["region"] or visit.actor.region,
            visit["begins"], visit["ends"],
        )  # fmt: skip
    except Refused as why:
        return await _again(visit, why)
    return visit.go(HOME, done="saved")


async def remove_shift(visit: Visit) -> web.Response:
    """A shift less."""
    await visit.parts.duty.remove_shift(visit.actor, visit.number())
    return visit.go(HOME, done="saved")


async def put_absence(visit: Visit) -> web.Response:
    """Somebody won't be there."""
    try:
        await visit.parts.duty.put_absence(
            visit.actor, visit["name"], visit["begins"], visit["ends"]
        )
    except Refused as why:
        return await _again(visit, why)
    return visit.go(HOME, done="saved")


async def remove_absence(visit: Visit) -> web.Response:
    """Somebody will be there after all."""
    await visit.parts.duty.remove_absence(visit.actor, visit.number())
    return visit.go(HOME, done="saved")


async def set_office(visit: Visit) -> web.Response:
    """A region's office hours and minutes."""
    try:
        await visit.parts.duty.set_office(
            visit.actor, visit["region"] or visit.actor.region or "", visit["hours"],
            [visit.given(name) for name in MINUTES],
        )  # fmt: skip
    except Refused as why:
        return await _again(visit, why)
    return visit.go(HOME, done="saved")


async def _again(visit: Visit, why: Refused) -> web.Response:
    return visit.again("duty.html", why, **await _shown(visit, ""))


async def _shown(visit: Visit, first: str) -> dict[str, Any]:
    week = await visit.parts.duty.week(visit.actor, first)
    return {
        "week": week,
        "hours": hours_of(week.office),
        "clock": clock,
        "days": [(one, visit.words(f"duty.days.{one}")) for one in DAYS],
        "people": [(one.name, one.name) for one in week.people],
        "places": choices.regions_or_everywhere(visit),
        "offices": choices.regions(visit),
        "before": week.first - timedelta(days=7),
        "after": week.first + timedelta(days=7),
        "may": visit.actor.may("duty.write"),
    }
