"""Who is on duty: the week, shifts, absences, and the region's office hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console import choices
from bot.console.visit import Visit
from bot.duty_desk import clock, hours_of
from bot.refused import Refused
from knowledge.clock import CHINA
from knowledge.duty_roster import DAYS

HOME = "/console/duty"
MINUTES = ("warn", "silent", "crisis")
UNDONE = {
    "weekly": ("name", "region", "days", "begins", "ends"),
    "single": ("name", "region", "begins", "ends"),
    "absences": ("name", "begins", "ends"),
}
"""Forms that put back what has just been taken out, and their fields."""


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
    """A shift less; it can be put back at once."""
    shift = await visit.parts.duty.remove_shift(visit.actor, visit.number())
    was = {"name": shift.name, "region": shift.region or ""}
    if shift.days is None:
        assert shift.begins is not None
        assert shift.ends is not None
        was |= {"undo": "single"} | _typed(shift.begins, shift.ends)
    else:
        times = {"begins": clock(shift.from_minute), "ends": clock(shift.to_minute)}
        was |= {"undo": "weekly", "days": shift.days} | times
    return visit.go(HOME, done="duty_removed", **was)


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
    """Somebody will be there after all; that, too, can be taken back."""
    was = await visit.parts.duty.remove_absence(visit.actor, visit.number())
    times = _typed(was.begins, was.ends)
    return visit.go(HOME, done="duty_removed", undo="absences", name=was.name, **times)


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


def _typed(begins: datetime, ends: datetime) -> dict[str, str]:
    """Times as the form's fields have them."""
    times = {"begins": begins, "ends": ends}
    return {name: f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}" for name, at in times.items()}


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
        "undone": [(name, visit[name]) for name in UNDONE.get(visit["undo"], ())],
        "may": visit.actor.may("duty.write"),
    }
